-- name: save_subscription(station_id, account_id, endpoint, p256dh, auth, device, now)!
-- Register a phone for an account; does nothing if it rings for another.
INSERT INTO push_subscription (station_id, account_id, endpoint, p256dh, auth, device, created_at)
VALUES (:station_id, :account_id, :endpoint, :p256dh, :auth, :device, :now)
ON CONFLICT (endpoint) DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth, device = excluded.device,
       created_at = excluded.created_at
WHERE push_subscription.account_id = excluded.account_id;

-- name: forget_endpoint(endpoint)!
-- Remove a phone, whatever account it rang for.
DELETE FROM push_subscription WHERE endpoint = :endpoint;

-- name: forget_subscriptions(account_id, endpoint)!
-- Remove one phone of an account, or all of them.
DELETE FROM push_subscription WHERE account_id = :account_id AND (:endpoint::text IS NULL OR endpoint = :endpoint);

-- name: delivery_station(id, token)$
-- The station of a receipt's delivery. Looks across stations, through a function that only reads.
SELECT delivery_station(:id, :token::text);

-- name: lock_delivery(id, token)^
-- One delivery whose token the phone knows, locked until the commit.
SELECT id, account_id, unit_id, assignment_id, incident_id, kind, delivered_at, shown_at, opened_at
FROM push_delivery WHERE id = :id AND receipt_token = :token FOR UPDATE;

-- name: stamp_delivery(delivered_at, shown_at, opened_at, id)!
-- Record a phone's receipt: arrived, shown, opened; each is written once.
UPDATE push_delivery SET delivered_at = coalesce(delivered_at, :delivered_at), shown_at = coalesce(shown_at, :shown_at),
       opened_at = coalesce(opened_at, :opened_at)
WHERE id = :id;

-- name: lift_deadlines(subject_id, kinds)!
-- Remove deadlines that are no longer needed.
DELETE FROM deadline WHERE subject_id = :subject_id AND kind = ANY (:kinds::text[]);

-- name: stations_due(now, kinds, busy, most)
-- Stations with something due of these kinds, longest waiting first, except those already `busy`.
SELECT station_id AS id FROM deadline
WHERE due_at <= :now AND NOT dispatch_waits() AND kind = ANY (:kinds::text[]) AND station_id <> ALL (:busy::uuid[])
GROUP BY station_id ORDER BY min(due_at) LIMIT :most;

-- name: due_deadlines(station_id, kinds, now, most)
-- Due deadlines, without locking them: each is locked in its own transaction.
SELECT id, station_id, kind, subject_id, due_at, request_id FROM deadline
WHERE station_id = :station_id AND due_at <= :now AND kind = ANY (:kinds::text[]) ORDER BY due_at LIMIT :most;

-- name: next_deadline(kinds, busy)$
-- When this lane of the deadlines must wake up.
SELECT min(due_at) FROM deadline
WHERE NOT dispatch_waits() AND kind = ANY (:kinds::text[]) AND station_id <> ALL (:busy::uuid[]);

-- name: take_deadline(id, now)^
-- Lock and remove a deadline that is still due; no row if another process has it or it was moved.
DELETE FROM deadline WHERE id = (
    SELECT id FROM deadline WHERE id = :id AND due_at <= :now FOR UPDATE SKIP LOCKED)
RETURNING kind, subject_id;

-- name: postpone_deadline(now, id)!
-- Postpone after a failure, longer each time, so that one bad row never starves the rest.
UPDATE deadline SET attempts = attempts + 1,
       due_at = :now::timestamptz + least(60, power(2, attempts)) * interval '1 second'
WHERE id = :id;
