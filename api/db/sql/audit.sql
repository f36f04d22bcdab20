-- name: lock_tree(station_id)$
-- Lock a station for sealing: one sealer at a time; the others move on to the next station.
SELECT pg_try_advisory_xact_lock(hashtextextended('seal ' || :station_id::uuid::text, 0));

-- name: last_head(station_id)^
-- The newest signed head of a station's audit tree.
SELECT size, tx::text::bigint AS tx, audit_id, peaks, root, note, at FROM audit_head
WHERE station_id = :station_id ORDER BY size DESC LIMIT 1;

-- name: heads(station_id, above, most)
-- Signed heads beyond a size, smallest first.
SELECT size, tx::text::bigint AS tx, audit_id, peaks, root, note, at FROM audit_head
WHERE station_id = :station_id AND size > :above ORDER BY size LIMIT :most;

-- name: head_sizes(station_id)
-- How many rows each head covers.
SELECT size FROM audit_head WHERE station_id = :station_id;

-- name: has_note(station_id, size, note)$
-- Whether the tree has exactly this head.
SELECT EXISTS (SELECT FROM audit_head WHERE station_id = :station_id AND size = :size AND note = :note);

-- name: add_head(station_id, size, tx, audit_id, peaks, root, note, now)!
-- Store a signed head; heads are only ever added.
INSERT INTO audit_head (station_id, size, tx, audit_id, peaks, root, note, at)
VALUES (:station_id, :size, :tx::text::xid8, :audit_id, :peaks, :root, :note, :now);

-- name: add_leaves(station_id, first, txs, ids, ats, hashes)!
-- Append rows to the tree, in the order in which they were committed.
INSERT INTO audit_leaf (station_id, position, tx, audit_id, at, hash)
SELECT :station_id, :first::bigint + l.number - 1, l.tx::xid8, l.id, l.at, l.hash
FROM unnest(:txs::text[], :ids::bigint[], :ats::timestamptz[], :hashes::bytea[])
     WITH ORDINALITY AS l (tx, id, at, hash, number);

-- name: leaves(station_id, first, most)
-- Leaves from a position on, in order.
SELECT position, tx::text::bigint AS tx, audit_id, at, hash FROM audit_leaf
WHERE station_id = :station_id AND position >= :first ORDER BY position LIMIT :most;

-- name: leaf_hashes(station_id, size)$
-- The first `size` hashes, concatenated.
SELECT coalesce(string_agg(hash, ''::bytea ORDER BY position), ''::bytea) FROM audit_leaf
WHERE station_id = :station_id AND position < :size;

-- name: leaf_of(station_id, audit_id)^
-- The position of one audit row in the tree.
SELECT position, tx::text::bigint AS tx, audit_id, at, hash FROM audit_leaf
WHERE station_id = :station_id AND audit_id = :audit_id;

-- name: audit_after(station_id, tx, id, most)
-- Audit rows past a position, in the order in which they became visible, only those that can no longer change; as
-- jsonb, whose text is the same for the same content.
SELECT audit.tx::text::bigint AS tx, audit.id, audit.at, to_jsonb(audit)::text AS content FROM audit
WHERE station_id = :station_id
  AND (audit.tx > :tx::text::xid8 OR (audit.tx = :tx::text::xid8 AND audit.id > :id))
  AND audit.tx < (SELECT tx_horizon())
ORDER BY audit.tx, audit.id LIMIT :most;

-- name: audit_between(station_id, tx, id, upto_tx, upto_id)
-- Audit rows past a position, up to another one.
SELECT audit.tx::text::bigint AS tx, audit.id, audit.at, to_jsonb(audit)::text AS content FROM audit
WHERE station_id = :station_id
  AND (audit.tx > :tx::text::xid8 OR (audit.tx = :tx::text::xid8 AND audit.id > :id))
  AND (audit.tx < :upto_tx::text::xid8 OR (audit.tx = :upto_tx::text::xid8 AND audit.id <= :upto_id))
ORDER BY audit.tx, audit.id;

-- name: generation()$
-- The database's generation: a restore starts a new one.
SELECT generation FROM deployment;

-- name: last_timestamp(station_id)^
-- The newest RFC 3161 time-stamp of a station's heads.
SELECT size, token, at FROM audit_timestamp WHERE station_id = :station_id ORDER BY size DESC LIMIT 1;

-- name: timestamps(station_id)
-- All time-stamps of a station's heads, smallest first.
SELECT size, token, at FROM audit_timestamp WHERE station_id = :station_id ORDER BY size;

-- name: stamped_notes(station_id)
-- The heads that were time-stamped, for verification.
SELECT h.size, h.note FROM audit_head h JOIN audit_timestamp t USING (station_id, size)
WHERE h.station_id = :station_id;

-- name: add_timestamp(station_id, size, token, now)!
-- Store a time-stamping authority's answer for a head.
INSERT INTO audit_timestamp (station_id, size, token, at) VALUES (:station_id, :size, :token, :now)
ON CONFLICT DO NOTHING;

-- name: read_audit(station_id, actor_id, action, subject, since, until, before_at, before_id, most)
-- What was viewed, decided or changed within a time, newest first; null filters do not limit. `action` is the whole
-- word, or its beginning up to a dot.
SELECT a.id, a.at, a.actor_id, ac.display_name AS by, a.role, a.action, a.subject, a.reason, a.facts, a.request_id
FROM audit a LEFT JOIN account ac ON ac.id = a.actor_id
WHERE a.station_id = :station_id AND a.at >= :since AND a.at < :until
  AND (:before_at::timestamptz IS NULL OR (a.at, a.id) < (:before_at, :before_id::bigint))
  AND (:actor_id::uuid IS NULL OR a.actor_id = :actor_id)
  AND (:action::text IS NULL OR a.action = :action OR starts_with(a.action, :action || '.'))
  AND (:subject::uuid IS NULL OR a.subject = :subject)
ORDER BY a.at DESC, a.id DESC LIMIT :most;
