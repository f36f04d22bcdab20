-- name: add_pending(station_id, at, request_id, incident_ids, assignment_ids, steps, sources, server_ats, kinds, subject_ids, due_ats, sooner_kept, event_kinds, subjects, event_incidents, event_units, states)!
-- What a use case leaves behind, in one round trip. Time points of rows that are new in this transaction, so that none
-- can have been there or taken back before. Deadlines, one of each kind and subject; where `sooner_kept`, one that is
-- already due sooner stays. Events for the screens, in this order: ids and states only; `readers` of a case that is hidden from
-- others.
WITH d AS MATERIALIZED (
    SELECT * FROM unnest(:kinds::text[], :subject_ids::uuid[], :due_ats::timestamptz[], :sooner_kept::boolean[])
    AS d (kind, subject_id, due_at, sooner_kept)
), points AS (
    INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
    SELECT :station_id, p.incident_id, p.assignment_id, p.kind, p.source, p.server_at
    FROM unnest(:incident_ids::uuid[], :assignment_ids::uuid[], :steps::text[], :sources::text[],
                :server_ats::timestamptz[])
         WITH ORDINALITY AS p (incident_id, assignment_id, kind, source, server_at, number)
    ORDER BY p.number
    ON CONFLICT DO NOTHING
), moved AS (
    INSERT INTO deadline (station_id, kind, subject_id, due_at, request_id)
    SELECT :station_id, d.kind, d.subject_id, d.due_at, :request_id FROM d WHERE NOT d.sooner_kept
    ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0
), forward AS (
    INSERT INTO deadline (station_id, kind, subject_id, due_at, request_id)
    SELECT :station_id, d.kind, d.subject_id, d.due_at, :request_id FROM d WHERE d.sooner_kept
    ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = least(deadline.due_at, excluded.due_at))
INSERT INTO event (station_id, kind, subject, payload, at)
SELECT :station_id, e.kind, e.subject,
       jsonb_build_object('incident_id', e.incident_id, 'unit_id', e.unit_id, 'state', e.state, 'readers',
                          (SELECT array_agg(r.account_id) FROM incident_reader r WHERE r.incident_id = e.incident_id)),
       :at
FROM unnest(:event_kinds::text[], :subjects::uuid[], :event_incidents::uuid[], :event_units::uuid[], :states::text[])
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
