-- name: add_incident(id, station_id, reference, kind, priority, verified, lon, lat, place, place_by_position, note, caller, received_at, target_seconds, due_at, units_wanted, crew_wanted, capabilities, drill, demo, hazards, sender, over_limit, h3, dispatching, request_id, about_police, source, source_reference, entered_at, said, numbers, same_address_m)^
-- Add a case. Nobody else can see it yet, so it is as good as locked. Whoever has declared its place, or somebody it
-- speaks of, must not handle it; one about the police is seen by the commanders, or else the operators.
WITH conflicted AS (
    SELECT DISTINCT ON (d.account_id) d.account_id, d.id, d.household FROM conflict_declaration d
    WHERE d.station_id = :station_id AND d.ended_at IS NULL
      AND (ST_DWithin(d.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :same_address_m)
           OR d.phone = ANY (:numbers::text[])
           OR (d.kind = 'person' AND strpos(:said::text, lower(d.words)) > 0))
    ORDER BY d.account_id, d.household DESC
), recused AS (
    INSERT INTO incident_recusal (station_id, incident_id, account_id, declaration_id, household, at)
    SELECT :station_id, :id, c.account_id, c.id, c.household, now() FROM conflicted c RETURNING account_id
), readers AS (
    INSERT INTO incident_reader (station_id, incident_id, account_id, at)
    SELECT :station_id, :id, a.id, now() FROM account a
    WHERE :about_police::boolean AND a.station_id = :station_id AND a.disabled_at IS NULL
      AND a.id NOT IN (SELECT c.account_id FROM conflicted c)
      AND (a.role = 'commander' OR (a.role = 'operator' AND NOT EXISTS (
            SELECT FROM account c WHERE c.station_id = :station_id AND c.role = 'commander' AND c.disabled_at IS NULL)))
)
INSERT INTO incident AS i (id, station_id, reference, kind, priority, state, verified, position, place, place_by_position, note, caller,
                      received_at, target_seconds, due_at, units_wanted, crew_wanted, capabilities, drill, demo, hazards,
                      sender, over_limit, h3, dispatching, request_id, about_police, source, source_reference, entered_at)
VALUES (:id, :station_id, :reference, :kind, :priority, 'open', :verified,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :place, :place_by_position, :note, :caller, :received_at, :target_seconds,
        :due_at, :units_wanted, :crew_wanted, :capabilities, :drill, :demo, :hazards, :sender, :over_limit, :h3,
        :dispatching, :request_id, :about_police, :source, :source_reference, :entered_at)
RETURNING i.id, i.reference, i.kind, i.priority, i.state, i.verified, ST_Y(i.position::geometry) AS lat,
          ST_X(i.position::geometry) AS lon, i.place, i.place_by_position, i.received_at, i.due_at, i.units_wanted, i.first_arrived_at,
          i.merged_into, i.forecast, i.note, i.caller, i.target_seconds, i.drill, i.demo, i.h3, i.dispatching, i.aids,
          i.over_limit, i.hazards, i.version, i.opened_at, i.ended_at, i.disposition, i.crew_wanted, i.capabilities,
          i.bumped, i.about_police, i.source, i.source_reference, EXISTS (SELECT FROM recused) AS recused,
          false AS awaits_safety;

-- name: lock_incident(id, reader)^
-- An incident to act on, locked: after the station's lock and before any unit's. Rows that reference it may still be
-- added meanwhile (a position's arrival holds its unit and must not wait). `reader`: for whom, if for a person; what is
-- hidden from them is not found.
SELECT i.id, i.reference, i.kind, i.priority, i.state, i.verified, ST_Y(i.position::geometry) AS lat,
       ST_X(i.position::geometry) AS lon, i.place, i.place_by_position, i.received_at, i.due_at, i.units_wanted, i.first_arrived_at,
       i.merged_into, i.forecast, i.note, i.caller, i.target_seconds, i.drill, i.demo, i.h3, i.dispatching, i.aids,
       i.over_limit, i.hazards, i.version, i.opened_at, i.ended_at, i.disposition, i.crew_wanted, i.capabilities,
       i.bumped, i.about_police, i.source, i.source_reference, EXISTS (SELECT FROM incident_recusal r WHERE r.incident_id = i.id) AS recused,
       EXISTS (SELECT FROM officer_emergency e WHERE e.incident_id = i.id AND e.over_at IS NULL) AS awaits_safety
FROM incident i WHERE i.id = :id AND may_see(i.id, i.about_police, :reader::uuid) FOR NO KEY UPDATE OF i;

-- name: read_incidents(station_id, ids, active, state, unit_id, before, most)
-- Incidents by id, or all active ones, or those in one state, or those of a unit: newest first.
SELECT i.id, i.reference, i.kind, i.priority, i.state, i.verified, ST_Y(i.position::geometry) AS lat,
       ST_X(i.position::geometry) AS lon, i.place, i.place_by_position, i.note, i.caller, i.received_at, i.due_at, i.target_seconds,
       i.forecast, i.units_wanted, i.crew_wanted, i.capabilities, i.bumped, i.drill, i.demo, i.aids, i.merged_into, i.first_arrived_at,
       i.ended_at, i.disposition, i.hazards, i.over_limit, i.dispatching, i.opened_at, i.version, i.restored_at,
       i.about_police, i.source, i.source_reference, i.entered_at, q.account_id IS NOT NULL AS conflicted, coalesce(q.household, false) AS household,
       (SELECT d.due_at FROM deadline d WHERE d.kind = 'report_unheard' AND d.subject_id = i.id
        AND NOT i.dispatching) AS offered_by_itself_at
FROM incident i LEFT JOIN incident_recusal q
  ON q.incident_id = i.id AND q.account_id = NULLIF(current_setting('sipha.reader', true), '')::uuid
WHERE (:station_id::uuid IS NULL OR i.station_id = :station_id)
  AND (:ids::uuid[] IS NULL OR i.id = ANY (:ids::uuid[]))
  AND (NOT :active::boolean OR i.state NOT IN ('closed', 'cancelled', 'merged'))
  AND (:state::text IS NULL OR i.state = :state)
  AND (:unit_id::uuid IS NULL OR EXISTS (
        SELECT FROM assignment a WHERE a.incident_id = i.id AND a.unit_id = :unit_id
        AND a.state IN ('offered', 'accepted', 'en_route', 'arrived', 'cleared')))
  AND (:before::timestamptz IS NULL OR i.received_at < :before)
ORDER BY i.received_at DESC LIMIT :most;

-- name: find_incidents(station_id, words, since, until, kind, unit_id, caller, digits, before, most)
-- Cases of a station, newest first, by words in reference, place and notes; by who called, in letters or digits of the
-- number; by the unit that was on it.
SELECT i.id FROM incident i
WHERE i.station_id = :station_id
  AND (:since::timestamptz IS NULL OR i.received_at >= :since)
  AND (:until::timestamptz IS NULL OR i.received_at < :until)
  AND (:before::timestamptz IS NULL OR i.received_at < :before)
  AND (:kind::text IS NULL OR i.kind = :kind)
  AND (:words::text[] IS NULL OR NOT EXISTS (
        SELECT FROM unnest(:words::text[]) w
        WHERE strpos(lower(concat_ws(' ', i.reference, i.source_reference, i.place, i.note, i.closing_note)), w) = 0))
  AND (:unit_id::uuid IS NULL OR EXISTS (
        SELECT FROM assignment a WHERE a.incident_id = i.id AND a.unit_id = :unit_id
        AND a.state IN ('accepted', 'en_route', 'arrived', 'cleared')))
  AND (:caller::text IS NULL OR EXISTS (
        SELECT FROM (SELECT i.caller AS who UNION ALL SELECT r.contact FROM report r WHERE r.incident_id = i.id) c
        WHERE strpos(lower(c.who), :caller) > 0
           OR (:digits::text <> '' AND strpos(regexp_replace(c.who, '\D', '', 'g'), :digits) > 0)))
ORDER BY i.received_at DESC, i.id LIMIT :most;

-- name: active_incident_of_entry(station_id, entry_id)^
-- The open case about the same watchlist entry, if there is one that everybody sees.
SELECT i.id FROM incident i JOIN alert a ON a.incident_id = i.id
WHERE i.station_id = :station_id AND a.watchlist_entry_id = :entry_id AND NOT i.about_police
  AND i.state NOT IN ('closed', 'cancelled', 'merged')
ORDER BY i.received_at DESC LIMIT 1;

-- name: save_incident_state(state, forecast, ended_at, first_arrived_at, disposition, note, merged_into, id)!
-- Update an incident's state; ends and first arrivals are written once.
UPDATE incident SET state = :state, forecast = :forecast, ended_at = coalesce(ended_at, :ended_at),
       first_arrived_at = coalesce(first_arrived_at, :first_arrived_at),
       disposition = coalesce(:disposition, disposition), closing_note = coalesce(:note, closing_note),
       merged_into = coalesce(:merged_into, merged_into)
WHERE id = :id;

-- name: set_incident_forecast(forecast, id)!
-- Update the forecast from the newest travel times.
UPDATE incident SET forecast = :forecast WHERE id = :id;

-- name: verify_incident(id)!
-- Record that a person has verified it.
UPDATE incident SET verified = true WHERE id = :id;

-- name: open_incident_words(now, id)!
-- Record that the radio room has opened the citizen's report.
UPDATE incident SET opened_at = :now WHERE id = :id AND opened_at IS NULL;

-- name: hear_another(hazards, sender, over_limit, id)!
-- Another call about it: adds its hazards; the case no longer rests on one sender alone.
UPDATE incident SET hazards = (SELECT coalesce(array_agg(DISTINCT h ORDER BY h), '{}')
                               FROM unnest(hazards || :hazards::text[]) h),
       over_limit = over_limit AND :over_limit::boolean,
       sender = CASE WHEN sender = :sender::bytea THEN sender END
WHERE id = :id;

-- name: change_incident(kind, priority, place, place_by_position, lon, lat, note, caller, hazards, units_wanted, crew_wanted, capabilities, target_seconds, due_at, h3, id)!
-- Update what the radio room has corrected in a case, with the resulting target.
UPDATE incident SET kind = :kind, priority = :priority, place = :place, place_by_position = :place_by_position,
       note = :note, caller = :caller, position = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, hazards = :hazards, units_wanted = :units_wanted,
       crew_wanted = :crew_wanted, capabilities = :capabilities, target_seconds = :target_seconds, due_at = :due_at,
       h3 = :h3, version = version + 1
WHERE id = :id;

-- name: forget_arrival(first_arrived_at, id)!
-- Undo an arrival; `first_arrived_at` becomes the next one, if any.
UPDATE incident SET first_arrived_at = :first_arrived_at WHERE id = :id;

-- name: next_arrival(incident_id)$
-- The earliest remaining arrival, after another one was undone.
SELECT min(server_at) FROM incident_time_point WHERE incident_id = :incident_id AND kind = 'arrived' AND source <> 'geofence';

-- name: void_time_points(assignment_id, kind, by, now)!
-- Retract time points: adds a row that voids each one of this kind, whatever its source.
INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at, by, corrects, voids)
SELECT p.station_id, p.incident_id, p.assignment_id, p.kind, p.source, :now, :by, p.id, true
FROM incident_time_point p WHERE p.assignment_id = :assignment_id AND p.kind = :kind;

-- name: seek_units(id)!
-- Start seeking units for it.
UPDATE incident SET dispatching = true WHERE id = :id AND NOT dispatching;

-- name: seek_no_units(id)!
-- Stop seeking units for it: another station does.
UPDATE incident SET dispatching = false WHERE id = :id AND dispatching;

-- name: place_of(id)^
-- Where a case is.
SELECT ST_Y(i.position::geometry) AS lat, ST_X(i.position::geometry) AS lon FROM incident i WHERE i.id = :id;

-- name: count_bump(id)!
-- Count one more time that it lost its unit to a more urgent case.
UPDATE incident SET bumped = bumped + 1 WHERE id = :id;

-- name: count_swap(id)!
-- Count one more time that its unit was swapped for a nearer one.
UPDATE incident SET swaps = swaps + 1 WHERE id = :id;

-- name: want_units(note, id)!
-- Ask for one more unit, appending the officer's words to the note.
UPDATE incident SET units_wanted = units_wanted + 1, note = nullif(concat_ws(E'\n', note, :note::text), '')
WHERE id = :id;

-- name: add_sighting(id, station_id, incident_id, source, alert_id, report_id, kind, at, lon, lat)!
-- Add a place and time at which the case was seen or reported; an alert now belongs to it.
WITH told AS (UPDATE alert SET incident_id = :incident_id WHERE id = :alert_id)
INSERT INTO sighting (id, station_id, incident_id, source, alert_id, report_id, kind, at, position)
VALUES (:id, :station_id, :incident_id, :source, :alert_id, :report_id, :kind, :at,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography);

-- name: sightings_of(incident_ids)
-- Where and when these cases were seen or reported, in order.
SELECT s.id, s.incident_id, s.source, s.kind, s.at, ST_Y(s.position::geometry) AS lat,
       ST_X(s.position::geometry) AS lon, c.name AS camera_name, s.alert_id, s.report_id, a.confidence
FROM sighting s LEFT JOIN alert a ON a.id = s.alert_id LEFT JOIN camera c ON c.id = a.camera_id
WHERE s.incident_id = ANY (:incident_ids::uuid[]) ORDER BY s.at;

-- name: move_sightings(to_id, from_id, sighting_ids)!
-- Move sightings to another incident: all of them, or the named ones.
UPDATE sighting SET incident_id = :to_id
WHERE incident_id = :from_id AND (:sighting_ids::uuid[] IS NULL OR id = ANY (:sighting_ids::uuid[]));

-- name: move_alerts(to_id)!
-- Move alerts along with their sightings.
UPDATE alert SET incident_id = :to_id
WHERE id IN (SELECT alert_id FROM sighting WHERE incident_id = :to_id AND alert_id IS NOT NULL);

-- name: move_reports(to_id)!
-- Move reports along with their sightings.
UPDATE report SET incident_id = :to_id
WHERE id IN (SELECT report_id FROM sighting WHERE incident_id = :to_id AND report_id IS NOT NULL);

-- name: add_time_point(station_id, incident_id, assignment_id, kind, source, server_at, phone_at, by)!
-- Write a time point: once, and again only after a retraction.
INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at, phone_at, by, corrects)
SELECT :station_id, :incident_id, :assignment_id, :kind, :source, :server_at, :phone_at, :by, last.taken_back
FROM (SELECT (SELECT CASE WHEN p.voids THEN p.id END FROM time_point p
              WHERE p.incident_id = :incident_id AND p.assignment_id IS NOT DISTINCT FROM :assignment_id
                AND p.kind = :kind AND p.source = :source ORDER BY p.id DESC LIMIT 1) AS taken_back) last
ON CONFLICT DO NOTHING;

-- name: timelines_of(incident_ids)
-- The time points of these cases, in order, without retracted ones.
SELECT t.incident_id, t.assignment_id, u.callsign, t.kind, t.source, t.server_at, t.phone_at,
       a.display_name AS by
FROM incident_time_point t LEFT JOIN assignment s ON s.id = t.assignment_id LEFT JOIN unit u ON u.id = s.unit_id
LEFT JOIN account a ON a.id = t.by
WHERE t.incident_id = ANY (:incident_ids::uuid[]) ORDER BY t.server_at, t.id;
