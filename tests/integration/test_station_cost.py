"""A station's queries cost only what its own data costs: not the country's, nor its own other years."""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from api.db.queries import _Named
from api.demo.cluster import Cluster
from tests import years
from tests.plans import ORDER

UNTIL = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SINCE = UNTIL - timedelta(days=30)
LARGE = {
    "incident",
    "assignment",
    "time_point",
    "alert",
    "alarm",
    "sighting",
    "report",
    "push_delivery",
    "outgoing",
    "shift",
}
LARGE |= {"dispatch_decision", "event", "audit", "track"}

ACROSS = {
    "delete_old_images": "retention of all stations at once",
    "claim_deliveries": "the queue of all stations",
}


class Country:
    """Stations and their months, written by the administrator, who bypasses policies and foreign keys."""

    def __init__(self, administrator: asyncpg.Connection, roles: list[asyncpg.Connection]) -> None:
        self._administrator, self.roles = administrator, roles
        self.own, self.own_unit = uuid.uuid4(), uuid.uuid4()

    async def add(self, station: uuid.UUID, unit: uuid.UUID, incidents: int, every: timedelta, mark: str) -> None:
        """`incidents` back from `UNTIL` on, the other rows of the station in proportion."""
        async with self._administrator.transaction():
            await self._administrator.execute("SET LOCAL session_replication_role = replica")
            await self._administrator.execute(
                "INSERT INTO unit (id, station_id, callsign, kind) VALUES ($1, $2, $3, 'car') ON CONFLICT DO NOTHING",
                unit,
                station,
                mark,
            )
        await years.add_cases(self._administrator, station, [unit], incidents, every, mark, UNTIL)

    async def neighbours(self, how_many: int, incidents: int) -> None:
        for _ in range(how_many):
            await self.add(uuid.uuid4(), uuid.uuid4(), incidents, timedelta(days=30) / incidents, uuid.uuid4().hex)
        await self.analyze()

    async def crowd(self, units: int) -> None:
        """This many units on duty at the station, with no new planner statistics."""
        async with self._administrator.transaction():
            await self._administrator.execute("SET LOCAL session_replication_role = replica")
            await self._administrator.execute(
                """WITH made AS (INSERT INTO unit (id, station_id, callsign, kind)
                                SELECT gen_random_uuid(), $1, 'c' || n, 'car' FROM generate_series(1, $2) n
                                RETURNING id),
                        live AS (INSERT INTO unit_live (unit_id, station_id, status, position, fix_at, shift_started_at)
                                 SELECT id, $1, 'available', 'POINT(100.57 13.77)', now(), now() FROM made)
                   INSERT INTO shift (station_id, unit_id, account_id, started_at)
                   SELECT $1, id, gen_random_uuid(), now() FROM made""",
                self.own,
                units,
            )

    async def pages(self, name: str, **values: object) -> int:
        """Buffer pages read by one run of a named query."""
        plan = (await self._explained(name, **values))["Plan"]
        return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    async def analyze(self) -> None:
        await self._administrator.execute("VACUUM ANALYZE")

    async def cost(self, name: str, **values: object) -> dict[str, int]:
        """Rows read from each large table by one run of a named query, including those a filter discarded."""
        read = dict.fromkeys(sorted(LARGE), 0)
        _count((await self._explained(name, **values))["Plan"], read)
        return {table: rows for table, rows in read.items() if rows}

    async def _explained(self, name: str, **values: object) -> dict[str, Any]:
        role = self.roles[name.startswith("delete_old")]
        await role.execute("SELECT set_config('sipha.station_id', $1, false)", str(self.own))
        query = next(query for query in _Named.registry if query.name == name)
        given = [values[each] for each in ORDER[name]]
        async with role.transaction():
            answer = await role.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.sql}", *given)
        return json.loads(answer)[0]

    async def incident_ids(self, most: int) -> list[uuid.UUID]:
        rows = await self._administrator.fetch(
            "SELECT id FROM incident WHERE station_id = $1 ORDER BY received_at DESC LIMIT $2", self.own, most
        )
        return [row[0] for row in rows]


def _count(node: dict[str, Any], read: dict[str, int]) -> None:
    table = node.get("Relation Name", "").split("_20")[0].removesuffix("_default")
    if table in read:
        left_out = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        read[table] += round((node["Actual Rows"] + left_out) * node["Actual Loops"])
    for child in node.get("Plans", []):
        _count(child, read)


@pytest.fixture
async def country(cluster: Cluster, database_name: str) -> AsyncIterator[Country]:
    administrator = await asyncpg.connect(cluster.url(database=database_name))
    roles = [await asyncpg.connect(cluster.url(role, database_name)) for role in ("sipha_app", "sipha_jobs")]
    made = Country(administrator, roles)
    month = timedelta(days=30) / 200
    await made.add(made.own, made.own_unit, 200, month, "own")
    yield made
    for role in roles:
        await role.close()
    await administrator.close()


async def test_a_stations_month_costs_the_same_whatever_others_have(country: Country) -> None:
    """Measured before and after the others have six times as much, with a month of 200 cases."""
    await country.neighbours(5, 1000)
    before = await _figures(country)
    await country.neighbours(10, 2500)
    after = await _figures(country)
    for name, rows in after.items():
        for table, count in rows.items():
            assert count <= 1.2 * before[name].get(table, 0) + 20, f"{name}: {before[name]} became {rows}"
            assert count <= 8 * 200, f"{name} reads {count} rows of {table} for a month of 200 cases"


async def _figures(country: Country) -> dict[str, dict[str, int]]:
    station, now = country.own, UNTIL
    period = {"station_id": station, "since": SINCE, "until": UNTIL}
    some = await country.incident_ids(100)
    costs = {
        f"response by {by}": await country.cost(
            "response_statistics", **period, now=now, by=by, zone="Asia/Bangkok", doubtful_ids=[], checked_ids=[]
        )
        for by in ("unit", "station", "hour", "priority", "beat")
    }
    asked: dict[str, dict[str, object]] = {
        "incident_cells": {**period, "now": now},
        "incidents_of_period": period,
        "rides_of": {"station_id": station, "since": SINCE, "zone": "Asia/Bangkok"},
        "arrivals_of": {"incident_ids": some, "fresh": timedelta(seconds=30)},
        "timelines_of": {"incident_ids": some},
        "assignments_of": {"incident_ids": some},
        "sightings_of": {"incident_ids": some},
        "decisions_of": {"incident_ids": some},
        "list_alarms": {"station_id": station, "incident_ids": some},
        "delete_old_tracks": {"station_id": station, "before": SINCE},
        "delete_old_deliveries": {"station_id": station, "before": SINCE},
        "anyone_on_duty": {"station_id": station},
        "tracks_between": {"unit_ids": [country.own_unit], "sinces": [SINCE], "untils": [UNTIL]},
        "events_of": {"station_ids": [station], "txs": [0], "ids": [0], "since": SINCE, "most": 500},
        "audit_after": {"station_id": station, "tx": "0", "id": 0, "most": 500},
        "incidents_of_entry": {"entry_id": country.own_unit},
        "current_visit": {
            "station_id": station,
            "entry_id": country.own_unit,
            "camera_id": country.own_unit,
            "occurred_at": UNTIL,
            "visit": timedelta(minutes=10),
        },
    }
    return costs | {name: await country.cost(name, **values) for name, values in asked.items()}


async def test_the_nearest_of_a_thousand_cost_no_more_than_themselves(country: Country) -> None:
    """Also before the planner has statistics on them: each decision holds the station's lock for as long as this
    takes."""
    await country.crowd(1000)
    here = {"lon": 100.57, "lat": 13.77, "most": 16}
    read = await country.cost("nearest_free", station_id=country.own, **here)
    assert read.get("shift", 0) <= 2 * 16, read
    await country.pages("neighbour_units", **here)
    assert await country.pages("neighbour_units", **here) < 20, "no station lends: no unit is looked at"


async def test_a_month_costs_no_more_when_the_station_has_years(country: Country) -> None:
    await country.neighbours(5, 1000)
    before = await _figures(country)
    for year in range(3):
        await country.add(country.own, country.own_unit, 3000, timedelta(days=365 * (year + 1)) / 3000, f"year {year}")
    await country.analyze()
    asked = ("response by unit", "incident_cells", "incidents_of_period", "rides_of", "timelines_of", "list_alarms")
    after = await _figures(country)
    own_month = 200 + sum(round(3000 * 30 / (365 * (year + 1))) for year in range(3))
    for name in asked:
        for table, count in after[name].items():
            most = 1.3 * before[name].get(table, 0) * own_month / 200 + 50
            assert count <= most, f"{name}: {before[name]} became {after[name]}"


async def test_no_query_reads_a_large_table_from_end_to_end(country: Country) -> None:
    await country.neighbours(10, 2000)
    whole: dict[str, set[str]] = {}
    for connection in country.roles:
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(country.own))
        await connection.execute("SET plan_cache_mode = force_custom_plan")  # as PostgreSQL picks: it costs less
        for query in _Named.registry:
            found = await _read_whole(connection, query, country)
            if found and query.name not in ACROSS:
                whole[query.name] = found
    assert whole == {}


async def _read_whole(connection: asyncpg.Connection, query: _Named, country: Country) -> set[str]:
    kinds = [parameter.name for parameter in (await connection.prepare(query.sql)).get_parameters()]
    names = ORDER[query.name]
    values = ", ".join(_value(name, kind, country) for name, kind in zip(names, kinds, strict=True))
    await connection.execute(f"PREPARE planned AS {query.sql}")
    try:
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned{f'({values})' if kinds else ''}")
    except asyncpg.InsufficientPrivilegeError:
        return set()  # the other role's
    finally:
        await connection.execute("DEALLOCATE planned")
    filled = await connection.fetch("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 1000")
    return _scanned(json.loads(plan)[0]["Plan"]) & {row["relname"] for row in filled}


def _value(name: str, kind: str, country: Country) -> str:
    if kind == "uuid":
        return f"'{country.own if name == 'station_id' else country.own_unit}'"
    if kind == "uuid[]":
        return f"ARRAY['{country.own_unit}']::uuid[]"
    if kind == "timestamptz":
        return f"timestamptz '{UNTIL.isoformat()}' - interval '1 day'"
    named = {
        "address": "'127.0.0.1'",
        "area": "'POLYGON((1 1, 2 1, 2 2, 1 1))'",
        "geojson": """'{"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}'""",
    }
    if name in named:
        return named[name]
    if kind == "date":
        return f"date '{UNTIL.date()}' - 1"
    plain = {"text": "'7'", "varchar": "'7'", "bool": "true", "float8": "7.0", "interval": "'1 min'"}
    return plain.get(kind, "7" if kind in {"int4", "int8"} else "NULL")


def _scanned(node: dict[str, Any]) -> set[str]:
    whole = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return whole.union(*(_scanned(child) for child in node.get("Plans", [])))
