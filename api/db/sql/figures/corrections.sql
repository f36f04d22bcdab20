-- name: rides_of(station_id, since, zone)
-- Rides by road that ended at the scene: the time predicted when the unit was asked, and the actual time from
-- acceptance.
SELECT u.kind, extract(hour FROM t.accepted_at AT TIME ZONE :zone::text)::int AS hour, a.predicted_seconds,
       extract(epoch FROM t.arrived_at - t.accepted_at)::float8 AS real_seconds
FROM assignment a JOIN unit u ON u.id = a.unit_id JOIN incident i ON i.id = a.incident_id
CROSS JOIN LATERAL (
    SELECT min(p.server_at) FILTER (WHERE p.kind = 'accepted') AS accepted_at,
           min(coalesce(p.phone_at, p.server_at)) FILTER (WHERE p.kind = 'arrived') AS arrived_at
    FROM incident_time_point p WHERE p.assignment_id = a.id AND p.station_id = :station_id) t
WHERE a.station_id = :station_id AND a.offered_at > :since AND a.predicted_seconds IS NOT NULL AND NOT i.drill
  AND a.state IN ('arrived', 'cleared') AND t.arrived_at > t.accepted_at;

-- name: forget_corrections(station_id)!
-- Delete the learned factors, before they are learned again.
DELETE FROM travel_correction WHERE station_id = :station_id;

-- name: save_correction(station_id, kind, hour, factor, rides, now)!
-- Store the factor learned for one kind of unit in one hour of the day.
INSERT INTO travel_correction (station_id, kind, hour, factor, rides, learned_at)
VALUES (:station_id, :kind, :hour, :factor, :rides, :now);

-- name: corrections_of(station_id)
-- The factors in force at a station.
SELECT kind, hour, factor, rides FROM travel_correction WHERE station_id = :station_id ORDER BY kind, hour;

-- name: ride_of(assignment_id)^
-- One ride so far: its predicted time, and when it was accepted.
SELECT a.predicted_seconds * a.correction AS predicted_seconds,
       (SELECT min(p.server_at) FROM time_point p WHERE p.assignment_id = a.id AND p.kind = 'accepted') AS accepted_at
FROM assignment a WHERE a.id = :assignment_id;
