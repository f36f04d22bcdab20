-- name: read_station(station_id)^
-- The station with its policy: targets, delegation, rules, fall-back numbers, its province's where they are tighter; and
-- whether nothing may be dispatched because it has been restored from a backup.
SELECT s.id, s.name_th, s.name_en, s.phone, ST_Y(s.centre::geometry) AS lat, ST_X(s.centre::geometry) AS lon,
       p.target_seconds, least(p.offer_seconds, o.offer_seconds) AS offer_seconds,
       least(p.delivery_seconds, o.delivery_seconds) AS delivery_seconds,
       least(p.fix_limit_seconds, o.fix_limit_seconds) AS fix_limit_seconds,
       least(p.decision_seconds, o.decision_seconds) AS decision_seconds,
       p.automatic_alerts, p.automatic_reports, p.speed_m_per_s, p.delegation, p.needs, p.beat_floor,
       least(p.alarm_seconds, o.alarm_seconds) AS alarm_seconds, p.lends_units, p.face_words, p.delegated_by,
       p.delegated_at, p.version, dispatch_waits() AS waits, o.target_seconds AS standard_targets
FROM station s JOIN station_policy p ON p.station_id = s.id
LEFT JOIN station_policy o ON o.station_id = s.province_id
WHERE s.id = :station_id;

-- name: station_serving(lon, lat)^
-- The station whose area contains the place, else the nearest one with `inside` false. Looks across stations.
SELECT station_id, inside FROM station_serving(:lon, :lat);

-- name: lock_station(station_id)^
-- Serialise one station's dispatch decisions; everything else runs concurrently.
SELECT pg_advisory_xact_lock(hashtextextended('station ' || :station_id::uuid::text, 0))::text AS locked;

-- name: next_incident_number(station_id, year)$
-- The next number in this year's references.
INSERT INTO incident_number AS n (station_id, year, last) VALUES (:station_id, :year, 1)
ON CONFLICT (station_id, year) DO UPDATE SET last = n.last + 1
RETURNING last;

-- name: all_stations()
-- All stations, for jobs that work station by station.
SELECT id FROM station;

-- name: add_station(id, name_th, name_en, phone, geojson, lon, lat, province_id)!
-- Add a station with its area; without one it is the office of a province.
INSERT INTO station (id, name_th, name_en, phone, area, centre, province_id)
VALUES (:id, :name_th, :name_en, :phone, ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326)::geography,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :province_id);

-- name: is_office(station_id)$
-- Whether a station is the office of a province: it has no area.
SELECT area IS NULL FROM station WHERE id = :station_id;

-- name: may_join_province(station_id)$
-- Whether this is a station and belongs to no province yet; null if there is none.
SELECT province_id IS NULL AND area IS NOT NULL FROM station WHERE id = :station_id;

-- name: join_province(station_id, office_id)!
-- From now on the office sees this station.
UPDATE station SET province_id = :office_id WHERE id = :station_id AND province_id IS NULL;

-- name: province_stations(office)
-- The stations of an office's province and how each stood when it was last counted (null: not yet).
SELECT s.id, s.name_th, s.name_en, s.phone, ST_Y(s.centre::geometry) AS lat, ST_X(s.centre::geometry) AS lon,
       n.units, n.on_duty, n.active, n.overdue, n.cameras, n.cameras_live, n.counted_at
FROM station s LEFT JOIN station_state n ON n.station_id = s.id WHERE s.province_id = :office ORDER BY s.name_th, s.id;

-- name: count_station(station_id, now)!
-- How a station stands, in numbers.
INSERT INTO station_state AS t (station_id, units, on_duty, active, overdue, cameras, cameras_live, counted_at)
SELECT :station_id,
    (SELECT count(*) FROM unit WHERE station_id = :station_id AND retired_at IS NULL),
    (SELECT count(DISTINCT unit_id) FROM shift WHERE station_id = :station_id AND ended_at IS NULL),
    i.active, i.overdue, c.cameras, c.live, :now
FROM (SELECT count(*) AS active, count(*) FILTER (WHERE first_arrived_at IS NULL AND due_at < :now) AS overdue
      FROM incident WHERE station_id = :station_id AND state NOT IN ('closed', 'cancelled', 'merged') AND NOT drill) i,
     (SELECT count(*) AS cameras, count(*) FILTER (WHERE state = 'live') AS live
      FROM camera WHERE station_id = :station_id AND retired_at IS NULL) c
ON CONFLICT (station_id) DO UPDATE SET units = excluded.units, on_duty = excluded.on_duty, active = excluded.active,
       overdue = excluded.overdue, cameras = excluded.cameras, cameras_live = excluded.cameras_live,
       counted_at = excluded.counted_at;

-- name: stations_of_province(office)
-- The stations of an office's province, by name.
SELECT id, name_th FROM station WHERE province_id = :office ORDER BY name_th, id;

-- name: province_standard(station_id)^
-- The policy of this station's province, which it may tighten; none without a province.
SELECT p.target_seconds, p.offer_seconds, p.delivery_seconds, p.fix_limit_seconds, p.alarm_seconds, p.decision_seconds
FROM station s JOIN station_policy p ON p.station_id = s.province_id WHERE s.id = :station_id;

-- name: lock_station_facts(station_id)^
-- A station's names and its area as GeoJSON, locked until the commit.
SELECT name_th, name_en, phone, ST_AsGeoJSON(area::geometry, 6) AS area, version FROM station WHERE id = :station_id
FOR NO KEY UPDATE;

-- name: read_station_facts(station_id)^
-- A station's names and its area as GeoJSON.
SELECT name_th, name_en, phone, ST_AsGeoJSON(area::geometry, 6) AS area, version FROM station WHERE id = :station_id;

-- name: judge_area(geojson)^
-- Whether a GeoJSON polygon is one (OGC rules), else why not and where; and its size in square metres.
SELECT d.valid, d.reason, ST_Y(d.location) AS lat, ST_X(d.location) AS lon,
       CASE WHEN d.valid THEN ST_Area(g.area::geography) END AS square_metres
FROM (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326) AS area) g CROSS JOIN LATERAL ST_IsValidDetail(g.area) d;

-- name: overlapping_stations(own, geojson)
-- The stations whose area overlaps a GeoJSON polygon, and where, the largest overlap first. Looks across stations.
SELECT o.name_th, o.name_en, o.lat, o.lon
FROM overlapping_stations(:own, ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326)::geography) o;

-- name: change_station(station_id, name_th, name_en, phone, geojson)!
-- Change a station's names and area; its centre stays if it is still inside. Its version goes up.
WITH wanted AS (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:geojson::text), 4326) AS area)
UPDATE station SET name_th = :name_th, name_en = :name_en, phone = :phone, area = w.area::geography,
       centre = CASE WHEN ST_Covers(w.area, centre::geometry) THEN centre ELSE ST_PointOnSurface(w.area)::geography END,
       version = version + 1
FROM wanted w WHERE id = :station_id;

-- name: add_policy(station_id, delegated_by, now)!
-- Add a new station's policy, with the columns' defaults.
INSERT INTO station_policy (station_id, delegated_by, delegated_at) VALUES (:station_id, :delegated_by, :now);

-- name: save_delegation(station_id, delegation, needs, beat_floor, lends_units, face_words, by, now)!
-- Store the commander's delegation: how far the system may act automatically.
UPDATE station_policy SET delegation = :delegation, needs = :needs, beat_floor = :beat_floor,
       lends_units = :lends_units, face_words = :face_words, delegated_by = :by, delegated_at = :now,
       version = version + 1
WHERE station_id = :station_id;

-- name: save_policy(station_id, targets, offer_seconds, delivery_seconds, fix_limit_seconds, alarm_seconds, decision_seconds, automatic_alerts, automatic_reports, needs)!
-- Store what the station sets for itself: targets, patience, automatic kinds, units by kind.
UPDATE station_policy SET target_seconds = :targets, offer_seconds = :offer_seconds,
       delivery_seconds = :delivery_seconds, fix_limit_seconds = :fix_limit_seconds, alarm_seconds = :alarm_seconds,
       decision_seconds = :decision_seconds, automatic_alerts = :automatic_alerts,
       automatic_reports = :automatic_reports, needs = :needs, version = version + 1
WHERE station_id = :station_id;

-- name: keep_policy(station_id, version, policy, by, now)!
-- Keep a version of the station's policy and delegation, with its author.
INSERT INTO policy_change (station_id, version, policy, changed_by, changed_at)
VALUES (:station_id, :version, :policy, :by, :now);

-- name: policy_history(station_id, most)
-- The station's policies, newest first, and who wrote them: somebody of the station, or its province.
SELECT c.version, c.changed_at, coalesce(a.display_name, o.name_th) AS written_by, c.policy
FROM policy_change c LEFT JOIN account a ON a.id = c.changed_by
LEFT JOIN station o ON o.id = province_of(:station_id)
WHERE c.station_id = :station_id ORDER BY c.version DESC LIMIT :most;

-- name: read_deployment()^
-- Whether this is a demo, its generation, and whether it was just restored.
SELECT demo, generation, restored_at FROM deployment;

-- name: dispatch_waits()$
-- Suspend after a restore: until `sipha resume` nothing is offered, sent or carried out automatically.
SELECT dispatch_waits();

-- name: resume_dispatch()!
-- Resume after a restore: offers may go out again.
UPDATE deployment SET restored_at = NULL WHERE restored_at IS NOT NULL;

-- name: look_again(station_id, now)!
-- Make every open incident's forecast and the station's review due now: what was due before a restore was not carried
-- out.
INSERT INTO deadline (station_id, kind, subject_id, due_at)
SELECT :station_id::uuid, 'forecast', id, :now::timestamptz FROM incident
WHERE station_id = :station_id AND state NOT IN ('closed', 'cancelled', 'merged')
UNION ALL SELECT :station_id::uuid, 'replan', :station_id::uuid, :now::timestamptz
ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at;

-- name: read_secret(name)$
-- A key that every replica shares.
SELECT value FROM secret WHERE name = :name;

-- name: keep_secret(name, value)!
-- Store a key created at the first start; the first one wins.
INSERT INTO secret (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING;

-- name: jobs_seen(now)^
-- When `sipha jobs` was last heard from, when it last examined the records and how many contradictions it found, how far
-- the worst clock among them is off, and how long the oldest deadline has been due. Looks across stations, through a function that only reads.
SELECT max(at) AS seen_at, max(at) FILTER (WHERE name LIKE 'doctor on %') AS doctor_seen_at,
       coalesce(max(findings) FILTER (WHERE at > :now::timestamptz - interval '60 s'), 0) AS findings,
       coalesce((SELECT h.clock_error_seconds FROM jobs_heartbeat h WHERE h.at > :now::timestamptz - interval '30 s'
                 ORDER BY abs(h.clock_error_seconds) DESC LIMIT 1), 0) AS clock_error_seconds,
       coalesce(greatest(0, extract(epoch FROM :now::timestamptz - oldest_deadline())), 0)::float8
       AS late_seconds
FROM jobs_heartbeat;

-- name: beat(name, now, clock_error_seconds, findings)!
-- Record that a jobs loop is alive, how far its clock is off, and how many contradictions it has found in the records.
INSERT INTO jobs_heartbeat (name, at, clock_error_seconds, findings)
VALUES (:name, :now, :clock_error_seconds, :findings)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, clock_error_seconds = excluded.clock_error_seconds,
       findings = excluded.findings;

-- name: add_camera(id, station_id, name, lon, lat, direction)!
-- Add a camera.
INSERT INTO camera (id, station_id, name, position, direction)
VALUES (:id, :station_id, :name, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :direction);

-- name: list_cameras(station_id)
-- The station's cameras in use, with their workers' last status.
SELECT id, name, ST_Y(position::geometry) AS lat, ST_X(position::geometry) AS lon, direction, version, state, state_at,
       seen_at, detail
FROM camera WHERE station_id = :station_id AND retired_at IS NULL ORDER BY name;

-- name: read_camera(id)^
-- One camera in use.
SELECT id, name, ST_Y(position::geometry) AS lat, ST_X(position::geometry) AS lon, direction, version, state, state_at,
       seen_at, detail
FROM camera WHERE id = :id AND retired_at IS NULL;

-- name: lock_camera(id)^
-- One camera, retired or not, locked until the commit.
SELECT id, name, ST_Y(position::geometry) AS lat, ST_X(position::geometry) AS lon, direction, version, retired_at
FROM camera WHERE id = :id FOR NO KEY UPDATE;

-- name: change_camera(id, name, lon, lat, direction)!
-- Change a camera; its version goes up.
UPDATE camera SET name = :name, position = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, direction = :direction,
       version = version + 1 WHERE id = :id;

-- name: retire_camera(id, now)!
-- A camera that is no longer used.
UPDATE camera SET retired_at = :now, version = version + 1 WHERE id = :id;

-- name: save_camera_state(state, detail, now, at, id)!
-- Store a worker's status of a camera; keeps the time of the last change.
UPDATE camera SET state = :state::varchar, detail = :detail, seen_at = :now,
       state_at = CASE WHEN state = :state::varchar THEN state_at ELSE :at END
WHERE id = :id;

-- name: extend_recognition_period(at, frames, faces_scanned, camera_id, model_name, model_version, threshold, gallery_version, since)!
-- Extend a recognition period, while camera, model, threshold and watchlist stay the same and reports keep coming.
UPDATE recognition_period SET last_at = :at, frames = frames + :frames, faces_scanned = faces_scanned + :faces_scanned
WHERE id = (
    SELECT id FROM recognition_period
    WHERE camera_id = :camera_id AND model_name = :model_name AND model_version = :model_version
      AND threshold = :threshold AND gallery_version = :gallery_version AND last_at > :since
    ORDER BY last_at DESC LIMIT 1);

-- name: begin_recognition_period(station_id, camera_id, model_name, model_version, threshold, gallery_version, at, frames, faces_scanned)!
-- Start a recognition period on a camera, with this model and gallery.
INSERT INTO recognition_period (station_id, camera_id, model_name, model_version, threshold, gallery_version,
                                started_at, last_at, frames, faces_scanned)
VALUES (:station_id, :camera_id, :model_name, :model_version, :threshold, :gallery_version, :at, :at, :frames,
        :faces_scanned);

-- name: go_to_station(station_id)$
-- Switch the transaction to that station's rows, until it is switched back or the transaction ends.
SELECT set_config('sipha.station_id', :station_id::uuid::text, true);
