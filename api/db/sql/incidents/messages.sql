-- name: add_incident_message(id, station_id, incident_id, by, unit_id, text, now)!
-- A message between the radio room and the units of a case; does nothing if the id is known.
INSERT INTO incident_message (id, station_id, incident_id, by, unit_id, text, at)
VALUES (:id, :station_id, :incident_id, :by, :unit_id, :text, :now) ON CONFLICT DO NOTHING;

-- name: incident_messages_of(incident_id)
-- The messages of a case, in order, with who wrote them.
SELECT g.id, g.unit_id, u.callsign, a.display_name AS by, g.text, g.at, g.read_at
FROM incident_message g JOIN account a ON a.id = g.by LEFT JOIN unit u ON u.id = g.unit_id
WHERE g.incident_id = :incident_id ORDER BY g.at, g.id;

-- name: one_incident_message(id)^
-- What a repeated message is compared with.
SELECT g.incident_id, g.by, g.text FROM incident_message g WHERE g.id = :id;

-- name: read_incident_messages(incident_id, by_unit, now)!
-- The other side has them on a screen: the units' messages are read by the radio room, and its own by a unit.
UPDATE incident_message SET read_at = :now
WHERE incident_id = :incident_id AND read_at IS NULL AND (unit_id IS NULL) = :by_unit::boolean;
