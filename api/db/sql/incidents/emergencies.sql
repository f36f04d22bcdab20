-- name: find_press(id)^
-- The emergency that a call for help belongs to, and whose it is.
SELECT p.incident_id, e.account_id, e.unit_id FROM emergency_press p
JOIN officer_emergency e ON e.incident_id = p.incident_id WHERE p.id = :id;

-- name: add_press(id, station_id, incident_id, now)!
-- Remember a call for help, so that a late copy of it opens nothing.
INSERT INTO emergency_press (id, station_id, incident_id, at) VALUES (:id, :station_id, :incident_id, :now)
ON CONFLICT DO NOTHING;

-- name: last_emergency(station_id, account_id, unit_id)^
-- The officer's or the unit's newest emergency, open ones first.
SELECT e.incident_id, e.account_id, e.unit_id, e.over_at, e.located, e.fix_at FROM officer_emergency e
WHERE e.station_id = :station_id AND (e.account_id = :account_id OR e.unit_id = :unit_id)
ORDER BY e.over_at IS NULL DESC, e.raised_at DESC LIMIT 1;

-- name: whereabouts_of(account_id, unit_id)^
-- Where somebody in danger may be. `own`: the unit's fix is of this shift; `account_id`: who it is, also where a tracker
-- calls for a crew of one.
SELECT coalesce(:account_id::uuid, (SELECT min(s.account_id::text)::uuid FROM shift s
                                    WHERE s.unit_id = :unit_id AND s.ended_at IS NULL HAVING count(*) = 1)) AS account_id,
       ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon, l.fix_at,
       coalesce(l.fix_at >= l.shift_started_at, false) AS own
FROM (SELECT 1) one LEFT JOIN unit_live l ON l.unit_id = coalesce(:unit_id::uuid, (
    SELECT s.unit_id FROM shift s WHERE s.account_id = :account_id ORDER BY s.started_at DESC LIMIT 1));

-- name: add_emergency(incident_id, station_id, account_id, unit_id, via, silent, located, fix_at, pressed_at, now)!
-- The case is an officer's own emergency.
INSERT INTO officer_emergency (incident_id, station_id, account_id, unit_id, via, silent, located, fix_at, pressed_at,
                               raised_at)
VALUES (:incident_id, :station_id, :account_id, :unit_id, :via, :silent, :located, :fix_at, :pressed_at, :now);

-- name: hear_again(incident_id, silent)!
-- The officer calls again: how the phone is to behave is as they last said.
UPDATE officer_emergency SET silent = :silent WHERE incident_id = :incident_id AND over_at IS NULL;

-- name: move_emergency(incident_id, lat, lon, place, place_by_position, h3, fix_at)!
-- The officer's place is known, or known better.
WITH moved AS (
    UPDATE officer_emergency SET located = 'given', fix_at = :fix_at WHERE incident_id = :incident_id)
UPDATE incident SET position = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, place = :place,
       place_by_position = :place_by_position, h3 = :h3 WHERE id = :incident_id;

-- name: say_safe(incident_id, now, word, by, note)!
-- The word of safety, once.
UPDATE officer_emergency SET safe_at = :now, safe_word = :word, safe_by = :by, safe_note = :note, over_at = :now
WHERE incident_id = :incident_id AND over_at IS NULL;

-- name: end_emergency(incident_id, now)!
-- The case has ended without a word of safety.
UPDATE officer_emergency SET over_at = :now WHERE incident_id = :incident_id AND over_at IS NULL;

-- name: want_no_more(incident_id)!
-- No further units are sought than those that hold the case.
UPDATE incident SET units_wanted = greatest(1, (
    SELECT count(*)::int FROM assignment a WHERE a.incident_id = :incident_id
    AND a.state IN ('accepted', 'en_route', 'arrived'))) WHERE id = :incident_id;

-- name: hush_phones(station_id, account_id, unit_id, now)!
-- What is queued for the phones of somebody who must not be heard is not sent.
UPDATE outgoing o SET expires_at = :now
FROM push_delivery d
WHERE d.id = o.id AND o.station_id = :station_id AND o.kind = 'push' AND o.state = 'due' AND o.expires_at > :now
  AND (d.account_id = :account_id
       OR d.account_id IN (SELECT s.account_id FROM shift s WHERE s.unit_id = :unit_id AND s.ended_at IS NULL));

-- name: to_be_told(station_id, incident_id, account_id)
-- Everybody on duty who is not asked to go, and the commanders; not whoever calls for help.
SELECT s.account_id AS id FROM shift s
WHERE s.station_id = :station_id AND s.ended_at IS NULL AND s.account_id IS DISTINCT FROM :account_id
  AND s.unit_id NOT IN (SELECT a.unit_id FROM assignment a WHERE a.incident_id = :incident_id
                        AND a.state IN ('offered', 'accepted', 'en_route', 'arrived'))
UNION
SELECT a.id FROM account a WHERE a.station_id = :station_id AND a.role = 'commander' AND a.disabled_at IS NULL;

-- name: emergencies_of(incident_ids)
-- Whose emergencies these cases are, and how far they are over.
SELECT e.incident_id, a.display_name AS officer, e.unit_id, u.callsign, e.via, e.silent, e.located, e.fix_at,
       e.pressed_at, e.raised_at, e.safe_at, e.safe_word, b.display_name AS safe_by, e.safe_note, e.over_at,
       coalesce((SELECT array_agg(c.display_name ORDER BY c.display_name) FROM shift s
                 JOIN account c ON c.id = s.account_id WHERE s.unit_id = e.unit_id AND s.ended_at IS NULL), '{}') AS crew
FROM officer_emergency e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN unit u ON u.id = e.unit_id
LEFT JOIN account b ON b.id = e.safe_by
WHERE e.incident_id = ANY (:incident_ids::uuid[]);

-- name: is_own_emergency(incident_id, account_id, unit_id)$
-- Whether it is the officer's own, or their crew's.
SELECT EXISTS (SELECT FROM officer_emergency e WHERE e.incident_id = :incident_id
               AND (e.account_id = :account_id OR e.unit_id = :unit_id));
