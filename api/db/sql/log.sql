-- name: add_event(station_id, kind, subject, payload, at)!
INSERT INTO event (station_id, kind, subject, payload, at) VALUES (:station_id, :kind, :subject, :payload, :at);

-- name: events_after(station_id, tx, id, since, most)
-- Committed events past the cursor, in the order in which they became visible; nothing still being written.
SELECT tx::text::bigint AS tx, id, kind, subject, payload, at FROM event
WHERE station_id = :station_id
  AND (tx > :tx::text::xid8 OR (tx = :tx::text::xid8 AND id > :id))
  AND tx < (SELECT tx_horizon()) AND at > :since
ORDER BY event.tx, event.id LIMIT :most;

-- name: event_head()$
-- Where a reader who wants only news begins.
SELECT (tx_horizon()::text::bigint - 1);

-- name: add_audit(station_id, actor_id, role, action, subject, reason, facts, request_id, at)!
INSERT INTO audit (station_id, actor_id, role, action, subject, reason, facts, request_id, at)
VALUES (:station_id, :actor_id, :role, :action, :subject, :reason, :facts, :request_id, :at);

-- name: delete_old_images(now)!
DELETE FROM alert_image WHERE delete_after <= :now;

-- name: delete_old_tracks(station_id, before)!
-- By unit, as the table is ordered: the country's other tracks are not looked at.
DELETE FROM track WHERE unit_id IN (SELECT id FROM unit WHERE station_id = :station_id) AND station_id = :station_id
  AND at < :before;

-- name: delete_old_batches(station_id, before)!
DELETE FROM position_batch WHERE station_id = :station_id AND at < :before;

-- name: delete_old_deliveries(station_id, before)!
DELETE FROM push_delivery WHERE station_id = :station_id AND created_at < :before;

-- name: delete_old_keys(before)!
DELETE FROM once_only WHERE at < :before;

-- name: delete_old_counts(before)!
DELETE FROM request_count WHERE window_at < :before;

-- name: delete_old_failures(before)!
DELETE FROM sign_in_failure WHERE at < :before;

-- name: ensure_partitions()$
SELECT ensure_partitions(3)::text;

-- name: lock_seals(station_id)$
-- One sealer per station at a time; the others go on to the next station.
SELECT pg_try_advisory_xact_lock(hashtextextended('seal ' || :station_id::uuid::text, 0));

-- name: last_seal(station_id)^
SELECT number, upto_tx::text::bigint AS upto_tx, upto_id, rows, hash FROM audit_seal
WHERE station_id = :station_id ORDER BY number DESC LIMIT 1;

-- name: list_seals(station_id)
SELECT number, upto_tx::text::bigint AS upto_tx, upto_id, rows, hash FROM audit_seal
WHERE station_id = :station_id ORDER BY number;

-- name: add_seal(station_id, number, upto_tx, upto_id, rows, hash, now)!
INSERT INTO audit_seal (station_id, number, upto_tx, upto_id, rows, hash, at)
VALUES (:station_id, :number, :upto_tx::text::xid8, :upto_id, :rows, :hash, :now);

-- name: audit_after(station_id, tx, id, most)
-- Audit rows past a position, in the order in which they became visible, none that could still change; as jsonb,
-- whose text is the same for the same content.
SELECT audit.tx::text::bigint AS tx, audit.id, to_jsonb(audit)::text AS content FROM audit
WHERE station_id = :station_id
  AND (audit.tx > :tx::text::xid8 OR (audit.tx = :tx::text::xid8 AND audit.id > :id))
  AND audit.tx < (SELECT tx_horizon())
ORDER BY audit.tx, audit.id LIMIT :most;
