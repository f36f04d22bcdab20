"""Finds the unit that goes, and goes on looking until one does.

What writes runs inside a caller's transaction that holds the station's lock and the incident's, in that order, so
that two decisions never see the same free unit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.db.stations import StationRow
from api.db.units import units
from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.explanation import explain
from api.domain.dispatching.moves import Move, unserved, withdrawn_from
from api.domain.dispatching.planning import plan
from api.domain.dispatching.proposal import DecisionKind
from api.domain.dispatching.situation import Call, Situation, considered
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import AssignmentState, Withdrawal, enough
from api.domain.incidents.incident import ENDED
from api.domain.notifying.push import NOTICE_LIFETIME, Instruction, PushKind
from api.domain.units.unit import UnitStatus
from api.services.context import Considering, Context, Deciding
from api.services.dispatching import aid, offers, progress, proposals
from api.services.dispatching.offers import Decision
from api.services.dispatching.situation import Scope, look
from api.services.incidents import alarms
from api.services.notifying.notifications import PushNotice, notify_unit
from api.services.records import journal


class Plan(msgspec.Struct, frozen=True):
    """What should happen in a situation. `neighbours`: units of other stations that would be in time."""

    situation: Situation
    moves: list[tuple[Move, Decision]]
    neighbours: list[tuple[Call, aid.Offer]]

    @property
    def unserved(self) -> list[Call]:
        return unserved(self.situation.calls, [move for move, _ in self.moves])


async def fill(context: Deciding, incident: IncidentLock, *, also: bool = False, new: bool = False) -> None:
    """Seek units for this incident, and for any other that is waiting, while it has fewer units than it wants. `also`:
    ask one more although an offer is still open, because that phone may never have rung. `new`: it was opened just now,
    so no unit has it yet."""
    if not incident.dispatching:
        await incidents.seek_units.run(context.connection, id=incident.id)
    complete = not new and await _complete(context, incident, asked=not also)
    if not complete and not context.station.waits:
        await carry_out(
            context, await work_out(context, Scope(incident.id, also=also, new=new and not incident.recused)), incident
        )
    await progress.settle_incident(context, incident, new=new)


async def _complete(context: Deciding, incident: IncidentLock, *, asked: bool) -> bool:
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    been = await assignments.count_been.get(context.connection, incident_id=incident.id) or 0
    return enough([row.state for row in live], been, incident.units_wanted, asked=asked)


async def work_out(context: Considering, scope: Scope) -> Plan:
    """What should happen, by what is known now; nothing is written."""
    situation = await look(context, scope)
    moves = plan(situation, context.station.delegation, context.station.rules, context.now)
    if not scope.whole and unserved(situation.calls, moves):  # none of the nearest can go: look at everybody
        situation = await look(context, msgspec.structs.replace(scope, whole=True))
        moves = plan(situation, context.station.delegation, context.station.rules, context.now)
    decisions = [_decision(move, situation, context.station, context.now) for move in moves]
    return Plan(situation, list(zip(moves, decisions, strict=True)), await aid.sought(context, situation, moves))


async def carry_out(context: Deciding, made: Plan, *known: IncidentLock, reviewed_at: datetime | None = None) -> None:
    """`known`: incidents that the caller has locked. `reviewed_at`: when the whole station was looked at for this."""
    by_itself = [each for each in made.moves if each[0].standing == Delegated.AUTOMATIC]
    locked = await _lock_incidents(
        context.connection, [move for move, _ in by_itself], {incident.id: incident for incident in known}
    )
    for move, decision in by_itself:
        await _offer(context, locked, move, decision)
    proposed = [each for each in made.moves if each[0].standing == Delegated.PROPOSED]
    await proposals.renew(context, proposed, reviewed_at=reviewed_at)
    await aid.settle(context, made.neighbours)
    for call in made.unserved:
        await _nobody(context, call)
    named = {incident.id for incident in known}
    for incident in locked.values():
        if incident.id not in named:
            await progress.settle_incident(context, incident)


async def _lock_incidents(
    connection: Connection, moves: Sequence[Move], known: Mapping[UUID, IncidentLock]
) -> dict[UUID, IncidentLock]:
    """Before any unit, in order of their ids. `known`: those that are locked already."""
    ids = {move.call.incident_id for move in moves} | set(withdrawn_from(moves))
    locked: dict[UUID, IncidentLock] = {}
    for incident_id in sorted(ids):
        incident = known.get(incident_id) or await incidents.lock.one(connection, id=incident_id, reader=None)
        if incident is not None and incident.state not in ENDED:
            locked[incident_id] = incident
    return locked


async def _offer(context: Deciding, locked: dict[UUID, IncidentLock], move: Move, decision: Decision) -> None:
    incident = locked.get(move.call.incident_id)
    idle = move.unit.status == UnitStatus.AVAILABLE
    if incident is None or not await (_take_idle(context, move) if idle else _still(context.connection, move)):
        return
    if move.leaves is not None and move.leaves.state == AssignmentState.OFFERED:
        lesser = locked.get(move.leaves.incident_id)
        row = await assignments.lock.one(context.connection, id=move.leaves.assignment_id)
        if lesser is None or row is None or row.state != AssignmentState.OFFERED:
            return
        await offers.withdraw(context, lesser, row, Withdrawal.DIVERTED)
    await offers.offer(context, incident, decision, taken=idle)


async def _take_idle(context: Deciding, move: Move) -> bool:
    return await progress.take_idle(context, move.unit.unit_id)


async def _still(connection: Connection, move: Move) -> bool:
    """Checked again under the unit's own lock, because a shift may have ended meanwhile."""
    locked = await units.lock.one(connection, unit_id=move.unit.unit_id)
    return locked is not None and locked.status == move.unit.status


def _decision(move: Move, situation: Situation, station: StationRow, now: datetime) -> Decision:
    chosen, order = considered(situation, move.call, move.unit.unit_id, station.rules, now)
    replaces = move.replaces.assignment_id if move.replaces else None
    return Decision(DecisionKind(move.kind), chosen, order, explain(move, now), replaces)


async def _nobody(context: Deciding, call: Call) -> None:
    """No unit could be offered the call: try again soon, and raise an alarm if no unit has it at all."""
    journal.deadlines(context, call.incident_id, context.station.ladder.nobody_free(context.now))
    if not await assignments.live_of.all(context.connection, incident_id=call.incident_id):
        await alarms.raise_alarm(context, call.incident_id, AlarmReason.NOBODY_LEFT)


async def is_free(connection: Connection, unit_id: UUID) -> bool:
    locked = await units.lock.one(connection, unit_id=unit_id)
    return locked is not None and locked.status == UnitStatus.AVAILABLE


async def tell_units(context: Context, incident_id: UUID) -> None:
    """Tell every unit on this incident that something about it has changed."""
    incident = await incidents.lock.one(context.connection, id=incident_id, reader=None)
    if incident is None:
        return
    content = msgspec.structs.replace(offers.content_of(incident, None), instruction=Instruction.CHANGED)
    for row in await assignments.live_of.all(context.connection, incident_id=incident_id):
        notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME, row.id, incident_id)
        await notify_unit(context, row.unit_id, notice)
        journal.event(context, progress.announce(row, row.state))
