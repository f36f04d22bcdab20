"""What a use case works with: the actor, the station, the transaction and the time; and what it decides by."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec

from api.db import stations
from api.db.pool import Connection, Database
from api.db.records import log
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Role, system_at
from api.domain.errors import DomainError, NotFound
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.sla import target_seconds
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event
from api.domain.roads.travel import Roads
from api.telemetry import request_id


class Runtime(msgspec.Struct, frozen=True):
    """What a process decides with. `default_target`: seconds to the first arrival at stations that have set none."""

    db: Database
    roads: Roads
    default_target: int

    def now(self) -> datetime:
        """The database's time."""
        return self.db.now()


class PendingPoint(msgspec.Struct, frozen=True):
    """A step of a case that this transaction has just taken for the first time."""

    incident_id: UUID
    kind: Point
    source: Source
    assignment_id: UUID | None
    server_at: datetime


class Pending(msgspec.Struct, frozen=True):
    """What a use case writes just before its commit, each sort in one statement, because nothing in between reads it.

    `deadlines`: by kind and subject, when each is due and whether one that is due sooner is kept.
    """

    events: list[Event] = []
    points: list[PendingPoint] = []
    deadlines: dict[tuple[DeadlineKind, UUID], tuple[datetime, bool]] = {}

    def clear(self) -> None:
        for each in (self.events, self.points, self.deadlines):
            each.clear()


class Context(msgspec.Struct, frozen=True):
    """One transaction, opened by `entering` for an actor; `now` is the database's time when the call came in."""

    connection: Connection
    actor: Actor
    now: datetime
    pending: Pending = msgspec.field(default_factory=Pending)

    @property
    def station_id(self) -> UUID:
        return self.actor.station_id

    @property
    def person(self) -> Actor | None:
        """None when a deadline, a retry or a phone's receipt acts."""
        return None if self.actor.role == Role.SYSTEM else self.actor

    @property
    def reader(self) -> UUID | None:
        """For whom a case is looked up to act on it. An officer acts on what their unit has, and nothing else."""
        return None if self.actor.role == Role.OFFICER else self.actor.reader

    async def with_policy(self) -> "StationContext":
        """Raises NotFound when there is no such station."""
        station = await stations.read.one(self.connection, station_id=self.station_id)
        if station is None:
            raise NotFound(station_id=self.station_id)
        return StationContext(self.connection, self.actor, self.now, self.pending, station=station)

    async def write_pending(self) -> None:
        """At the end, while the connection still acts for this station; also before any other time point, so that they
        keep their order. Deadlines in order of their keys, as every transaction locks them."""
        points, deadlines, events = self.pending.points, sorted(self.pending.deadlines.items()), self.pending.events
        if not (points or deadlines or events):
            return
        await log.add_pending.run(
            self.connection,
            station_id=self.station_id,
            at=self.now,
            request_id=request_id(),
            incident_ids=[point.incident_id for point in points],
            assignment_ids=[point.assignment_id for point in points],
            steps=[point.kind for point in points],
            sources=[point.source for point in points],
            server_ats=[point.server_at for point in points],
            kinds=[kind for (kind, _), _ in deadlines],
            subject_ids=[subject_id for (_, subject_id), _ in deadlines],
            due_ats=[due_at for _, (due_at, _) in deadlines],
            sooner_kept=[sooner_kept for _, (_, sooner_kept) in deadlines],
            event_kinds=[event.kind for event in events],
            subjects=[event.subject for event in events],
            event_incidents=[event.incident_id for event in events],
            event_units=[event.unit_id for event in events],
            states=[event.state for event in events],
        )
        self.pending.clear()


class StationContext(Context, frozen=True, kw_only=True):
    """A transaction that knows the station's policy."""

    station: StationRow


class Considering(StationContext, frozen=True, kw_only=True):
    """A transaction that may work out who would go."""

    runtime: Runtime

    def target_seconds(self, priority: int) -> int:
        """From received to first arrival."""
        return target_seconds(priority, self.runtime.default_target, self.station.targets)


class Deciding(Considering, frozen=True, kw_only=True):
    """A transaction that may decide who goes: `deciding` opened it under the station's lock."""


@asynccontextmanager
async def entering(
    db: Database, actor: Actor, now: datetime, *, duplicate: DomainError | None = None, quiet: bool = False
) -> AsyncGenerator[Context, None]:
    """One commit for `actor`. `quiet`: unless there are events, it wakes neither the jobs nor the screens. Raises
    `duplicate`, or else Taken, if a row that must be unique is not."""
    async with db.transaction(actor, duplicate=duplicate, quiet=quiet) as connection:
        context = Context(connection, actor, now)
        yield context
        wakes = bool(context.pending.events)
        await context.write_pending()
    if quiet and wakes:
        db.wake()


@asynccontextmanager
async def reading(db: Database, actor: Actor, now: datetime) -> AsyncGenerator[Context, None]:
    """Read only: nothing is written, so nobody is woken."""
    async with db.looking(actor) as connection:
        yield Context(connection, actor, now)


@asynccontextmanager
async def deciding(
    runtime: Runtime, actor: Actor, now: datetime, *, duplicate: DomainError | None = None
) -> AsyncGenerator[Deciding, None]:
    """`entering`, under the station's lock."""
    async with entering(runtime.db, actor, now, duplicate=duplicate) as context:
        yield await lock_station(runtime, context)


async def lock_station(runtime: Runtime, context: Context) -> Deciding:
    """The first lock of every deciding transaction, so that two decisions never see the same free unit."""
    await stations.lock.one(context.connection, station_id=context.station_id)
    known = await context.with_policy()
    return Deciding(known.connection, known.actor, known.now, known.pending, station=known.station, runtime=runtime)


async def without_lock(runtime: Runtime, context: Context) -> Considering:
    """To work out what would be decided, or to open a case at a neighbour, who decides at its own deadline."""
    known = await context.with_policy()
    return Considering(known.connection, known.actor, known.now, known.pending, station=known.station, runtime=runtime)


@asynccontextmanager
async def at_station(context: Context, station_id: UUID) -> AsyncGenerator[Context, None]:
    """Write a few rows for another station in the same commit: ids, times and deadlines, never a decision."""
    await stations.go_to.get(context.connection, station_id=station_id)
    theirs = Context(context.connection, system_at(station_id), context.now)
    yield theirs
    await theirs.write_pending()
    await stations.go_to.get(context.connection, station_id=context.station_id)
