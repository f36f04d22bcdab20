-- name: list_accounts(station_id, id, now)
-- A station's accounts, or one of them: with its open invitation and when it was last used.
SELECT a.id, a.role, a.username, a.display_name, a.language, a.default_unit_id, a.disabled_at, a.version,
       a.password_hash IS NOT NULL AS activated, a.otp_secret IS NOT NULL OR a.passkeys > 0 AS second_factor, i.expires_at AS invited_until,
       s.sessions, s.seen_at
FROM account a
LEFT JOIN LATERAL (
    SELECT max(i.expires_at) AS expires_at FROM invitation i
    WHERE i.account_id = a.id AND i.used_at IS NULL AND i.expires_at > :now) i ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.revoked_at IS NULL AND s.expires_at > :now)::int AS sessions, max(s.seen_at) AS seen_at
    FROM session s WHERE s.account_id = a.id) s
WHERE a.station_id = :station_id AND (:id::uuid IS NULL OR a.id = :id)
ORDER BY a.disabled_at IS NOT NULL, a.role, a.display_name, a.id;

-- name: lock_account(id)^
-- One account, locked until the commit.
SELECT id, role, username, display_name, language, default_unit_id, disabled_at, version, password_hash, otp_secret,
       otp_pending_secret
FROM account WHERE id = :id FOR NO KEY UPDATE;

-- name: station_of_account(id)$
-- The station of an account; null for somebody else's.
SELECT station_id FROM account WHERE id = :id;

-- name: lock_admins(station_id)
-- A station's administrators who are not disabled, locked until the commit, so that two do not disable each other.
SELECT id FROM account WHERE station_id = :station_id AND role = 'admin' AND disabled_at IS NULL ORDER BY id
FOR NO KEY UPDATE;

-- name: name_account(username)^
-- The account behind a user name, locked or not. Looks across stations.
SELECT account_id, station_id FROM name_account(:username::text);

-- name: add_account(id, station_id, role, username, display_name, password_hash, language, simulated, default_unit_id)!
-- Add a person's account; fails if the name is taken at any station. No password: the person chooses it.
INSERT INTO account (id, station_id, role, username, display_name, password_hash, language, simulated, default_unit_id)
VALUES (:id, :station_id, :role, :username, :display_name, :password_hash, :language, :simulated, :default_unit_id);

-- name: change_account(id, role, display_name, language, default_unit_id)!
-- Change an account; its version goes up.
UPDATE account SET role = :role, display_name = :display_name, language = :language, default_unit_id = :default_unit_id,
       version = version + 1 WHERE id = :id;

-- name: set_language(language, account_id)!
-- Set the language of an account's screens and messages.
UPDATE account SET language = :language WHERE id = :account_id;

-- name: set_account_disabled(at, id)!
-- Lock an account, or unlock it (null).
UPDATE account SET disabled_at = :at, version = version + 1 WHERE id = :id;

-- name: set_account_password(password_hash, id)!
-- Store the hash of a new password.
UPDATE account SET password_hash = :password_hash WHERE id = :id;

-- name: set_pin(pin_hash, id)!
-- Store the hash of a new PIN, or none.
UPDATE account SET pin_hash = :pin_hash WHERE id = :id;

-- name: add_invitation(id, station_id, account_id, hash, by, now, expires_at)!
-- Invite a person to choose a password; earlier invitations end.
WITH earlier AS (DELETE FROM invitation WHERE account_id = :account_id AND used_at IS NULL)
INSERT INTO invitation (id, station_id, account_id, code_hash, made_by, made_at, expires_at)
VALUES (:id, :station_id, :account_id, :hash, :by, :now, :expires_at);

-- name: end_invitations(account_id)!
-- End the open invitations of an account.
DELETE FROM invitation WHERE account_id = :account_id AND used_at IS NULL;

-- name: find_invitation(hash)^
-- The invitation behind a code, open or not, of an account that is not locked. Looks across stations.
SELECT id, station_id, account_id, username, display_name, expires_at, used_at FROM find_invitation(:hash::bytea);

-- name: use_invitation(id, now)$
-- Use an invitation, once: null if somebody just has, or if it has ended.
UPDATE invitation SET used_at = :now WHERE id = :id AND used_at IS NULL AND expires_at > :now RETURNING id;

-- name: begin_second_factor(id, secret, recovery)!
-- Set up a second factor that a first code has yet to confirm.
UPDATE account SET otp_pending_secret = :secret, otp_pending_recovery = :recovery WHERE id = :id;

-- name: confirm_second_factor(id, counter)!
-- From now on the pending second factor is asked for.
UPDATE account SET otp_secret = otp_pending_secret, otp_recovery = otp_pending_recovery, otp_counter = :counter,
       otp_pending_secret = NULL, otp_pending_recovery = '{}' WHERE id = :id AND otp_pending_secret IS NOT NULL;

-- name: remove_second_factor(id)!
-- The password alone is enough again.
UPDATE account SET otp_secret = NULL, otp_counter = NULL, otp_recovery = '{}', otp_pending_secret = NULL,
       otp_pending_recovery = '{}' WHERE id = :id;

-- name: use_counter(id, counter)$
-- Use the one-time code of this period; null if it, or a later one, has been used.
UPDATE account SET otp_counter = :counter WHERE id = :id AND coalesce(otp_counter, -1) < :counter RETURNING id;

-- name: use_recovery_code(id, hash)$
-- Use a recovery code; null if there is no such code, or no longer.
UPDATE account SET otp_recovery = array_remove(otp_recovery, :hash) WHERE id = :id AND :hash = ANY (otp_recovery)
RETURNING id;
