-- name: list_beats(station_id, id)
-- A station's beats, or one of them: its area as GeoJSON, and the units that name it.
SELECT b.id, b.name, ST_AsGeoJSON(b.area::geometry, 6) AS area, b.version,
       coalesce((SELECT array_agg(u.callsign ORDER BY u.callsign) FROM unit u
                 WHERE u.station_id = b.station_id AND u.beat = b.name AND u.retired_at IS NULL), '{}') AS callsigns
FROM beat b WHERE b.station_id = :station_id AND (:id::uuid IS NULL OR b.id = :id) ORDER BY b.name;

-- name: add_beat(id, station_id, name, geojson)!
-- Add a beat.
INSERT INTO beat (id, station_id, name, area)
VALUES (:id, :station_id, :name, ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326)::geography);

-- name: change_beat(id, name, geojson)!
-- Change a beat; the units that name it follow. Its version goes up.
WITH before AS (SELECT station_id, name FROM beat WHERE id = :id),
     renamed AS (UPDATE unit u SET beat = :name FROM before b
                 WHERE u.station_id = b.station_id AND u.beat = b.name AND b.name <> :name)
UPDATE beat SET name = :name, area = ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326)::geography, version = version + 1
WHERE id = :id;

-- name: remove_beat(id)!
-- Remove a beat; units no longer name it.
WITH before AS (SELECT station_id, name FROM beat WHERE id = :id),
     unnamed AS (UPDATE unit u SET beat = NULL FROM before b WHERE u.station_id = b.station_id AND u.beat = b.name)
DELETE FROM beat WHERE id = :id;

-- name: misplaced_beat(station_id, id, geojson)^
-- What speaks against a beat's area: how much of it lies outside the station's, and the beat with which it overlaps most;
-- and where.
WITH wanted AS (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326)::geography AS area),
other AS (
    SELECT b.name, ST_Intersection(b.area, w.area) AS shared, least(ST_Area(b.area), ST_Area(w.area)) AS smaller
    FROM beat b, wanted w WHERE b.station_id = :station_id AND b.id <> :id AND ST_Intersects(b.area, w.area)),
worst AS (
    SELECT name, ST_PointOnSurface(shared::geometry) AS at FROM other
    WHERE ST_Area(shared) > 0.01 * smaller ORDER BY ST_Area(shared) DESC LIMIT 1)
SELECT 1 - ST_Area(ST_Intersection(s.area, w.area)) / ST_Area(w.area) AS outside, ST_Y(x.at) AS outside_lat,
       ST_X(x.at) AS outside_lon, o.name AS other, ST_Y(o.at) AS lat, ST_X(o.at) AS lon
FROM station s CROSS JOIN wanted w
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(ST_Difference(w.area::geometry, s.area::geometry)) AS at) x
LEFT JOIN worst o ON true WHERE s.id = :station_id;

-- name: list_planned_shifts(station_id, id, since, until)
-- The roster of a period, or one of its shifts. `people`: who is to be in the unit, and whether they are.
SELECT p.id, p.unit_id, u.callsign, p.starts_at, p.ends_at, p.version,
       coalesce((SELECT jsonb_agg(jsonb_build_object('account_id', a.id, 'display_name', a.display_name, 'on_duty',
                     EXISTS (SELECT FROM shift s WHERE s.account_id = a.id AND s.unit_id = p.unit_id AND s.ended_at IS NULL))
                     ORDER BY a.display_name, a.id)
                 FROM planned_crew c JOIN account a ON a.id = c.account_id WHERE c.planned_shift_id = p.id), '[]') AS people
FROM planned_shift p JOIN unit u ON u.id = p.unit_id
WHERE p.station_id = :station_id AND (:id::uuid IS NULL OR p.id = :id)
  AND (:until::timestamptz IS NULL OR p.starts_at < :until) AND (:since::timestamptz IS NULL OR p.ends_at > :since)
ORDER BY p.starts_at, u.callsign;

-- name: add_planned_shift(id, station_id, unit_id, starts_at, ends_at)!
-- Add a shift to the roster; fails if the unit has one at that time.
INSERT INTO planned_shift (id, station_id, unit_id, starts_at, ends_at)
VALUES (:id, :station_id, :unit_id, :starts_at, :ends_at);

-- name: change_planned_shift(id, unit_id, starts_at, ends_at)!
-- Change a shift of the roster; its crew is added anew. Its version goes up.
WITH gone AS (DELETE FROM planned_crew WHERE planned_shift_id = :id)
UPDATE planned_shift SET unit_id = :unit_id, starts_at = :starts_at, ends_at = :ends_at, version = version + 1
WHERE id = :id;

-- name: add_planned_crew(station_id, shift_id, account_ids)!
-- Who is to be in the unit; fails if somebody is in another one at that time. Only this station's officers count.
INSERT INTO planned_crew (station_id, planned_shift_id, account_id, starts_at, ends_at)
SELECT :station_id, p.id, a.id, p.starts_at, p.ends_at FROM planned_shift p
JOIN account a ON a.id = ANY (:account_ids::uuid[]) AND a.role = 'officer' AND a.disabled_at IS NULL
WHERE p.id = :shift_id;

-- name: list_officers(station_id)
-- Whom a roster may name: the station's officers who may sign in, by name.
SELECT id AS account_id, display_name, default_unit_id FROM account
WHERE station_id = :station_id AND role = 'officer' AND disabled_at IS NULL ORDER BY display_name, id;

-- name: remove_planned_shift(id)!
-- Take a shift out of the roster, with its crew.
DELETE FROM planned_shift WHERE id = :id;
