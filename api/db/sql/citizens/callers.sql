-- name: add_caller_location(station_id, incident_id, report_id, number, source, method, lat, lon, accuracy, floor, phone, located_at, now)!
-- Where a caller's phone says it is.
INSERT INTO caller_location (station_id, incident_id, report_id, number, source, method, lat, lon, accuracy, floor, phone,
                             located_at, received_at)
VALUES (:station_id, :incident_id, :report_id, :number, :source, :method, :lat, :lon, :accuracy, :floor, :phone,
        :located_at, :now);

-- name: case_of_number(station_id, number, since)$
-- The newest active case whose caller has this number.
SELECT i.id FROM incident i
WHERE i.station_id = :station_id AND i.state NOT IN ('closed', 'cancelled', 'merged') AND i.received_at >= :since
  AND strpos(regexp_replace(regexp_replace(i.caller, '\D', '', 'g'), '^(00)?66', '0'), :number::text) > 0
ORDER BY i.received_at DESC LIMIT 1;

-- name: match_caller_locations(station_id, incident_id, numbers, since)!
-- What phones with these numbers have just said of themselves belongs to this case.
UPDATE caller_location SET incident_id = :incident_id
WHERE station_id = :station_id AND incident_id IS NULL AND number = ANY (:numbers::text[]) AND received_at >= :since;

-- name: caller_locations(incident_id)
-- Where the caller's phone was, the newest first.
SELECT l.id, l.source, l.method, l.number, l.lat, l.lon, l.accuracy, l.floor, l.located_at, l.received_at,
       dense_rank() OVER (ORDER BY l.phone)::int AS phone_number
FROM caller_location l WHERE l.incident_id = :incident_id ORDER BY l.received_at DESC LIMIT 50;

-- name: unmatched_caller_locations(station_id, since)
-- Phones that have just called and belong to no case yet: the newest word of each number.
SELECT * FROM (
    SELECT DISTINCT ON (coalesce(l.number, l.id::text)) l.id, l.source, l.method, l.number, l.lat, l.lon, l.accuracy,
           l.floor, l.located_at, l.received_at, 1 AS phone_number
    FROM caller_location l
    WHERE l.station_id = :station_id AND l.incident_id IS NULL AND l.received_at >= :since
    ORDER BY coalesce(l.number, l.id::text), l.received_at DESC) newest
ORDER BY received_at DESC LIMIT 20;

-- name: add_caller_link(report_id, station_id, incident_id, code, sent_to, by, now, expires_at)!
-- A link for the caller's phone.
INSERT INTO caller_link (report_id, station_id, incident_id, code, sent_to, made_by, made_at, expires_at)
VALUES (:report_id, :station_id, :incident_id, :code, :sent_to, :by, :now, :expires_at);

-- name: link_of(report_id)^
-- A link by its report, with how the case stands.
SELECT l.report_id, l.incident_id, l.code, l.sent_to, l.made_at, l.expires_at, l.code_used_at, l.opened_at,
       i.reference, i.ended_at IS NOT NULL AS case_ended
FROM caller_link l JOIN incident i ON i.id = l.incident_id WHERE l.report_id = :report_id;

-- name: newest_link(incident_id)^
-- The link of a case that was made last.
SELECT l.report_id, l.incident_id, l.code, l.sent_to, l.made_at, l.expires_at, l.code_used_at, l.opened_at,
       i.reference, i.ended_at IS NOT NULL AS case_ended
FROM caller_link l JOIN incident i ON i.id = l.incident_id WHERE l.incident_id = :incident_id
ORDER BY l.made_at DESC LIMIT 1;

-- name: link_by_code(code, now)^
-- Whose link a code opens. Looks across stations, through a function that only reads.
SELECT report_id, station_id FROM caller_link_by_code(:code, :now);

-- name: use_code(report_id, now)!
-- A code is good once.
UPDATE caller_link SET code_used_at = :now, opened_at = coalesce(opened_at, :now)
WHERE report_id = :report_id AND code_used_at IS NULL;

-- name: link_opened(report_id, now)!
-- The caller has opened it; the first time is kept.
UPDATE caller_link SET opened_at = :now WHERE report_id = :report_id AND opened_at IS NULL;

-- name: end_link(incident_id, now)!
-- End the links of a case.
UPDATE caller_link SET expires_at = :now WHERE incident_id = :incident_id AND expires_at > :now;
