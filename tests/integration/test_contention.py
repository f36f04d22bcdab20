"""Many alerts in one street at once: no unit twice, none lost, whatever the order of arrival."""

import asyncio
import random
import uuid
from datetime import UTC, datetime

import pytest

from api.db import pool
from api.db.pool import open_database
from api.demo.cluster import Cluster
from api.domain.access.permissions import Actor, Role
from api.domain.errors import DomainError, IdReused, Taken
from api.domain.incidents.assignment import Action
from api.domain.incidents.sla import TARGET_SECONDS
from api.domain.recognition.alert import AlertKind
from api.services.context import Runtime
from api.services.dispatching import assignments
from api.services.dispatching.assignments import StepDetails
from api.services.recognition import alerts
from api.services.recognition.alerts import NewAlert
from api.services.roads.in_service import RoadsInService
from api.services.stations.demo_file import DemoFile
from tests.patience import patient

UNITS = 20
ALERTS = 32


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one waits for the decisions on all the others: on a slow machine longer than the database allows."""
    monkeypatch.setitem(pool._TIMEOUTS, "sipha_app", {"statement_timeout": f"{round(patient(15))}s"})
    monkeypatch.setitem(pool._ANSWER_SECONDS, "sipha_app", patient(20))
    monkeypatch.setattr(pool, "_QUEUE_SECONDS", patient(10))


@pytest.mark.parametrize("seed", range(6))
async def test_no_unit_twice_and_none_lost(
    cluster: Cluster, station_database: str, model_station: DemoFile, seed: int
) -> None:
    chance = random.Random(seed)
    db = await open_database(cluster.url("sipha_app", station_database), "sipha_app", size=24)
    station = model_station.station_id
    system = Actor(uuid.uuid4(), Role.SYSTEM, station)
    try:
        async with db.transaction(system) as connection:
            token = await connection.fetchval("SELECT id FROM machine_token WHERE role = 'worker'")
            account = await connection.fetchval("SELECT id FROM account WHERE role = 'officer' LIMIT 1")
            units = [uuid.uuid4() for _ in range(UNITS)]
            for index, unit in enumerate(units):
                await connection.execute(
                    "INSERT INTO unit (id, station_id, callsign, kind) VALUES ($1, $2, $3, 'car')",
                    unit,
                    station,
                    f"c{index}",
                )
                await connection.execute(
                    """INSERT INTO unit_live (unit_id, station_id, status, position, fix_at, shift_started_at,
                                              push_seen_at)
                       VALUES ($1, $2, 'available', ST_MakePoint($3, $4)::geography, now(), now(), now())""",
                    unit,
                    station,
                    100.57 + chance.uniform(-0.01, 0.01),
                    13.77 + chance.uniform(-0.01, 0.01),
                )
                await connection.execute(
                    """WITH crew AS (
                         INSERT INTO account (station_id, role, username, display_name, password_hash)
                         VALUES ($1, 'officer', $3, 'x', 'x') RETURNING id)
                       INSERT INTO shift (station_id, unit_id, account_id, started_at)
                       SELECT $1, $2, id, now() FROM crew""",
                    station,
                    unit,
                    f"crew{index}",
                )
        worker = Actor(token, Role.WORKER, station)
        cameras = [uuid.uuid4() for _ in range(ALERTS)]
        async with db.transaction(system) as connection:
            for index, camera in enumerate(cameras):  # a street of cameras: alerts from one place would be one incident
                await connection.execute(
                    """INSERT INTO camera (id, station_id, name, position)
                       VALUES ($1, $2, $3, ST_MakePoint(100.57, $4)::geography)""",
                    camera,
                    station,
                    f"camera {index}",
                    13.77 + index * 0.003,
                )

        runtime = Runtime(db, RoadsInService(), TARGET_SECONDS)

        async def one(index: int) -> object:
            await asyncio.sleep(chance.random() * 0.05)
            sent = NewAlert(
                id=uuid.UUID(int=index + 1),
                camera_id=cameras[index],
                kind=AlertKind.SOS,
                occurred_at=datetime.now(UTC),
                confidence=None,
                watchlist_entry_id=None,
                plate=None,
                model_name=None,
                model_version=None,
                threshold=None,
                note=None,
                snapshot=None,
                content_hash=b"x",
            )
            return await alerts.receive(runtime, worker, sent, datetime.now(UTC))

        outcomes = await asyncio.gather(*(one(index) for index in range(ALERTS)), one(0), one(1))
        assert len({outcome.incident_id for outcome in outcomes}) == ALERTS  # the two retries found their own
        async with db.transaction(system) as connection:
            rows = await connection.fetch("SELECT id, unit_id FROM assignment WHERE state = 'offered'")
            waiting = await connection.fetchval("SELECT count(*) FROM deadline WHERE kind = 'try_again'")
        assert len(rows) == len({row["unit_id"] for row in rows}) == UNITS
        assert waiting == ALERTS - UNITS, "whoever got nobody is tried again"
        await race_to_accept(runtime, station, account, [(row["id"], row["unit_id"]) for row in rows], chance)
        async with db.transaction(system) as connection:
            held = await connection.fetch("SELECT unit_id, incident_id FROM assignment WHERE state = 'accepted'")
        assert len(held) == len({row["unit_id"] for row in held}) == len({row["incident_id"] for row in held})
    finally:
        await db.close()


async def race_to_accept(
    runtime: Runtime,
    station: uuid.UUID,
    account: uuid.UUID,
    offers: list[tuple[uuid.UUID, uuid.UUID]],
    chance: random.Random,
) -> None:
    """Two thumbs on every offer, while some decline."""

    async def tap(offer: uuid.UUID, unit: uuid.UUID) -> None:
        officer = Actor(account, Role.OFFICER, station, unit)
        action = Action.DECLINE if chance.random() < 0.3 else Action.ACCEPT
        try:
            await assignments.act(runtime, officer, offer, action, datetime.now(UTC), StepDetails(reason="busy"))
        except DomainError as refused:
            assert refused.code in {"wrong_state", "taken"}

    taps = [tap(*offer) for offer in offers for _ in range(2)]
    chance.shuffle(taps)
    await asyncio.gather(*taps)


@pytest.mark.parametrize("duplicate", [None, IdReused(id="x")])
async def test_a_second_one_of_what_must_be_the_only_one_is_an_answer_of_our_own(
    cluster: Cluster, station_database: str, model_station: DemoFile, duplicate: IdReused | None
) -> None:
    db = await open_database(cluster.url("sipha_app", station_database), "sipha_app", size=2)
    system = Actor(uuid.uuid4(), Role.SYSTEM, model_station.station_id)
    copy = "INSERT INTO unit (station_id, callsign, kind) SELECT station_id, callsign, kind FROM unit LIMIT 1"
    try:
        with pytest.raises(DomainError) as raised:
            async with db.transaction(system, duplicate=duplicate) as connection:
                await connection.execute(copy)
        assert raised.value is duplicate if duplicate else isinstance(raised.value, Taken)
    finally:
        await db.close()
