"""The radio room agrees with a proposal, or does not."""

from datetime import datetime
from uuid import UUID

from api.db.dispatching import assignments, planning
from api.db.dispatching.aid import neighbours
from api.db.dispatching.planning import ProposalLock
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.proposal import DecisionKind, ProposalKind, ProposalState
from api.domain.errors import NotFound, Taken, WrongState
from api.domain.incidents.assignment import AssignmentState, Withdrawal
from api.services.desk.by_hand import active
from api.services.dispatching import aid, dispatch, offers, progress, proposals, repositioning
from api.services.dispatching.offers import Decision
from api.services.records import journal


async def decide(
    db: Database, actor: Actor, proposal_id: UUID, state: ProposalState, reason: str | None, now: datetime
) -> ProposalState:
    """Agree or not. The same answer again changes nothing; what is no longer open cannot be decided."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor, duplicate=Taken(proposal_id=proposal_id)) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        proposal = await planning.lock_proposal.one(connection, id=proposal_id)
        if proposal is None:
            raise NotFound(proposal_id=proposal_id)
        if proposal.state == state:
            return state
        if proposal.state != ProposalState.OPEN:
            raise WrongState(state=proposal.state)
        await proposals.end(connection, station.id, proposal_id, state, now, by=actor.id, reason=reason)
        if state == ProposalState.ACCEPTED:
            await _carry_out(connection, actor, station, proposal, now)
        facts = {"kind": proposal.kind, "unit_id": proposal.unit_id, "incident_id": proposal.incident_id}
        await journal.audit(connection, actor, f"proposal.{state}", proposal_id, now, reason=reason, **facts)
        return state


async def _carry_out(
    connection: Connection, actor: Actor, station: StationRow, proposal: ProposalLock, now: datetime
) -> None:
    if proposal.incident_id is None:
        await repositioning.send(connection, station, proposal.unit_id, now)
        return
    incident = await active(connection, proposal.incident_id)
    await incidents.seek_units.run(connection, id=incident.id)
    if proposal.kind == ProposalKind.AID:
        await _ask_neighbour(connection, actor, station, incident, proposal, now)
        return
    chosen = next(c for c in proposal.candidates if c.unit_id == proposal.unit_id)
    if proposal.kind == ProposalKind.DIVERSION:
        await _take_lesser_offer(connection, station, proposal, now)
    elif not await dispatch.is_free(connection, proposal.unit_id):
        raise Taken(unit_id=proposal.unit_id)
    if proposal.kind == ProposalKind.BACKUP:
        await incidents.want_units.run(connection, id=incident.id, note=None)
        incident = await active(connection, incident.id)
    replaces = proposal.assignment_id if proposal.kind == ProposalKind.SWAP else None
    decision = Decision(
        DecisionKind(proposal.kind), chosen, proposal.candidates, proposal.explanation, replaces, by=actor.id
    )
    await offers.offer(connection, station, incident, decision, now)
    await progress.settle_incident(connection, station, incident, now)


async def _take_lesser_offer(
    connection: Connection, station: StationRow, proposal: ProposalLock, now: datetime
) -> None:
    """A diverted unit that was only being asked for the lesser job is no longer asked; the job goes to the next."""
    row = None
    if proposal.assignment_id is not None:
        row = await assignments.lock.one(connection, id=proposal.assignment_id)
    if row is None or row.state not in {AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE}:
        raise Taken(unit_id=proposal.unit_id)
    if row.state == AssignmentState.OFFERED:
        lesser = await active(connection, row.incident_id)
        await offers.withdraw(connection, station, lesser, row, Withdrawal.DIVERTED, now)
        await dispatch.fill(connection, station, lesser, now)


async def _ask_neighbour(
    connection: Connection,
    actor: Actor,
    station: StationRow,
    incident: IncidentLock,
    proposal: ProposalLock,
    now: datetime,
) -> None:
    near = await neighbours.all(connection, lon=incident.lon, lat=incident.lat, most=64)
    lender = next((row for row in near if row.unit_id == proposal.unit_id), None)
    if lender is None:
        raise Taken(unit_id=proposal.unit_id)
    offer = aid.Offer(lender, proposal.candidates[0], proposal.explanation)
    await aid.ask(connection, station, incident, offer, actor.id, now)
