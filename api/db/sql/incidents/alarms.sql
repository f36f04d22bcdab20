-- name: raise_alarm(id, station_id, incident_id, reason, standing, now)!
-- Raise an alarm. `standing`: not if one about the same lasting state was acknowledged and the state still lasts.
INSERT INTO alarm (id, station_id, incident_id, reason, raised_at)
SELECT :id::uuid, :station_id::uuid, :incident_id::uuid, :reason::text, :now::timestamptz
WHERE NOT (:standing::boolean AND EXISTS (
    SELECT FROM alarm a WHERE a.incident_id = :incident_id::uuid AND a.reason = :reason::text AND a.over_at IS NULL))
ON CONFLICT DO NOTHING;

-- name: list_alarms(station_id, incident_ids)
-- The open alarms of a station, or all alarms of some incidents.
SELECT al.id, al.incident_id, i.reference, al.reason, al.raised_at, al.acknowledged_at, al.level,
       al.passed_on_at, a.display_name AS acknowledged_by
FROM alarm al JOIN incident i ON i.id = al.incident_id LEFT JOIN account a ON a.id = al.acknowledged_by
WHERE al.station_id = :station_id
  AND (al.incident_id = ANY (:incident_ids::uuid[])
       OR (:incident_ids::uuid[] IS NULL AND al.acknowledged_at IS NULL))
ORDER BY al.raised_at;

-- name: acknowledge_alarm(now, by, id)!
-- Acknowledge an alarm; only the first acknowledgement counts.
UPDATE alarm SET acknowledged_at = :now, acknowledged_by = :by WHERE id = :id AND acknowledged_at IS NULL;

-- name: read_alarm(id, reader)^
-- One alarm, as the desk sees it; not if its case is hidden from the reader.
SELECT al.id, al.incident_id, i.reference, al.reason, al.raised_at, al.acknowledged_at, al.level,
       al.passed_on_at, a.display_name AS acknowledged_by
FROM alarm al JOIN incident i ON i.id = al.incident_id LEFT JOIN account a ON a.id = al.acknowledged_by
WHERE al.id = :id AND may_see(i.id, i.about_police, :reader::uuid);

-- name: settle_alarms(now, incident_id, reasons)!
-- Close the alarms of an incident that is taken care of, or over.
UPDATE alarm SET acknowledged_at = coalesce(acknowledged_at, :now), over_at = :now
WHERE incident_id = :incident_id AND over_at IS NULL AND reason = ANY (:reasons::text[]);

-- name: lock_alarm(id)^
-- One alarm, locked until the commit.
SELECT al.id, al.incident_id, al.reason, al.level, al.raised_at, al.acknowledged_at
FROM alarm al WHERE al.id = :id FOR NO KEY UPDATE;

-- name: pass_alarm_on(id, level, now)!
-- Escalate the alarm to the next person.
UPDATE alarm SET level = :level, passed_on_at = :now WHERE id = :id;

-- name: shift_supervisor_of(station_id)^
-- Who is called if the radio room does not acknowledge.
SELECT a.id, a.display_name, a.language FROM station_policy p JOIN account a ON a.id = p.shift_supervisor
WHERE p.station_id = :station_id AND a.disabled_at IS NULL;

-- name: set_shift_supervisor(account_id, station_id)!
-- Appoint the shift's supervisor, or nobody.
UPDATE station_policy SET shift_supervisor = :account_id WHERE station_id = :station_id;

-- name: supervisors_of(station_id)
-- Who may be shift supervisor: the station's commanders, and how many phones ring for each.
SELECT a.id, a.display_name, a.language,
       (SELECT count(*)::int FROM push_subscription s WHERE s.account_id = a.id) AS phones
FROM account a WHERE a.station_id = :station_id AND a.role = 'commander' AND a.disabled_at IS NULL
ORDER BY a.display_name, a.id;

-- name: add_channel(id, station_id, label, url, for_callers, by, now)!
-- Add a fall-back channel, for when phones stay silent.
INSERT INTO fallback_channel (id, station_id, label, url, for_callers, created_by, created_at)
VALUES (:id, :station_id, :label, :url, :for_callers, :by, :now);

-- name: list_channels(station_id)
-- The station's channels, each with its last delivery.
SELECT c.id, c.label, c.for_callers, a.display_name AS created_by, c.created_at, d.state AS last_state, d.created_at AS last_at,
       d.last_error
FROM fallback_channel c JOIN account a ON a.id = c.created_by
LEFT JOIN LATERAL (SELECT x.state, x.created_at, x.last_error FROM outgoing x
                   WHERE x.kind = 'fallback' AND x.address_id = c.id
                   ORDER BY x.created_at DESC LIMIT 1) d ON true
WHERE c.station_id = :station_id AND c.removed_at IS NULL ORDER BY c.created_at;

-- name: remove_channel(id, now)!
-- Stop using a channel; what was sent stays on record.
UPDATE fallback_channel SET removed_at = :now WHERE id = :id AND removed_at IS NULL;
