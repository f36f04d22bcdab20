-- name: add_machine_token(id, station_id, role, label, hash, camera_ids, alert_kinds, created_by)!
-- Add a worker's or an enroller's token; null lists mean every camera and every kind.
INSERT INTO machine_token (id, station_id, role, label, token_hash, camera_ids, alert_kinds, created_by)
VALUES (:id, :station_id, :role, :label, :hash, :camera_ids, :alert_kinds, :created_by);

-- name: list_machine_tokens(station_id, id)
-- A station's machine tokens, trackers' too, or one of them; those revoked last.
SELECT t.id, t.role, t.label, t.camera_ids, t.alert_kinds, u.callsign, a.display_name AS created_by, t.created_at,
       t.last_used_at, t.revoked_at
FROM machine_token t LEFT JOIN unit u ON u.id = t.unit_id LEFT JOIN account a ON a.id = t.created_by
WHERE t.station_id = :station_id AND (:id::uuid IS NULL OR t.id = :id)
ORDER BY t.revoked_at IS NOT NULL, t.role, t.label, t.created_at;

-- name: narrow_machine_token(id, label, camera_ids, alert_kinds)!
-- Change what a token is good for; null lists mean every camera and every kind.
UPDATE machine_token SET label = :label, camera_ids = :camera_ids, alert_kinds = :alert_kinds WHERE id = :id;

-- name: rotate_machine_token(id, hash)!
-- Give a machine a new token: the old one ends at once.
UPDATE machine_token SET token_hash = :hash WHERE id = :id;

-- name: revoke_machine_token(id, now)!
-- From now on the token is unknown.
UPDATE machine_token SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;

-- name: machine_used(id, now)!
-- Record when a machine was last heard from.
UPDATE machine_token SET last_used_at = :now WHERE id = :id;
