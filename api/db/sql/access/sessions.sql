-- name: find_people(hashes)
-- The valid sessions behind cookies, their accounts, and the units in which those are on duty. Looks across stations.
SELECT f.hash, f.session_id, f.account_id, f.station_id, f.role, f.username, f.display_name, f.language, f.unit_id,
       f.seen_at, f.proved_at, f.second_factor, f.created_at, f.locked_at, f.pin, f.otp
FROM find_people(:hashes::bytea[]) f;

-- name: find_account(username)^
-- The account behind a user name, with what the password check needs.
SELECT account_id, station_id, role, username, display_name, language, password_hash, otp_secret, pin_hash
FROM find_account(:username::text);

-- name: revoke_sessions_of(now, account_id, but)!
-- End every valid session of an account, but one.
UPDATE session SET revoked_at = :now
WHERE account_id = :account_id AND revoked_at IS NULL AND expires_at > :now AND id IS DISTINCT FROM :but::uuid;

-- name: revoke_session_of(now, account_id, id)!
-- End one valid session of an account.
UPDATE session SET revoked_at = :now
WHERE id = :id AND account_id = :account_id AND revoked_at IS NULL AND expires_at > :now;

-- name: sessions_of(account_id, now)
-- An account's valid sessions, the last used first.
SELECT id, device, host(address) AS address, created_at, seen_at FROM session
WHERE account_id = :account_id AND revoked_at IS NULL AND expires_at > :now ORDER BY seen_at DESC, id;

-- name: note_use(id, now)!
-- A session has just been used.
UPDATE session SET seen_at = :now WHERE id = :id AND seen_at < :now;

-- name: note_proof(id, now)!
-- The session's user has just proved again who they are.
UPDATE session SET proved_at = :now WHERE id = :id;

-- name: find_machines(hashes)
-- The machines behind bearer tokens. Looks across stations.
SELECT f.hash, f.token_id, f.station_id, f.role, f.camera_ids, f.alert_kinds, f.unit_id
FROM find_machines(:hashes::bytea[]) f;

-- name: live_callers(ids)
-- Which of these sessions are still valid, and the units in which their accounts are on duty: open streams check every
-- few seconds.
SELECT f.session_id, f.unit_id FROM live_callers(:ids::uuid[]) f;

-- name: open_session(id, station_id, account_id, hash, now, expires_at, device, address, proved_at)!
-- Store a new session; only the token's hash is kept.
INSERT INTO session (id, station_id, account_id, token_hash, created_at, expires_at, device, address, seen_at, proved_at)
VALUES (:id, :station_id, :account_id, :hash, :now, :expires_at, :device, :address::text::inet, :now, :proved_at);

-- name: lock_session(now, id)!
-- From now on the session shows and does nothing.
UPDATE session SET locked_at = :now WHERE id = :id AND locked_at IS NULL;

-- name: revoke_session(now, id)!
-- Sign out of one session.
UPDATE session SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;

-- name: record_sign_in_failure(id, username, address, now)!
-- Count an attempt before its password is checked; taken back if it was right, or was never checked.
INSERT INTO sign_in_failure (id, username, address, at) VALUES (:id, :username, :address::text::inet, :now);

-- name: forget_attempt(id)!
-- Take back one counted failure: the password turned out to be right.
DELETE FROM sign_in_failure WHERE id = :id;

-- name: sign_in_failures(username, address, but, since)^
-- Recent failures of this name from this address, and of this address under any name, excluding the current attempt.
SELECT count(*) FILTER (WHERE username = :username) AS of_account, count(*) AS of_address,
       max(at) FILTER (WHERE username = :username) AS last_of_account, max(at) AS last_of_address
FROM sign_in_failure WHERE address = :address::text::inet AND at > :since AND id <> :but;

-- name: forget_sign_in_failures(username, address)!
-- Reset the count of a name from one address.
DELETE FROM sign_in_failure WHERE username = :username AND address = :address::text::inet;

-- name: claim_key(principal_id, station_id, key, route, hash, now)!
-- Claim an idempotency key; no row if it is already taken.
INSERT INTO once_only (principal_id, station_id, key, route, content_hash, at)
VALUES (:principal_id, :station_id, :key, :route, :hash, :now)
ON CONFLICT DO NOTHING;

-- name: read_key(principal_id, key)^
-- A stored Idempotency-Key: its route, its content and, once there is one, its answer.
SELECT route, content_hash, status, body, at FROM once_only WHERE principal_id = :principal_id AND key = :key;

-- name: answer_key(status, body, principal_id, key)!
-- Store the answer, for a retry of the call.
UPDATE once_only SET status = :status, body = :body WHERE principal_id = :principal_id AND key = :key;

-- name: release_key(principal_id, key)!
-- Free a key whose call failed, so that it can be retried.
DELETE FROM once_only WHERE principal_id = :principal_id AND key = :key AND status IS NULL;

-- name: count_requests(callers, window_at)
-- `count_request`, for several callers at once.
INSERT INTO request_count AS r (caller, window_at, calls)
SELECT w.caller, :window_at, 1 FROM unnest(:callers::bytea[]) AS w (caller) ORDER BY 1
ON CONFLICT (caller, window_at) DO UPDATE SET calls = r.calls + 1
RETURNING caller, calls;

-- name: count_request(caller, window_at)$
-- How many calls this caller has made to a limited route within the window, this one included.
INSERT INTO request_count AS r (caller, window_at, calls) VALUES (:caller, :window_at, 1)
ON CONFLICT (caller, window_at) DO UPDATE SET calls = r.calls + 1
RETURNING calls;
