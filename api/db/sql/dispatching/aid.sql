-- name: neighbour_units(lon, lat, most)
-- The nearest free units of stations that lend theirs. Looks across stations, through a function that only reads.
SELECT station_id, name_th, name_en, unit_id, callsign, kind, status, fix_at, lat, lon, shift_started_at, push_seen_at,
       stream_seen_at, crew, capabilities
FROM neighbour_units(:lon, :lat, :most);

-- name: stations_near(lon, lat, most)
-- Other stations by how far their areas are from a place. Looks across stations, through a function that only reads.
SELECT id, name_th, name_en, inside, distance_m FROM stations_near(:lon, :lat, :most);

-- name: add_aid(id, station_id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, hand_over, reason, from_name_th, from_name_en, from_reference, priority, asked_at, asked_by)!
-- Ask another station for a unit, or to take the case over.
INSERT INTO incident_aid (id, station_id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, hand_over,
                          reason, from_name_th, from_name_en, from_reference, priority, asked_at, asked_by)
VALUES (:id, :station_id, :incident_id, :to_station_id, :aid_incident_id, :to_name_th, :to_name_en, :hand_over, :reason,
        :from_name_th, :from_name_en, :from_reference, :priority, :asked_at, :asked_by);

-- name: aid_of(incident_ids)
-- What was requested from other stations for these incidents, and how far their units are.
SELECT id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en, asked_at, callsign, accepted_at,
       arrives_at, arrived_at, ended_at, hand_over, reason, answer, answer_reason, answered_at
FROM incident_aid WHERE incident_id = ANY (:incident_ids::uuid[]) ORDER BY asked_at;

-- name: askers_of(incident_ids)
-- Which other station's case each of these stands for here, and what was asked.
SELECT h.aid_incident_id AS incident_id, h.station_id, h.incident_id AS asked_for_id, h.from_name_th AS name_th,
       h.from_name_en AS name_en, h.from_reference AS reference, h.asked_at, h.hand_over, h.reason, h.answer,
       h.answered_at
FROM incident_aid h WHERE h.aid_incident_id = ANY (:incident_ids::uuid[]);

-- name: hand_over_to(station_id, incident_id)^
-- The newest hand-over of a case to this station, by the giver's id of the case or by ours.
SELECT h.aid_incident_id AS incident_id, h.station_id, h.incident_id AS asked_for_id, h.from_name_th AS name_th,
       h.from_name_en AS name_en, h.from_reference AS reference, h.asked_at, h.hand_over, h.reason, h.answer,
       h.answered_at
FROM incident_aid h
WHERE h.hand_over AND h.to_station_id = :station_id AND :incident_id IN (h.incident_id, h.aid_incident_id)
ORDER BY h.asked_at DESC LIMIT 1;

-- name: open_hand_overs(station_id)
-- Hand-overs between the stations of a province that wait for an answer, the oldest first.
SELECT h.id, h.priority, h.from_reference AS reference, h.from_name_th, h.from_name_en, h.to_name_th, h.to_name_en,
       h.asked_at
FROM incident_aid h JOIN station s ON s.id = h.station_id
WHERE s.province_id = :station_id AND h.hand_over AND h.answer IS NULL AND h.ended_at IS NULL
ORDER BY h.asked_at;

-- name: answer_hand_over(aid_incident_id, answer, reason, now)!
-- Answer it, once.
UPDATE incident_aid SET answer = :answer, answer_reason = :reason, answered_at = :now
WHERE aid_incident_id = :aid_incident_id AND hand_over AND answer IS NULL AND ended_at IS NULL;

-- name: link_aid(aids, id)!
-- Record in the other station's incident which one it is a proxy for.
UPDATE incident SET aids = :aids WHERE id = :id;

-- name: share_incident(incident_id, station_id, to_station_id, by, until)!
-- Let another station read a case, with its reports; a time in the past ends that.
INSERT INTO incident_share (incident_id, station_id, to_station_id, shared_by, expires_at)
VALUES (:incident_id, :station_id, :to_station_id, :by, :until)
ON CONFLICT (incident_id, to_station_id) DO UPDATE SET expires_at = excluded.expires_at;

-- name: province_of(station_id)$
-- The office of a station's province. Looks across stations, through a function that only reads.
SELECT province_of(:station_id);

-- name: report_aid(aid_incident_id, callsign, accepted_at, arrives_at, arrived_at, ended_at)^
-- Record the other station's unit's progress; returns the incident it helps with, its station, and whether that has
-- handed it over.
UPDATE incident_aid SET callsign = :callsign, accepted_at = coalesce(accepted_at, :accepted_at),
       arrives_at = :arrives_at, arrived_at = :arrived_at, ended_at = coalesce(ended_at, :ended_at)
WHERE aid_incident_id = :aid_incident_id RETURNING station_id, incident_id, answer = 'accepted' AS handed_over;
