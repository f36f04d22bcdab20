-- name: add_premises_warning(id, station_id, lat, lon, radius_m, place, kind, source, fact, by, now)!
-- A warning that waits for another person's approval; does nothing if the id is known.
INSERT INTO premises_warning (id, station_id, position, radius_m, place, kind, source, fact, made_by, made_at)
VALUES (:id, :station_id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :radius_m, :place, :kind, :source, :fact,
        :by, :now)
ON CONFLICT DO NOTHING;

-- name: premises_warnings(station_id, id)
-- The station's warnings that have not ended, or one of any state: those that wait for a person first.
SELECT w.id, ST_Y(w.position::geometry) AS lat, ST_X(w.position::geometry) AS lon, w.radius_m, w.place, w.kind, w.source,
       w.fact, w.made_by, m.display_name AS made_by_name, w.made_at, a.display_name AS approved_by_name, w.approved_at,
       w.review_at, w.ended_at
FROM premises_warning w JOIN account m ON m.id = w.made_by LEFT JOIN account a ON a.id = w.approved_by
WHERE w.station_id = :station_id AND (:id::uuid IS NULL OR w.id = :id) AND (:id::uuid IS NOT NULL OR w.ended_at IS NULL)
ORDER BY w.review_at NULLS FIRST, w.made_at;

-- name: warnings_at(incident_ids, now)
-- Approved warnings about the places of these cases.
SELECT i.id AS incident_id, w.id, w.kind, w.source, w.fact, w.place, w.made_at, w.approved_at
FROM incident i JOIN premises_warning w ON w.station_id = i.station_id
WHERE i.id = ANY (:incident_ids::uuid[]) AND w.ended_at IS NULL AND w.review_at > :now
  AND ST_DWithin(w.position, i.position, w.radius_m)
ORDER BY w.kind, w.made_at;

-- name: approve_warning(id, by, now, review_at)!
-- Show it until it must be looked at again.
UPDATE premises_warning SET approved_by = :by, approved_at = :now, review_at = :review_at
WHERE id = :id AND ended_at IS NULL;

-- name: end_warning(id, by, now)!
-- It is no longer true, or never was.
UPDATE premises_warning SET ended_by = :by, ended_at = :now WHERE id = :id AND ended_at IS NULL;
