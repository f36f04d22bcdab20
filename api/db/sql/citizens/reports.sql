-- name: add_report(id, station_id, kind, description, lon, lat, accuracy, contact, safe_to_call, silent, language, covered, over_limit, content_hash, sender, hazards, injured, secret_hash, about_police, now)!
-- Store a citizen's report; does nothing if the id is already known.
INSERT INTO report (id, station_id, kind, description, position, accuracy, contact, safe_to_call, silent, language,
                    covered, over_limit, content_hash, sender, hazards, injured, secret_hash,
                    about_police, created_at)
VALUES (:id, :station_id, :kind, :description, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :accuracy,
        :contact, :safe_to_call, :silent, :language, :covered, :over_limit, :content_hash, :sender,
        :hazards, :injured, :secret_hash, :about_police, :now)
ON CONFLICT DO NOTHING;

-- name: join_report(incident_id, id)!
-- The incident that a report belongs to.
UPDATE report SET incident_id = :incident_id WHERE id = :id;

-- name: report_station(id)$
-- The station of a report. Looks across stations, through a function that only reads.
SELECT report_station(:id);

-- name: read_report(id)^
-- One report, for its sender and its followers.
SELECT r.id, r.station_id, r.incident_id, r.kind, r.description, ST_Y(r.position::geometry) AS lat,
       ST_X(r.position::geometry) AS lon, r.accuracy, r.contact, r.safe_to_call, r.silent, r.language, r.covered,
       r.over_limit, r.content_hash, r.sender, r.hazards, r.injured, r.secret_hash, r.created_at, r.safe_at, r.cancelled_at
FROM report r WHERE r.id = :id;

-- name: reports_of_incident(incident_id)
-- The reports on the desk of one case, with contact and accuracy; also those of the case that another station has handed
-- over as this one, which row security lets through while it is shared.
WITH RECURSIVE line AS (
    SELECT i.id, i.aids FROM incident i WHERE i.id = :incident_id
    UNION SELECT i.id, i.aids FROM incident i JOIN line l ON i.id = l.aids
)
SELECT r.id, r.station_id, r.incident_id, r.kind, r.description, ST_Y(r.position::geometry) AS lat,
       ST_X(r.position::geometry) AS lon, r.accuracy, r.contact, r.safe_to_call, r.silent, r.language, r.covered,
       r.over_limit, r.content_hash, r.sender, r.hazards, r.injured, r.secret_hash, r.created_at, r.safe_at, r.cancelled_at
FROM report r WHERE r.incident_id = ANY (ARRAY(SELECT l.id FROM line l)) ORDER BY r.created_at;

-- name: messages_of(report_ids)
-- Messages between sender and radio room, in order.
SELECT m.report_id, m.sender, m.text, m.at FROM report_message m
WHERE m.report_id = ANY (:report_ids::uuid[]) ORDER BY m.at;

-- name: photos_of(report_ids)
-- Ids of the photos of some reports, in order; the pictures themselves are read one by one.
SELECT p.id, p.report_id FROM report_photo p WHERE p.report_id = ANY (:report_ids::uuid[]) ORDER BY p.at;

-- name: photo_digests(report_ids)
-- SHA-256 of each photo: whether two reports show the same picture.
SELECT p.report_id, sha256(p.jpeg) AS digest FROM report_photo p WHERE p.report_id = ANY (:report_ids::uuid[]);

-- name: add_message(station_id, report_id, sender, text, now)!
-- Add a message from the sender or the radio room.
INSERT INTO report_message (station_id, report_id, sender, text, at)
VALUES (:station_id, :report_id, :sender, :text, :now);

-- name: add_photo(id, station_id, report_id, jpeg, now)!
-- Add a photo to a report, already re-encoded.
INSERT INTO report_photo (id, station_id, report_id, jpeg, at) VALUES (:id, :station_id, :report_id, :jpeg, :now);

-- name: count_photos(report_id)$
-- How many photos a report has.
SELECT count(*) FROM report_photo WHERE report_id = :report_id;

-- name: photo_of_unit(id, unit_id)$
-- Whether the photo belongs to a case that the unit holds or is being offered.
SELECT EXISTS (SELECT FROM report_photo p JOIN report r ON r.id = p.report_id
               JOIN assignment a ON a.incident_id = r.incident_id
               WHERE p.id = :id AND a.unit_id = :unit_id AND a.state IN ('offered', 'accepted', 'en_route', 'arrived'));

-- name: read_photo(id, reader)$
-- The picture itself, if its case is not hidden from the reader.
SELECT p.jpeg FROM report_photo p JOIN report r ON r.id = p.report_id LEFT JOIN incident i ON i.id = r.incident_id
WHERE p.id = :id AND (i.id IS NULL OR may_see(i.id, i.about_police, :reader::uuid));

-- name: move_report(lon, lat, accuracy, id)!
-- Update the sender's position.
UPDATE report SET position = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, accuracy = :accuracy WHERE id = :id;

-- name: mark_report_safe(now, id)!
-- Record that the sender is safe; the first time is kept.
UPDATE report SET safe_at = coalesce(safe_at, :now) WHERE id = :id;

-- name: mark_report_cancelled(now, id)!
-- Record that the sender cancels the report; the first time is kept.
UPDATE report SET cancelled_at = coalesce(cancelled_at, :now) WHERE id = :id;
