-- name: add_event(station_id, kind, subject, payload, at)!
INSERT INTO event (station_id, kind, subject, payload, at) VALUES (:station_id, :kind, :subject, :payload, :at);

-- name: events_after(station_id, tx, id, since, most)
-- Committed events past the cursor, in the order in which they became visible; nothing still being written.
SELECT tx::text::bigint AS tx, id, kind, subject, payload, at FROM event
WHERE station_id = :station_id
  AND (tx > :tx::text::xid8 OR (tx = :tx::text::xid8 AND id > :id))
  AND tx < pg_snapshot_xmin(pg_current_snapshot()) AND at > :since
ORDER BY tx, id LIMIT :most;

-- name: event_head()$
-- Where a reader who wants only news begins.
SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1);

-- name: add_audit(station_id, actor_id, role, action, subject, reason, facts, request_id, at)!
INSERT INTO audit (station_id, actor_id, role, action, subject, reason, facts, request_id, at)
VALUES (:station_id, :actor_id, :role, :action, :subject, :reason, :facts, :request_id, :at);
