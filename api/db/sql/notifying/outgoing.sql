-- name: claim_outgoing(kind, leased_until, now, most, busy)
-- Claim due messages of one kind, of all stations, except for `busy` targets; the lease moves `due_at` on, so that a
-- killed sender's rows come back.
UPDATE outgoing o SET due_at = :leased_until, attempts = attempts + 1
FROM (SELECT id FROM outgoing
      WHERE kind = :kind AND state = 'due' AND due_at <= :now AND target <> ALL (:busy::text[]) AND NOT dispatch_waits()
      ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED) c
WHERE o.id = c.id
RETURNING o.id, o.station_id, o.target, o.message, o.attempts, o.expires_at, o.request_id, o.created_at,
          CASE o.kind
              WHEN 'push' THEN (SELECT jsonb_build_object('endpoint', s.endpoint, 'p256dh', s.p256dh, 'auth', s.auth)
                                FROM push_subscription s WHERE s.id = o.address_id)
              WHEN 'fallback' THEN (SELECT jsonb_build_object('url', f.url) FROM fallback_channel f
                                    WHERE f.id = o.address_id AND f.removed_at IS NULL)
          END AS address;

-- name: save_outgoing(id, state, due_at, last_error)!
-- Record how an attempt ended, and when the next one is due.
UPDATE outgoing SET state = :state, due_at = :due_at, last_error = :last_error WHERE id = :id;

-- name: next_outgoing_due(kind, busy)$
-- When the sender of this kind must wake up.
SELECT min(due_at) FROM outgoing
WHERE kind = :kind AND state = 'due' AND target <> ALL (:busy::text[]) AND NOT dispatch_waits();

-- name: queue_push(station_id, account_ids, kind, content, unit_id, assignment_id, incident_id, now, expires_at, request_id)!
-- Queue one push for every phone of everyone on duty in a unit, or of some accounts, each in its account's language and
-- with a receipt token of its own. No phone sounds beside an officer in danger who must not be heard.
WITH phone AS MATERIALIZED (
    SELECT gen_random_uuid() AS delivery_id, replace(gen_random_uuid()::text, '-', '') AS token, s.id, s.account_id,
           split_part(s.endpoint, '/', 3) AS target, a.language
    FROM (SELECT h.account_id FROM shift h WHERE h.unit_id = :unit_id::uuid AND h.ended_at IS NULL
          UNION SELECT unnest(:account_ids::uuid[]) WHERE :unit_id::uuid IS NULL) recipient
    JOIN push_subscription s ON s.account_id = recipient.account_id JOIN account a ON a.id = s.account_id
    WHERE NOT EXISTS (
        SELECT FROM officer_emergency e WHERE e.station_id = :station_id AND e.silent AND e.over_at IS NULL
        AND (e.account_id = s.account_id
             OR e.unit_id IN (SELECT h.unit_id FROM shift h WHERE h.account_id = s.account_id AND h.ended_at IS NULL)))),
delivery AS (
    INSERT INTO push_delivery (id, station_id, account_id, unit_id, assignment_id, incident_id, kind, receipt_token,
                               created_at, state)
    SELECT p.delivery_id, :station_id, p.account_id, :unit_id, :assignment_id, :incident_id, :kind::text, p.token,
           :now::timestamptz, NULL FROM phone p)
INSERT INTO outgoing (id, station_id, kind, target, address_id, message, created_at, due_at, expires_at, request_id)
SELECT p.delivery_id, :station_id, 'push', p.target, p.id,
       jsonb_build_object('kind', :kind::text, 'receipt_token', p.token, 'language', p.language,
                          'content', :content::jsonb, 'unit_id', :unit_id::uuid, 'assignment_id', :assignment_id::uuid,
                          'incident_id', :incident_id::uuid),
       :now::timestamptz, :now::timestamptz, :expires_at, :request_id
FROM phone p;

-- name: queue_fallback(station_id, channel_id, for_callers, message, now, expires_at, request_id)!
-- Queue one message for every fall-back channel of the station, or for one of them. `for_callers`: those that write to
-- callers, and not to our own people.
INSERT INTO outgoing (id, station_id, kind, target, address_id, message, created_at, due_at, expires_at, request_id)
SELECT gen_random_uuid(), c.station_id, 'fallback', c.id::text, c.id, :message::jsonb, :now::timestamptz,
       :now::timestamptz, :expires_at, :request_id
FROM fallback_channel c
WHERE c.station_id = :station_id AND c.removed_at IS NULL AND c.for_callers = :for_callers::boolean
  AND (:channel_id::uuid IS NULL OR c.id = :channel_id);

-- name: adopt_pushes(now)!
-- Take over due pushes that a server of the previous release has queued, as worded; the next release drops this.
WITH taken AS (
    UPDATE push_delivery d SET state = NULL
    FROM (SELECT id FROM push_delivery WHERE state = 'due' AND due_at <= :now::timestamptz AND NOT dispatch_waits()
          ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED) c
    WHERE d.id = c.id
    RETURNING d.id, d.station_id, d.unit_id, d.subscription_id, d.assignment_id, d.incident_id, d.kind, d.content,
              d.receipt_token, d.attempts, d.created_at, d.expires_at, d.request_id)
INSERT INTO outgoing (id, station_id, kind, target, address_id, message, attempts, created_at, due_at, expires_at,
                      request_id)
SELECT t.id, t.station_id, 'push', coalesce(split_part(s.endpoint, '/', 3), ''), t.subscription_id,
       jsonb_build_object('kind', t.kind, 'receipt_token', t.receipt_token, 'language', t.content ->> 'lang',
                          'text', t.content, 'unit_id', t.unit_id, 'assignment_id', t.assignment_id,
                          'incident_id', t.incident_id),
       t.attempts, t.created_at, :now::timestamptz, t.expires_at, t.request_id
FROM taken t LEFT JOIN push_subscription s ON s.id = t.subscription_id;

-- name: adopt_fallbacks(now)!
-- Take over due fall-back messages that a server of the previous release has queued; the next release drops this.
WITH taken AS (
    UPDATE fallback_delivery d SET state = 'sent'
    FROM (SELECT id FROM fallback_delivery WHERE state = 'due' AND due_at <= :now::timestamptz AND NOT dispatch_waits()
          ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED) c
    WHERE d.id = c.id
    RETURNING d.id, d.station_id, d.channel_id, d.title, d.body, d.attempts, d.created_at, d.expires_at)
INSERT INTO outgoing (id, station_id, kind, target, address_id, message, attempts, created_at, due_at, expires_at)
SELECT t.id, t.station_id, 'fallback', t.channel_id::text, t.channel_id,
       jsonb_build_object('text', jsonb_build_object('title', t.title, 'body', t.body)), t.attempts, t.created_at,
       :now::timestamptz, t.expires_at
FROM taken t;
