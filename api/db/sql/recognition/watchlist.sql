-- name: add_entry(id, station_id, label, legal_basis, warrant_number, court, expires_at, review_at, picture_source, born, plate, priority, requested_by, content_hash, created_at)!
-- Store a draft watchlist entry; does nothing if the id is already known.
INSERT INTO watchlist_entry (id, station_id, label, legal_basis, warrant_number, court, expires_at, review_at,
                             picture_source, born, plate, priority, requested_by, content_hash, created_at)
VALUES (:id, :station_id, :label, :legal_basis, :warrant_number, :court, :expires_at, :review_at, :picture_source,
        :born, :plate, :priority, :requested_by, :content_hash, :created_at)
ON CONFLICT DO NOTHING;

-- name: read_entry(id)^
-- One entry, with who requested it and who approved it.
SELECT e.id, e.label, e.legal_basis, e.warrant_number, e.court, e.expires_at, e.review_at, e.picture_source, e.born,
       e.plate, e.priority, e.created_at, e.content_hash, e.requested_by, r.display_name AS requested_by_name,
       e.approved_by, a.display_name AS approved_by_name, e.approved_at, e.approved_hash, e.withdrawn_at
FROM watchlist_entry e JOIN account r ON r.id = e.requested_by LEFT JOIN account a ON a.id = e.approved_by
WHERE e.id = :id;

-- name: lock_entry(id)^
-- One entry, locked until the commit.
SELECT e.id, e.expires_at, e.review_at, e.priority, e.requested_by, e.approved_at, e.approved_hash, e.withdrawn_at,
       e.label, e.legal_basis, e.warrant_number, e.court, e.picture_source, e.born, e.plate
FROM watchlist_entry e WHERE e.id = :id FOR UPDATE;

-- name: entry_content(id, upto)$
-- A hash over facts, pictures, and the templates made so far: what an approval is bound to.
SELECT watchlist_content(:id, :upto);

-- name: pictures_usable(entry_id)
-- For each picture, whether a model could make a template from it; null if none has tried.
SELECT bool_and(t.problem IS NULL) FILTER (WHERE t.model IS NOT NULL) AS usable
FROM watchlist_picture p LEFT JOIN watchlist_template t ON t.picture_id = p.id
WHERE p.entry_id = :entry_id GROUP BY p.id ORDER BY p.id;

-- name: list_entries(station_id)
-- The station's entries, newest first.
SELECT e.id, e.label, e.legal_basis, e.warrant_number, e.court, e.expires_at, e.review_at, e.picture_source, e.born,
       e.plate, e.priority, e.created_at, e.content_hash, e.requested_by, r.display_name AS requested_by_name,
       e.approved_by, a.display_name AS approved_by_name, e.approved_at, e.approved_hash, e.withdrawn_at
FROM watchlist_entry e JOIN account r ON r.id = e.requested_by LEFT JOIN account a ON a.id = e.approved_by
WHERE e.station_id = :station_id ORDER BY e.created_at DESC LIMIT 500;

-- name: approve_entry(by, id)$
-- Approve. The time is taken under the entry's lock, like a template's, so that their order is unambiguous.
WITH approval AS MATERIALIZED (SELECT clock_timestamp() AS at)
UPDATE watchlist_entry SET approved_by = :by, approved_at = a.at, approved_hash = watchlist_content(:id, a.at)
FROM approval a WHERE id = :id RETURNING approved_hash;

-- name: withdraw_entry(by, now, reason, id)!
-- Withdraw an entry; it matches nobody from now on.
UPDATE watchlist_entry SET withdrawn_by = :by, withdrawn_at = :now, withdraw_reason = :reason WHERE id = :id;

-- name: permit_minor(entry_id, station_id, by, reason, now)!
-- Store a written permit for somebody under age.
INSERT INTO watchlist_minor_permit (entry_id, station_id, permitted_by, reason, at)
VALUES (:entry_id, :station_id, :by, :reason, :now) ON CONFLICT DO NOTHING;

-- name: minor_permitted(entry_id)$
-- Whether there is such a permit.
SELECT EXISTS (SELECT FROM watchlist_minor_permit WHERE entry_id = :entry_id);

-- name: entry_matchable(id)^
-- The entry, if an alert may name it now: approved, not withdrawn, not expired.
SELECT m.id, m.priority, e.plate, e.approved_at, e.approved_hash
FROM watchlist_matchable m JOIN watchlist_entry e ON e.id = m.id WHERE m.id = :id;

-- name: add_picture(id, station_id, entry_id, jpeg, now)!
-- Add a reference picture, already re-encoded.
INSERT INTO watchlist_picture (id, station_id, entry_id, jpeg, created_at)
VALUES (:id, :station_id, :entry_id, :jpeg, :now);

-- name: read_picture(id)^
-- The picture itself, and its entry.
SELECT id, entry_id, jpeg FROM watchlist_picture WHERE id = :id;

-- name: list_pictures(entry_ids)
-- Pictures of these entries, with what each model made of them.
SELECT p.id, p.entry_id, p.created_at,
       coalesce(jsonb_agg(jsonb_build_object('model', t.model, 'quality', t.quality, 'problem', t.problem)
                          ORDER BY t.model) FILTER (WHERE t.model IS NOT NULL), '[]') AS templates
FROM watchlist_picture p LEFT JOIN watchlist_template t ON t.picture_id = p.id
WHERE p.entry_id = ANY (:entry_ids::uuid[])
GROUP BY p.id, p.entry_id, p.created_at ORDER BY p.created_at;

-- name: list_enrolments(station_id, model, now)
-- Pictures of entries in use that lack a template (or a recorded problem) for this model.
SELECT p.id AS picture_id, p.entry_id
FROM watchlist_picture p JOIN watchlist_entry e ON e.id = p.entry_id
WHERE p.station_id = :station_id AND e.withdrawn_at IS NULL AND e.expires_at > :now
  AND NOT EXISTS (SELECT FROM watchlist_template t WHERE t.picture_id = p.id AND t.model = :model)
ORDER BY p.created_at LIMIT 100;

-- name: read_template(picture_id, model)^
-- What a model made of a picture.
SELECT template, problem FROM watchlist_template WHERE picture_id = :picture_id AND model = :model;

-- name: save_template(picture_id, station_id, model, quality, template, problem)!
-- Store a model's result for a picture; the time is taken under the entry's lock.
INSERT INTO watchlist_template (picture_id, station_id, model, quality, template, problem, created_at)
VALUES (:picture_id, :station_id, :model, :quality, :template, :problem, clock_timestamp())
ON CONFLICT (picture_id, model) DO UPDATE
SET quality = excluded.quality, template = excluded.template, problem = excluded.problem,
    created_at = excluded.created_at;

-- name: read_gallery(model, station_id)
-- The gallery, read through the view that leaves out unapproved, expired and withdrawn entries.
SELECT m.id AS entry_id, m.expires_at, t.template
FROM watchlist_matchable m JOIN watchlist_picture p ON p.entry_id = m.id
JOIN watchlist_template t ON t.picture_id = p.id AND t.model = :model AND t.template IS NOT NULL
WHERE m.station_id = :station_id ORDER BY m.id, p.id;

-- name: withdrawn_entries(station_id, since)
-- Withdrawn entries, for the journal that outlives the database.
SELECT id, withdrawn_at, withdraw_reason AS reason FROM watchlist_entry
WHERE station_id = :station_id AND withdrawn_at IS NOT NULL AND (:since::timestamptz IS NULL OR withdrawn_at > :since);
