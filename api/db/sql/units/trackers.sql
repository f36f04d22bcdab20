-- name: add_tracker(id, station_id, unit_id, label, hash, created_by, now)!
-- Add a token for a tracker of one unit.
INSERT INTO machine_token (id, station_id, role, label, token_hash, unit_id, created_by, created_at)
VALUES (:id, :station_id, 'tracker', :label, :hash, :unit_id, :created_by, :now);

-- name: list_trackers(unit_id)
-- The trackers of a unit, and when each was last heard from.
SELECT t.id, t.unit_id, t.label, a.display_name AS created_by, t.created_at, t.last_used_at, t.revoked_at
FROM machine_token t LEFT JOIN account a ON a.id = t.created_by
WHERE t.unit_id = :unit_id ORDER BY t.created_at, t.id;

-- name: revoke_tracker(now, id)^
-- Revoke a tracker's token.
UPDATE machine_token SET revoked_at = coalesce(revoked_at, :now) WHERE id = :id AND role = 'tracker'
RETURNING id, unit_id;

-- name: trackers_used(now, ids, before)!
-- Record when trackers were last heard from; written only once in a while.
UPDATE machine_token SET last_used_at = :now
WHERE id = ANY (:ids::uuid[]) AND (last_used_at IS NULL OR last_used_at < :before);
