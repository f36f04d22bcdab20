-- name: nearby_incidents(station_id, lon, lat, reach_m, since, sender)
-- Active incidents of the station with a sighting nearby, each with its nearest sighting and when it was last reported;
-- none about the police, or the others' reports would be hidden with it.
SELECT i.id AS incident_id, i.kind, i.priority, i.drill,
       min(ST_Distance(s.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography)) AS distance_m,
       max(s.at) AS heard_at, coalesce(i.sender = :sender::bytea, false) AS same_sender
FROM incident i JOIN sighting s ON s.incident_id = i.id
WHERE i.station_id = :station_id AND i.state NOT IN ('closed', 'cancelled', 'merged')
  AND NOT i.about_police
  AND EXISTS (SELECT FROM sighting r WHERE r.incident_id = i.id AND r.at > :since)
GROUP BY i.id, i.kind, i.priority, i.drill, i.sender
HAVING min(ST_Distance(s.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography)) <= :reach_m;

-- name: add_change(station_id, incident_id, other_id, kind, sighting_ids, at, by)!
-- Record a merge or a split, so that it can be undone.
INSERT INTO incident_change (station_id, incident_id, other_id, kind, sighting_ids, at, by)
VALUES (:station_id, :incident_id, :other_id, :kind, :sighting_ids, :at, :by);

-- name: last_change_of(incident_id)^
-- The newest merge or split of an incident, on either side of it, that has not been undone.
SELECT id, incident_id, other_id, kind, sighting_ids, at FROM incident_change
WHERE (incident_id = :incident_id OR other_id = :incident_id) AND undone_at IS NULL AND kind <> 'join'
ORDER BY at DESC, id LIMIT 1 FOR UPDATE;

-- name: changes_of(incident_ids)
-- The merges and splits that these incidents were part of.
SELECT c.id, c.incident_id, c.other_id, o.reference AS other_reference, i.reference, c.kind, c.at,
       a.display_name AS by, c.undone_at
FROM incident_change c JOIN incident i ON i.id = c.incident_id LEFT JOIN incident o ON o.id = c.other_id
LEFT JOIN account a ON a.id = c.by
WHERE c.incident_id = ANY (:incident_ids::uuid[]) OR c.other_id = ANY (:incident_ids::uuid[]) ORDER BY c.at, c.id;

-- name: undo_change(id, by, now)!
-- Record that a merge or a split was undone.
UPDATE incident_change SET undone_at = :now, undone_by = :by WHERE id = :id;

-- name: reopen_incident(id)!
-- Reopen an incident as if it had never ended.
UPDATE incident SET state = 'open', forecast = 'unassigned', ended_at = NULL, merged_into = NULL, disposition = NULL,
       closing_note = NULL
WHERE id = :id AND state IN ('merged', 'closed');
