"""The model station on the real server, where time stands still until a test moves it.

`advance` does the work of `sipha jobs`: deadlines and messages, each at the moment when it falls due, with phones that
ring, keep silent or are gone. It is driven from synchronous code, as Hypothesis needs.
"""

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import msgspec

from api.db.clock import Clock
from api.db.notifying import outgoing as rows
from api.db.notifying import push
from api.db.notifying.outgoing import OutgoingPush
from api.db.pool import Database, open_database
from api.db.tables import metadata
from api.demo.cluster import Cluster
from api.domain.incidents.deadline import DeadlineKind
from api.domain.notifying.outgoing import Failed, Gone, Outcome, OutgoingKind, Sent
from api.jobs.push import PushHandler
from api.services import doctor
from api.services.access import keys
from api.services.deadlines import carry_out
from api.services.notifying import outgoing
from api.services.stations.demo_file import DemoFile
from tests import neighbour
from tests.push_receiver import PushReceiver
from tests.site import Site

Answer = TypeVar("Answer")

_STAYS = {
    *("station", "station_policy", "policy_change", "account", "session", "machine_token", "camera", "unit"),
    *("unit_live", "deployment", "secret", "jobs_heartbeat", "road_network", "push_subscription"),
}
_REACHED = (
    *(("incident", "state"), ("incident", "forecast"), ("incident", "bumped"), ("incident", "swaps")),
    *(("assignment", "state"), ("assignment", "withdrawn_because"), ("dispatch_decision", "kind")),
    *(
        ("proposal", "kind"),
        ("proposal", "state"),
        ("alarm", "reason"),
        ("alarm", "level"),
        ("incident_change", "kind"),
    ),
    *(("outgoing", "state"), ("alert", "state")),
)
_NEXT = """
SELECT least((SELECT min(due_at) FROM deadline), (SELECT min(due_at) FROM outgoing WHERE state = 'due'))
"""
_SEEN = """
UPDATE unit_live SET fix_at = $1 WHERE fix_at IS NOT NULL AND unit_id = ANY ($2::uuid[])
"""


_IN_STATE = """
SELECT id, unit_id FROM assignment WHERE state = ANY ($1) AND unit_id = ANY ($2) ORDER BY offered_at, id
"""
_REACHABLE = "UPDATE unit_live SET push_seen_at = $1 WHERE unit_id = $2"


class Phone(StrEnum):
    RINGS = "rings"
    """And tells that it has."""
    SILENT = "silent"
    """The push service takes the message; the phone never tells."""
    NO_SERVICE = "no_service"
    """The push service does not answer."""


class StoppedClock(Clock):
    """Only `at` moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.now(UTC)

    async def measure(self, connection: object, tries: int = 1) -> None:
        """Nobody else's time counts."""

    def now(self) -> datetime:
        return self.at

    @property
    def error_seconds(self) -> float:
        return 0.0


class Town:
    def __init__(self, site: Site, loop: asyncio.AbstractEventLoop) -> None:
        self.site, self._loop, self.clock = site, loop, StoppedClock()
        self.operator: httpx.AsyncClient
        self.commander: httpx.AsyncClient
        self.officers: list[httpx.AsyncClient] = []
        self.units = [login.unit_id for login in site.demo.accounts if login.role == "officer"]
        """The last is the neighbour's, which lends it."""
        self.tracked: set[uuid.UUID] = set()
        """Units whose position is known all the time."""
        self.phones: dict[str, Phone] = {}
        self.jobs_run = True
        self._jobs: Database
        self._push: PushHandler
        self._administrator: asyncpg.Connection[Any]

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._loop.run_until_complete(work)

    async def open(self) -> None:
        await self.site.start()
        self.site._litestar.state.db.clock = self.clock
        self._jobs = await open_database(
            self.site.cluster.url("sipha_jobs", self.site.database), "sipha_jobs", size=4, clock=self.clock
        )
        self._push = PushHandler(self._jobs, self.site.settings, await keys.vapid(self._jobs))
        self._administrator = await asyncpg.connect(self.site.cluster.url(database=self.site.database))
        self.operator, self.commander = await self.site.sign_in("operator"), await self.site.sign_in("commander")
        self.officers = [await self.site.sign_in("officer", number) for number in range(len(self.units))]
        next_door = await neighbour.found(self.site, self.site._litestar.state.db)
        await neighbour.lend(next_door)
        self.officers.append(next_door.officer)
        self.units.append(next_door.unit_id)
        for number, officer in enumerate(self.officers):
            subscription = self.site.receiver.phone(str(number)).subscription()
            assert (await officer.put("/v1/push/subscription", json=subscription)).status_code == 204

    async def close(self) -> None:
        await self._administrator.close()
        await self._jobs.close()
        await self.site.stop()

    async def clear(self) -> None:
        """As on the first day: nobody on duty, no case, the usual delegation."""
        self.clock.at, self.jobs_run = datetime.now(UTC), True
        self.tracked.clear()
        self.phones = {str(number): Phone.RINGS for number in range(len(self.units))}
        emptied = ", ".join(name for name in metadata.tables if name not in _STAYS)
        await self._administrator.execute(f"TRUNCATE {emptied} CASCADE")
        await self._administrator.execute(
            "UPDATE unit_live SET status = 'off_duty', position = NULL, fix_at = NULL, shift_started_at = NULL, "
            "push_seen_at = NULL, stream_seen_at = NULL"
        )
        await self.delegate()

    async def delegate(self, **changed: str) -> None:
        usual = {
            **dict.fromkeys(("offers", "diversions"), "automatic"),
            **dict.fromkeys(("swaps", "mutual_aid"), "proposed"),
            "repositioning": "off",
        }
        answer = await self.commander.put("/v1/delegation", json=usual | changed)
        assert answer.status_code == 200, answer.text

    async def call(self, client: httpx.AsyncClient, method: str, path: str, body: object = None) -> httpx.Response:
        """A refusal is an answer like any other; a fault of the server is not."""
        answer = await client.request(method, f"/v1{path}", json=body)
        assert answer.status_code < 500, f"{method} {path} {body}: {answer.text}"
        assert answer.status_code not in {401, 403, 405, 413}, f"{method} {path} {body}: {answer.text}"
        return answer

    async def on_duty(self, number: int, at: tuple[float, float]) -> None:
        """In place, and reachable: the phone has answered in this shift."""
        unit = self.units[number]
        if (await self.call(self.officers[number], "POST", "/shift", {"unit_id": str(unit)})).status_code == 200:
            await self.move(number, at)
            self.tracked.add(unit)
            await self._administrator.execute(
                "UPDATE unit_live SET push_seen_at = $1 WHERE unit_id = $2", self.now, unit
            )

    async def off_duty(self, number: int) -> None:
        await self.call(self.officers[number], "DELETE", "/shift")
        self.tracked.discard(self.units[number])

    async def move(self, number: int, at: tuple[float, float]) -> None:
        fix = {"at": self.now.isoformat(), "lat": at[0], "lon": at[1], "accuracy": 5.0}
        body = {"id": str(uuid.uuid4()), "sent_at": self.now.isoformat(), "fixes": [fix]}
        await self.call(self.officers[number], "POST", "/positions", body)

    async def assignments(self, *states: str) -> list[tuple[int, str]]:
        """Those in these states: the officer's number and the assignment."""
        statement = (
            "SELECT id, unit_id FROM assignment WHERE state = ANY ($1) AND unit_id = ANY ($2) ORDER BY offered_at"
        )
        found = await self._administrator.fetch(statement, list(states), self.units)
        return [(self.units.index(row["unit_id"]), str(row["id"])) for row in found]

    async def current(self, number: int) -> dict[str, Any]:
        return (await self.call(self.officers[number], "GET", "/assignments/current")).json()

    @property
    def now(self) -> datetime:
        return self.clock.at

    async def advance(self, seconds: float) -> None:
        """Without `jobs_run` time passes and nobody works."""
        end = self.clock.at + timedelta(seconds=seconds)
        while self.jobs_run and (due := await self._administrator.fetchval(_NEXT)) is not None and due <= end:
            await self._move_clock(max(self.clock.at, due))
            await self._work()
        await self._move_clock(end)

    async def _move_clock(self, to: datetime) -> None:
        self.clock.at = to
        await self._administrator.execute(_SEEN, to, list(self.tracked))

    async def _work(self) -> None:
        """Everything that is due now."""
        kinds = [str(kind) for kind in DeadlineKind]
        async with self._jobs.stationless() as connection:
            stations = await push.stations_due.all(connection, now=self.now, kinds=kinds, busy=[], most=10)
            due = [
                row
                for station in stations
                for row in await push.due_deadlines.all(
                    connection, station_id=station.id, kinds=kinds, now=self.now, most=50
                )
            ]
        for row in due:
            await carry_out(self.site.runtime(self._jobs), row, self.now)
        lease = timedelta(seconds=15)
        for row in await outgoing.claim(self._jobs, rows.claim_pushes, OutgoingKind.PUSH, lease, 50, []):
            await self._send(row)

    async def _send(self, row: OutgoingPush) -> None:
        phone = "" if row.address is None else row.address.endpoint.rsplit("/", 1)[-1]
        outcome = Gone("unsubscribed") if row.address is None else self._outcome(row, phone)

        async def also(context: Any) -> None:
            await self._push.record(context, row, outcome)

        await outgoing.record(self._jobs, row, outcome, self.now, also)
        if isinstance(outcome, Sent) and self.phones[phone] == Phone.RINGS:
            told = {"delivery_id": str(row.id), "token": row.message.receipt_token, "stage": "delivered"}
            await self.call(self.site.client(), "POST", "/push/receipts", told)

    def _outcome(self, row: OutgoingPush, phone: str) -> Outcome:
        if row.expires_at <= self.now or self.phones[phone] == Phone.NO_SERVICE:
            return Failed("no answer")
        return Sent()

    async def reached(self) -> Counter[str]:
        """How often each state, reason and kind of decision occurs in what is stored."""
        found = Counter[str]()
        for table, column in _REACHED:
            statement = f"SELECT {column} AS value, count(*) AS times FROM {table} GROUP BY 1"
            for row in await self._administrator.fetch(statement):
                found[f"{table} {column} {row['value']}"] = row["times"]
        return found

    async def findings(self) -> list[str]:
        """What contradicts itself, in words."""
        found = await doctor.examine(self._jobs)
        late = {"deadline_missed", "message_stuck", "forecast_without_alarm"}
        return [
            f"{one.finding.invariant} {one.finding.subject}"
            for one in found
            if self.jobs_run or one.finding.invariant not in late
        ]


@contextlib.contextmanager
def opened(cluster: Cluster, database: str, model: DemoFile, folder: Path) -> Iterator[Town]:
    demo = msgspec.convert(msgspec.to_builtins(model), DemoFile)
    loop = asyncio.new_event_loop()
    receiver = PushReceiver()
    loop.run_until_complete(receiver.start())
    town = Town(Site(cluster, database, demo, receiver, folder), loop)
    loop.run_until_complete(town.open())
    try:
        yield town
    finally:
        loop.run_until_complete(town.close())
        loop.run_until_complete(receiver.stop())
        loop.close()
