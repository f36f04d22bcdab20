-- name: open_check(assignment_id)^
-- The question to a unit that is not answered yet.
SELECT asked_at, asked_again_at, silent_at FROM welfare_check WHERE assignment_id = :assignment_id AND over_at IS NULL;

-- name: ask_welfare(station_id, incident_id, assignment_id, now)!
-- Ask whether all is well; an earlier question that nobody answered is over.
WITH before AS (UPDATE welfare_check SET over_at = :now WHERE assignment_id = :assignment_id AND over_at IS NULL
                RETURNING id)
INSERT INTO welfare_check (station_id, incident_id, assignment_id, asked_at)
SELECT :station_id, :incident_id, :assignment_id, :now FROM (SELECT count(*) FROM before) done;

-- name: ask_welfare_again(assignment_id, now)!
-- Ask once more.
UPDATE welfare_check SET asked_again_at = :now WHERE assignment_id = :assignment_id AND over_at IS NULL;

-- name: note_silence(assignment_id, now)!
-- Nobody has answered: others are alarmed.
UPDATE welfare_check SET silent_at = :now WHERE assignment_id = :assignment_id AND over_at IS NULL;

-- name: answer_welfare(assignment_id, now, by)!
-- All is well, says somebody.
UPDATE welfare_check SET answered_at = :now, answered_by = :by, over_at = :now
WHERE assignment_id = :assignment_id AND over_at IS NULL;

-- name: end_welfare(assignment_id, now)!
-- The unit has left the scene.
UPDATE welfare_check SET over_at = :now WHERE assignment_id = :assignment_id AND over_at IS NULL;

-- name: anyone_silent(incident_id)$
-- Whether a unit of this case still owes an answer that others were alarmed for.
SELECT EXISTS (SELECT FROM welfare_check WHERE incident_id = :incident_id AND over_at IS NULL AND silent_at IS NOT NULL);

-- name: welfare_of(incident_ids)
-- The newest question to every unit of these cases, and who answered it.
SELECT DISTINCT ON (w.assignment_id) w.incident_id, w.assignment_id, w.asked_at, w.asked_again_at, w.silent_at,
       w.answered_at, a.display_name AS answered_by, a.role = 'operator' AS by_radio, w.over_at
FROM welfare_check w LEFT JOIN account a ON a.id = w.answered_by
WHERE w.incident_id = ANY (:incident_ids::uuid[]) ORDER BY w.assignment_id, w.asked_at DESC;

-- name: is_in_emergency(unit_id)$
-- Whether somebody of the unit's crew calls for help.
SELECT in_emergency(:unit_id);
