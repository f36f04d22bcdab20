"""What the radio room decides itself: which unit to send, by offer or by order."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.delegation import Delegation
from api.domain.dispatching.dispatch import Candidate, Exclusion, Needs
from api.domain.dispatching.explanation import explain_choice
from api.domain.dispatching.proposal import DecisionKind
from api.domain.dispatching.situation import KEPT, Call
from api.domain.errors import Invalid, NotFound, Taken, Unavailable, WrongState
from api.domain.incidents import incident as rules
from api.domain.incidents.assignment import Action, AssignmentState, Mode, Withdrawal, enough, leads
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.services.context import Context, Deciding, Runtime, deciding, reading, without_lock
from api.services.dispatching import assignments as steps
from api.services.dispatching import dispatch, offers, progress, waiting
from api.services.dispatching.aid_reports import demand_ours
from api.services.dispatching.offers import Decision, StepDetails
from api.services.dispatching.situation import candidates as all_candidates
from api.services.incidents import alarms
from api.services.incidents.opening import lock
from api.services.records import journal


async def candidates(runtime: Runtime, actor: Actor, incident_id: UUID, now: datetime) -> list[Candidate]:
    demand(actor, Operation.RUN_INCIDENT)
    async with reading(runtime.db, actor, now) as context:
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
        return await all_candidates(await without_lock(runtime, context), _call(rows[0]))


async def send(
    runtime: Runtime, actor: Actor, incident_id: UUID, unit_id: UUID | None, mode: Mode, now: datetime
) -> None:
    """Dispatch by hand: to the named unit, else to the best; by offer, or by order over the radio."""
    demand(actor, Operation.RUN_INCIDENT)
    if mode == Mode.ORDER and unit_id is None:
        raise Invalid("unit_id", "an order needs a unit: say who was told by radio")
    async with deciding(runtime, actor, now, duplicate=Taken(unit_id=unit_id)) as context:
        if mode == Mode.OFFER and context.station.waits:
            raise Unavailable(because="restored from a backup: no offer goes out before `sipha resume`")
        incident = await active(context, incident_id)
        incident = await verify(context, incident)
        incident = await _want_one_more(context.connection, incident, unit_id)
        if unit_id is None:
            by_word = msgspec.structs.replace(context.station, delegation=Delegation())
            await dispatch.fill(msgspec.structs.replace(context, station=by_word), incident, also=True)
        elif mode == Mode.OFFER:
            await _offer_to(context, incident, unit_id)
        else:
            await _order(context, incident, unit_id)
        facts = {"unit_id": unit_id, "mode": mode}
        await journal.audit(context, "incident.dispatch", incident_id, reason=None, **facts)


async def _want_one_more(connection: Connection, incident: IncidentLock, unit_id: UUID | None) -> IncidentLock:
    """Sending a unit although as many as wanted are, or have been, there means one more is wanted."""
    live = await assignments.live_of.all(connection, incident_id=incident.id)
    if any(row.unit_id == unit_id for row in live):
        return incident
    been = await assignments.count_been.get(connection, incident_id=incident.id) or 0
    if not enough([row.state for row in live], been, incident.units_wanted):
        return incident
    await incidents.want_units.run(connection, id=incident.id, note=None)
    return msgspec.structs.replace(incident, units_wanted=incident.units_wanted + 1)


async def verify(context: Context, incident: IncidentLock) -> IncidentLock:
    """A person in the radio room has looked at it: from now on it may divert units."""
    if incident.verified:
        return incident
    await incidents.verify.run(context.connection, id=incident.id)
    await waiting.somebody_looked(context, incident.id)
    point = journal.TimePoint(incident.id, Point.VERIFIED, Source.OPERATOR, by=context.actor.id)
    await journal.time_point(context, point)
    return msgspec.structs.replace(incident, verified=True)


async def _offer_to(context: Deciding, incident: IncidentLock, unit_id: UUID) -> None:
    """Offer it to the unit the operator chose, whatever the ranking, as long as that unit is free."""
    decision = await _chosen(context, incident, unit_id, DecisionKind.CHOSEN)
    if not await dispatch.is_free(context.connection, unit_id):
        raise Taken(unit_id=unit_id, because=decision.chosen.excluded_because)
    await incidents.seek_units.run(context.connection, id=incident.id)
    await offers.offer(context, incident, decision)
    await progress.settle_incident(context, incident)


async def _order(context: Deciding, incident: IncidentLock, unit_id: UUID) -> None:
    """A unit with an open offer simply accepts it; one that already has the job keeps it."""
    await incidents.seek_units.run(context.connection, id=incident.id)
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    asked = next((row for row in live if row.unit_id == unit_id), None)
    if asked is not None and asked.state == AssignmentState.OFFERED:
        await steps.step(context, steps.LockedAssignment(incident, asked), Action.ACCEPT, StepDetails())
        return
    if asked is None:
        await _add_order(context, incident, unit_id, live)
    for other in live:
        if other.state == AssignmentState.OFFERED:
            await offers.withdraw(context, incident, other, Withdrawal.TAKEN)
    await journal.lift(context, incident.id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await alarms.settle(context, incident.id)
    await progress.settle_incident(context, incident)


async def _add_order(
    context: Deciding,
    incident: IncidentLock,
    unit_id: UUID,
    live: list[AssignmentRow],
) -> None:
    decision = await _chosen(context, incident, unit_id, DecisionKind.ORDER)
    if decision.chosen.excluded_because in {Exclusion.BUSY, Exclusion.OFFERED}:
        raise Taken(unit_id=unit_id)
    await offers.order(context, incident, decision, lead=leads((row.state, row.lead) for row in live))


async def _chosen(
    context: Deciding,
    incident: IncidentLock,
    unit_id: UUID,
    kind: DecisionKind,
) -> Decision:
    """The ranking is kept with the operator's choice: an override is never silent."""
    order = await order_for(context, incident)
    chosen = next((candidate for candidate in order if candidate.unit_id == unit_id), None)
    if chosen is None:
        raise NotFound(unit_id=unit_id)
    if chosen.excluded_because in {Exclusion.CONFLICT, Exclusion.IN_EMERGENCY}:
        raise WrongState(state=chosen.excluded_because, unit_id=unit_id)
    best = next((candidate for candidate in order if candidate.excluded_because is None), None)
    explanation = explain_choice(chosen, best, ordered=kind == DecisionKind.ORDER)
    return Decision(kind, chosen, order[:KEPT], explanation, by=context.actor.id)


async def order_for(context: Deciding, incident: IncidentLock) -> list[Candidate]:
    """Every unit, best first."""
    return await all_candidates(context, _call(incident))


def _call(row: IncidentLock | incidents.IncidentRow) -> Call:
    return Call(
        row.id,
        row.reference,
        row.kind,
        row.priority,
        row.verified,
        row.lat,
        row.lon,
        row.received_at,
        row.due_at,
        missing=1,
        needs=Needs(capabilities=frozenset(row.capabilities), crew=row.crew_wanted),
    )


async def active(context: Context, incident_id: UUID) -> IncidentLock:
    """The case, to be acted on. Raises WrongState when it has ended, or is not ours yet."""
    incident = await lock(context, incident_id)
    rules.demand_active(incident.state)
    await demand_ours(context.connection, incident)
    return incident
