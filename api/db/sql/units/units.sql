-- name: add_unit(id, station_id, callsign, kind, beat, capabilities, plate)!
-- Add a unit.
INSERT INTO unit (id, station_id, callsign, kind, beat, capabilities, plate)
VALUES (:id, :station_id, :callsign, :kind, :beat, :capabilities, :plate);

-- name: equip_units(station_id, id)
-- A station's units as its administration knows them, retired ones last; or one of them.
SELECT u.id, u.callsign, u.kind, u.plate, u.beat, u.capabilities, u.retired_at, u.version, l.status
FROM unit u JOIN unit_live l ON l.unit_id = u.id
WHERE u.station_id = :station_id AND (:id::uuid IS NULL OR u.id = :id)
ORDER BY u.retired_at IS NOT NULL, u.callsign;

-- name: change_unit(id, callsign, kind, plate, beat, capabilities)!
-- Change a unit; its version goes up.
UPDATE unit SET callsign = :callsign, kind = :kind, plate = :plate, beat = :beat, capabilities = :capabilities,
       version = version + 1 WHERE id = :id;

-- name: retire_unit(id, now)!
-- A unit that is no longer used: nobody is shown it first, and its trackers' tokens end, and nobody is planned
-- for it any more.
WITH shown AS (UPDATE account SET default_unit_id = NULL WHERE default_unit_id = :id),
     tokens AS (UPDATE machine_token SET revoked_at = :now WHERE unit_id = :id AND revoked_at IS NULL),
     planned AS (DELETE FROM planned_shift WHERE unit_id = :id AND starts_at > :now)
UPDATE unit SET retired_at = :now, version = version + 1 WHERE id = :id;

-- name: add_unit_live(unit_id, station_id)!
-- Add the unit's row of fast-changing state.
INSERT INTO unit_live (unit_id, station_id) VALUES (:unit_id, :station_id);

-- name: list_units(station_id)
-- The board: every unit with its place, phone and crew, or one by its id.
SELECT u.id, u.callsign, u.kind, l.status, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon,
       l.fix_at, l.shift_started_at, l.push_seen_at, l.stream_seen_at, l.doubtful_reason,
       (SELECT a.id FROM assignment a WHERE a.unit_id = u.id AND a.state IN ('accepted', 'en_route', 'arrived')) AS held,
       coalesce((SELECT array_agg(ac.display_name ORDER BY ac.display_name) FROM shift s
                 JOIN account ac ON ac.id = s.account_id WHERE s.unit_id = u.id AND s.ended_at IS NULL), '{}') AS officers
FROM unit u JOIN unit_live l ON l.unit_id = u.id
WHERE u.station_id = :station_id AND u.retired_at IS NULL ORDER BY u.callsign;

-- name: list_shift_units(account_id, station_id, now)
-- The units that an officer may choose at the start of a shift; the roster counts from an hour before it begins.
SELECT u.id, u.callsign, u.kind,
       (SELECT count(*) FROM shift s WHERE s.unit_id = u.id AND s.ended_at IS NULL AND s.account_id <> :account_id)
       AS others,
       (SELECT count(*) FROM shift s JOIN account a ON a.id = s.account_id
        WHERE s.unit_id = u.id AND s.ended_at IS NULL AND NOT a.simulated) AS people,
       (SELECT count(*) FROM shift s JOIN account a ON a.id = s.account_id
        WHERE s.unit_id = u.id AND s.ended_at IS NULL AND NOT a.simulated AND s.account_id <> :account_id) AS other_people,
       coalesce(u.id = (SELECT s.unit_id FROM shift s WHERE s.account_id = :account_id AND s.station_id = :station_id
                        ORDER BY s.started_at DESC LIMIT 1), false) AS last,
       EXISTS (SELECT FROM account a WHERE a.id = :account_id AND a.default_unit_id = u.id) AS usual,
       EXISTS (SELECT FROM planned_crew c JOIN planned_shift p ON p.id = c.planned_shift_id
               WHERE c.account_id = :account_id AND p.unit_id = u.id AND c.starts_at <= :now::timestamptz + interval '1 h'
                 AND c.ends_at > :now) AS rostered
FROM unit u WHERE u.station_id = :station_id AND u.retired_at IS NULL ORDER BY u.callsign;

-- name: read_unit(id)^
-- One unit that is not retired.
SELECT u.id, u.callsign, u.kind FROM unit u WHERE u.id = :id AND u.retired_at IS NULL;

-- name: lock_unit(unit_id)^
-- A unit's status, locked until the commit.
SELECT unit_id, status, shift_started_at FROM unit_live WHERE unit_id = :unit_id FOR UPDATE;

-- name: set_unit_status(status, unit_id)!
-- Update a unit's status, as derived from its work.
UPDATE unit_live SET status = :status WHERE unit_id = :unit_id;

-- name: take_idle_unit(unit_id)!
-- Offer a job to a unit that has none, if it still has none; the row is locked until the commit.
UPDATE unit_live SET status = 'offered' WHERE unit_id = :unit_id AND status = 'available';

-- name: begin_unit_shift(now, unit_id)!
-- Put the unit on duty; a phone from the previous shift does not count.
UPDATE unit_live SET shift_started_at = coalesce(shift_started_at, :now),
       push_seen_at = CASE WHEN shift_started_at IS NULL THEN NULL ELSE push_seen_at END
WHERE unit_id = :unit_id;

-- name: end_unit_shift(unit_id)!
-- Take the unit off duty: nobody is in it any more.
UPDATE unit_live SET shift_started_at = NULL, push_seen_at = NULL, stream_seen_at = NULL, doubtful_reason = NULL,
       doubtful_since = NULL, doubtful_seen_at = NULL
WHERE unit_id = :unit_id;

-- name: open_shift(account_id)^
-- The account's open shift.
SELECT s.id, s.unit_id, u.callsign, s.started_at FROM shift s JOIN unit u ON u.id = s.unit_id
WHERE s.account_id = :account_id AND s.ended_at IS NULL;

-- name: begin_shift(id, station_id, unit_id, account_id, now)!
-- Start an officer's shift in a unit; an officer has one open shift.
INSERT INTO shift (id, station_id, unit_id, account_id, started_at) VALUES (:id, :station_id, :unit_id, :account_id, :now);

-- name: end_shift(now, account_id)!
-- End an officer's shift.
UPDATE shift SET ended_at = :now WHERE account_id = :account_id AND ended_at IS NULL;

-- name: officers_on_unit(unit_id)
-- The accounts whose phones ring for this unit.
SELECT a.id, a.language FROM shift s JOIN account a ON a.id = s.account_id
WHERE s.unit_id = :unit_id AND s.ended_at IS NULL;

-- name: unit_status_from_work(unit_id)^
-- What a unit's status should be, from its shift and its assignments.
SELECT (SELECT a.state FROM assignment a WHERE a.unit_id = :unit_id AND a.state IN ('accepted', 'en_route', 'arrived'))
       AS held,
       EXISTS (SELECT FROM assignment a WHERE a.unit_id = :unit_id AND a.state = 'offered') AS offered,
       EXISTS (SELECT FROM shift s WHERE s.unit_id = :unit_id AND s.ended_at IS NULL) AS on_duty;

-- name: seen_by_push(now, account_id)!
-- Record that the phone of an officer on duty has answered a push.
UPDATE unit_live SET push_seen_at = :now
WHERE unit_id IN (SELECT unit_id FROM shift WHERE account_id = :account_id AND ended_at IS NULL);

-- name: seen_by_stream(now, account_ids)!
-- Record that these officers' screens are on.
UPDATE unit_live SET stream_seen_at = :now
WHERE unit_id IN (SELECT unit_id FROM shift WHERE account_id = ANY (:account_ids::uuid[]) AND ended_at IS NULL);

-- name: hasten_deadlines(now, station_id, kind)!
-- Make retries that are due later due now.
UPDATE deadline SET due_at = :now WHERE station_id = :station_id AND kind = :kind AND due_at > :now;

-- name: anyone_on_duty(station_id)$
-- Whether the station has any unit on duty.
SELECT EXISTS (SELECT FROM shift WHERE station_id = :station_id AND ended_at IS NULL);
