-- name: neighbour_units(lon, lat, most)
-- The nearest free units of stations that lend theirs. Looks across stations, through a function that only reads.
SELECT station_id, name_th, name_en, unit_id, callsign, kind, status, fix_at, lat, lon, shift_started_at, push_seen_at,
       stream_seen_at, crew, capabilities
FROM neighbour_units(:lon, :lat, :most);

-- name: add_aid(id, station_id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, asked_at, asked_by)!
-- Ask a neighbouring station for a unit.
INSERT INTO incident_aid (id, station_id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, asked_at,
                          asked_by)
VALUES (:id, :station_id, :incident_id, :to_station_id, :aid_incident_id, :to_name_th, :to_name_en, :asked_at, :asked_by);

-- name: aid_of(incident_ids)
-- The aid requested from neighbours for these incidents, and how far their units are.
SELECT id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, asked_at, callsign, accepted_at,
       arrives_at, arrived_at, ended_at
FROM incident_aid WHERE incident_id = ANY (:incident_ids::uuid[]) ORDER BY asked_at;

-- name: link_aid(aids, id)!
-- Record in the neighbour's incident which one it is a proxy for.
UPDATE incident SET aids = :aids WHERE id = :id;

-- name: report_aid(aid_incident_id, callsign, accepted_at, arrives_at, arrived_at, ended_at)^
-- Record the neighbour's unit's progress; returns the incident it helps with, and its station.
UPDATE incident_aid SET callsign = :callsign, accepted_at = coalesce(accepted_at, :accepted_at),
       arrives_at = :arrives_at, arrived_at = :arrived_at, ended_at = coalesce(ended_at, :ended_at)
WHERE aid_incident_id = :aid_incident_id RETURNING station_id, incident_id;
