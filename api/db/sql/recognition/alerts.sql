-- name: add_alert(id, station_id, camera_id, token_id, kind, state, occurred_at, received_at, confidence, watchlist_entry_id, plate, model_name, model_version, threshold, note, visit_of, content_hash, decide_by)!
-- Store an alert; does nothing if the id is already known.
INSERT INTO alert (id, station_id, camera_id, token_id, kind, state, occurred_at, received_at, confidence,
                   watchlist_entry_id, plate, model_name, model_version, threshold, note, visit_of, content_hash,
                   decide_by)
VALUES (:id, :station_id, :camera_id, :token_id, :kind, :state, :occurred_at, :received_at, :confidence,
        :watchlist_entry_id, :plate, :model_name, :model_version, :threshold, :note, :visit_of, :content_hash,
        :decide_by)
ON CONFLICT DO NOTHING;

-- name: alert_as_sent(id)^
-- What is stored under an alert's id, to tell a retry from a reused id.
SELECT id, token_id, state, incident_id, content_hash FROM alert WHERE id = :id;

-- name: add_alert_image(alert_id, station_id, jpeg, delete_after)!
-- Store the snapshot, with the time it must be deleted.
INSERT INTO alert_image (alert_id, station_id, jpeg, delete_after) VALUES (:alert_id, :station_id, :jpeg, :delete_after);

-- name: keep_alert_image(delete_after, alert_id)!
-- Keep a confirmed match's snapshot longer.
UPDATE alert_image SET delete_after = :delete_after WHERE alert_id = :alert_id;

-- name: read_alert_image(alert_id)$
-- The snapshot itself.
SELECT jpeg FROM alert_image WHERE alert_id = :alert_id;

-- name: lock_visit(entry_id, camera_id)$
-- Serialise alerts of one visit that arrive together.
SELECT pg_advisory_xact_lock(hashtextextended('visit ' || :entry_id::uuid::text || :camera_id::uuid::text, 0))::text;

-- name: current_visit(station_id, entry_id, camera_id, occurred_at, visit)^
-- The alert that started the visit still in progress: same entry, same camera, seen within the visit's length.
SELECT id, state, incident_id FROM alert
WHERE station_id = :station_id AND watchlist_entry_id = :entry_id AND camera_id = :camera_id AND visit_of IS NULL
  AND state <> 'expired'
  AND (SELECT max(v.occurred_at) FROM alert v WHERE v.id = alert.id OR v.visit_of = alert.id)
      BETWEEN :occurred_at::timestamptz - :visit::interval AND :occurred_at::timestamptz + :visit::interval
ORDER BY occurred_at DESC LIMIT 1;

-- name: lock_alert(id)^
-- One alert, locked until the commit.
SELECT a.id, a.kind, a.state, a.camera_id, a.watchlist_entry_id, a.occurred_at, a.received_at, a.incident_id,
       a.confidence, a.first_word_by, EXISTS (SELECT FROM alert_image m WHERE m.alert_id = a.id) AS has_snapshot,
       ST_Y(c.position::geometry) AS lat, ST_X(c.position::geometry) AS lon, c.name AS camera_name
FROM alert a JOIN camera c ON c.id = a.camera_id
WHERE a.id = :id FOR UPDATE OF a;

-- name: save_alert_state(state, incident_id, id)!
-- Set the state of an alert that changes without a decision.
UPDATE alert SET state = :state, incident_id = :incident_id WHERE id = :id;

-- name: save_first_word(by, now, id)!
-- Record the first of two confirmations.
UPDATE alert SET first_word_by = :by, first_word_at = :now WHERE id = :id;

-- name: looked_at(station_id, actor_id, action, subject, since)$
-- Whether this person has opened it, by the audit; from `since` on, so that few months are searched.
SELECT EXISTS (SELECT FROM audit WHERE station_id = :station_id AND at >= :since AND actor_id = :actor_id
               AND action = :action AND subject = :subject);

-- name: save_alert_decision(state, by, now, reason, incident_id, warrant_checked_at, id)!
-- Record what was decided, by whom, and when the warrant was looked up.
UPDATE alert SET state = :state, decided_by = :by, decided_at = :now, decision_reason = :reason,
       warrant_checked_at = :warrant_checked_at,
       incident_id = coalesce(:incident_id, incident_id)
WHERE id = :id;

-- name: pending_alerts_of_entry(station_id, entry_id)
-- Matches on an entry that still wait for a person, locked until the commit.
SELECT id FROM alert WHERE station_id = :station_id AND watchlist_entry_id = :entry_id AND state = 'pending' FOR UPDATE;

-- name: incidents_of_entry(entry_id)
-- Open cases that came from matches on an entry.
SELECT DISTINCT i.id FROM incident i JOIN alert a ON a.incident_id = i.id
WHERE a.station_id = (SELECT w.station_id FROM watchlist_entry w WHERE w.id = :entry_id)
  AND a.watchlist_entry_id = :entry_id AND i.state NOT IN ('closed', 'cancelled', 'merged');

-- name: list_alerts(station_id, state, id, before, most)
-- Alerts as the desk sees them: by state, or one by its id.
SELECT a.id, a.kind, a.state, a.camera_id, c.name AS camera_name, ST_Y(c.position::geometry) AS camera_lat,
       ST_X(c.position::geometry) AS camera_lon, a.occurred_at, a.received_at, a.confidence, a.model_name,
       a.model_version, a.threshold, a.plate, a.note, a.incident_id, a.watchlist_entry_id, a.decide_by,
       a.decided_at, a.decision_reason, d.display_name AS decided_by_name, a.warrant_checked_at,
       a.first_word_by, f.display_name AS first_word_by_name, a.first_word_at,
       EXISTS (SELECT FROM alert_image m WHERE m.alert_id = a.id) AS has_snapshot,
       (SELECT count(*) FROM alert o WHERE o.camera_id = a.camera_id AND o.state = 'confirmed'
        AND o.kind = a.kind) AS camera_confirmed,
       (SELECT count(*) FROM alert o WHERE o.camera_id = a.camera_id AND o.state IN ('confirmed', 'rejected')
        AND o.kind = a.kind) AS camera_decided
FROM alert a JOIN camera c ON c.id = a.camera_id LEFT JOIN account d ON d.id = a.decided_by
     LEFT JOIN account f ON f.id = a.first_word_by
WHERE a.station_id = :station_id AND a.visit_of IS NULL AND (:state::text IS NULL OR a.state = :state)
  AND (:id::uuid IS NULL OR a.id = :id) AND (:before::timestamptz IS NULL OR a.received_at < :before)
ORDER BY a.received_at DESC LIMIT :most;
