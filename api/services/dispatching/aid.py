"""Mutual aid: a neighbouring station's unit that would meet the target is found, proposed or requested, as the
station's delegation says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db.dispatching import aid, planning
from api.db.dispatching.aid import NeighbourRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.dispatching.aid import lendable, out_of_our_reach, own_arrival, soonest, worth_asking
from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Candidate, Ranked, candidate
from api.domain.dispatching.explanation import Explanation, StationName, explain_aid
from api.domain.dispatching.moves import Move
from api.domain.dispatching.proposal import LIFETIME, DecisionKind, ProposalKind
from api.domain.dispatching.situation import Call, Situation
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.deadline import DeadlineKind
from api.domain.roads.travel import Goal, metres_between
from api.domain.units.unit import Unit
from api.services.context import Considering, Deciding, at_station, without_lock
from api.services.dispatching.aid_reports import of_incident
from api.services.dispatching.proxies import Asked, record, standing_for
from api.services.dispatching.situation import times
from api.services.incidents import alarms
from api.services.incidents.opening import open_incident
from api.services.records import journal

_MOST = 16


class Offer(msgspec.Struct, frozen=True):
    """A neighbour's unit that would be there in time."""

    neighbour: NeighbourRow
    chosen: Candidate
    explanation: Explanation


async def sought(context: Considering, situation: Situation, moves: Sequence[Move]) -> list[tuple[Call, Offer]]:
    """For every call that our own units will not reach in time, a neighbour's unit that would."""
    if context.station.delegation.mutual_aid == Delegated.OFF:
        return []
    found: list[tuple[Call, Offer]] = []
    for call in situation.calls:
        own = own_arrival(call, moves, context.now)
        if out_of_our_reach(call, own) and (offer := await _nearest(context, call, own)) is not None:
            found.append((call, offer))
    return found


async def settle(context: Deciding, found: Sequence[tuple[Call, Offer]]) -> None:
    """Ask those neighbours, or propose it, unless one has been asked already."""
    for call, offer in found:
        if await of_incident(context.connection, call.incident_id):
            continue
        if context.station.delegation.mutual_aid == Delegated.AUTOMATIC:
            incident = await incidents.lock.one(context.connection, id=call.incident_id, reader=None)
            if incident is not None:
                await ask(context, incident, offer, None)
        else:
            await _propose(context, call, offer)


async def _nearest(context: Considering, call: Call, own: datetime | None) -> Offer | None:
    neighbours = await aid.neighbours.all(context.connection, lon=call.lon, lat=call.lat, most=_MOST)
    by_id = {row.unit_id: row for row in neighbours}
    fit = lendable(map(_unit, neighbours), call.needs, context.station.rules, context.now)
    first = soonest(fit, await times(context, [Goal(call.incident_id, call.lat, call.lon)], fit), call.incident_id)
    if first is None:
        return None
    unit, eta = first
    if not worth_asking(call, own, context.now + timedelta(seconds=eta.seconds)):
        return None
    distance = metres_between(call.lat, call.lon, unit.lat or 0.0, unit.lon or 0.0)
    chosen = candidate(Ranked(unit, eta, distance), None, context.now)
    neighbour = by_id[unit.unit_id]
    explanation = explain_aid(chosen, StationName(neighbour.name_th, neighbour.name_en), own, context.now)
    return Offer(neighbour, chosen, explanation)


def _unit(row: NeighbourRow) -> Unit:
    values = msgspec.structs.asdict(row)
    for field in ("station_id", "name_th", "name_en"):
        del values[field]
    return Unit(**values)


async def _propose(context: Deciding, call: Call, offer: Offer) -> None:
    await planning.add_proposal.run(
        context.connection,
        id=uuid4(),
        station_id=context.station_id,
        kind=ProposalKind.AID,
        incident_id=call.incident_id,
        unit_id=offer.chosen.unit_id,
        assignment_id=None,
        to_station_id=offer.neighbour.station_id,
        lat=None,
        lon=None,
        gain_seconds=None,
        explanation=offer.explanation,
        candidates=[offer.chosen],
        made_at=context.now,
        expires_at=context.now + LIFETIME,
    )


async def ask(
    context: Deciding,
    incident: IncidentLock,
    offer: Offer,
    by: UUID | None,
) -> None:
    """Open an incident at the neighbour's that stands for ours; it seeks a unit as any other incident does."""
    lender = offer.neighbour
    ours = f"{context.station.name_th} · {context.station.name_en} · {incident.reference}"
    new = msgspec.structs.replace(standing_for(incident), verified=True, note=ours)
    async with at_station(context, lender.station_id) as theirs:
        neighbour = await without_lock(context.runtime, theirs)
        mirror = await open_incident(neighbour, new)
        await aid.link.run(context.connection, aids=incident.id, id=mirror.id)
        await incidents.seek_units.run(context.connection, id=mirror.id)
        journal.deadline(neighbour, DeadlineKind.TRY_AGAIN, mirror.id, context.now)
        await alarms.raise_alarm(neighbour, mirror.id, AlarmReason.AID_WANTED)
    asked = Asked(lender.station_id, lender.name_th, lender.name_en)
    await record(context, incident, asked, mirror.id, by, reason=None)
    await planning.keep_decision.run(
        context.connection,
        station_id=context.station_id,
        incident_id=incident.id,
        assignment_id=None,
        unit_id=offer.chosen.unit_id,
        kind=DecisionKind.AID,
        by=by,
        at=context.now,
        explanation=offer.explanation,
        candidates=[offer.chosen],
    )
