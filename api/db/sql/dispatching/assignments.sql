-- name: find_assignment(id)^
-- The incident and unit of an assignment, without a lock: locks are taken in order afterwards.
SELECT id, incident_id, unit_id, state FROM assignment WHERE id = :id;

-- name: lock_assignment(id)^
-- One assignment, locked until the commit.
SELECT a.id, a.incident_id, a.unit_id, u.callsign, a.state, a.mode, a.lead, a.offered_at, a.offer_ends_at,
       a.eta_seconds, a.eta_source, a.eta_at, a.distance_m, a.replaces
FROM assignment a JOIN unit u ON u.id = a.unit_id WHERE a.id = :id FOR NO KEY UPDATE OF a;

-- name: assignments_of(incident_ids)
-- Every unit that was asked or sent, for these incidents.
SELECT a.id, a.incident_id, a.unit_id, u.callsign, a.state, a.mode, a.lead, a.offered_at, a.offer_ends_at,
       a.eta_seconds, a.eta_source, a.eta_at, a.distance_m, a.replaces, a.withdrawn_because,
       t.sent_at, least(d.delivered_at, t.delivered_at) AS delivered_at, least(d.shown_at, t.shown_at) AS shown_at,
       least(d.opened_at, t.opened_at) AS opened_at
FROM assignment a JOIN unit u ON u.id = a.unit_id
LEFT JOIN LATERAL (
    SELECT min(p.server_at) FILTER (WHERE p.kind = 'sent') AS sent_at,
           min(p.server_at) FILTER (WHERE p.kind = 'delivered') AS delivered_at,
           min(p.server_at) FILTER (WHERE p.kind = 'shown') AS shown_at,
           min(p.server_at) FILTER (WHERE p.kind = 'opened') AS opened_at
    FROM time_point p WHERE p.assignment_id = a.id) t ON true
LEFT JOIN LATERAL (
    SELECT min(p.delivered_at) AS delivered_at, min(p.shown_at) AS shown_at, min(p.opened_at) AS opened_at
    FROM push_delivery p WHERE p.assignment_id = a.id AND p.kind IN ('offer', 'backup', 'reminder')) d ON true
WHERE a.incident_id = ANY (:incident_ids::uuid[]) ORDER BY a.offered_at, a.id;

-- name: live_assignments_of(incident_id)
-- Offered or held assignments of an incident, locked in the order of their units.
SELECT a.id, a.incident_id, a.unit_id, u.callsign, a.state, a.mode, a.lead, a.offered_at, a.offer_ends_at,
       a.eta_seconds, a.eta_source, a.eta_at, a.distance_m, a.replaces
FROM assignment a JOIN unit u ON u.id = a.unit_id
WHERE a.incident_id = :incident_id AND a.state IN ('offered', 'accepted', 'en_route', 'arrived')
ORDER BY a.unit_id FOR NO KEY UPDATE OF a;

-- name: count_been(incident_id)$
-- Units that have been at the scene and are no longer on the case.
SELECT count(DISTINCT t.unit_id)::int FROM been_there t
WHERE t.incident_id = :incident_id AND NOT EXISTS (
    SELECT FROM assignment a WHERE a.incident_id = :incident_id AND a.unit_id = t.unit_id
    AND a.state IN ('offered', 'accepted', 'en_route', 'arrived'));

-- name: is_second(id)$
-- Whether another unit has, or has had, the incident of this assignment.
SELECT EXISTS (SELECT FROM second_assignment WHERE id = :id);

-- name: all_assignments_of(incident_id)
-- All assignments of an incident, whatever came of them. Nobody changes one without the incident's lock.
SELECT a.id, a.incident_id, a.unit_id, u.callsign, a.state, a.mode, a.lead, a.offered_at, a.offer_ends_at,
       a.eta_seconds, a.eta_source, a.eta_at, a.distance_m, a.replaces
FROM assignment a JOIN unit u ON u.id = a.unit_id WHERE a.incident_id = :incident_id ORDER BY a.unit_id;

-- name: current_of_unit(unit_id)
-- The assignment that a unit holds or is being offered.
SELECT a.id, a.incident_id, a.unit_id, u.callsign, a.state, a.mode, a.lead, a.offered_at, a.offer_ends_at,
       a.eta_seconds, a.eta_source, a.eta_at, a.distance_m, a.replaces
FROM assignment a JOIN unit u ON u.id = a.unit_id
WHERE a.unit_id = :unit_id AND a.state IN ('offered', 'accepted', 'en_route', 'arrived');

-- name: missed_by_unit(unit_id, since)^
-- The last offer that the unit left unanswered in its current shift.
SELECT a.id AS assignment_id, a.incident_id, i.reference, i.kind, i.priority, a.offered_at, a.ended_at
FROM assignment a JOIN incident i ON i.id = a.incident_id JOIN unit_live l ON l.unit_id = a.unit_id
WHERE a.unit_id = :unit_id AND a.state = 'expired' AND a.ended_at > greatest(:since, l.shift_started_at)
ORDER BY a.ended_at DESC LIMIT 1;

-- name: unit_had_incident(unit_id, incident_id)$
-- Whether a unit is or was on a case, so that its crew may see it.
SELECT EXISTS (SELECT FROM assignment WHERE unit_id = :unit_id AND incident_id = :incident_id
               AND state IN ('offered', 'accepted', 'en_route', 'arrived', 'cleared'));

-- name: add_assignment(id, station_id, incident_id, unit_id, state, mode, lead, offered_at, offer_ends_at, eta_seconds, eta_source, distance_m, replaces, predicted_seconds, correction, decision, by, explanation, candidates)!
-- Offer or order a unit to an incident, and record why this one was chosen, with the candidates it was chosen from.
-- Unique indexes refuse a second job or a second lead.
WITH decided AS (
    INSERT INTO dispatch_decision (station_id, incident_id, assignment_id, unit_id, kind, by, at, explanation, candidates)
    VALUES (:station_id, :incident_id, :id, :unit_id, :decision, :by, :offered_at, :explanation, :candidates))
INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, lead, offered_at, offer_ends_at,
                        eta_seconds, eta_source, eta_at, distance_m, replaces, predicted_seconds, correction)
VALUES (:id, :station_id, :incident_id, :unit_id, :state, :mode, :lead, :offered_at, :offer_ends_at, :eta_seconds,
        :eta_source, :offered_at, :distance_m, :replaces, :predicted_seconds, :correction);

-- name: save_assignment_state(state, lead, ended_at, disposition, note, withdrawn_because, id)!
-- Record one step of an assignment, with the remarks made at its end.
UPDATE assignment SET state = :state, lead = :lead, ended_at = :ended_at, withdrawn_because = :withdrawn_because,
       disposition = coalesce(:disposition, disposition), note = coalesce(:note, note)
WHERE id = :id;

-- name: set_offer_end(offer_ends_at, id)!
-- Set when an offer expires: counted from the moment the phone has it.
UPDATE assignment SET offer_ends_at = :offer_ends_at WHERE id = :id;

-- name: set_assignment_eta(eta_seconds, eta_source, now, distance_m, id)!
-- Update distance and travel time as just measured.
UPDATE assignment SET eta_seconds = :eta_seconds, eta_source = :eta_source, eta_at = :now, distance_m = :distance_m
WHERE id = :id;
