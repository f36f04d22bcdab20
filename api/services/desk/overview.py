"""What screens show of incidents: each case assembled from its rows."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from api.db import premises
from api.db.dispatching import aid, assignments, planning
from api.db.dispatching.aid import AidRow, AskerRow
from api.db.dispatching.assignments import AssignmentOnPhones, MissedOffer
from api.db.dispatching.planning import DecisionRow
from api.db.incidents import alarms as alarm_rows
from api.db.incidents import changes, emergencies, incidents, welfare
from api.db.incidents.alarms import AlarmRow
from api.db.incidents.changes import ChangeRow
from api.db.incidents.emergencies import EmergencyRow
from api.db.incidents.incidents import IncidentRow, SightingRow, TimelineRow
from api.db.incidents.welfare import WelfareRow
from api.db.pool import Database
from api.db.premises import WarningAt
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import Invalid, NotFound
from api.domain.incidents import sla
from api.domain.incidents.assignment import HELD, ON_ITS_WAY, AssignmentState
from api.domain.incidents.conflict import digits, names_somebody
from api.domain.incidents.incident import ENDED, IncidentKind
from api.domain.incidents.sighting import Direction, Seen, direction
from api.domain.incidents.sla import Forecast, ForecastReason
from api.domain.incidents.timepoint import Point, Source
from api.services.citizens import callers
from api.services.context import Context, entering, reading
from api.services.dispatching import assignments as steps
from api.services.dispatching import progress
from api.services.incidents import oversight
from api.services.records import journal
from api.services.units.arrivals import ArrivalCheck, arrival_checks, doubted, doubtful_assignments


class Case(msgspec.Struct, frozen=True):
    """An incident with everything a screen shows of it. `eta_seconds` counts from now."""

    incident: IncidentRow
    forecast: Forecast
    forecast_reason: ForecastReason | None
    eta_seconds: float | None
    assignments: list[AssignmentOnPhones]
    timeline: list[TimelineRow]
    sightings: list[SightingRow]
    alarms: list[AlarmRow]
    decisions: list[DecisionRow]
    changes: list[ChangeRow]
    direction: Direction | None
    arrival_checks: list[ArrivalCheck]
    aid: list[AidRow]
    asker: AskerRow | None
    warnings: list[WarningAt]
    arrival_doubtful: bool
    doubtful_arrivals: list[UUID]
    emergency: EmergencyRow | None
    welfare: list[WelfareRow]


class _OfIncident(Protocol):
    @property
    def incident_id(self) -> UUID: ...


_MISSED_SHOWN = timedelta(minutes=10)
"""How long an officer is told of an offer that passed unanswered."""

Part = TypeVar("Part", bound=_OfIncident)


async def cases(
    db: Database,
    actor: Actor,
    now: datetime,
    *,
    active: bool = False,
    state: str | None = None,
    before: datetime | None = None,
    most: int = 200,
) -> list[Case]:
    """The station's incidents; for an officer, those of their own unit, and none off duty."""
    demand(actor, Operation.SEE_INCIDENTS)
    if actor.role == Role.OFFICER and actor.unit_id is None:
        return []
    async with reading(db, actor, now) as context:
        rows = await incidents.read.all(
            context.connection,
            station_id=actor.station_id,
            ids=None,
            active=active,
            state=state,
            unit_id=actor.unit_id if actor.role == Role.OFFICER else None,
            before=before,
            most=most,
        )
        if actor.role == Role.OFFICER:
            rows = [msgspec.structs.replace(row, caller=None) for row in rows]
        found = await _complete(context, rows)
    await oversight.note_looks(db, actor, rows, opened=False)
    return found


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; all of it must fit. `caller`: a name, number or plate as somebody gave it."""

    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: IncidentKind | None = None
    unit_id: UUID | None = None
    caller: str | None = None
    reason: str | None = None
    before: datetime | None = None


async def search(db: Database, actor: Actor, wanted: Search, now: datetime, *, most: int = 200) -> list[Case]:
    """All of the station's cases, newest first. By a person's name, number or plate only for a reason. Logged."""
    demand(actor, Operation.SEARCH_INCIDENTS)
    personal = wanted.caller is not None or names_somebody(wanted.words or "")
    if personal and not wanted.reason:
        raise Invalid("reason", "a search for a person, number or plate needs a reason")
    async with entering(db, actor, now, quiet=True) as context:
        facts = {"by_person": personal, "kind": wanted.kind, "unit_id": wanted.unit_id}
        words = None if personal else wanted.words
        await journal.audit(context, "incident.search", None, reason=wanted.reason, words=words, **facts)
    async with reading(db, actor, now) as context:
        found = await incidents.find.all(
            context.connection,
            station_id=actor.station_id,
            words=(wanted.words or "").lower().split() or None,
            since=wanted.since,
            until=wanted.until,
            kind=wanted.kind,
            unit_id=wanted.unit_id,
            caller=wanted.caller.lower() if wanted.caller else None,
            digits=digits(wanted.caller or ""),
            before=wanted.before,
            most=most,
        )
        rows = await incidents.read.all(
            context.connection,
            station_id=actor.station_id,
            ids=[row.id for row in found],
            active=False,
            state=None,
            unit_id=None,
            before=None,
            most=most,
        )
        complete = await _complete(context, rows)
    await oversight.note_looks(db, actor, rows, opened=False)
    return complete


async def case(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> Case:
    """One incident; an officer sees those their own unit has or had, without callers' contacts."""
    demand(actor, Operation.SEE_INCIDENTS)
    async with reading(db, actor, now) as context:
        if actor.role == Role.OFFICER:
            own = {"incident_id": incident_id, "unit_id": actor.unit_id}
            if not (
                await assignments.unit_had_incident.get(context.connection, **own)
                or await emergencies.is_own.get(context.connection, account_id=actor.id, **own)
            ):
                raise NotFound(incident_id=incident_id)
        found = await _one(context, incident_id)
    await oversight.note_looks(db, actor, [found.incident], opened=True)
    return found


class OwnJob(msgspec.Struct, frozen=True):
    """One job with its case and what citizens said about it."""

    assignment: AssignmentOnPhones
    case: Case
    words: list[callers.Words]


class OwnJobs(msgspec.Struct, frozen=True):
    """What an officer holds, what they are offered, the last offer they missed, and their own open emergency."""

    held: OwnJob | None
    offer: OwnJob | None
    missed: MissedOffer | None
    emergency: Case | None


async def current(db: Database, actor: Actor, now: datetime) -> OwnJobs:
    """The officer's own jobs. Reading an offer proves that the screen has it, so the answer window starts."""
    demand(actor, Operation.OWN_ASSIGNMENT)
    async with entering(db, actor, now, quiet=actor.unit_id is None) as context:
        emergency = await _own_emergency(context)
        if actor.unit_id is None:
            return OwnJobs(None, None, None, emergency)
        rows = await assignments.current_of_unit.all(context.connection, unit_id=actor.unit_id)
        for row in rows:
            if row.state == AssignmentState.OFFERED:
                await _on_screen(context, row.incident_id, row.id)
        held = offer = None
        for row in rows:
            whole = await _one(context, row.incident_id)
            mine = next(each for each in whole.assignments if each.id == row.id)
            work = OwnJob(mine, whole, await callers.words(context.connection, row.incident_id))
            if row.state in HELD:
                held = work
            else:
                offer = work
        missed = await assignments.missed_of.one(context.connection, unit_id=actor.unit_id, since=now - _MISSED_SHOWN)
        return OwnJobs(held, offer, missed, emergency)


async def _own_emergency(context: Context) -> Case | None:
    last = await emergencies.last.one(
        context.connection,
        station_id=context.station_id,
        account_id=context.actor.id,
        unit_id=context.actor.unit_id,
    )
    return None if last is None or last.over_at is not None else await _one(context, last.incident_id)


async def _on_screen(context: Context, incident_id: UUID, assignment_id: UUID) -> None:
    timeline = await incidents.timelines_of.all(context.connection, incident_ids=[incident_id])
    arrived = {Point.DELIVERED, Point.SHOWN, Point.OPENED}
    if any(point.assignment_id == assignment_id and point.kind in arrived for point in timeline):
        return
    point = journal.TimePoint(incident_id, Point.DELIVERED, Source.OFFICER, assignment_id, by=context.actor.id)
    await journal.time_point(context, point)
    await steps.phone_has_it(await context.with_policy(), incident_id, assignment_id)


async def _one(context: Context, incident_id: UUID) -> Case:
    rows = await incidents.read.all(
        context.connection,
        station_id=None,
        ids=[incident_id],
        active=False,
        state=None,
        unit_id=None,
        before=None,
        most=1,
    )
    if not rows:
        raise NotFound(incident_id=incident_id)
    if context.actor.role == Role.OFFICER:
        rows = [msgspec.structs.replace(rows[0], caller=None)]
    explained = context.actor.role != Role.OFFICER
    return (await _complete(context, rows, explained=explained))[0]


async def _complete(context: Context, rows: list[IncidentRow], *, explained: bool = False) -> list[Case]:
    """`explained`: with decisions and candidates, which only the radio room's view of one case shows."""
    ids = [row.id for row in rows]
    of_assignments = _by_incident(await assignments.of_incidents.all(context.connection, incident_ids=ids))
    timelines = _by_incident(await incidents.timelines_of.all(context.connection, incident_ids=ids))
    sightings = _by_incident(await incidents.sightings_of.all(context.connection, incident_ids=ids))
    alarms = _by_incident(
        await alarm_rows.list_all.all(context.connection, station_id=context.station_id, incident_ids=ids)
    )
    decisions = _by_incident(await planning.decisions_of.all(context.connection, incident_ids=ids) if explained else [])
    moved = await changes.changes_of.all(context.connection, incident_ids=ids) if explained else []
    looked_at = ids if explained else [row.id for row in rows if row.first_arrived_at is not None]
    arrivals = _by_incident(await arrival_checks(context.connection, looked_at, context.now) if looked_at else [])
    dangers = {row.incident_id: row for row in await emergencies.of_incidents.all(context.connection, incident_ids=ids)}
    checks = _by_incident(await welfare.of_incidents.all(context.connection, incident_ids=ids))
    helpers = _by_incident(await aid.of_incidents.all(context.connection, incident_ids=ids))
    warnings = _by_incident(await premises.at_incidents.all(context.connection, incident_ids=ids, now=context.now))
    proxies = [row.id for row in rows if row.aids is not None]
    askers = await aid.askers_of.all(context.connection, incident_ids=proxies) if proxies else []
    asker_of = {each.incident_id: each for each in askers}
    made: list[Case] = []
    for row in rows:
        forecast, reason, eta = _promise(row, of_assignments[row.id], helpers[row.id], context.now)
        made.append(
            Case(
                row,
                forecast,
                reason,
                eta,
                [_left(each, context.now) for each in of_assignments[row.id]],
                timelines[row.id],
                sightings[row.id],
                alarms[row.id],
                decisions[row.id],
                [change for change in moved if row.id in {change.incident_id, change.other_id}],
                direction([Seen(each.at, each.lat, each.lon, each.camera_name) for each in sightings[row.id]]),
                arrivals[row.id] if explained else [],
                helpers[row.id],
                asker_of.get(row.id),
                warnings[row.id],
                row.first_arrived_at is not None and doubted(arrivals[row.id]),
                doubtful_assignments(arrivals[row.id]),
                dangers.get(row.id),
                checks[row.id],
            )
        )
    return made


def _left(row: AssignmentOnPhones, now: datetime) -> AssignmentOnPhones:
    """With the remaining travel time, for a unit on its way."""
    if row.state not in ON_ITS_WAY or row.eta_at is None:
        return row
    arrives_at = sla.expected_arrival(row.eta_at, row.eta_seconds)
    return row if arrives_at is None else msgspec.structs.replace(row, eta_seconds=sla.seconds_left(arrives_at, now))


def _by_incident(parts: list[Part]) -> dict[UUID, list[Part]]:
    grouped: dict[UUID, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.incident_id].append(part)
    return grouped


def _promise(
    row: IncidentRow, rows: list[AssignmentOnPhones], helpers: list[AidRow], now: datetime
) -> tuple[Forecast, ForecastReason | None, float | None]:
    """The forecast right now, with its reason: the stored one may be half a minute old."""
    first = sla.soonest(progress.coming(rows, helpers))
    forecast = sla.forecast(now, row.due_at, first, arrived_at=row.first_arrived_at, ended=row.state in ENDED)
    expected = None if first is None or row.first_arrived_at is not None else first.arrives_at
    left = None if expected is None else sla.seconds_left(expected, now)
    return forecast, sla.forecast_reason(forecast, now, row.due_at, first), left
