-- name: delete_old_images(station_id, now)!
-- Delete pictures of alerts past their term, unless the case they led to is held.
DELETE FROM alert_image m USING alert a
WHERE a.id = m.alert_id AND m.station_id = :station_id AND m.delete_after <= :now
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = a.incident_id AND h.released_at IS NULL);

-- name: delete_old_tracks(station_id, before)!
-- Delete tracks by unit, as the table is ordered, so other stations' tracks are not read. The way to a held case stays.
DELETE FROM track t WHERE t.unit_id IN (SELECT id FROM unit WHERE station_id = :station_id)
  AND t.station_id = :station_id AND t.at < :before
  AND NOT EXISTS (SELECT FROM legal_hold h JOIN assignment a ON a.incident_id = h.incident_id
                  WHERE h.released_at IS NULL AND a.unit_id = t.unit_id
                    AND t.at BETWEEN a.offered_at AND coalesce(a.ended_at, 'infinity'));

-- name: delete_old_batches(station_id, before)!
-- Delete ids of position batches past their term.
DELETE FROM position_batch WHERE station_id = :station_id AND at < :before;

-- name: delete_old_deliveries(station_id, before)!
-- Delete push deliveries past their term.
DELETE FROM push_delivery WHERE station_id = :station_id AND created_at < :before;

-- name: delete_old_outgoing(station_id, before)!
-- Delete outgoing messages past their term.
DELETE FROM outgoing WHERE station_id = :station_id AND created_at < :before;

-- name: delete_old_fallbacks(station_id, before)!
-- Delete fall-back deliveries of the previous release past their term.
DELETE FROM fallback_delivery WHERE station_id = :station_id AND created_at < :before;

-- name: delete_old_sessions(station_id, before)!
-- Delete sessions that ended longer ago than their term.
DELETE FROM session WHERE station_id = :station_id AND least(expires_at, revoked_at) < :before;

-- name: delete_old_invitations(station_id, before)!
-- Delete invitations that ended longer ago than their term.
DELETE FROM invitation WHERE station_id = :station_id AND least(expires_at, used_at) < :before;

-- name: delete_old_rosters(station_id, before)!
-- Delete planned shifts that ended longer ago than their term.
DELETE FROM planned_shift WHERE station_id = :station_id AND ends_at < :before;

-- name: delete_old_messages(station_id, before)!
-- Delete messages between citizens and the radio room; the term runs from the end of the case.
DELETE FROM report_message m USING report r LEFT JOIN incident i ON i.id = r.incident_id
WHERE r.id = m.report_id AND m.station_id = :station_id AND coalesce(i.ended_at, r.created_at) < :before
  AND (i.id IS NULL OR i.ended_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: delete_old_unit_messages(station_id, before)!
-- Delete messages between the radio room and units; the term runs from the end of the case.
DELETE FROM incident_message g USING incident i
WHERE i.id = g.incident_id AND g.station_id = :station_id AND i.ended_at < :before
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: delete_old_unmatched_locations(before)!
-- Delete what belongs to no case and is past its term, of all stations.
DELETE FROM caller_location WHERE incident_id IS NULL AND received_at < :before;

-- name: delete_old_caller_locations(station_id, before)!
-- Delete where callers were; the term runs from the end of the case.
DELETE FROM caller_location l USING incident i
WHERE i.id = l.incident_id AND l.station_id = :station_id AND i.ended_at < :before
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: delete_old_caller_links(station_id, before)!
-- Delete links past their term.
DELETE FROM caller_link WHERE station_id = :station_id AND expires_at < :before;

-- name: delete_old_warnings(station_id, before)!
-- Delete premises warnings that nobody has approved or reviewed for longer than their term, and those that have ended.
DELETE FROM premises_warning w
WHERE w.station_id = :station_id AND coalesce(w.ended_at, w.review_at, w.made_at) < :before;

-- name: delete_old_photos(station_id, before)!
-- Delete citizens' photos past their term, except in cases under a legal hold.
DELETE FROM report_photo p USING report r LEFT JOIN incident i ON i.id = r.incident_id
WHERE r.id = p.report_id AND p.station_id = :station_id AND coalesce(i.ended_at, r.created_at) < :before
  AND (i.id IS NULL OR i.ended_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: forget_reporters(station_id, before)!
-- Erase what a citizen said, from where, and their contact. The place is rounded to a grid of about 500 m.
UPDATE report r SET description = NULL, contact = NULL, sender = NULL, secret_hash = NULL, accuracy = NULL,
       position = ST_SnapToGrid(r.position::geometry, 0.005)::geography
WHERE r.station_id = :station_id AND r.created_at < :before
  AND NOT ST_Equals(r.position::geometry, ST_SnapToGrid(r.position::geometry, 0.005))
  AND NOT EXISTS (SELECT FROM incident i WHERE i.id = r.incident_id AND (i.ended_at IS NULL OR i.ended_at >= :before))
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = r.incident_id AND h.released_at IS NULL);

-- name: forget_callers(station_id, before)!
-- Erase callers and senders of cases past their term, except under a legal hold.
UPDATE incident i SET caller = NULL, sender = NULL
WHERE i.station_id = :station_id AND i.ended_at < :before AND (i.caller IS NOT NULL OR i.sender IS NOT NULL)
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: forget_cases(station_id, before)!
-- Erase what people wrote about a case. Kind, time, coarse place and outcome stay, for the figures.
UPDATE incident i SET note = NULL, place = NULL, closing_note = NULL,
       position = ST_SnapToGrid(i.position::geometry, 0.005)::geography
WHERE i.station_id = :station_id AND i.ended_at < :before
  AND (i.note IS NOT NULL OR i.place IS NOT NULL OR i.closing_note IS NOT NULL)
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: forget_clearing_notes(station_id, before)!
-- Erase officers' closing notes past their term, except in cases under a legal hold.
UPDATE assignment a SET note = NULL FROM incident i
WHERE i.id = a.incident_id AND a.station_id = :station_id AND i.ended_at < :before AND a.note IS NOT NULL
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: forget_safety_notes(station_id, before)!
-- Erase what was written with a word of safety, except in cases under a legal hold.
UPDATE officer_emergency e SET safe_note = NULL FROM incident i
WHERE i.id = e.incident_id AND e.station_id = :station_id AND i.ended_at < :before AND e.safe_note IS NOT NULL
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = i.id AND h.released_at IS NULL);

-- name: forget_alerts(station_id, before)!
-- Erase notes, plates and reasons of alerts past their term.
UPDATE alert a SET note = NULL, plate = NULL, decision_reason = NULL
WHERE a.station_id = :station_id AND a.received_at < :before
  AND (a.note IS NOT NULL OR a.plate IS NOT NULL OR a.decision_reason IS NOT NULL)
  AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.incident_id = a.incident_id AND h.released_at IS NULL);

-- name: delete_old_templates(station_id, before)!
-- Delete templates of people who are no longer looked for.
DELETE FROM watchlist_template t USING watchlist_picture p JOIN watchlist_entry e ON e.id = p.entry_id
WHERE p.id = t.picture_id AND t.station_id = :station_id AND least(e.expires_at, e.withdrawn_at) < :before
  AND NOT EXISTS (SELECT FROM legal_hold h JOIN alert a ON a.incident_id = h.incident_id
                  WHERE h.released_at IS NULL AND a.watchlist_entry_id = e.id);

-- name: delete_old_pictures(station_id, before)!
-- Delete pictures of entries that ended longer ago than their term.
DELETE FROM watchlist_picture p USING watchlist_entry e
WHERE e.id = p.entry_id AND p.station_id = :station_id AND least(e.expires_at, e.withdrawn_at) < :before
  AND NOT EXISTS (SELECT FROM watchlist_template t WHERE t.picture_id = p.id)
  AND NOT EXISTS (SELECT FROM legal_hold h JOIN alert a ON a.incident_id = h.incident_id
                  WHERE h.released_at IS NULL AND a.watchlist_entry_id = e.id);

-- name: forget_entries(station_id, before)!
-- Erase the person's identity. That somebody was looked for, on what grounds and by whom, stays.
UPDATE watchlist_entry e SET label = '', born = NULL, plate = NULL, warrant_number = NULL, picture_source = '',
       withdraw_reason = NULL
WHERE e.station_id = :station_id AND least(e.expires_at, e.withdrawn_at) < :before AND e.label <> ''
  AND NOT EXISTS (SELECT FROM legal_hold h JOIN alert a ON a.incident_id = h.incident_id
                  WHERE h.released_at IS NULL AND a.watchlist_entry_id = e.id);

-- name: delete_old_partitions(today)$
-- Drop whole months past their term: tracks only when empty, the audit only while nothing is held.
SELECT cardinality(drop_old_partitions(:today));

-- name: hold(id, station_id, incident_id, reason, by, now)!
-- Put a legal hold on a case: nothing of it is deleted, whatever its term.
INSERT INTO legal_hold (id, station_id, incident_id, reason, held_by, held_at)
VALUES (:id, :station_id, :incident_id, :reason, :by, :now) ON CONFLICT DO NOTHING;

-- name: release_hold(incident_id, by, now)!
-- Release a legal hold.
UPDATE legal_hold SET released_by = :by, released_at = :now WHERE incident_id = :incident_id AND released_at IS NULL;

-- name: held(incident_id)^
-- Whether, by whom and why a case is held.
SELECT h.id, h.reason, a.display_name AS held_by, h.held_at
FROM legal_hold h JOIN account a ON a.id = h.held_by WHERE h.incident_id = :incident_id AND h.released_at IS NULL;
