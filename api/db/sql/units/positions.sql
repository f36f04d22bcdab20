-- name: lock_fixes(unit_ids)
-- Serialise each unit's fixes until the commit; units whose fixes are being taken in elsewhere are not `mine`. Not by
-- locking the unit's row, which dispatch decisions want. Nobody may be kept waiting by a row that cannot be locked.
SELECT w.unit_id, pg_try_advisory_xact_lock(hashtextextended('fixes ' || w.unit_id, 0)) AS mine,
       set_config('lock_timeout', '500ms', true) AS lock_timeout
FROM (SELECT DISTINCT u.unit_id FROM unnest(:unit_ids::uuid[]) AS u (unit_id) ORDER BY 1) w;

-- name: read_senders(session_ids, tracker_ids, now)
-- Who may still send positions, and for which unit: officers by their session, trackers by their token. Those missing
-- have been signed out or revoked. `unit_id` is null off duty.
SELECT s.id, h.unit_id, NULL::timestamptz AS since, a.simulated
FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN shift h ON h.account_id = a.id AND h.ended_at IS NULL
WHERE s.id = ANY (:session_ids::uuid[]) AND s.revoked_at IS NULL AND s.expires_at > :now AND a.disabled_at IS NULL
UNION ALL
SELECT t.id, CASE WHEN l.shift_started_at IS NOT NULL THEN t.unit_id END, l.shift_started_at, false
FROM machine_token t JOIN unit_live l ON l.unit_id = t.unit_id
WHERE t.id = ANY (:tracker_ids::uuid[]) AND t.revoked_at IS NULL;

-- name: read_positions(unit_ids)
-- The positions that dispatch uses, whether a demo's simulated officer made them, any doubts about them, and whether to
-- look for an arrival.
SELECT u.id AS unit_id, u.kind, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon, l.fix_at,
       l.accuracy, l.speed, l.simulated, l.doubtful_reason, l.doubtful_since, l.doubtful_seen_at,
       l.status IN ('accepted', 'en_route', 'arrived') AS expected
FROM unit u JOIN unit_live l ON l.unit_id = u.id WHERE u.id = ANY (:unit_ids::uuid[]);

-- name: tracks_between(unit_ids, sinces, untils)
-- Where units were, including untrusted fixes.
SELECT w.unit_id, t.at, ST_Y(t.position::geometry) AS lat, ST_X(t.position::geometry) AS lon, t.accuracy, t.speed,
       t.problem, t.received_at
FROM unnest(:unit_ids::uuid[], :sinces::timestamptz[], :untils::timestamptz[]) AS w (unit_id, since, until)
JOIN track t ON t.unit_id = w.unit_id AND t.at BETWEEN w.since AND w.until ORDER BY w.unit_id, t.at;

-- name: save_positions(unit_ids, lats, lons, ats, accuracies, speeds, headings, simulated, now)!
-- Update units' positions; an older fix never overwrites a newer one. Rows are locked in the order in which everybody
-- locks units.
UPDATE unit_live l SET position = ST_SetSRID(ST_MakePoint(f.lon, f.lat), 4326)::geography, fix_at = f.at,
       accuracy = f.accuracy, speed = f.speed, heading = f.heading, simulated = f.simulated, moved_at = :now
FROM (SELECT unit_id FROM unit_live WHERE unit_id = ANY (:unit_ids::uuid[]) ORDER BY unit_id FOR NO KEY UPDATE) locked
JOIN unnest(:unit_ids::uuid[], :lats::float8[], :lons::float8[], :ats::timestamptz[], :accuracies::float8[],
            :speeds::float8[], :headings::float8[], :simulated::boolean[])
     AS f (unit_id, lat, lon, at, accuracy, speed, heading, simulated) ON f.unit_id = locked.unit_id
WHERE l.unit_id = locked.unit_id AND (l.fix_at IS NULL OR l.fix_at < f.at);

-- name: moved_units(station_ids, since)
-- Where units are that have moved, for the radio rooms. Looks across stations.
SELECT f.station_id, f.unit_id, f.lat, f.lon, f.fix_at FROM moved_units(:station_ids::uuid[], :since::timestamptz) f;

-- name: save_doubt(reason, since, seen_at, unit_id)!
-- Update whether a unit's position is doubtful, and since when.
UPDATE unit_live SET doubtful_reason = :reason, doubtful_since = :since, doubtful_seen_at = :seen_at
WHERE unit_id = :unit_id;

-- name: add_track(station_id, unit_ids, ats, lats, lons, accuracies, speeds, problems, received_ats)!
-- Store fixes, trusted or not; duplicates are dropped.
INSERT INTO track (unit_id, station_id, at, position, accuracy, speed, problem, received_at)
SELECT f.unit_id, :station_id, f.at, ST_SetSRID(ST_MakePoint(f.lon, f.lat), 4326)::geography, f.accuracy, f.speed,
       f.problem, f.received_at
FROM unnest(:unit_ids::uuid[], :ats::timestamptz[], :lats::float8[], :lons::float8[], :accuracies::float8[],
            :speeds::float8[], :problems::text[], :received_ats::timestamptz[])
     AS f (unit_id, at, lat, lon, accuracy, speed, problem, received_at)
ON CONFLICT DO NOTHING;

-- name: believe_track(unit_id, since, until)!
-- Mark fixes as trusted: they contradicted the earlier position, and were right.
UPDATE track SET problem = NULL
WHERE unit_id = :unit_id AND at BETWEEN :since AND :until AND problem = 'implausible_speed';

-- name: keep_batches(station_id, account_ids, ids, hashes, answers, now)!
-- Store the answers to batches of fixes, for retries.
INSERT INTO position_batch (account_id, id, station_id, content_hash, answer, at)
SELECT b.account_id, b.id, :station_id, b.hash, b.answer, :now
FROM unnest(:account_ids::uuid[], :ids::uuid[], :hashes::bytea[], :answers::bytea[]) AS b (account_id, id, hash, answer)
ON CONFLICT DO NOTHING;

-- name: read_batches(account_ids, ids)
-- The stored answers to batches of fixes.
SELECT b.account_id, b.id, b.content_hash, b.answer
FROM unnest(:account_ids::uuid[], :ids::uuid[]) AS w (account_id, id)
JOIN position_batch b ON b.account_id = w.account_id AND b.id = w.id;

-- name: awaited_arrivals(unit_ids)
-- Scenes where the units are expected or have reported arrival, but with no geofence arrival yet.
SELECT a.unit_id, a.id AS assignment_id, a.incident_id, a.offered_at, ST_Y(i.position::geometry) AS lat,
       ST_X(i.position::geometry) AS lon
FROM assignment a JOIN incident i ON i.id = a.incident_id
WHERE a.unit_id = ANY (:unit_ids::uuid[]) AND a.state IN ('accepted', 'en_route', 'arrived')
  AND NOT EXISTS (SELECT FROM time_point t WHERE t.assignment_id = a.id AND t.kind = 'arrived' AND t.source = 'geofence');

-- name: recent_track(lon, lat, unit_id, since)
-- The unit's last trusted fixes with their distance to a place in metres, oldest first, for the arrival geofence.
SELECT t.at, ST_Distance(t.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS distance_m,
       t.accuracy, t.speed
FROM track t WHERE t.unit_id = :unit_id AND t.at > :since AND t.problem IS NULL
  AND t.at < :since::timestamptz + interval '1 day'  -- so that only this month's partition is searched
ORDER BY t.at;

-- name: arrivals_of(incident_ids, fresh)
-- Button and geofence times of each arrival, by the phone's clock, and where the unit was when the button was pressed.
SELECT a.id AS assignment_id, a.incident_id, i.reference, a.unit_id, u.callsign, a.ended_at, w.button_at,
       w.geofence_at, f.at AS fix_at, f.distance_m, f.accuracy, f.speed
FROM incident i JOIN assignment a ON a.incident_id = i.id JOIN unit u ON u.id = a.unit_id
JOIN LATERAL (
    SELECT min(least(t.phone_at, t.server_at)) FILTER (WHERE t.source IN ('officer', 'operator')) AS button_at,
           min(least(t.phone_at, t.server_at)) FILTER (WHERE t.source = 'geofence') AS geofence_at
    FROM incident_time_point t
    WHERE t.incident_id = i.id AND t.assignment_id = a.id AND t.kind = 'arrived') w
  ON w.button_at IS NOT NULL OR w.geofence_at IS NOT NULL
LEFT JOIN LATERAL (
    SELECT t.at, ST_Distance(t.position, i.position) AS distance_m, t.accuracy, t.speed
    FROM track t
    WHERE t.unit_id = a.unit_id AND t.problem IS NULL
      AND t.at BETWEEN w.button_at - :fresh::interval AND w.button_at + interval '5 seconds'
    ORDER BY t.at DESC LIMIT 1) f ON true
WHERE i.id = ANY (:incident_ids::uuid[])
ORDER BY i.received_at, a.offered_at;

-- name: incidents_of_period(station_id, since, until)
-- Drills and merged cases never count.
SELECT id FROM incident
WHERE station_id = :station_id AND received_at >= :since AND received_at < :until AND NOT drill AND state <> 'merged';

-- name: hasten_forecasts(unit_ids, now, measured_before)!
-- The units have moved: make the forecasts of their jobs due now, unless they were just done.
UPDATE deadline d SET due_at = :now
FROM assignment a
WHERE a.unit_id = ANY (:unit_ids::uuid[]) AND a.state IN ('accepted', 'en_route') AND a.eta_at < :measured_before
  AND d.kind = 'forecast' AND d.subject_id = a.incident_id AND d.due_at > :now;
