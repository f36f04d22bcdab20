-- name: add_event(station_id, kind, subject, payload, at)!
-- Write an event for the screens: ids and states only.
INSERT INTO event (station_id, kind, subject, payload, at) VALUES (:station_id, :kind, :subject, :payload, :at);

-- name: events_after(station_id, tx, id, since, most)
-- Committed events past the cursor, in the order in which they became visible; none still being written.
SELECT tx::text::bigint AS tx, id, kind, subject, payload, at FROM event
WHERE station_id = :station_id
  AND (tx > :tx::text::xid8 OR (tx = :tx::text::xid8 AND id > :id))
  AND tx < (SELECT tx_horizon()) AND at > :since
ORDER BY event.tx, event.id LIMIT :most;

-- name: event_head()$
-- The cursor at which a reader of new events only starts.
SELECT (tx_horizon()::text::bigint - 1);

-- name: add_audit(station_id, actor_id, role, action, subject, reason, facts, request_id, at)!
-- Record who did what to which object, and why. Rows are only ever added.
INSERT INTO audit (station_id, actor_id, role, action, subject, reason, facts, request_id, at)
VALUES (:station_id, :actor_id, :role, :action, :subject, :reason, :facts, :request_id, :at);

-- name: delete_old_keys(before)!
-- Delete Idempotency-Keys past their term, of all stations.
DELETE FROM once_only WHERE at < :before;

-- name: delete_old_counts(before)!
-- Delete counts of requests past their window.
DELETE FROM request_count WHERE window_at < :before;

-- name: delete_old_failures(before)!
-- Delete failed sign-ins past their window.
DELETE FROM sign_in_failure WHERE at < :before;

-- name: ensure_partitions()$
-- Create the partitions of this month and the next three.
SELECT ensure_partitions(3)::text;
