-- name: mark_about_police(id)!
-- Hide a case from everybody but its readers.
UPDATE incident SET about_police = true, version = version + 1 WHERE id = :id AND NOT about_police;

-- name: unmark_about_police(id)!
-- Show the case to the station's radio room again.
UPDATE incident SET about_police = false, version = version + 1 WHERE id = :id AND about_police;

-- name: add_readers(station_id, incident_id, account_ids, commanders, by, now)!
-- Who may see a case about the police: the named persons, and the station's commanders if asked for; nobody who must not
-- handle it.
INSERT INTO incident_reader (station_id, incident_id, account_id, at, by)
SELECT :station_id, :incident_id, a.id, :now, :by FROM account a
WHERE a.station_id = :station_id AND a.disabled_at IS NULL
  AND (a.id = ANY (:account_ids::uuid[]) OR (:commanders::boolean AND a.role = 'commander'))
  AND NOT EXISTS (SELECT FROM incident_recusal q WHERE q.incident_id = :incident_id AND q.account_id = a.id)
ON CONFLICT DO NOTHING;

-- name: add_crew_as_readers(station_id, incident_id, unit_id, now)!
-- The crew that is offered a case about the police may see it.
INSERT INTO incident_reader (station_id, incident_id, account_id, at)
SELECT :station_id, :incident_id, s.account_id, :now FROM shift s WHERE s.unit_id = :unit_id AND s.ended_at IS NULL
ON CONFLICT DO NOTHING;

-- name: remove_readers(incident_id, account_ids)!
-- They no longer see it; null: everybody, because the case is no longer hidden.
DELETE FROM incident_reader
WHERE incident_id = :incident_id AND (:account_ids::uuid[] IS NULL OR account_id = ANY (:account_ids::uuid[]));

-- name: recuse(station_id, incident_id, account_ids, now)!
-- These persons of the station must not handle the case, because they are named in it.
INSERT INTO incident_recusal (station_id, incident_id, account_id, household, at)
SELECT :station_id, :incident_id, a.id, false, :now FROM account a
WHERE a.station_id = :station_id AND a.id = ANY (:account_ids::uuid[])
ON CONFLICT DO NOTHING;

-- name: recuse_declared(station_id, incident_id, lon, lat, said, numbers, same_address_m, now)!
-- As when a case is opened: whoever has declared its place, or somebody it now speaks of, must not handle it.
INSERT INTO incident_recusal (station_id, incident_id, account_id, declaration_id, household, at)
SELECT DISTINCT ON (d.account_id) :station_id::uuid, :incident_id::uuid, d.account_id, d.id, d.household, :now::timestamptz
FROM conflict_declaration d
WHERE d.station_id = :station_id AND d.ended_at IS NULL
  AND (ST_DWithin(d.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :same_address_m)
       OR d.phone = ANY (:numbers::text[])
       OR (d.kind = 'person' AND strpos(:said::text, lower(d.words)) > 0))
ORDER BY d.account_id, d.household DESC
ON CONFLICT DO NOTHING;

-- name: people_of(station_id, account_ids)
-- Which of these are the station's people, and their roles.
SELECT a.id, a.role FROM account a WHERE a.station_id = :station_id AND a.id = ANY (:account_ids::uuid[]);

-- name: units_in_conflict(incident_id)
-- Units with somebody on board who must not handle the case.
SELECT DISTINCT s.unit_id FROM incident_recusal q JOIN shift s ON s.account_id = q.account_id AND s.ended_at IS NULL
WHERE q.incident_id = :incident_id;

-- name: conflict_on_unit(unit_id, account_id)$
-- Whether the unit has, or is offered, a case that this person must not handle.
SELECT EXISTS (SELECT FROM assignment a JOIN incident_recusal q ON q.incident_id = a.incident_id
               WHERE a.unit_id = :unit_id AND q.account_id = :account_id
                 AND a.state IN ('offered', 'accepted', 'en_route', 'arrived'));

-- name: hidden_cases_of_unit(unit_id)
-- Cases about the police that a unit has or is offered.
SELECT i.id FROM assignment a JOIN incident i ON i.id = a.incident_id
WHERE a.unit_id = :unit_id AND i.about_police AND a.state IN ('offered', 'accepted', 'en_route', 'arrived');

-- name: handlers_of(station_id, incident_id)
-- The station's people: since when each may see the case, and whether they must not handle it.
SELECT a.id AS account_id, a.display_name, a.role, r.at, q.account_id IS NOT NULL AS conflicted,
       coalesce(q.household, false) AS household, q.declaration_id IS NOT NULL AS declared
FROM account a
LEFT JOIN incident_reader r ON r.incident_id = :incident_id AND r.account_id = a.id
LEFT JOIN incident_recusal q ON q.incident_id = :incident_id AND q.account_id = a.id
WHERE a.station_id = :station_id AND (a.disabled_at IS NULL OR q.account_id IS NOT NULL) ORDER BY a.display_name, a.id;

-- name: tell_overseer(incident_id, station_id, reference, name_th, name_en, now)$
-- The province, or else the nearest other station, is told of the case; returns which. Once, also if it is marked again.
INSERT INTO oversight (incident_id, station_id, to_station_id, reference, station_name_th, station_name_en, told_at)
VALUES (:incident_id, :station_id, overseer_of(:station_id), :reference, :name_th, :name_en, :now)
ON CONFLICT (incident_id) DO UPDATE SET lifted_at = NULL
RETURNING to_station_id;

-- name: lift_oversight(incident_id, now)!
-- The case is no longer hidden.
UPDATE oversight SET lifted_at = :now WHERE incident_id = :incident_id AND lifted_at IS NULL;

-- name: overseers_at(station_id)
-- Who is told at the province's office or the other station.
SELECT a.id FROM account a WHERE a.station_id = :station_id AND a.disabled_at IS NULL
  AND a.role IN ('province', 'commander', 'auditor');

-- name: add_look(station_id, incident_id, account_id, reference, because, again_after, now)$
-- Record that somebody looked at a case, for those who watch over it: once in ten minutes. Returns whose screens to wake:
-- the overseer's station, or this one.
INSERT INTO incident_look (station_id, to_station_id, incident_id, account_id, reference, name, role, because, at)
SELECT :station_id, o.to_station_id, :incident_id, a.id, :reference, a.display_name, a.role, :because::text, :now
FROM account a LEFT JOIN oversight o ON o.incident_id = :incident_id
WHERE a.id = :account_id AND NOT EXISTS (
    SELECT FROM incident_look l WHERE l.incident_id = :incident_id AND l.account_id = :account_id
    AND l.because = :because::text AND l.at > :again_after)
RETURNING coalesce(to_station_id, station_id);

-- name: looks(here, watched, before, most)
-- Looks that somebody should know of, newest first: at cases this station watches over, and, if `watched`, at its own.
SELECT l.id, l.incident_id, l.reference, o.station_name_th, o.station_name_en, l.name, l.role, l.because, l.at
FROM incident_look l LEFT JOIN oversight o ON o.incident_id = l.incident_id
WHERE (l.to_station_id = :here OR (:watched::boolean AND l.station_id = :here))
  AND (:before::bigint IS NULL OR l.id < :before)
ORDER BY l.id DESC LIMIT :most;

-- name: looks_at(incident_id)
-- Who has looked at one case, newest first.
SELECT l.id, l.incident_id, l.reference, NULL::text AS station_name_th, NULL::text AS station_name_en, l.name, l.role,
       l.because, l.at
FROM incident_look l WHERE l.incident_id = :incident_id ORDER BY l.id DESC LIMIT 200;

-- name: overseen(here, watched)
-- Cases about the police that this station watches over, and, if `watched`, its own: newest first.
SELECT o.incident_id, o.reference, o.station_name_th, o.station_name_en, o.told_at, o.lifted_at,
       o.to_station_id = :here AS from_outside,
       (SELECT count(*)::int FROM incident_look l WHERE l.incident_id = o.incident_id) AS looks
FROM oversight o WHERE o.to_station_id = :here OR (:watched::boolean AND o.station_id = :here)
ORDER BY o.told_at DESC LIMIT 200;

-- name: add_declaration(id, station_id, account_id, kind, words, lon, lat, phone, household, now)!
-- A person or address that somebody must not handle.
INSERT INTO conflict_declaration (id, station_id, account_id, kind, words, position, phone, household, declared_at)
VALUES (:id, :station_id, :account_id, :kind, :words,
        ST_SetSRID(ST_MakePoint(:lon::float8, :lat::float8), 4326)::geography, :phone, :household, :now)
ON CONFLICT DO NOTHING;

-- name: declarations_of(account_id)
-- One's own declarations in force.
SELECT d.id, d.kind, d.words, ST_Y(d.position::geometry) AS lat, ST_X(d.position::geometry) AS lon, d.phone, d.household,
       d.declared_at
FROM conflict_declaration d WHERE d.account_id = :account_id AND d.ended_at IS NULL ORDER BY d.declared_at, d.id;

-- name: end_declaration(id, account_id, now)!
-- It no longer applies; cases that it barred stay barred.
UPDATE conflict_declaration SET ended_at = :now WHERE id = :id AND account_id = :account_id AND ended_at IS NULL;

-- name: seen_case(id)^
-- Whether a case is about the police; nothing if it is hidden from whoever reads.
SELECT i.id, i.about_police FROM incident i WHERE i.id = :id;

-- name: inherit_handlers(from_id, to_id)!
-- A case split off is seen by the same persons, and barred to the same.
WITH recused AS (
    INSERT INTO incident_recusal (station_id, incident_id, account_id, declaration_id, household, at)
    SELECT q.station_id, :to_id, q.account_id, q.declaration_id, q.household, q.at FROM incident_recusal q
    WHERE q.incident_id = :from_id ON CONFLICT DO NOTHING)
INSERT INTO incident_reader (station_id, incident_id, account_id, at, by)
SELECT r.station_id, :to_id, r.account_id, r.at, r.by FROM incident_reader r WHERE r.incident_id = :from_id
ON CONFLICT DO NOTHING;
