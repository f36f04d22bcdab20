-- name: calls_of_station(station_id, incident_ids, everything)
-- Active incidents that units are sought for: those that still miss one, the named ones, those whose units may be needed
-- elsewhere (drills, one sender's unverified calls), or every one; with its legs. A unit that has been there and left
-- counts towards those wanted.
SELECT i.id AS incident_id, i.reference, i.kind, i.priority, i.verified, ST_Y(i.position::geometry) AS lat,
       ST_X(i.position::geometry) AS lon, i.received_at, i.due_at,
       greatest(0, i.units_wanted - l.live - b.been) AS missing, i.bumped, i.swaps, i.drill, l.asked, b.been,
       CASE WHEN NOT i.verified THEN encode(i.sender, 'hex') END AS sender, i.over_limit AND NOT i.verified AS yields,
       jsonb_build_object('capabilities', i.capabilities, 'crew', i.crew_wanted) AS needs,
       coalesce(l.legs, '[]') AS legs
FROM incident i CROSS JOIN LATERAL (
    SELECT count(*)::int AS live, count(*) FILTER (WHERE a.state = 'offered')::int AS asked,
           array_agg(a.unit_id) AS units,
           jsonb_agg(jsonb_build_object('assignment_id', a.id, 'unit_id', a.unit_id, 'callsign', u.callsign,
                                        'state', a.state, 'lead', a.lead,
                                        'arrives_at', a.eta_at + a.eta_seconds * interval '1 second')
                     ORDER BY a.unit_id) FILTER (WHERE a.state <> 'offered') AS legs
    FROM assignment a JOIN unit u ON u.id = a.unit_id
    WHERE a.incident_id = i.id AND a.state IN ('offered', 'accepted', 'en_route', 'arrived')) l
CROSS JOIN LATERAL (
    SELECT count(DISTINCT t.unit_id)::int AS been FROM been_there t
    WHERE t.incident_id = i.id AND t.unit_id <> ALL (coalesce(l.units, '{}'))) b
WHERE i.station_id = :station_id AND i.state NOT IN ('closed', 'cancelled', 'merged') AND i.dispatching
  AND (:everything::boolean OR i.id = ANY (:incident_ids::uuid[]) OR i.drill
       OR (i.sender IS NOT NULL AND NOT i.verified) OR i.units_wanted > l.live)  -- before `been` is looked up
  AND (:everything::boolean OR i.id = ANY (:incident_ids::uuid[]) OR i.drill
       OR (i.sender IS NOT NULL AND NOT i.verified) OR i.units_wanted > l.live + b.been)
ORDER BY i.received_at, i.id;

-- name: nearest_free(station_id, lon, lat, most)
-- The nearest free units (KNN on geography; the CTE takes no lock, because locking straight from a KNN scan fails on
-- PostgreSQL 15.18), or all of them if `most` is null. Free units have no job, so none is looked up.
WITH near AS MATERIALIZED (
    SELECT l.unit_id FROM unit_live l
    WHERE l.station_id = :station_id AND l.status = 'available'
    ORDER BY l.position <-> ST_SetSRID(ST_MakePoint(:lon::float8, :lat::float8), 4326)::geography LIMIT :most::int
)
SELECT u.id AS unit_id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry) AS lat,
       ST_X(l.position::geometry) AS lon, l.shift_started_at, l.push_seen_at, l.stream_seen_at,
       (SELECT count(*)::int FROM shift s WHERE s.unit_id = u.id AND s.ended_at IS NULL) AS crew,
       u.capabilities, u.beat, in_emergency(u.id) AS in_emergency, NULL::jsonb AS held, NULL::jsonb AS offered
FROM near n JOIN unit u ON u.id = n.unit_id JOIN unit_live l ON l.unit_id = n.unit_id
ORDER BY u.id;

-- name: units_named(unit_ids)
-- Units' positions and whether their phones answer, without their jobs.
SELECT u.id AS unit_id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry) AS lat,
       ST_X(l.position::geometry) AS lon, l.shift_started_at, l.push_seen_at, l.stream_seen_at,
       (SELECT count(*)::int FROM shift s WHERE s.unit_id = u.id AND s.ended_at IS NULL) AS crew,
       u.capabilities, u.beat, in_emergency(u.id) AS in_emergency, NULL::jsonb AS held, NULL::jsonb AS offered
FROM unit u JOIN unit_live l ON l.unit_id = u.id
WHERE u.id = ANY (:unit_ids::uuid[]) ORDER BY u.id;

-- name: units_and_jobs(station_id, busy, unit_ids)
-- Units with what they hold and are being offered. `busy`: only those that have a job. `unit_ids`: only these, else all
-- of the station.
SELECT u.id AS unit_id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry) AS lat,
       ST_X(l.position::geometry) AS lon, l.shift_started_at, l.push_seen_at, l.stream_seen_at,
       (SELECT count(*)::int FROM shift s WHERE s.unit_id = u.id AND s.ended_at IS NULL) AS crew,
       u.capabilities, u.beat, in_emergency(u.id) AS in_emergency, h.job AS held, o.job AS offered
FROM unit u JOIN unit_live l ON l.unit_id = u.id
LEFT JOIN LATERAL (
    SELECT jsonb_build_object('assignment_id', a.id, 'incident_id', a.incident_id, 'reference', i.reference,
                              'state', a.state, 'priority', i.priority, 'kind', i.kind, 'bumped', i.bumped, 'drill', i.drill,
                              'second', EXISTS (SELECT FROM second_assignment s WHERE s.id = a.id),
                              'yields', i.over_limit AND NOT i.verified,
                              'arrives_at', a.eta_at + a.eta_seconds * interval '1 second') AS job
    FROM assignment a JOIN incident i ON i.id = a.incident_id
    WHERE a.unit_id = u.id AND a.state IN ('accepted', 'en_route', 'arrived')
      AND l.status IN ('accepted', 'en_route', 'arrived')) h ON true
LEFT JOIN LATERAL (
    SELECT jsonb_build_object('assignment_id', a.id, 'incident_id', a.incident_id, 'reference', i.reference,
                              'state', a.state, 'priority', i.priority, 'kind', i.kind, 'bumped', i.bumped, 'drill', i.drill,
                              'second', EXISTS (SELECT FROM second_assignment s WHERE s.id = a.id),
                              'yields', i.over_limit AND NOT i.verified,
                              'arrives_at', NULL) AS job
    FROM assignment a JOIN incident i ON i.id = a.incident_id
    WHERE a.unit_id = u.id AND a.state = 'offered' AND l.status NOT IN ('available', 'off_duty')) o ON true
WHERE u.station_id = :station_id
  AND (NOT :busy::boolean OR l.status IN ('offered', 'accepted', 'en_route', 'arrived'))
  AND (:unit_ids::uuid[] IS NULL OR u.id = ANY (:unit_ids::uuid[]))
ORDER BY u.id;

-- name: refusals_of(incident_ids)
-- Units not to be asked again: declined, withdrawn by the radio room, silent, or already been there; and those with
-- somebody on board who must not handle the case.
SELECT f.incident_id, f.unit_id, bool_or(f.declined) AS declined, max(f.silent_at) AS silent_at,
       bool_or(f.been_there) AS been_there, bool_or(f.conflicted) AS conflicted
FROM (
    SELECT a.incident_id, a.unit_id,
           a.state = 'declined' OR a.withdrawn_because IS NOT DISTINCT FROM 'by_hand' AS declined,
           CASE WHEN a.state = 'expired' THEN a.ended_at END AS silent_at,
           t.assignment_id IS NOT NULL AS been_there, false AS conflicted
    FROM assignment a LEFT JOIN been_there t ON t.assignment_id = a.id
    WHERE a.incident_id = ANY (:incident_ids::uuid[])
      AND (a.state IN ('declined', 'expired') OR a.withdrawn_because = 'by_hand' OR t.assignment_id IS NOT NULL)
    UNION ALL
    SELECT r.incident_id, s.unit_id, false, NULL, false, true
    FROM incident_recusal r JOIN shift s ON s.account_id = r.account_id AND s.ended_at IS NULL
    WHERE r.incident_id = ANY (:incident_ids::uuid[])) f
GROUP BY f.incident_id, f.unit_id;

-- name: keep_decision(station_id, incident_id, assignment_id, unit_id, kind, by, at, explanation, candidates)!
-- Record why this unit was chosen, with the candidates it was chosen from.
INSERT INTO dispatch_decision (station_id, incident_id, assignment_id, unit_id, kind, by, at, explanation, candidates)
VALUES (:station_id, :incident_id, :assignment_id, :unit_id, :kind, :by, :at, :explanation, :candidates);

-- name: decisions_of(incident_ids)
-- The decisions about these incidents, in order, with who made them.
SELECT d.id, d.incident_id, d.assignment_id, d.unit_id,
       coalesce(u.callsign, d.candidates -> 0 ->> 'callsign') AS callsign, d.kind, d.at, a.display_name AS by, d.explanation,
       d.candidates
FROM dispatch_decision d LEFT JOIN unit u ON u.id = d.unit_id LEFT JOIN account a ON a.id = d.by
WHERE d.incident_id = ANY (:incident_ids::uuid[]) ORDER BY d.at, d.id;

-- name: add_proposal(id, station_id, kind, incident_id, unit_id, assignment_id, to_station_id, lon, lat, gain_seconds, explanation, candidates, made_at, expires_at)!
-- Propose a move to the radio room; does nothing if the same one is already open.
INSERT INTO proposal (id, station_id, kind, incident_id, unit_id, assignment_id, to_station_id, position, gain_seconds,
                      explanation, candidates, made_at, expires_at)
VALUES (:id, :station_id, :kind, :incident_id, :unit_id, :assignment_id, :to_station_id,
        ST_SetSRID(ST_MakePoint(:lon::float8, :lat::float8), 4326)::geography, :gain_seconds, :explanation, :candidates,
        :made_at, :expires_at)
ON CONFLICT DO NOTHING;

-- name: renew_proposal(id, gain_seconds, explanation, expires_at)!
-- Renew a proposal with its current reasons.
UPDATE proposal SET gain_seconds = :gain_seconds, explanation = :explanation, expires_at = :expires_at WHERE id = :id;

-- name: list_proposals(station_id)
-- The open proposals of a station, or one by its id.
SELECT p.id, p.kind, p.state, p.incident_id, i.reference, i.priority, p.unit_id,
       coalesce(u.callsign, p.candidates -> 0 ->> 'callsign', '') AS callsign, p.assignment_id, p.to_station_id,
       ST_Y(p.position::geometry) AS lat, ST_X(p.position::geometry) AS lon, p.gain_seconds, p.explanation, p.made_at,
       p.expires_at
FROM proposal p LEFT JOIN unit u ON u.id = p.unit_id LEFT JOIN incident i ON i.id = p.incident_id
WHERE p.station_id = :station_id AND p.state = 'open'
  AND (p.incident_id IS NULL OR i.state NOT IN ('closed', 'cancelled', 'merged')) ORDER BY p.made_at, p.id;

-- name: end_proposals_of(incident_id, now)!
-- End the open proposals of a case that is over.
UPDATE proposal SET state = 'expired', decided_at = :now WHERE incident_id = :incident_id AND state = 'open';

-- name: lock_proposal(id)^
-- One proposal, locked until the commit.
SELECT id, kind, state, incident_id, unit_id, assignment_id, to_station_id, ST_Y(position::geometry) AS lat,
       ST_X(position::geometry) AS lon, expires_at, candidates, explanation
FROM proposal WHERE id = :id FOR UPDATE;

-- name: end_proposal(id, state, by, now, reason)!
-- Record that a proposal was accepted, rejected, or is over.
UPDATE proposal SET state = :state, decided_by = :by, decided_at = :now, reason = :reason WHERE id = :id;
