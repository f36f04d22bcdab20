"""Stations with years of cases behind them, at any size.

Written by PostgreSQL itself (INSERT … SELECT) for the administrator, who bypasses policies and foreign keys.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

_YEAR = timedelta(days=365)

_FOUND = """
WITH model AS (SELECT s.*, p.delegation, p.target_seconds FROM station s JOIN station_policy p ON p.station_id = s.id),
made AS (
    INSERT INTO station (id, name_th, name_en, area, centre)
    SELECT gen_random_uuid(), 'สถานี ' || n, 'Station ' || n,
           ST_MakeEnvelope(x, y, x + 0.04, y + 0.04, 4326)::geography,
           ST_SetSRID(ST_MakePoint(x + 0.02, y + 0.02), 4326)::geography
    FROM generate_series(1, $1) AS n, LATERAL (SELECT 98 + (n % 20) * 0.2 AS x, 15 + (n / 20) * 0.2 AS y) AS place
    RETURNING id)
INSERT INTO station_policy (station_id, delegated_by, delegated_at, delegation, target_seconds)
SELECT made.id, 'x', now(), model.delegation, model.target_seconds FROM made, model"""

_STAFF = """
WITH place AS (
    SELECT s.id AS station_id, ST_X(s.centre::geometry) AS x, ST_Y(s.centre::geometry) AS y FROM station s
    WHERE s.name_en LIKE 'Station %'),
one AS MATERIALIZED (
    SELECT p.station_id, n, p.x + (random() - 0.5) * 0.04 AS x, p.y + (random() - 0.5) * 0.04 AS y,
           gen_random_uuid() AS unit_id, gen_random_uuid() AS account_id
    FROM place p, generate_series(1, $1) AS n),
unit AS (INSERT INTO unit (id, station_id, callsign, kind) SELECT unit_id, station_id, 'u' || n, 'car' FROM one),
live AS (
    INSERT INTO unit_live (unit_id, station_id, status, position, fix_at, shift_started_at, push_seen_at)
    SELECT unit_id, station_id, 'available', ST_SetSRID(ST_MakePoint(x, y), 4326)::geography,
           now() + interval '20 minutes', now(), now() FROM one),
account AS (
    INSERT INTO account (id, station_id, role, username, display_name, password_hash)
    SELECT account_id, station_id, 'officer', account_id::text, 'x', 'x' FROM one),
duty AS (
    INSERT INTO shift (station_id, unit_id, account_id, started_at)
    SELECT station_id, unit_id, account_id, now() FROM one),
watching AS (
    INSERT INTO session (station_id, account_id, token_hash, created_at, expires_at)
    SELECT station_id, account_id, sha256(convert_to('officer-' || account_id, 'UTF8')), now(), now() + interval '1 day'
    FROM one)
INSERT INTO push_subscription (station_id, account_id, endpoint, p256dh, auth)
SELECT station_id, account_id, $2 || account_id, $3, $4 FROM one"""

_MONTH = """
SELECT format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
              parent || to_char(first, '_YYYY_MM'), parent, first AT TIME ZONE 'UTC',
              (first + interval '1 month') AT TIME ZONE 'UTC')
FROM unnest(ARRAY['event', 'audit', 'track']) AS parent,
     generate_series(date_trunc('month', $1::timestamptz AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC',
                     interval '1 month') AS first"""

_FILLED = """
CREATE TEMPORARY TABLE filled (n integer, station_id uuid, unit_id uuid, mark text, incident uuid, assignment uuid,
                               alert uuid, at timestamptz) ON COMMIT DROP"""
_FILL = """
INSERT INTO filled
SELECT n, $1, ($2::uuid[])[1 + n % cardinality($2::uuid[])], $3, gen_random_uuid(), gen_random_uuid(),
       gen_random_uuid(), $6::timestamptz - n * $5::interval
FROM generate_series($4::int, 1, -1) n"""
_CASES = (
    """INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position, received_at,
                              target_seconds, due_at, first_arrived_at, ended_at, h3)
       SELECT incident, station_id, mark || n, 'theft', 2, 'closed', true, 'POINT(100.57 13.77)', at, 900,
              at + interval '15 min', at + interval '9 min', at + interval '40 min', 635533612113297407 FROM filled""",
    """INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, offered_at, predicted_seconds)
       SELECT assignment, station_id, incident, unit_id, 'cleared', 'offer', at, 500 FROM filled""",
    """INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
       SELECT station_id, incident, assignment, kind, 'officer', at + after * interval '1 min'
       FROM filled, (VALUES ('offered', 0), ('delivered', 1), ('accepted', 2), ('en_route', 3), ('arrived', 9),
                            ('cleared', 40)) AS steps (kind, after)""",
    """INSERT INTO alert (id, station_id, camera_id, token_id, kind, state, occurred_at, received_at,
                           watchlist_entry_id, incident_id, visit_of, content_hash)
       SELECT alert, station_id, unit_id, unit_id, 'watchlist_face', 'confirmed', at, at, unit_id, incident,
              CASE WHEN n % 2 = 0 THEN lag(alert) OVER (ORDER BY n) END, '' FROM filled""",
    """INSERT INTO sighting (station_id, incident_id, source, kind, at, position)
       SELECT station_id, incident, 'alert', 'theft', at, 'POINT(100.57 13.77)' FROM filled""",
    """INSERT INTO alarm (station_id, incident_id, reason, raised_at, acknowledged_at)
       SELECT station_id, incident, 'no_taker', at, at FROM filled""",
    """INSERT INTO push_delivery (station_id, account_id, assignment_id, incident_id, kind, receipt_token, state,
                                   created_at)
       SELECT station_id, unit_id, assignment, incident, 'offer', 'x', NULL, at FROM filled""",
    """INSERT INTO outgoing (station_id, kind, target, address_id, message, state, created_at, due_at, expires_at)
       SELECT station_id, 'push', 'push.example.org', unit_id, '{}', 'sent', at, at, at FROM filled""",
    """INSERT INTO shift (station_id, unit_id, account_id, started_at, ended_at)
       SELECT station_id, unit_id, gen_random_uuid(), at, CASE WHEN n > 3 THEN at END FROM filled""",
    """INSERT INTO report (station_id, incident_id, kind, position, covered, content_hash, created_at)
       SELECT station_id, incident, 'theft', 'POINT(100.57 13.77)', true, '', at FROM filled""",
    """INSERT INTO dispatch_decision (station_id, incident_id, kind, at, explanation, candidates)
       SELECT station_id, incident, 'offer', at, '{}', '[]' FROM filled""",
    """INSERT INTO event (station_id, kind, subject, payload, at)
       SELECT station_id, 'incident', incident, '{}', at FROM filled""",
    """INSERT INTO audit (station_id, actor_id, role, action, at)
       SELECT station_id, unit_id, 'operator', 'look', at FROM filled""",
    """INSERT INTO track (unit_id, station_id, at, position)
       SELECT unit_id, station_id, at, 'POINT(100.57 13.77)' FROM filled ON CONFLICT DO NOTHING""",
)

_TRACKS = """
INSERT INTO track (unit_id, station_id, at, position)
SELECT u.id, $1, $3::timestamptz - n % 30 * interval '1 day' - n / 30 * interval '10 s',
       ST_SetSRID(ST_MakePoint(100.57 + n * 1e-5, 13.77), 4326)::geography
FROM generate_series($2::int - 1, 0, -1) n CROSS JOIN unit u WHERE u.station_id = $1 ON CONFLICT DO NOTHING"""

_OPEN = (
    """CREATE TEMPORARY TABLE opened ON COMMIT DROP AS
       SELECT * FROM (
           SELECT gen_random_uuid() AS incident, gen_random_uuid() AS assignment, l.station_id, l.unit_id, l.position,
                  row_number() OVER (PARTITION BY l.station_id ORDER BY l.unit_id) AS n
           FROM unit_live l WHERE l.status = 'available') numbered
       WHERE n <= 15""",
    """INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position, received_at,
                              target_seconds, due_at, dispatching, h3)
       SELECT incident, station_id, 'open ' || n, 'theft', 2, CASE WHEN n <= 10 THEN 'assigned' ELSE 'offering' END,
              true, position, now(), 900, now() + interval '15 min', true, 635533612113297407 FROM opened""",
    """INSERT INTO sighting (station_id, incident_id, source, kind, at, position)
       SELECT station_id, incident, 'operator', 'theft', now(), position FROM opened""",
    """INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, offered_at, offer_ends_at, eta_at,
                                eta_seconds)
       SELECT assignment, station_id, incident, unit_id, CASE WHEN n <= 10 THEN 'accepted' ELSE 'offered' END, 'offer',
              now(), now() + interval '30 s', now(), 300 FROM opened""",
    """INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
       SELECT station_id, incident, assignment, kind, 'officer', now()
       FROM opened, (VALUES ('offered'), ('accepted')) AS steps (kind) WHERE n <= 10 OR kind = 'offered'""",
    """UPDATE unit_live l SET status = CASE WHEN o.n <= 10 THEN 'accepted' ELSE 'offered' END FROM opened o
       WHERE o.unit_id = l.unit_id""",
    """INSERT INTO deadline (station_id, kind, subject_id, due_at)
       SELECT station_id, CASE WHEN n <= 10 THEN 'forecast' ELSE 'offer_expiry' END,
              CASE WHEN n <= 10 THEN incident ELSE assignment END, now() + n * interval '1 s' FROM opened""",
    """INSERT INTO outgoing (station_id, kind, target, address_id, message, created_at, due_at, expires_at)
       SELECT station_id, 'push', 'push.example.org', s.id, '{}', now(), now(), now() + interval '30 s'
       FROM opened JOIN push_subscription s USING (station_id) WHERE n = 11 AND s.id IN (
           SELECT (array_agg(id))[1] FROM push_subscription GROUP BY station_id)""",
    """INSERT INTO alarm (station_id, incident_id, reason, raised_at)
       SELECT station_id, incident, 'forecast_late', now() FROM opened WHERE n <= 3""",
)


async def found(administrator: asyncpg.Connection, stations: int) -> None:
    """Far apart, with the model station's policy."""
    await administrator.execute(_FOUND, stations)


async def staff(administrator: asyncpg.Connection, units: int, endpoint: str, p256dh: str, auth: str) -> None:
    """Units at each of these stations, on duty, with an officer who is signed in and has a phone."""
    await administrator.execute(_STAFF, units, endpoint, p256dh, auth, timeout=300)


async def divide(administrator: asyncpg.Connection, since: datetime) -> None:
    """A partition for each month, as if the system had run since then."""
    for row in await administrator.fetch(_MONTH, since):
        await administrator.execute(row[0])


async def add_cases(
    administrator: asyncpg.Connection,
    station_id: UUID,
    unit_ids: list[UUID],
    cases: int,
    every: timedelta,
    mark: str,
    until: datetime,
) -> None:
    """Back from `until` on, with everything that belongs to them."""
    async with _writing(administrator):
        await administrator.execute(_FILLED)
        await administrator.execute(_FILL, station_id, unit_ids, mark, cases, every, until)
        for statement in _CASES:
            await administrator.execute(statement, timeout=300)


async def add_tracks(administrator: asyncpg.Connection, station_id: UUID, fixes: int, until: datetime) -> None:
    """So many of each unit, in equal parts on each of the last 30 days, every ten seconds."""
    async with _writing(administrator):
        await administrator.execute(_TRACKS, station_id, fixes, until, timeout=300)


async def open_cases(administrator: asyncpg.Connection) -> None:
    """Fifteen at each station, ten of which have a unit and five an offer, with deadlines and alarms."""
    async with _writing(administrator):
        for statement in _OPEN:
            await administrator.execute(statement)


@asynccontextmanager
async def _writing(administrator: asyncpg.Connection) -> AsyncIterator[None]:
    async with administrator.transaction():
        await administrator.execute("SET LOCAL session_replication_role = replica")
        yield


async def country(url: str, *, stations: int, units: int, cases: int, fixes: int) -> None:
    """Cases of a year per station, fixes of 30 days per unit, and open cases, with statistics on all of it."""
    administrator, until = await asyncpg.connect(url), datetime.now(UTC)
    await found(administrator, stations)
    await staff(administrator, units, "https://push.example.org/", "x", "x")
    await divide(administrator, until - _YEAR)
    at_station = await administrator.fetch("SELECT station_id, array_agg(id) AS units FROM unit GROUP BY station_id")
    await asyncio.gather(*(_past(url, at_station[part::2], cases, fixes, until) for part in range(2)))
    await open_cases(administrator)
    await administrator.execute("VACUUM ANALYZE", timeout=3600)
    await administrator.close()


async def _past(url: str, at_station: list[asyncpg.Record], cases: int, fixes: int, until: datetime) -> None:
    connection = await asyncpg.connect(url)
    for row in at_station:
        await add_cases(connection, row["station_id"], row["units"], cases, _YEAR / cases, "case ", until)
        await add_tracks(connection, row["station_id"], fixes, until)
    await connection.close()
