-- name: examine_station(station_id, now, grace)
-- What must never be true of a station, whatever happened in whatever order: a row for each contradiction. Every decision
-- is one commit, so none of them may be seen even for a moment; only what is due may be late by `grace`.
WITH active AS MATERIALIZED (
    SELECT i.id, i.state, i.forecast, i.due_at, i.first_arrived_at, i.received_at, i.bumped, i.drill,
           i.over_limit AND NOT i.verified AS yields
    FROM incident i WHERE i.station_id = :station_id AND i.state NOT IN ('closed', 'cancelled', 'merged')),
live AS MATERIALIZED (
    SELECT a.id, a.incident_id, a.unit_id, a.state, a.lead, a.offered_at FROM assignment a
    WHERE a.station_id = :station_id AND a.state IN ('offered', 'accepted', 'en_route', 'arrived')),
ended AS MATERIALIZED (
    SELECT i.id, i.ended_at FROM incident i WHERE i.station_id = :station_id
      AND i.received_at > :now::timestamptz - interval '2 days' AND i.state IN ('closed', 'cancelled', 'merged')),
pending AS MATERIALIZED (
    SELECT d.kind, d.subject_id, d.due_at FROM deadline d WHERE d.station_id = :station_id)

SELECT 'unit_twice' AS invariant, l.unit_id AS subject, max(l.offered_at) AS since
FROM live l GROUP BY l.unit_id
HAVING count(*) FILTER (WHERE l.state = 'offered') > 1 OR count(*) FILTER (WHERE l.state <> 'offered') > 1
UNION ALL
SELECT 'two_leads', l.incident_id, max(l.offered_at) FROM live l WHERE l.lead AND l.state <> 'offered'
GROUP BY l.incident_id HAVING count(*) > 1
UNION ALL
SELECT 'unit_status', u.unit_id, coalesce(u.shift_started_at, 'epoch')
FROM unit_live u CROSS JOIN LATERAL (
    SELECT coalesce(min(l.state) FILTER (WHERE l.state <> 'offered'), min(l.state)) AS state
    FROM live l WHERE l.unit_id = u.unit_id) work
WHERE u.station_id = :station_id AND u.status <> coalesce(work.state,
    CASE WHEN EXISTS (SELECT FROM shift s WHERE s.unit_id = u.unit_id AND s.ended_at IS NULL)
         THEN 'available' ELSE 'off_duty' END)
UNION ALL
SELECT 'incident_state', i.id, i.received_at
FROM active i CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_or(l.state = 'arrived') THEN 'on_scene' WHEN bool_or(l.state = 'en_route') THEN 'en_route'
                WHEN bool_or(l.state = 'accepted') THEN 'assigned' WHEN bool_or(l.state = 'offered') THEN 'offering'
                ELSE 'open' END AS state
    FROM live l WHERE l.incident_id = i.id) derived
WHERE i.state <> derived.state
UNION ALL
SELECT 'nobody_answers_for_it', i.id, i.received_at
FROM active i
WHERE i.first_arrived_at IS NULL
  AND NOT EXISTS (SELECT FROM pending p WHERE p.subject_id = i.id)
  AND NOT EXISTS (SELECT FROM pending p JOIN live l ON l.id = p.subject_id WHERE l.incident_id = i.id)
  AND NOT EXISTS (SELECT FROM alarm al WHERE al.incident_id = i.id AND al.station_id = :station_id
                    AND (al.acknowledged_at IS NULL OR al.over_at IS NULL))
UNION ALL
SELECT 'offer_without_end', l.id, l.offered_at
FROM live l WHERE l.state = 'offered'
  AND NOT EXISTS (SELECT FROM pending p WHERE p.subject_id = l.id AND p.kind = 'offer_expiry')
UNION ALL
SELECT 'forecast_without_alarm', i.id, i.due_at
FROM active i
WHERE i.first_arrived_at IS NULL
  AND (i.forecast IN ('at_risk', 'late') OR i.due_at < :now::timestamptz - :grace::interval)
  AND NOT EXISTS (SELECT FROM alarm al WHERE al.incident_id = i.id AND al.station_id = :station_id
                    AND al.reason = 'forecast_late' AND al.over_at IS NULL)
UNION ALL
SELECT 'step_without_time', l.id, l.offered_at
FROM live l
WHERE NOT EXISTS (SELECT FROM time_point t WHERE t.assignment_id = l.id AND t.station_id = :station_id
                    AND t.kind = l.state)
UNION ALL
SELECT 'time_twice', t.assignment_id, max(t.server_at)
FROM time_point t JOIN live l ON l.id = t.assignment_id WHERE t.station_id = :station_id AND t.corrects IS NULL
GROUP BY t.assignment_id, t.incident_id, t.kind, t.source HAVING count(*) > 1
UNION ALL
SELECT 'called_back', l.id, l.offered_at
FROM live l JOIN dispatch_decision d ON d.incident_id = l.incident_id AND d.assignment_id = l.id
                                    AND d.station_id = :station_id
WHERE d.by IS NULL AND EXISTS (
    SELECT FROM been_there b JOIN assignment before ON before.id = b.assignment_id
    WHERE b.incident_id = l.incident_id AND b.unit_id = l.unit_id AND b.assignment_id <> l.id
      AND before.ended_at <= l.offered_at)
UNION ALL
SELECT 'drill_over_real', l.id, l.offered_at
FROM live l JOIN active i ON i.id = l.incident_id AND i.drill
WHERE EXISTS (SELECT FROM assignment lost JOIN incident r ON r.id = lost.incident_id
              WHERE lost.unit_id = l.unit_id AND lost.station_id = :station_id AND NOT r.drill
                AND lost.withdrawn_because IN ('diverted', 'swapped') AND lost.ended_at >= l.offered_at)
UNION ALL
SELECT 'bumped_too_often', i.id, i.received_at FROM active i WHERE i.bumped > 2 AND NOT i.drill AND NOT i.yields
UNION ALL
SELECT 'ended_with_units', e.id, e.ended_at FROM ended e JOIN live l ON l.incident_id = e.id
UNION ALL
SELECT 'ended_with_alarm', e.id, e.ended_at
FROM ended e JOIN alarm al ON al.incident_id = e.id AND al.station_id = :station_id AND al.over_at IS NULL
UNION ALL
SELECT 'ended_with_proposal', e.id, e.ended_at
FROM ended e JOIN proposal p ON p.incident_id = e.id AND p.station_id = :station_id AND p.state = 'open'
UNION ALL
SELECT 'deadline_missed', p.subject_id, p.due_at
FROM pending p WHERE p.due_at < :now::timestamptz - :grace::interval AND NOT dispatch_waits()
UNION ALL
SELECT 'message_stuck', o.id, o.due_at
FROM outgoing o
WHERE o.station_id = :station_id AND o.state = 'due' AND o.due_at < :now::timestamptz - :grace::interval
  AND NOT dispatch_waits();
