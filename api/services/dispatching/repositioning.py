"""Proposes to one or two idle units where to wait, every few minutes while nothing else is going on."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import h3.api.basic_int as h3

from api.db.dispatching import planning
from api.db.figures import statistics
from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import unready
from api.domain.dispatching.explanation import explain_repositioning
from api.domain.dispatching.proposal import ProposalKind
from api.domain.dispatching.repositioning import Repositioning, Spot, busiest, reposition
from api.domain.notifying.push import NOTICE_LIFETIME, Content, Instruction, PushKind
from api.domain.roads.travel import Goal, Start, UnitKind
from api.domain.units.unit import Unit, UnitStatus
from api.services.context import Considering, Context, Deciding
from api.services.notifying.notifications import PushNotice, notify_unit

RECENT = timedelta(days=30)
LIFETIME = timedelta(minutes=5)
_RESOLUTION = 9
"""H3 cells of about 350 m across: a patrol area."""
_SPOTS = UUID("6d0c7d9e-0f43-4b0e-9d0e-15f15f15f15f")
"""Names cells as goals, so that the ways to them are kept from one look to the next."""


async def sought(context: Considering) -> list[Repositioning]:
    if context.station.delegation.repositioning == Delegated.OFF or await _proposed(context):
        return []
    spots = await _spots(context)
    idle = await _idle(context)
    if not spots or not idle:
        return []
    starts = [Start(u.unit_id, u.kind, u.lat, u.lon) for u in idle if u.lat is not None and u.lon is not None]
    starts += [Start(spot.id, UnitKind.MOTORCYCLE, spot.lat, spot.lon) for spot in spots]
    goals = [Goal(spot.id, spot.lat, spot.lon) for spot in spots]
    times = await context.runtime.roads.travel_times(goals, starts, context.station.speed_m_per_s)
    return reposition(idle, spots, times, context.target_seconds(1), context.station.beat_floor)


async def settle(context: Deciding, found: Sequence[Repositioning]) -> None:
    """Send those units, or propose it; not those that have got a job meanwhile."""
    if not found or await _proposed(context):
        return
    units = await planning.units_named.all(context.connection, unit_ids=[move.unit.unit_id for move in found])
    free = {unit.unit_id for unit in units if unit.status == UnitStatus.AVAILABLE}
    for move in found:
        if move.unit.unit_id in free:
            if context.station.delegation.repositioning == Delegated.AUTOMATIC:
                await send(context, move.unit.unit_id)
            await _propose(context, move)


async def _proposed(context: Context) -> bool:
    standing = await planning.list_proposals.all(context.connection, station_id=context.station_id)
    return any(row.kind == ProposalKind.REPOSITIONING for row in standing)


async def send(context: Deciding, unit_id: UUID) -> None:
    """Tell the unit where to wait; nothing else about it changes."""
    content = Content(instruction=Instruction.NEW_AREA)
    await notify_unit(context, unit_id, PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME))


async def _spots(context: Considering) -> list[Spot]:
    """The areas that most of the recent calls came from."""
    rows = await statistics.cells.all(
        context.connection,
        station_id=context.station_id,
        since=context.now - RECENT,
        until=context.now,
        now=context.now,
    )
    areas = busiest(h3.cell_to_parent(row.h3, _RESOLUTION) for row in rows)
    return [Spot(uuid5(_SPOTS, str(area)), *h3.cell_to_latlng(area), calls) for area, calls in areas]


async def _idle(context: Considering) -> list[Unit]:
    free = await planning.nearest_free.all(
        context.connection, station_id=context.station_id, lon=None, lat=None, most=None
    )
    return [unit for unit in free if unready(unit, context.station.rules, context.now) is None]


async def _propose(context: Deciding, move: Repositioning) -> None:
    await planning.add_proposal.run(
        context.connection,
        id=uuid4(),
        station_id=context.station_id,
        kind=ProposalKind.REPOSITIONING,
        incident_id=None,
        unit_id=move.unit.unit_id,
        assignment_id=None,
        to_station_id=None,
        lat=move.spot.lat,
        lon=move.spot.lon,
        gain_seconds=None,
        explanation=explain_repositioning(move),
        candidates=[],
        made_at=context.now,
        expires_at=context.now + LIFETIME,
    )
