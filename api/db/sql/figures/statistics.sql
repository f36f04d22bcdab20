-- name: response_statistics(station_id, since, until, now, by, zone, doubtful_ids, checked_ids)
-- Per group: incidents, arrivals, share on time, and percentiles of each stage in seconds. Drills and merged cases
-- never count; a case that nobody reached counts as late, one still within its target is not counted yet. Cancelled
-- cases are counted separately, and those cancelled after their target as late. A neighbour's arrival counts, under its
-- name. Cases far outside the station's area count only if a unit went there. LATERAL: the policies hide from the
-- planner how few time points a month has, and it would read every station's.
WITH step AS (
    SELECT i.id, i.received_at, i.entered_at - i.received_at > interval '60 s' AS told_elsewhere, i.due_at, i.priority, i.first_arrived_at, i.state = 'cancelled' AS cancelled,
           i.state = 'cancelled' AND coalesce(i.first_arrived_at, i.ended_at) > i.due_at AS cancelled_late, t.offered_at, t.delivered_at, t.accepted_at,
           (SELECT a.unit_id FROM assignment a WHERE a.incident_id = i.id
              AND a.state IN ('accepted', 'en_route', 'arrived', 'cleared') ORDER BY a.lead DESC, a.offered_at LIMIT 1)
           AS unit_id,
           (SELECT coalesce(h.callsign || ' · ', '') || h.to_name_th FROM incident_aid h
            WHERE h.incident_id = i.id AND h.arrived_at IS NOT NULL ORDER BY h.arrived_at LIMIT 1) AS helper,
           (SELECT a.predicted_seconds * a.correction FROM assignment a WHERE a.incident_id = i.id
              AND a.state IN ('arrived', 'cleared') ORDER BY a.lead DESC, a.offered_at LIMIT 1) AS predicted_seconds
    FROM incident i CROSS JOIN LATERAL (
        SELECT min(p.server_at) FILTER (WHERE p.kind = 'offered') AS offered_at,
               min(p.server_at) FILTER (WHERE p.kind = 'delivered') AS delivered_at,
               min(p.server_at) FILTER (WHERE p.kind = 'accepted') AS accepted_at
        FROM time_point p WHERE p.incident_id = i.id AND p.station_id = :station_id) t
    WHERE i.station_id = :station_id AND i.received_at >= :since AND i.received_at < :until AND NOT i.drill
      AND i.state <> 'merged'
      AND (i.first_arrived_at IS NOT NULL OR i.ended_at IS NOT NULL OR i.due_at < :now)
      AND (i.first_arrived_at IS NOT NULL OR EXISTS (
          SELECT FROM station o WHERE o.id = :station_id AND ST_DWithin(o.area, i.position, 2000)))
), grouped AS (
    SELECT s.*, CASE :by::text
        WHEN 'unit' THEN coalesce(CASE WHEN s.first_arrived_at IS NULL THEN u.callsign END, s.helper, u.callsign, '')
        WHEN 'beat' THEN coalesce(u.beat, '')
        WHEN 'hour' THEN to_char(s.received_at AT TIME ZONE :zone, 'HH24')
        WHEN 'priority' THEN s.priority::text
        ELSE 'station' END AS "group"
    FROM step s LEFT JOIN unit u ON u.id = s.unit_id
)
SELECT "group", count(*) FILTER (WHERE NOT cancelled) AS incidents,
       count(first_arrived_at) FILTER (WHERE NOT cancelled) AS arrived,
       count(*) FILTER (WHERE NOT cancelled AND first_arrived_at IS NULL) AS without_arrival,
       count(*) FILTER (WHERE cancelled) AS cancelled, count(*) FILTER (WHERE cancelled_late) AS cancelled_late,
       count(first_arrived_at) FILTER (WHERE NOT cancelled AND id = ANY (:doubtful_ids::uuid[])) AS doubtful,
       count(first_arrived_at) FILTER (WHERE NOT cancelled AND NOT id = ANY (:checked_ids::uuid[])) AS unchecked,
       count(*) FILTER (WHERE NOT cancelled AND told_elsewhere) AS told_elsewhere,
       (count(*) FILTER (WHERE NOT cancelled AND first_arrived_at <= due_at))::float8
         / nullif(count(*) FILTER (WHERE NOT cancelled OR cancelled_late), 0) AS on_time_share,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM first_arrived_at - received_at)::float8) FILTER (WHERE NOT cancelled) AS response,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM offered_at - received_at)::float8) FILTER (WHERE NOT cancelled) AS decision,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM delivered_at - offered_at)::float8) FILTER (WHERE NOT cancelled) AS delivery,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM accepted_at - offered_at)::float8) FILTER (WHERE NOT cancelled) AS answer,
       percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP
         (ORDER BY extract(epoch FROM first_arrived_at - accepted_at)::float8) FILTER (WHERE NOT cancelled) AS travel,
       count(predicted_seconds) FILTER (WHERE first_arrived_at > accepted_at AND NOT cancelled) AS predicted,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP
         (ORDER BY abs(extract(epoch FROM first_arrived_at - accepted_at)::float8 - predicted_seconds)) FILTER (WHERE NOT cancelled)
       AS eta_error,
       ARRAY[count(first_arrived_at) FILTER (WHERE NOT cancelled),
             count(offered_at) FILTER (WHERE NOT cancelled),
             count(delivered_at - offered_at) FILTER (WHERE NOT cancelled),
             count(accepted_at - offered_at) FILTER (WHERE NOT cancelled),
             count(first_arrived_at - accepted_at) FILTER (WHERE NOT cancelled)] AS measured
FROM grouped GROUP BY "group" ORDER BY "group";

-- name: incident_cells(station_id, since, until, now)
-- A heatmap's data: the stored cell of each incident, whether it was late, and its response time in seconds.
SELECT i.id, i.state = 'cancelled' AS cancelled, i.h3,
       (i.first_arrived_at IS NULL OR i.first_arrived_at > i.due_at) AS late,
       CASE WHEN i.state <> 'cancelled' THEN extract(epoch FROM i.first_arrived_at - i.received_at)::float8 END AS response
FROM incident i
WHERE i.station_id = :station_id AND i.received_at >= :since AND i.received_at < :until AND NOT i.drill
  AND (i.state NOT IN ('merged', 'cancelled') OR (i.state = 'cancelled' AND coalesce(i.first_arrived_at, i.ended_at) > i.due_at))
  AND (i.first_arrived_at IS NOT NULL OR EXISTS (
      SELECT FROM station o WHERE o.id = :station_id AND ST_DWithin(o.area, i.position, 2000)))
  AND (i.first_arrived_at IS NOT NULL OR i.ended_at IS NOT NULL OR i.due_at < :now);

-- name: recognition_figures(station_id, since, until)^
-- What recognition did in a period: faces scanned, alerts, and how people judged them.
SELECT (SELECT coalesce(sum(p.faces_scanned), 0)::bigint FROM recognition_period p
        WHERE p.station_id = :station_id AND p.last_at >= :since AND p.started_at < :until) AS faces,
       (SELECT count(*) FROM recognition_period p
        WHERE p.station_id = :station_id AND p.last_at >= :since AND p.started_at < :until) AS periods,
       (SELECT max(p.threshold) FROM recognition_period p
        WHERE p.station_id = :station_id AND p.last_at >= :since AND p.started_at < :until) AS threshold,
       (SELECT count(*) FROM watchlist_matchable m WHERE m.station_id = :station_id) AS watchlist_size,
       a.alerts, a.right_ones, a.wrong_ones
FROM (SELECT count(*) AS alerts,
             count(*) FILTER (WHERE i.disposition = 'same_person') AS right_ones,
             count(*) FILTER (WHERE l.state = 'rejected' OR i.disposition = 'not_same_person') AS wrong_ones
      FROM alert l LEFT JOIN incident i ON i.id = l.incident_id
      WHERE l.station_id = :station_id AND l.received_at >= :since AND l.received_at < :until
        AND l.visit_of IS NULL AND l.kind IN ('watchlist_face', 'watchlist_plate')) a;

-- name: forget_station_days(station_id, since, until)!
-- Before they are counted again.
DELETE FROM station_day WHERE station_id = :station_id AND day >= :since::date AND day < :until::date;

-- name: count_station_days(station_id, since, until, zone, now)!
-- A station's days in figures, by priority, from one midnight to another. What counts is what `response_statistics`
-- counts.
INSERT INTO station_day (station_id, day, priority, incidents, arrived, on_time, cancelled, cancelled_late,
                         response_seconds, counted_at)
SELECT :station_id, (i.received_at AT TIME ZONE :zone)::date, i.priority,
       count(*) FILTER (WHERE i.state <> 'cancelled'),
       count(i.first_arrived_at) FILTER (WHERE i.state <> 'cancelled'),
       count(*) FILTER (WHERE i.state <> 'cancelled' AND i.first_arrived_at <= i.due_at),
       count(*) FILTER (WHERE i.state = 'cancelled'),
       count(*) FILTER (WHERE i.state = 'cancelled' AND coalesce(i.first_arrived_at, i.ended_at) > i.due_at),
       coalesce(array_agg(extract(epoch FROM i.first_arrived_at - i.received_at)::real ORDER BY i.received_at)
                FILTER (WHERE i.state <> 'cancelled' AND i.first_arrived_at IS NOT NULL), '{}'), :now
FROM incident i
WHERE i.station_id = :station_id AND i.received_at >= :since::date::timestamp AT TIME ZONE :zone
  AND i.received_at < :until::date::timestamp AT TIME ZONE :zone AND NOT i.drill AND i.state <> 'merged'
  AND (i.first_arrived_at IS NOT NULL OR i.ended_at IS NOT NULL OR i.due_at < :now)
  AND (i.first_arrived_at IS NOT NULL OR EXISTS (
      SELECT FROM station o WHERE o.id = :station_id AND ST_DWithin(o.area, i.position, 2000)))
GROUP BY 2, 3;

-- name: compare_stations(station_id, since, until)
-- The stations of an office's province with their figures over whole days: in all (priority null), and by priority.
WITH days AS (
    SELECT d.* FROM station_day d JOIN station s ON s.id = d.station_id
    WHERE s.province_id = :station_id AND d.day >= :since::date AND d.day < :until::date
), sums AS (
    SELECT station_id, priority, sum(incidents) AS incidents, sum(arrived) AS arrived, sum(on_time) AS on_time,
           sum(cancelled) AS cancelled, sum(cancelled_late) AS cancelled_late, min(counted_at) AS counted_at
    FROM days GROUP BY GROUPING SETS ((station_id), (station_id, priority))
), times AS (
    SELECT station_id, priority,
           percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY seconds::float8) AS response
    FROM days CROSS JOIN LATERAL unnest(response_seconds) AS seconds
    GROUP BY GROUPING SETS ((station_id), (station_id, priority))
)
SELECT s.id, s.name_th, s.name_en, d.priority, coalesce(d.incidents, 0)::bigint AS incidents,
       coalesce(d.arrived, 0)::bigint AS arrived, coalesce(d.incidents - d.arrived, 0)::bigint AS without_arrival,
       coalesce(d.cancelled, 0)::bigint AS cancelled, coalesce(d.cancelled_late, 0)::bigint AS cancelled_late,
       d.on_time::float8 / nullif(d.incidents + d.cancelled_late, 0) AS on_time_share, t.response
FROM station s LEFT JOIN sums d ON d.station_id = s.id
LEFT JOIN times t ON t.station_id = d.station_id AND t.priority IS NOT DISTINCT FROM d.priority
WHERE s.province_id = :station_id ORDER BY s.name_th, s.id, d.priority NULLS FIRST;
