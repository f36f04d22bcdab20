"""The radio room accepts or rejects a proposal."""

from datetime import datetime
from uuid import UUID

from api.db.dispatching import assignments, planning
from api.db.dispatching.aid import neighbours
from api.db.dispatching.planning import ProposalLock
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.proposal import DecisionKind, ProposalKind, ProposalState
from api.domain.errors import NotFound, Taken, WrongState
from api.domain.incidents.assignment import ON_ITS_WAY, AssignmentState, Withdrawal
from api.services.context import Deciding, Runtime, deciding
from api.services.desk.by_hand import active
from api.services.dispatching import aid, dispatch, offers, progress, proposals, repositioning
from api.services.dispatching.offers import Decision
from api.services.records import journal


async def decide(
    runtime: Runtime, actor: Actor, proposal_id: UUID, state: ProposalState, reason: str | None, now: datetime
) -> ProposalState:
    """Accept or reject. The same answer again changes nothing; a proposal no longer open cannot be decided."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now, duplicate=Taken(proposal_id=proposal_id)) as context:
        proposal = await planning.lock_proposal.one(context.connection, id=proposal_id)
        if proposal is None:
            raise NotFound(proposal_id=proposal_id)
        if proposal.state == state:
            return state
        if proposal.state != ProposalState.OPEN:
            raise WrongState(state=proposal.state)
        await proposals.end(context, proposal_id, state, by=actor.id, reason=reason)
        if state == ProposalState.ACCEPTED:
            await _carry_out(context, proposal)
        facts = {"kind": proposal.kind, "unit_id": proposal.unit_id, "incident_id": proposal.incident_id}
        await journal.audit(context, f"proposal.{state}", proposal_id, reason=reason, **facts)
        return state


async def _carry_out(context: Deciding, proposal: ProposalLock) -> None:
    if proposal.incident_id is None:
        await repositioning.send(context, proposal.unit_id)
        return
    incident = await active(context, proposal.incident_id)
    await incidents.seek_units.run(context.connection, id=incident.id)
    if proposal.kind == ProposalKind.AID:
        await _ask_neighbour(context, incident, proposal)
        return
    chosen = next(c for c in proposal.candidates if c.unit_id == proposal.unit_id)
    if proposal.kind == ProposalKind.DIVERSION:
        await _take_lesser_offer(context, proposal)
    elif not await dispatch.is_free(context.connection, proposal.unit_id):
        raise Taken(unit_id=proposal.unit_id)
    if proposal.kind == ProposalKind.BACKUP:
        await incidents.want_units.run(context.connection, id=incident.id, note=None)
        incident = await active(context, incident.id)
    replaces = proposal.assignment_id if proposal.kind == ProposalKind.SWAP else None
    decision = Decision(
        DecisionKind(proposal.kind), chosen, proposal.candidates, proposal.explanation, replaces, by=context.actor.id
    )
    await offers.offer(context, incident, decision)
    await progress.settle_incident(context, incident)


async def _take_lesser_offer(context: Deciding, proposal: ProposalLock) -> None:
    """A diverted unit loses its open offer of the lesser job, which goes to the next unit."""
    row = None
    if proposal.assignment_id is not None:
        row = await assignments.lock.one(context.connection, id=proposal.assignment_id)
    if row is None or row.state not in ON_ITS_WAY | {AssignmentState.OFFERED}:
        raise Taken(unit_id=proposal.unit_id)
    if row.state == AssignmentState.OFFERED:
        lesser = await active(context, row.incident_id)
        await offers.withdraw(context, lesser, row, Withdrawal.DIVERTED)
        await dispatch.fill(context, lesser)


async def _ask_neighbour(
    context: Deciding,
    incident: IncidentLock,
    proposal: ProposalLock,
) -> None:
    near = await neighbours.all(context.connection, lon=incident.lon, lat=incident.lat, most=64)
    lender = next((row for row in near if row.unit_id == proposal.unit_id), None)
    if lender is None:
        raise Taken(unit_id=proposal.unit_id)
    offer = aid.Offer(lender, proposal.candidates[0], proposal.explanation)
    await aid.ask(context, incident, offer, context.actor.id)
