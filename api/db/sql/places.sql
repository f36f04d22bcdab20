-- name: exact_keys(numbers, scripts, letters)
-- For each wording the key that is spelled exactly so.
SELECT a.number AS asked, k.id, k.script, k.letters
FROM unnest(:numbers::int[], :scripts::text[], :letters::text[]) AS a (number, script, letters)
JOIN road_network c ON c.state = 'current'
JOIN place_key k ON k.network_id = c.id AND k.script = a.script AND k.letters = a.letters;

-- name: similar_keys(numbers, scripts, letters, most)
-- For each wording the keys that are spelled like it or contain it, the most similar first. LIKE is looked up by all
-- trigrams at once, which word_similarity is not.
WITH current AS MATERIALIZED (SELECT id FROM road_network WHERE state = 'current'),
asked AS (SELECT * FROM unnest(:numbers::int[], :scripts::text[], :letters::text[]) AS a (number, script, letters))
SELECT a.number AS asked, k.id, k.script, k.letters
FROM asked a CROSS JOIN current c CROSS JOIN LATERAL (
    (SELECT k.id, k.script, k.letters FROM place_key k
     WHERE k.network_id = c.id AND k.script = a.script AND k.letters % a.letters
     ORDER BY similarity(k.letters, a.letters) DESC, k.letters LIMIT :most)
    UNION
    (SELECT k.id, k.script, k.letters FROM place_key k
     WHERE k.network_id = c.id AND k.script = a.script AND length(a.letters) > 2
       AND k.letters LIKE '%' || a.letters || '%'
     ORDER BY length(k.letters), k.letters LIMIT :most)) k;

-- name: places_named(numbers, key_ids, place_numbers, lats, lons, most)
-- For each key and number the places that have them, nearest first; the number null for any.
WITH current AS MATERIALIZED (SELECT id FROM road_network WHERE state = 'current'),
asked AS (
    SELECT * FROM unnest(:numbers::int[], :key_ids::int[], :place_numbers::text[], :lats::float8[], :lons::float8[])
    AS a (number, key_id, place_number, lat, lon))
SELECT a.number AS asked, p.id, p.kind, p.name, p.name_en, ST_Y(p.position::geometry) AS lat,
       ST_X(p.position::geometry) AS lon, p.line, n.number
FROM asked a CROSS JOIN current c CROSS JOIN LATERAL (
    (SELECT n.place_id, n.number FROM place_name n
     WHERE n.network_id = c.id AND n.key_id = a.key_id AND n.number = a.place_number
     ORDER BY n.position <-> ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326)::geography LIMIT :most)
    UNION ALL
    (SELECT n.place_id, n.number FROM place_name n
     WHERE a.place_number IS NULL AND n.network_id = c.id AND n.key_id = a.key_id
     ORDER BY n.position <-> ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326)::geography LIMIT :most)) n
JOIN place p ON p.network_id = c.id AND p.id = n.place_id;

-- name: crossings_between(ones, others)
-- Where streets of the one list meet streets of the other.
WITH current AS MATERIALIZED (SELECT id FROM road_network WHERE state = 'current'),
pair AS (
    SELECT DISTINCT least(a.id, b.id) AS one, greatest(a.id, b.id) AS other
    FROM unnest(:ones::int[]) AS a (id) CROSS JOIN unnest(:others::int[]) AS b (id) WHERE a.id <> b.id)
SELECT x.one, x.other, ST_Y(x.position::geometry) AS lat, ST_X(x.position::geometry) AS lon
FROM pair p CROSS JOIN current c
JOIN place_crossing x ON x.network_id = c.id AND x.one = p.one AND x.other = p.other;

-- name: around(numbers, lats, lons)
-- What tells each position from its namesakes: the nearest area, and the nearest street that has a name.
WITH current AS MATERIALIZED (SELECT id FROM road_network WHERE state = 'current'),
asked AS (
    SELECT a.number, ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326) AS at
    FROM unnest(:numbers::int[], :lats::float8[], :lons::float8[]) AS a (number, lat, lon))
SELECT a.number AS asked, area.name AS area, street.name AS street
FROM asked a CROSS JOIN current c
LEFT JOIN LATERAL (
    SELECT p.name FROM place p WHERE p.network_id = c.id AND p.kind = 'area'
    ORDER BY p.position <-> a.at::geography LIMIT 1) area ON true
LEFT JOIN LATERAL (
    SELECT e.name FROM road_edge e WHERE e.network_id = c.id AND e.name IS NOT NULL AND e.rank <= 5
      AND e.geometry && ST_Expand(ST_Transform(a.at, 3857), 1500)
    ORDER BY e.geometry <-> ST_Transform(a.at, 3857) LIMIT 1) street ON true;

-- name: near_position(lat, lon)^
-- The nearest street with a name and the nearest place worth naming, within a few hundred metres.
WITH current AS MATERIALIZED (SELECT id FROM road_network WHERE state = 'current'),
here AS (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS at)
SELECT street.name AS street, street.name_en AS street_en, street.metres AS street_m, mark.name AS mark,
       mark.name_en AS mark_en, mark.metres AS mark_m
FROM here CROSS JOIN current c
LEFT JOIN LATERAL (
    SELECT e.name, e.name_en, ST_Distance(ST_Transform(e.geometry, 4326)::geography, here.at::geography) AS metres
    FROM road_edge e WHERE e.network_id = c.id AND e.name IS NOT NULL
      AND e.geometry && ST_Expand(ST_Transform(here.at, 3857), 500)
    ORDER BY e.geometry <-> ST_Transform(here.at, 3857) LIMIT 1) street ON true
LEFT JOIN LATERAL (
    SELECT p.name, p.name_en, ST_Distance(p.position, here.at::geography) AS metres
    FROM place p WHERE p.network_id = c.id AND p.remarkable
    ORDER BY p.position <-> here.at::geography LIMIT 1) mark ON true;

-- name: own_places_like(station_id, texts, most)
-- The station's own places and its cameras whose names are like one of these.
SELECT o.id, o.kind, o.name, o.name_en, o.lat, o.lon FROM (
    SELECT s.id, s.kind, s.name, s.name_en, ST_Y(s.position::geometry) AS lat, ST_X(s.position::geometry) AS lon
    FROM station_place s WHERE s.station_id = :station_id
    UNION ALL
    SELECT c.id, 'camera', c.name, NULL, ST_Y(c.position::geometry), ST_X(c.position::geometry)
    FROM camera c WHERE c.station_id = :station_id AND c.retired_at IS NULL) o
CROSS JOIN LATERAL (
    SELECT max(greatest(word_similarity(t, lower(o.name)), word_similarity(lower(o.name), t),
                        word_similarity(t, lower(coalesce(o.name_en, ''))))) AS alike
    FROM unnest(:texts::text[]) t) best
WHERE best.alike > 0.35 ORDER BY best.alike DESC, o.id LIMIT :most;

-- name: list_own_places(station_id, id)
-- The station's own places, or one of them.
SELECT s.id, s.kind, s.name, s.name_en, ST_Y(s.position::geometry) AS lat, ST_X(s.position::geometry) AS lon
FROM station_place s WHERE s.station_id = :station_id AND (:id::uuid IS NULL OR s.id = :id) ORDER BY s.name, s.id;

-- name: add_own_place(id, station_id, kind, name, name_en, lat, lon)!
-- Add a place that only this station knows.
INSERT INTO station_place (id, station_id, kind, name, name_en, position)
VALUES (:id, :station_id, :kind, :name, :name_en, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography);

-- name: remove_own_place(id)!
-- Remove a place of the station's own.
DELETE FROM station_place WHERE id = :id;

-- name: middle_of_station(station_id)^
-- Where the station is, for who says nothing of where they look.
SELECT ST_Y(ST_Centroid(area::geometry)) AS lat, ST_X(ST_Centroid(area::geometry)) AS lon
FROM station WHERE id = :station_id;

-- name: delete_old_places(network_id, first, beyond)!
-- Delete a slice of the places of a network no longer in use, with their names and crossings.
WITH names AS (DELETE FROM place_name WHERE network_id = :network_id AND place_id >= :first AND place_id < :beyond),
     crossings AS (DELETE FROM place_crossing WHERE network_id = :network_id AND one >= :first AND one < :beyond)
DELETE FROM place WHERE network_id = :network_id AND id >= :first AND id < :beyond;

-- name: delete_old_place_keys(network_id, first, beyond)!
-- Delete a slice of the keys of a network no longer in use.
DELETE FROM place_key WHERE network_id = :network_id AND id >= :first AND id < :beyond;
