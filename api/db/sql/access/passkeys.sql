-- name: list_passkeys(account_id)
-- A person's passkeys, the oldest first.
SELECT id, name, credential_id, public_key, sign_count, transports, created_at, last_used_at FROM passkey
WHERE account_id = :account_id ORDER BY created_at, id;

-- name: add_passkey(id, station_id, account_id, name, credential_id, public_key, sign_count, transports, now)!
-- Register a passkey; the account counts it.
WITH added AS (
    INSERT INTO passkey (id, station_id, account_id, name, credential_id, public_key, sign_count, transports, created_at)
    VALUES (:id, :station_id, :account_id, :name, :credential_id, :public_key, :sign_count, :transports::text[], :now))
UPDATE account SET passkeys = passkeys + 1 WHERE id = :account_id;

-- name: remove_passkeys(account_id, id)!
-- Remove a person's passkeys, or one of them; the account counts the others.
WITH gone AS (
    DELETE FROM passkey WHERE account_id = :account_id AND (:id::uuid IS NULL OR id = :id) RETURNING 1)
UPDATE account SET passkeys = passkeys - (SELECT count(*)::int FROM gone)
WHERE id = :account_id AND EXISTS (SELECT FROM gone);

-- name: use_passkey(id, sign_count, now)$
-- Record a use; null if its counter has not grown, though it counts.
UPDATE passkey SET sign_count = :sign_count, last_used_at = :now
WHERE id = :id AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0)) RETURNING id;

-- name: add_passkey_challenge(hash, account_id, now, expires_at)!
-- Store a challenge; those that are over go.
WITH over AS (DELETE FROM passkey_challenge WHERE expires_at <= :now)
INSERT INTO passkey_challenge (hash, account_id, expires_at) VALUES (:hash, :account_id, :expires_at);

-- name: use_passkey_challenge(hash, account_id, now)$
-- Use a challenge up; null if there is none, no longer, or for somebody else.
DELETE FROM passkey_challenge
WHERE hash = :hash AND account_id IS NOT DISTINCT FROM :account_id::uuid AND expires_at > :now RETURNING hash;
