"""Units on the street: shifts, positions, and what the radio room sees of them."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec

from api.db import assignments, incidents, units
from api.db.pool import Connection, Database
from api.db.units import ShiftRow, ShiftUnitRow, UnitRow
from api.domain.arrival import CLOCK_TOLERANCE, stayed_since
from api.domain.assignment import HELD, State, Withdrawal
from api.domain.errors import IdReused, NotFound, Taken, WrongState
from api.domain.permissions import Actor, Operation, demand
from api.domain.timepoint import Point, Source
from api.services import dispatch, offers, progress, records

_OLDEST = timedelta(hours=24)
_FENCE_LOOK_BACK = timedelta(seconds=120)


class Fix(msgspec.Struct, frozen=True):
    """One position as the phone measured it: degrees, metres, metres a second, degrees from north."""

    at: datetime
    lat: float
    lon: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None


class Rejected(msgspec.Struct, frozen=True):
    index: int
    code: str


class BatchAnswer(msgspec.Struct, frozen=True):
    accepted: int
    rejected: list[Rejected]


async def begin_shift(db: Database, actor: Actor, unit_id: UUID, now: datetime) -> ShiftRow:
    """Go on duty with a unit. Again with the same unit changes nothing; with another, the first shift must end."""
    demand(actor, Operation.OWN_SHIFT)
    try:
        async with db.transaction(actor) as connection:
            await dispatch.begin(connection, actor.station_id)
            current = await units.open_shift.one(connection, account_id=actor.id)
            if current is not None:
                if current.unit_id == unit_id:
                    return current
                raise WrongState(state="on_duty", unit_id=current.unit_id)
            if await units.lock.one(connection, unit_id=unit_id) is None:
                raise NotFound(unit_id=unit_id)
            await units.begin_shift.run(
                connection, id=uuid4(), station_id=actor.station_id, unit_id=unit_id, account_id=actor.id, now=now
            )
            await units.begin_unit_shift.run(connection, unit_id=unit_id, now=now)
            await progress.settle_unit(connection, actor.station_id, unit_id, now)
            await records.audit(connection, actor, "shift.begin", unit_id, now)
            begun = await units.open_shift.one(connection, account_id=actor.id)
            if begun is None:
                raise NotFound(unit_id=unit_id)
            return begun
    except asyncpg.UniqueViolationError:
        raise Taken(unit_id=unit_id) from None


async def end_shift(db: Database, actor: Actor, now: datetime) -> None:
    """Go off duty. The last one out hands an unanswered offer back; a job in hand must be cleared first."""
    demand(actor, Operation.OWN_SHIFT)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        current = await units.open_shift.one(connection, account_id=actor.id)
        if current is None:
            return
        officers = await units.officers_on.all(connection, unit_id=current.unit_id)
        work = await assignments.current_of_unit.all(connection, unit_id=current.unit_id)
        last_out = len(officers) == 1
        if last_out and any(row.state in HELD for row in work):
            raise WrongState(state="holds_assignment")
        await units.end_shift.run(connection, account_id=actor.id, now=now)
        if last_out:
            for row in work:
                incident = await incidents.lock.one(connection, id=row.incident_id)
                if incident is not None:
                    await offers.withdraw(connection, station, incident, row, Withdrawal.SHIFT_ENDED, now)
                    await dispatch.fill(connection, station, incident, now)
            await units.end_unit_shift.run(connection, unit_id=current.unit_id)
            await progress.settle_unit(connection, actor.station_id, current.unit_id, now)
        await records.audit(connection, actor, "shift.end", current.unit_id, now)


async def current_shift(db: Database, actor: Actor) -> ShiftRow | None:
    async with db.transaction(actor) as connection:
        return await units.open_shift.one(connection, account_id=actor.id)


async def for_shift(db: Database, actor: Actor) -> list[ShiftUnitRow]:
    demand(actor, Operation.OWN_SHIFT)
    async with db.transaction(actor) as connection:
        return await units.list_for_shift.all(connection, station_id=actor.station_id, account_id=actor.id)


async def listed(db: Database, actor: Actor) -> list[UnitRow]:
    demand(actor, Operation.SEE_UNITS)
    async with db.transaction(actor) as connection:
        return await units.list_all.all(connection, station_id=actor.station_id)


async def take_positions(db: Database, actor: Actor, batch_id: UUID, fixes: list[Fix], now: datetime) -> BatchAnswer:
    """Store a batch once. A bad fix is named and does not block the rest; an older one never replaces a newer."""
    demand(actor, Operation.POST_POSITIONS)
    content_hash = hashlib.sha256(msgspec.json.encode(fixes)).digest()
    async with db.transaction(actor) as connection:
        known = await units.read_batch.one(connection, account_id=actor.id, id=batch_id)
        if known is not None:
            if known.content_hash != content_hash:
                raise IdReused(id=batch_id)
            return msgspec.json.decode(known.answer, type=BatchAnswer)
        await connection.execute("SET LOCAL synchronous_commit = off")
        good, rejected = _sort(fixes, now, on_duty=actor.unit_id is not None)
        if good and actor.unit_id is not None:
            await _store(connection, actor.station_id, actor.unit_id, good)
            await _progress(connection, actor.station_id, actor.unit_id, now)
        answer = BatchAnswer(len(good), rejected)
        await units.keep_batch.run(
            connection,
            account_id=actor.id,
            id=batch_id,
            station_id=actor.station_id,
            hash=content_hash,
            answer=msgspec.json.encode(answer),
            now=now,
        )
        return answer


def _sort(fixes: list[Fix], now: datetime, *, on_duty: bool) -> tuple[list[Fix], list[Rejected]]:
    good: list[Fix] = []
    rejected: list[Rejected] = []
    for index, fix in enumerate(fixes):
        code = _problem(fix, now) if on_duty else "off_duty"
        if code is None:
            good.append(fix)
        else:
            rejected.append(Rejected(index, code))
    return sorted(good, key=lambda fix: fix.at), rejected


def _problem(fix: Fix, now: datetime) -> str | None:
    if not (-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180):
        return "out_of_range"
    if fix.at > now + CLOCK_TOLERANCE:
        return "clock_ahead"
    if fix.at < now - _OLDEST:
        return "too_old"
    if (fix.accuracy or 0) < 0 or (fix.speed or 0) < 0:
        return "out_of_range"
    return None


async def _store(connection: Connection, station_id: UUID, unit_id: UUID, good: list[Fix]) -> None:
    newest = good[-1]
    await units.save_fixes.run(
        connection,
        unit_ids=[unit_id],
        ats=[newest.at],
        lats=[newest.lat],
        lons=[newest.lon],
        accuracies=[newest.accuracy],
        speeds=[newest.speed],
        headings=[newest.heading],
    )
    await units.add_track.run(
        connection,
        station_id=station_id,
        unit_ids=[unit_id] * len(good),
        ats=[fix.at for fix in good],
        lats=[fix.lat for fix in good],
        lons=[fix.lon for fix in good],
        accuracies=[fix.accuracy for fix in good],
        speeds=[fix.speed for fix in good],
    )


async def _progress(connection: Connection, station_id: UUID, unit_id: UUID, now: datetime) -> None:
    """A unit on its way: what its fixes say about the arrival, beside the button that the officer will press."""
    for row in await assignments.current_of_unit.all(connection, unit_id=unit_id):
        if row.state not in {State.ACCEPTED, State.EN_ROUTE}:
            continue
        found = await incidents.read.all(
            connection, station_id=None, id=row.incident_id, active=True, state=None, unit_id=None, before=None, most=1
        )
        for incident in found:
            since = max(row.offered_at, now - _FENCE_LOOK_BACK)
            track = await units.recent_track.all(
                connection, unit_id=unit_id, lat=incident.lat, lon=incident.lon, since=since
            )
            arrived = stayed_since(track) if track else None
            if arrived is not None:
                mark = records.Mark(incident.id, Point.ARRIVED, Source.GEOFENCE, row.id, phone_at=arrived)
                await records.time_point(connection, station_id, mark, now)
