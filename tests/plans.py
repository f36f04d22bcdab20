"""The hottest statements, run as production runs them, and what is wrong with their plans.

`auto_explain` tells the plans that were really used, also inside of the functions that look across stations.
"""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from api.db.queries import SQL, _Named
from api.demo.cluster import Cluster
from tests.integration import test_queries as _bound  # noqa: F401 - imports every query module

ORDER: dict[str, list[str]] = vars(SQL.driver_adapter)["var_sorted"]
"""The names of each query's parameters."""
MODES = ("force_custom_plan", "force_generic_plan")
_LARGE_PAGES = 25
_EXPLAIN = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on; SET auto_explain.log_buffers = on;
SET auto_explain.log_nested_statements = on; SET auto_explain.log_format = json; SET auto_explain.log_level = notice;
SET session_replication_role = replica"""


class Place(msgspec.Struct):
    """One station of the country, with eight of its units, their officers and sessions, and an open case."""

    stations: list[UUID]
    station: UUID
    units: list[UUID]
    accounts: list[UUID]
    sessions: list[UUID]
    incident: UUID
    unit: UUID
    heads: list[tuple[UUID, int, int]]
    now: datetime


class Hot(msgspec.Struct):
    """`pages`: the most that one run may touch, however large the country. Jobs run it, or the server."""

    pages: int
    values: Callable[[Place], dict[str, object]]
    role: str = "sipha_app"


class Plan(msgspec.Struct):
    name: str
    mode: str
    pages: int
    milliseconds: float
    nodes: list[dict[str, Any]]

    @property
    def kind(self) -> str:
        """The ways in which tables are read."""
        scans = {node["Node Type"] for node in self.nodes if "Relation Name" in node and "Scan" in node["Node Type"]}
        return ", ".join(sorted(scans)) or "no table read"


_LANE = ["offer_delivery", "offer_reminder", "offer_expiry", "try_again", "no_taker", "alarm_chain"]
_HERE = {"lon": 98.22, "lat": 15.02}


def _cursors(place: Place) -> dict[str, object]:
    stations, txs, ids = zip(*place.heads, strict=True)
    return {"station_ids": list(stations), "txs": list(txs), "ids": list(ids)}


def _fixes(place: Place) -> dict[str, object]:
    return {
        "unit_ids": place.units,
        "lats": [15.02] * 8,
        "lons": [98.22] * 8,
        "ats": [place.now] * 8,
        "accuracies": [5.0] * 8,
        "speeds": [0.0] * 8,
    }


def _pending(place: Place) -> dict[str, object]:
    at, key = place.now, uuid4()
    return {
        "station_id": place.station,
        "at": at,
        "request_id": None,
        "incident_ids": [place.incident],
        "assignment_ids": [key],
        "steps": ["offered"],
        "sources": ["system"],
        "server_ats": [at],
        "kinds": ["offer_expiry", "forecast"],
        "subject_ids": [key, place.incident],
        "due_ats": [at, at],
        "sooner_kept": [False, True],
        "event_kinds": ["incident", "unit"],
        "subjects": [place.incident, place.unit],
        "event_incidents": [place.incident, None],
        "event_units": [None, place.unit],
        "states": ["offering", "offered"],
    }


def _assignment(place: Place) -> dict[str, object]:
    return {
        "id": uuid4(),
        "station_id": place.station,
        "incident_id": place.incident,
        "unit_id": place.unit,
        "state": "declined",
        "mode": "offer",
        "lead": False,
        "offered_at": place.now,
        "offer_ends_at": place.now,
        "eta_seconds": 60.0,
        "eta_source": "road",
        "distance_m": 100.0,
        "replaces": None,
        "predicted_seconds": 60.0,
        "correction": 1.0,
        "decision": "offer",
        "by": None,
        "explanation": "{}",
        "candidates": "[]",
    }


HOTTEST = {
    "events_of": Hot(1000, lambda p: _cursors(p) | {"since": p.now - timedelta(hours=1), "most": 500}),
    "examine_station": Hot(
        1100, lambda p: {"station_id": p.station, "now": p.now, "grace": timedelta(seconds=60)}, "sipha_jobs"
    ),
    "find_people": Hot(80, lambda p: {"hashes": [b"x" * 32] * 8}),
    "read_senders": Hot(120, lambda p: {"session_ids": p.sessions, "tracker_ids": [], "now": p.now}),
    "save_positions": Hot(140, lambda p: _fixes(p) | {"headings": [0.0] * 8, "simulated": [False] * 8, "now": p.now}),
    "claim_outgoing": Hot(
        2200,
        lambda p: {"kind": "push", "leased_until": p.now, "now": p.now, "most": 64, "busy": []},
        "sipha_jobs",
    ),
    "units_and_jobs": Hot(1000, lambda p: {"station_id": p.station, "busy": False, "unit_ids": None}, "sipha_jobs"),
    "read_positions": Hot(80, lambda p: {"unit_ids": p.units}),
    "add_pending": Hot(60, _pending),
    "nearest_free": Hot(500, lambda p: {"station_id": p.station, "most": 64} | _HERE),
    "add_track": Hot(
        160,
        lambda p: _fixes(p) | {"station_id": p.station, "problems": [None] * 8, "received_ats": [p.now] * 8},
    ),
    "next_outgoing_due": Hot(40, lambda p: {"kind": "push", "busy": []}, "sipha_jobs"),
    "keep_batches": Hot(
        120,
        lambda p: {
            "station_id": p.station,
            "account_ids": p.accounts,
            "ids": [uuid4() for _ in p.accounts],
            "hashes": [b"x"] * 8,
            "answers": [b"x"] * 8,
            "now": p.now,
        },
    ),
    "read_batches": Hot(40, lambda p: {"account_ids": p.accounts, "ids": [uuid4() for _ in p.accounts]}),
    "stations_due": Hot(80, lambda p: {"now": p.now, "kinds": _LANE, "busy": [], "most": 8}, "sipha_jobs"),
    "queue_push": Hot(
        50,
        lambda p: {
            "station_id": p.station,
            "account_ids": [],
            "kind": "offer",
            "content": "{}",
            "unit_id": p.unit,
            "assignment_id": uuid4(),
            "incident_id": p.incident,
            "now": p.now,
            "expires_at": p.now,
            "request_id": None,
        },
    ),
    "nearby_incidents": Hot(
        200,
        lambda p: (
            {
                "station_id": p.station,
                "reach_m": 150.0,
                "since": p.now - timedelta(minutes=15),
                "sender": None,
            }
            | _HERE
        ),
    ),
    "calls_of_station": Hot(
        200, lambda p: {"station_id": p.station, "incident_ids": [p.incident], "everything": False}
    ),
    "add_assignment": Hot(50, _assignment),
    "live_callers": Hot(180, lambda p: {"ids": p.sessions}),
    "tracks_between": Hot(
        120,
        lambda p: {
            "unit_ids": p.units,
            "sinces": [p.now - timedelta(minutes=2)] * 8,
            "untils": [p.now] * 8,
        },
    ),
    "recent_track": Hot(20, lambda p: {"unit_id": p.unit, "since": p.now - timedelta(minutes=2)} | _HERE),
}
"""Found with pg_stat_statements: 100 stations of 50 units, for a minute 10 alerts and 100 positions a second, 1,000
streams, jobs, and desks reading their boards; the twenty that took longest, planned and run. The last two read the
largest table."""


async def place(administrator: asyncpg.Connection) -> Place:
    """The first station that has been founded, the newest five of each station's events unseen."""
    stations = [row[0] for row in await administrator.fetch("SELECT id FROM station WHERE name_en LIKE 'Station %'")]
    row = await administrator.fetchrow(
        """SELECT array_agg(unit_id) AS units, array_agg(account_id) AS accounts, array_agg(session) AS sessions
           FROM (SELECT h.unit_id, h.account_id, s.id AS session
                 FROM shift h JOIN session s ON s.account_id = h.account_id
                 WHERE h.station_id = $1 AND h.ended_at IS NULL LIMIT 8) crew""",
        stations[0],
    )
    assert row is not None
    case = await administrator.fetchrow(
        "SELECT incident_id, unit_id FROM assignment WHERE station_id = $1 AND state = 'accepted' LIMIT 1", stations[0]
    )
    assert case is not None
    heads = await administrator.fetch(
        """SELECT s.id, h.tx::text::bigint, h.id FROM unnest($1::uuid[]) AS s (id) CROSS JOIN LATERAL (
             SELECT e.tx, e.id FROM event e WHERE e.station_id = s.id
             ORDER BY e.tx DESC, e.id DESC OFFSET 5 LIMIT 1) h""",
        stations,
    )
    return Place(
        stations, stations[0], *row.values(), *case.values(), [tuple(each) for each in heads], datetime.now(UTC)
    )


class Watched:
    """Statements in one station's transactions, and the plans that PostgreSQL used for them."""

    def __init__(self, connection: asyncpg.Connection, at: Place) -> None:
        self._connection, self._place = connection, at
        self._heard: list[dict[str, Any]] = []
        connection.add_log_listener(self._hear)

    def _hear(self, _: object, message: Any) -> None:
        if message.message.startswith("duration: "):
            self._heard.append(json.loads(message.message.partition("plan:\n")[2]))

    async def close(self) -> None:
        await self._connection.close()

    async def plan(self, name: str, mode: str) -> Plan:
        """Of the second run, when everything is in memory. Rolled back."""
        await self._connection.execute(f"SET plan_cache_mode = {mode}")
        query = next(each for each in _Named.registry if each.name == name)
        values = HOTTEST[name].values(self._place)
        begin = f"BEGIN; SELECT set_config('sipha.station_id', '{self._place.station}', true)"
        for _ in range(2):
            await self._connection.execute(begin)
            await asyncio.sleep(0)  # what has been heard of the above
            self._heard.clear()
            await self._connection.fetch(query.sql, *(values[each] for each in ORDER[name]))
            await asyncio.sleep(0)
            await self._connection.execute("ROLLBACK")
        whole = self._heard[-1]["Plan"]
        nodes = [node for each in self._heard for node in _nodes(each["Plan"])]
        return Plan(
            name, mode, whole["Shared Hit Blocks"] + whole["Shared Read Blocks"], whole["Actual Total Time"], nodes
        )


async def watched(cluster: Cluster, database: str, role: str, at: Place) -> Watched:
    """As that role and under its policies; only the administrator may load `auto_explain`."""
    connection = await asyncpg.connect(cluster.url(database=database))
    await connection.execute(_EXPLAIN)
    await connection.execute(f"SET SESSION AUTHORIZATION {role}")
    return Watched(connection, at)


async def all_plans(cluster: Cluster, database: str = "sipha") -> list[Plan]:
    administrator = await asyncpg.connect(cluster.url(database=database))
    at = await place(administrator)
    await administrator.close()
    found = []
    for role in ("sipha_app", "sipha_jobs"):
        watching = await watched(cluster, database, role, at)
        found += [
            await watching.plan(name, mode) for name, hot in HOTTEST.items() if hot.role == role for mode in MODES
        ]
        await watching.close()
    return found


async def large_tables(administrator: asyncpg.Connection) -> set[str]:
    rows = await administrator.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relpages > $1",
        _LARGE_PAGES,
    )
    return {row[0] for row in rows}


def faults(plan: Plan, large: set[str]) -> list[str]:
    """What is wrong with it, each in a sentence that names the statement."""
    found = []
    now = datetime.now(UTC)
    months = {f"_{moment:%Y_%m}" for moment in (now - timedelta(hours=1), now, now + timedelta(days=1))}
    for node in plan.nodes:
        table, kind = node.get("Relation Name", ""), node["Node Type"]
        if not node["Actual Loops"]:
            continue
        if table in large and kind == "Seq Scan":
            found.append(f"reads all of {table}")
        if table in large and kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node:
            found.append(f"walks all of {node['Index Name']}")
        part = re.fullmatch(r"(?:event|audit|track)(_default|_\d{4}_\d\d)", table)
        if part and part[1] not in months:
            found.append(f"looks into {table}")
    if plan.pages > HOTTEST[plan.name].pages:
        found.append(f"touches {plan.pages} pages, allowed are {HOTTEST[plan.name].pages}")
    return [f"{plan.name} ({plan.mode}) {what}" for what in dict.fromkeys(found)]


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(inner for child in node.get("Plans", []) for inner in _nodes(child))]
