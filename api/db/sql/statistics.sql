-- name: response_statistics(station_id, since, until, now, by, zone)
-- Per group: incidents, arrivals, share on time, and percentiles of each stage in seconds. Drills never count, nor
-- what was merged or cancelled; a case that nobody reached counts as late, one that is still within its target waits.
-- LATERAL: the policies hide from the planner how few time points a month has, and it would read every station's.
WITH step AS (
    SELECT i.id, i.received_at, i.due_at, i.priority, i.first_arrived_at, t.offered_at, t.delivered_at, t.accepted_at,
           (SELECT a.unit_id FROM assignment a WHERE a.incident_id = i.id
              AND a.state IN ('accepted', 'en_route', 'arrived', 'cleared') ORDER BY a.lead DESC, a.offered_at LIMIT 1)
           AS unit_id,
           (SELECT a.predicted_seconds * a.correction FROM assignment a WHERE a.incident_id = i.id
              AND a.state IN ('arrived', 'cleared') ORDER BY a.lead DESC, a.offered_at LIMIT 1) AS predicted_seconds
    FROM incident i CROSS JOIN LATERAL (
        SELECT min(p.server_at) FILTER (WHERE p.kind = 'offered') AS offered_at,
               min(p.server_at) FILTER (WHERE p.kind = 'delivered') AS delivered_at,
               min(p.server_at) FILTER (WHERE p.kind = 'accepted') AS accepted_at
        FROM time_point p WHERE p.incident_id = i.id AND p.station_id = :station_id) t
    WHERE i.station_id = :station_id AND i.received_at >= :since AND i.received_at < :until AND NOT i.drill
      AND i.state NOT IN ('merged', 'cancelled')
      AND (i.first_arrived_at IS NOT NULL OR i.ended_at IS NOT NULL OR i.due_at < :now)
), grouped AS (
    SELECT s.*, CASE :by::text
        WHEN 'unit' THEN coalesce(u.callsign, '')
        WHEN 'beat' THEN coalesce(u.beat, '')
        WHEN 'hour' THEN to_char(s.received_at AT TIME ZONE :zone, 'HH24')
        WHEN 'priority' THEN s.priority::text
        ELSE 'station' END AS "group"
    FROM step s LEFT JOIN unit u ON u.id = s.unit_id
)
SELECT "group", count(*) AS incidents, count(first_arrived_at) AS arrived,
       count(*) - count(first_arrived_at) AS without_arrival,
       (count(*) FILTER (WHERE first_arrived_at <= due_at))::float8 / count(*) AS on_time_share,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM first_arrived_at - received_at)::float8) AS response,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM offered_at - received_at)::float8) AS decision,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM delivered_at - offered_at)::float8) AS delivery,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM accepted_at - offered_at)::float8) AS answer,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM first_arrived_at - accepted_at)::float8) AS travel,
       count(predicted_seconds) FILTER (WHERE first_arrived_at > accepted_at) AS predicted,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP
         (ORDER BY abs(extract(epoch FROM first_arrived_at - accepted_at)::float8 - predicted_seconds)) AS eta_error
FROM grouped GROUP BY "group" ORDER BY "group";

-- name: incident_cells(station_id, since, until, now)
-- What a heatmap is made of: the stored cell of each incident, whether it was late, and its response in seconds.
SELECT i.h3, (i.first_arrived_at IS NULL OR i.first_arrived_at > i.due_at) AS late,
       extract(epoch FROM i.first_arrived_at - i.received_at)::float8 AS response
FROM incident i
WHERE i.station_id = :station_id AND i.received_at >= :since AND i.received_at < :until AND NOT i.drill
  AND i.state NOT IN ('merged', 'cancelled')
  AND (i.first_arrived_at IS NOT NULL OR i.ended_at IS NOT NULL OR i.due_at < :now);
