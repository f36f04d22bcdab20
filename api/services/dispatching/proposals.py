"""What Sipha would do if the radio room agreed: recomputed at every review, decided with one key."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from api.db.dispatching import planning
from api.db.dispatching.planning import ProposalRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.moves import Move
from api.domain.dispatching.proposal import LIFETIME, ProposalKind, ProposalState, Proposed, is_over
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding
from api.services.dispatching.offers import Decision
from api.services.records import journal


async def listed(db: Database, actor: Actor) -> list[ProposalRow]:
    demand(actor, Operation.SEE_PROPOSALS)
    async with db.looking(actor) as connection:
        return await planning.list_proposals.all(connection, station_id=actor.station_id)


async def renew(
    context: Deciding, made: Sequence[tuple[Move, Decision]], *, reviewed_at: datetime | None = None
) -> None:
    """Keep the proposals that still hold and add new ones. After a review of the whole station (`reviewed_at`), those
    it did not make again are over; what has lapsed is ended then too."""
    if not made and reviewed_at is None:
        return
    standing = await planning.list_proposals.all(context.connection, station_id=context.station_id)
    still = {(row.kind, row.incident_id, row.unit_id): row for row in standing}
    by_key = {_key(move): (move, decision) for move, decision in made}
    for key, row in still.items():
        if is_over(key, row.expires_at, by_key, context.now, reviewed_at=reviewed_at):
            await end(context, row.id, ProposalState.EXPIRED)
    for key, (move, decision) in by_key.items():
        if key in still:
            await planning.renew_proposal.run(
                context.connection,
                id=still[key].id,
                gain_seconds=move.gain_s,
                explanation=decision.explanation,
                expires_at=context.now + LIFETIME,
            )
        else:
            await _add(context, move, decision)


def _key(move: Move) -> Proposed:
    return ProposalKind(move.kind), move.call.incident_id, move.unit.unit_id


async def _add(context: Context, move: Move, decision: Decision) -> None:
    left = move.replaces.assignment_id if move.replaces else move.leaves.assignment_id if move.leaves else None
    proposal_id = uuid4()
    added = await planning.add_proposal.run(
        context.connection,
        id=proposal_id,
        station_id=context.station_id,
        kind=ProposalKind(move.kind),
        incident_id=move.call.incident_id,
        unit_id=move.unit.unit_id,
        assignment_id=left,
        to_station_id=None,
        lat=None,
        lon=None,
        gain_seconds=move.gain_s,
        explanation=decision.explanation,
        candidates=decision.candidates,
        made_at=context.now,
        expires_at=context.now + LIFETIME,
    )
    if added:
        made = Event(EventKind.PROPOSAL, proposal_id, move.call.incident_id, state=ProposalState.OPEN)
        journal.event(context, made)


async def end(
    context: Context,
    proposal_id: UUID,
    state: ProposalState,
    *,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    await planning.end_proposal.run(
        context.connection, id=proposal_id, state=state, by=by, now=context.now, reason=reason
    )
    journal.event(context, Event(EventKind.PROPOSAL, proposal_id, state=state))
