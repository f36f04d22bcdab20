-- name: current_network()^
-- The road network in service.
SELECT id, source, synthetic, imported_at, bounds, nodes, edges FROM road_network WHERE state = 'current';

-- name: read_network(id)^
-- One road network, unless it is still being loaded.
SELECT id, source, synthetic, imported_at, bounds, nodes, edges FROM road_network WHERE id = :id AND state <> 'loading';

-- name: packed_edges(network_id, first, beyond)^
-- Edges column by column as numbers in network byte order, except the lines' coordinates, which are little-endian:
-- a Python object per row takes ten times as long. The subquery's order is the aggregates' order.
SELECT count(*)::int AS edges,
       coalesce(string_agg(int4send(source), ''), '') AS source, coalesce(string_agg(int4send(target), ''), '') AS target,
       coalesce(string_agg(float4send(length_m), ''), '') AS length_m,
       coalesce(string_agg(float4send(motorcycle_along), ''), '') AS motorcycle_along,
       coalesce(string_agg(float4send(motorcycle_against), ''), '') AS motorcycle_against,
       coalesce(string_agg(float4send(car_along), ''), '') AS car_along,
       coalesce(string_agg(float4send(car_against), ''), '') AS car_against,
       coalesce(string_agg(float4send(foot_along), ''), '') AS foot_along,
       coalesce(string_agg(float4send(foot_against), ''), '') AS foot_against,
       coalesce(string_agg(int2send(left_out), ''), '') AS left_out,
       coalesce(string_agg(int4send(ST_NPoints(geometry)), ''), '') AS points,
       coalesce(string_agg(substring(ST_AsBinary(geometry, 'NDR') FROM 10), ''), '') AS coordinates
FROM (SELECT source, target, length_m, left_out, geometry,
             coalesce(motorcycle_along, 'Infinity') AS motorcycle_along,
             coalesce(motorcycle_against, 'Infinity') AS motorcycle_against,
             coalesce(car_along, 'Infinity') AS car_along, coalesce(car_against, 'Infinity') AS car_against,
             coalesce(foot_along, 'Infinity') AS foot_along, coalesce(foot_against, 'Infinity') AS foot_against
      FROM road_edge WHERE network_id = :network_id AND id >= :first AND id < :beyond ORDER BY id) ordered;

-- name: packed_restrictions(network_id)^
-- All turn restrictions of a network, packed for one read.
SELECT coalesce(string_agg(int4send(comes_by), '' ORDER BY comes_by, leaves_by), '') AS comes_by,
       coalesce(string_agg(int4send(leaves_by), '' ORDER BY comes_by, leaves_by), '') AS leaves_by,
       coalesce(string_agg(int2send(profiles), '' ORDER BY comes_by, leaves_by), '') AS profiles
FROM road_restriction WHERE network_id = :network_id;

-- name: road_tile(network_id, z, x, y)$
-- Every street of a tile, as a Mapbox vector tile, with its edge's id; `oneway` is 1 along the line and -1 against it.
WITH tile AS (SELECT ST_TileEnvelope(:z::int, :x::int, :y::int) AS box), drawn AS (
    SELECT e.id, e.class, e.name, e.name_en,
           CASE WHEN coalesce(e.car_along, e.motorcycle_along) IS NULL
                     AND coalesce(e.car_against, e.motorcycle_against) IS NOT NULL THEN -1
                WHEN coalesce(e.car_along, e.motorcycle_along) IS NOT NULL
                     AND coalesce(e.car_against, e.motorcycle_against) IS NULL THEN 1 END AS oneway,
           ST_AsMVTGeom(e.geometry, tile.box, 4096, 64) AS geometry
    FROM tile JOIN road_edge e ON e.geometry && ST_Expand(tile.box, 30)
    WHERE e.network_id = :network_id)
SELECT ST_AsMVT(drawn, 'roads', 4096, 'geometry', 'id') FROM drawn WHERE geometry IS NOT NULL;

-- name: road_tile_major(network_id, z, x, y, most_rank)$
-- The main roads of a tile, joined where they continue under the same name, and simplified to a quarter of a pixel.
WITH tile AS (SELECT ST_TileEnvelope(:z::int, :x::int, :y::int) AS box), road AS (
    SELECT e.class, e.name, e.name_en,
           CASE WHEN e.car_along IS NULL AND e.car_against IS NOT NULL THEN -1
                WHEN e.car_along IS NOT NULL AND e.car_against IS NULL THEN 1 END AS oneway,
           ST_LineMerge(ST_Collect(e.geometry), true) AS geometry
    FROM tile JOIN road_edge e ON e.geometry && tile.box
    WHERE e.network_id = :network_id AND e.rank <= 4 AND e.rank <= :most_rank::int
    GROUP BY 1, 2, 3, 4), drawn AS (
    SELECT r.class, r.name, r.name_en, r.oneway,
           ST_AsMVTGeom(ST_Simplify(r.geometry, 40075016.7 / (1 << :z::int) / 1024), tile.box, 4096, 64) AS geometry
    FROM tile, road r)
SELECT ST_AsMVT(drawn, 'roads', 4096, 'geometry') FROM drawn WHERE geometry IS NOT NULL;

-- name: import_network(source, synthetic, now, bounds, nodes, edges, report, places)$
-- Start a new network; returns its id.
INSERT INTO road_network (source, synthetic, imported_at, bounds, nodes, edges, report, places)
VALUES (:source, :synthetic, :now, :bounds::float8[], :nodes, :edges, :report::jsonb, :places) RETURNING id;

-- name: import_retire()!
-- Retire the network in service; in the same transaction the new one takes its place.
UPDATE road_network SET state = 'retired' WHERE state = 'current';

-- name: import_in_service(id)!
-- Put a complete network into service.
UPDATE road_network SET state = 'current' WHERE id = :id;

-- name: import_leftovers()
-- Networks no longer in use: retired ones, and leftovers of killed imports.
SELECT id, edges, places FROM road_network WHERE state <> 'current' ORDER BY id;

-- name: delete_old_road_edges(network_id, first, beyond)!
-- Delete a slice of the edges of a network no longer in use.
DELETE FROM road_edge WHERE network_id = :network_id AND id >= :first AND id < :beyond;

-- name: delete_old_road_restrictions(network_id)!
-- Delete the turn restrictions of a network no longer in use.
DELETE FROM road_restriction WHERE network_id = :network_id;

-- name: delete_old_road_network(network_id)!
-- Delete a network no longer in use, once its edges are gone.
DELETE FROM road_network WHERE id = :network_id;

-- name: station_ground(station_id)^
-- The area of a coverage map: the station's ring as [longitude, latitude].
SELECT ST_Area(s.area) AS square_m, (ST_AsGeoJSON(s.area, 6)::jsonb -> 'coordinates' -> 0) AS ring, p.speed_m_per_s,
       p.fix_limit_seconds
FROM station s JOIN station_policy p ON p.station_id = s.id WHERE s.id = :station_id;

-- name: free_units(station_id, since)
-- Units that could be sent at once, with their last position.
SELECT u.id AS unit_id, u.kind, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon
FROM unit u JOIN unit_live l ON l.unit_id = u.id
WHERE u.station_id = :station_id AND l.status = 'available' AND l.fix_at >= :since AND l.position IS NOT NULL
ORDER BY u.id;

-- name: unplaced_units(station_id, since)$
-- How many free units are left out because their position is unknown.
SELECT count(*) FROM unit u JOIN unit_live l ON l.unit_id = u.id
WHERE u.station_id = :station_id AND l.status = 'available' AND (l.fix_at IS NULL OR l.fix_at < :since OR l.position IS NULL);

-- name: ends_of_route(assignment_id)^
-- A unit's last position, and its incident.
SELECT a.state, a.unit_id, u.kind, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon, l.fix_at,
       a.incident_id, ST_Y(i.position::geometry) AS goal_lat, ST_X(i.position::geometry) AS goal_lon, p.speed_m_per_s
FROM assignment a JOIN unit u ON u.id = a.unit_id JOIN unit_live l ON l.unit_id = a.unit_id
JOIN incident i ON i.id = a.incident_id JOIN station_policy p ON p.station_id = a.station_id
WHERE a.id = :assignment_id;

-- name: closures_in_force(now)
-- The ids of every station's closures that hold now.
SELECT id FROM road_closure WHERE lifted_at IS NULL AND ends_at > :now AND begins_at <= :now ORDER BY id;

-- name: closed_shapes(ids)
-- What the road network has to know of closures.
SELECT id, kind, speed_factor, ST_AsBinary(ST_Transform(geometry, 3857)) AS geometry
FROM road_closure WHERE id = ANY(:ids::uuid[]) ORDER BY id;

-- name: judge_closure(station_id, geojson)^
-- Whether a shape is sound (OGC rules), else why not and where; its metres from the station's area; and the shape in the
-- streets' projection.
SELECT ST_IsValid(g.shape) AND ST_IsSimple(g.shape) AND NOT ST_IsEmpty(g.shape) AS sound, d.reason,
       ST_Y(d.location) AS lat, ST_X(d.location) AS lon,
       CASE WHEN d.valid THEN ST_Distance(s.area, g.shape::geography) END AS metres_away,
       CASE WHEN d.valid THEN ST_AsBinary(ST_Transform(g.shape, 3857)) END AS geometry
FROM (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326) AS shape) g
CROSS JOIN LATERAL ST_IsValidDetail(g.shape) d JOIN station s ON s.id = :station_id;

-- name: shape_of_edges(edge_ids)^
-- Streets of the network in service as one shape, and which of these there are.
SELECT array_agg(e.id) AS known, ST_AsGeoJSON(ST_Transform(ST_Multi(ST_Collect(e.geometry)), 4326), 7) AS geojson
FROM road_network c JOIN road_edge e ON e.network_id = c.id AND e.id = ANY(:edge_ids::int[]) WHERE c.state = 'current';

-- name: edges_near(geometry, metres, most)
-- Streets of the network in service near a shape; metres of the projection.
SELECT e.id, e.name, ST_AsBinary(e.geometry) AS line
FROM road_network c JOIN road_edge e
     ON e.network_id = c.id AND e.geometry && ST_Expand(ST_GeomFromWKB(:geometry, 3857), :metres::float8)
WHERE c.state = 'current' ORDER BY e.id LIMIT :most;

-- name: add_closure(id, station_id, kind, speed_factor, geojson, streets, begins_at, ends_at, reason, by, now)!
-- Close a street, or slow it down.
INSERT INTO road_closure (id, station_id, station_th, station_en, kind, speed_factor, geometry, streets, begins_at, ends_at,
                          reason, by, at)
SELECT :id, s.id, s.name_th, s.name_en, :kind, :speed_factor, ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326),
       :streets::text[], :begins_at, :ends_at, :reason, :by, :now
FROM station s WHERE s.id = :station_id;

-- name: find_closure(id)^
-- One closure, whoever's, over or not.
SELECT c.id, c.station_id, c.station_th, c.station_en, c.kind, c.speed_factor, ST_AsGeoJSON(c.geometry, 7) AS geometry,
       c.streets, c.begins_at, c.ends_at, c.reason, a.display_name AS by, c.at, c.lifted_at
FROM road_closure c LEFT JOIN account a ON a.id = c.by WHERE c.id = :id;

-- name: closures_near(station_id, now, within_m)
-- Closures that hold or will: the station's own, and others' near its area. `by` is null for another station's people.
SELECT c.id, c.station_id, c.station_th, c.station_en, c.kind, c.speed_factor, ST_AsGeoJSON(c.geometry, 7) AS geometry,
       c.streets, c.begins_at, c.ends_at, c.reason, a.display_name AS by, c.at, c.lifted_at
FROM station s JOIN road_closure c
     ON c.station_id = s.id OR ST_DWithin(s.area, c.geometry::geography, :within_m::float8)
LEFT JOIN account a ON a.id = c.by
WHERE s.id = :station_id AND c.lifted_at IS NULL AND c.ends_at > :now ORDER BY c.begins_at, c.id;

-- name: lift_closure(id, by, now)!
-- Open a street again before its time.
UPDATE road_closure SET lifted_at = :now, lifted_by = :by WHERE id = :id AND lifted_at IS NULL;
