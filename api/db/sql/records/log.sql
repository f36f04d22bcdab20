-- name: add_events(station_id, kinds, subjects, incident_ids, unit_ids, states, at)!
-- Write events for the screens, in this order: ids and states only.
INSERT INTO event (station_id, kind, subject, payload, at)
SELECT :station_id, e.kind, e.subject,
       jsonb_build_object('incident_id', e.incident_id, 'unit_id', e.unit_id, 'state', e.state), :at
FROM unnest(:kinds::text[], :subjects::uuid[], :incident_ids::uuid[], :unit_ids::uuid[], :states::text[])
     WITH ORDINALITY AS e (kind, subject, incident_id, unit_id, state, number)
ORDER BY e.number;

-- name: events_of(station_ids, txs, ids, since, most)
-- Committed events past each station's cursor, in the order in which they became visible; none still being written. At
-- most so many of each station.
SELECT f.station_id, f.tx, f.id, f.kind, f.subject, f.payload, f.at
FROM events_of(:station_ids::uuid[], :txs::bigint[], :ids::bigint[], :since::timestamptz, :most::integer) f;

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
