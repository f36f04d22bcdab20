-- name: lock_fixes(unit_id)^
-- Serialise one unit's batches. Not by locking the unit's row, which dispatch decisions hold while they wait for what
-- an arrival references. Pings need not be on disk when they are answered.
SELECT set_config('synchronous_commit', 'off', true) AS synchronous_commit,
       pg_advisory_xact_lock(hashtextextended('fixes ' || :unit_id::uuid::text, 0))::text AS locked;

-- name: read_position(unit_id, actor_id, now)^
-- The position that dispatch uses, any doubts about it, and whether to look for an arrival. For a unit driven by a
-- demo's simulated officer: who is calling, and whether a person's phone has been heard from lately.
SELECT u.kind, l.shift_started_at, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon, l.fix_at,
       l.accuracy, l.speed, l.doubtful_reason, l.doubtful_since, l.doubtful_seen_at,
       l.status IN ('accepted', 'en_route', 'arrived') AS expected,
       EXISTS (SELECT FROM account a WHERE a.id = :actor_id AND a.simulated) AS asked_by_simulated,
       EXISTS (SELECT FROM shift s JOIN account a ON a.id = s.account_id
               WHERE s.unit_id = u.id AND s.ended_at IS NULL AND a.simulated) AS simulated,
       EXISTS (SELECT FROM shift s JOIN account a ON a.id = s.account_id JOIN position_batch b ON b.account_id = a.id
               WHERE s.unit_id = u.id AND s.ended_at IS NULL AND NOT a.simulated AND b.at > :now::timestamptz - interval '10 min')
       AS person_heard
FROM unit u JOIN unit_live l ON l.unit_id = u.id WHERE u.id = :unit_id;

-- name: track_between(unit_id, since, until)
-- Where a unit was, including untrusted fixes.
SELECT t.at, ST_Y(t.position::geometry) AS lat, ST_X(t.position::geometry) AS lon, t.accuracy, t.speed, t.problem,
       t.received_at
FROM track t WHERE t.unit_id = :unit_id AND t.at BETWEEN :since AND :until ORDER BY t.at;

-- name: save_position(lon, lat, at, accuracy, speed, heading, unit_id)!
-- Update the position; an older fix never overwrites a newer one.
UPDATE unit_live SET position = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, fix_at = :at,
       accuracy = :accuracy, speed = :speed, heading = :heading
WHERE unit_id = :unit_id AND (fix_at IS NULL OR fix_at < :at);

-- name: save_doubt(reason, since, seen_at, unit_id)!
-- Update whether a unit's position is doubtful, and since when.
UPDATE unit_live SET doubtful_reason = :reason, doubtful_since = :since, doubtful_seen_at = :seen_at
WHERE unit_id = :unit_id;

-- name: add_track(unit_id, station_id, ats, lats, lons, accuracies, speeds, problems, now)!
-- Store fixes, trusted or not; duplicates are dropped.
INSERT INTO track (unit_id, station_id, at, position, accuracy, speed, problem, received_at)
SELECT :unit_id, :station_id, f.at, ST_SetSRID(ST_MakePoint(f.lon, f.lat), 4326)::geography, f.accuracy, f.speed,
       f.problem, :now
FROM unnest(:ats::timestamptz[], :lats::float8[], :lons::float8[], :accuracies::float8[], :speeds::float8[],
            :problems::text[]) AS f (at, lat, lon, accuracy, speed, problem)
ON CONFLICT DO NOTHING;

-- name: believe_track(unit_id, since, until)!
-- Mark fixes as trusted: they contradicted the earlier position, and were right.
UPDATE track SET problem = NULL
WHERE unit_id = :unit_id AND at BETWEEN :since AND :until AND problem = 'implausible_speed';

-- name: keep_batch(account_id, id, station_id, hash, answer, now)!
-- Store the answer to a batch of fixes, for a retry.
INSERT INTO position_batch (account_id, id, station_id, content_hash, answer, at)
VALUES (:account_id, :id, :station_id, :hash, :answer, :now) ON CONFLICT DO NOTHING;

-- name: read_batch(account_id, id)^
-- The stored answer to a batch of fixes.
SELECT content_hash, answer FROM position_batch WHERE account_id = :account_id AND id = :id;

-- name: awaited_arrivals(unit_id)
-- Scenes where the unit is expected or has reported arrival, but with no geofence arrival yet.
SELECT a.id AS assignment_id, a.incident_id, a.offered_at, ST_Y(i.position::geometry) AS lat,
       ST_X(i.position::geometry) AS lon
FROM assignment a JOIN incident i ON i.id = a.incident_id
WHERE a.unit_id = :unit_id AND a.state IN ('accepted', 'en_route', 'arrived')
  AND NOT EXISTS (SELECT FROM time_point t WHERE t.assignment_id = a.id AND t.kind = 'arrived' AND t.source = 'geofence');

-- name: recent_track(lon, lat, unit_id, since)
-- The unit's last trusted fixes with their distance to a place in metres, oldest first, for the arrival geofence.
SELECT t.at, ST_Distance(t.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS distance_m,
       t.accuracy, t.speed
FROM track t WHERE t.unit_id = :unit_id AND t.at > :since AND t.problem IS NULL ORDER BY t.at;

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

-- name: hasten_forecast(unit_id, now, measured_before)!
-- The unit has moved: make the forecast of its job due now, unless it was just done.
UPDATE deadline d SET due_at = :now
FROM assignment a
WHERE a.unit_id = :unit_id AND a.state IN ('accepted', 'en_route') AND a.eta_at < :measured_before
  AND d.kind = 'forecast' AND d.subject_id = a.incident_id AND d.due_at > :now;
