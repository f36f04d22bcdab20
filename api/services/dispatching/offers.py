"""Writes offers, orders and withdrawals: the rows, and the phones that ring for them.

Every function runs inside a caller's transaction that holds the station's lock and the incident's.
"""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.dispatching import assignments, planning
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Role
from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.explanation import Explanation
from api.domain.dispatching.proposal import DecisionKind
from api.domain.incidents.assignment import LIVE, AssignmentState, Mode, Withdrawal
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.roads.travel import EtaSource
from api.services.dispatching import progress
from api.services.notifying.notifications import Ring, ring_unit
from api.services.records import journal

_OFFER_DEADLINES = (DeadlineKind.OFFER_DELIVERY, DeadlineKind.OFFER_REMINDER, DeadlineKind.OFFER_EXPIRY)


class Decision(msgspec.Struct, frozen=True):
    """Who, and why: kept with the assignment. `by`: the operator, None where the station's delegation decides."""

    kind: DecisionKind
    chosen: Candidate
    candidates: list[Candidate]
    explanation: Explanation
    replaces: UUID | None = None
    by: UUID | None = None


class Word(msgspec.Struct, frozen=True):
    """What came with the step: the phone's own clock, a reason or disposition, a note."""

    at: datetime | None = None
    reason: str | None = None
    note: str | None = None
    because: Withdrawal | None = None


async def offer(
    connection: Connection, station: StationRow, incident: IncidentLock, decision: Decision, now: datetime
) -> AssignmentRow:
    """Ask the unit, and set the clock by which its phone must have it and its officer answer."""
    ends_at = station.window.ends_at(now, None)
    row = await _add(connection, station, incident, decision, AssignmentState.OFFERED, now, ends_at=ends_at)
    offered = journal.Mark(incident.id, Point.OFFERED, Source.SYSTEM, row.id)
    await journal.time_point(connection, station.id, offered, now)
    await journal.deadline(connection, station.id, DeadlineKind.OFFER_DELIVERY, row.id, now + station.window.delivery)
    await journal.deadline(connection, station.id, DeadlineKind.OFFER_EXPIRY, row.id, ends_at)
    kind = PushKind.OFFER if incident.units_wanted == 1 else PushKind.BACKUP
    ring = Ring(kind, content_of(incident, decision.chosen), ends_at, row.id, incident.id)
    await ring_unit(connection, station.id, row.unit_id, ring, now)
    return row


async def order(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    decision: Decision,
    now: datetime,
    *,
    lead: bool,
) -> AssignmentRow:
    """Given by radio, and accepted on the operator's word."""
    row = await _add(connection, station, incident, decision, AssignmentState.ACCEPTED, now, lead=lead)
    for point in (Point.OFFERED, Point.ACCEPTED):
        mark = journal.Mark(incident.id, point, Source.OPERATOR, row.id, by=decision.by)
        await journal.time_point(connection, station.id, mark, now)
    content = content_of(incident, decision.chosen)
    ring = Ring(PushKind.BROADCAST, content, now + NOTICE_LIFETIME, row.id, incident.id)
    await ring_unit(connection, station.id, row.unit_id, ring, now)
    return row


async def withdraw(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    row: AssignmentRow,
    because: Withdrawal,
    now: datetime,
    *,
    actor: Actor | None = None,
) -> None:
    """Take an offer or a held job back, and say so on the phones that have it."""
    gone = msgspec.structs.replace(row, state=AssignmentState.WITHDRAWN)
    await save(connection, station, gone, now, Word(because=because), actor)
    ring = Ring(PushKind.WITHDRAWN, content_of(incident, None), now + NOTICE_LIFETIME, row.id, incident.id)
    await ring_unit(connection, station.id, row.unit_id, ring, now)


async def save(
    connection: Connection, station: StationRow, row: AssignmentRow, now: datetime, word: Word, actor: Actor | None
) -> None:
    """The assignment in its new state, with its time point; the unit's status follows. `actor` None: the clock acts."""
    await assignments.save_state.run(
        connection,
        id=row.id,
        state=row.state,
        lead=row.lead,
        ended_at=None if row.state in LIVE else now,
        disposition=word.reason if row.state in {AssignmentState.CLEARED, AssignmentState.DECLINED} else None,
        note=word.note,
        withdrawn_because=word.because,
    )
    by = actor.id if actor else None
    mark = journal.Mark(row.incident_id, Point(row.state), _source(actor), row.id, phone_at=word.at, by=by)
    await journal.time_point(connection, station.id, mark, now)
    await journal.lift(connection, row.id, _OFFER_DEADLINES)
    await progress.settle_unit(connection, station.id, row.unit_id, now)
    await journal.event(connection, station.id, progress.announce(row, row.state), now)
    if actor is not None and actor.role != Role.OFFICER:
        await journal.audit(connection, actor, f"assignment.{row.state}", row.id, now, on_behalf_of=row.unit_id)


async def _add(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    decision: Decision,
    state: AssignmentState,
    now: datetime,
    *,
    ends_at: datetime | None = None,
    lead: bool = True,
) -> AssignmentRow:
    unit = decision.chosen
    row = AssignmentRow(
        id=uuid4(),
        incident_id=incident.id,
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        state=state,
        mode=Mode.ORDER if decision.kind == DecisionKind.ORDER else Mode.OFFER,
        lead=lead,
        offered_at=now,
        offer_ends_at=ends_at,
        eta_seconds=unit.eta_seconds,
        eta_source=unit.eta_source,
        eta_at=now,
        distance_m=unit.distance_m,
        replaces=decision.replaces,
    )
    values = msgspec.structs.asdict(row)
    del values["callsign"], values["eta_at"]
    by_road = unit.eta_seconds is not None and unit.eta_source == EtaSource.ROAD
    await assignments.add.run(
        connection,
        station_id=station.id,
        predicted_seconds=unit.eta_seconds / unit.correction if by_road and unit.eta_seconds is not None else None,
        correction=unit.correction,
        **values,
    )
    await planning.keep_decision.run(
        connection,
        station_id=station.id,
        incident_id=incident.id,
        assignment_id=row.id,
        unit_id=row.unit_id,
        kind=decision.kind,
        by=decision.by,
        at=now,
        explanation=decision.explanation,
        candidates=decision.candidates,
    )
    await progress.settle_unit(connection, station.id, row.unit_id, now)
    await journal.event(connection, station.id, progress.announce(row, state), now)
    return row


def content_of(incident: IncidentLock, unit: Candidate | AssignmentRow | None) -> Content:
    minutes = None if unit is None or unit.eta_seconds is None else max(1, round(unit.eta_seconds / 60))
    return Content(
        incident.priority,
        incident.kind,
        minutes,
        incident.place,
        drill=incident.drill,
        hazards=tuple(incident.hazards),
    )


def _source(actor: Actor | None) -> Source:
    if actor is None:
        return Source.SYSTEM
    return Source.OFFICER if actor.role == Role.OFFICER else Source.OPERATOR
