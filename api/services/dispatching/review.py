"""The review of a whole station: which calls wait, which could be reached sooner, where idle units should wait.

It is worked out without the station's lock, since travel times of every unit to every call may take a while, and
carried out under it if what it relies on still holds; if not, it is worked out again there.
"""

from datetime import datetime

import msgspec

from api.db.stations import StationRow
from api.domain.access.permissions import Actor
from api.domain.dispatching.moves import basis
from api.domain.dispatching.repositioning import Repositioning
from api.domain.incidents.deadline import REPLAN_EVERY, next_review
from api.domain.units.unit import UnitStatus
from api.services.context import Considering, Deciding, Runtime, reading, without_lock
from api.services.dispatching import dispatch, repositioning, situation
from api.services.dispatching.dispatch import Plan
from api.services.dispatching.situation import Scope


class Outlook(msgspec.Struct, frozen=True):
    """`station`: the policy it was worked out by. `on_duty`: whether any unit is."""

    at: datetime
    station: StationRow
    plan: Plan
    repositionings: list[Repositioning]
    on_duty: bool


async def look(runtime: Runtime, actor: Actor, now: datetime) -> Outlook | None:
    """Without the station's lock. None while nothing may be dispatched."""
    async with reading(runtime.db, actor, now) as reader:
        context = await without_lock(runtime, reader)
        return None if context.station.waits else await _work_out(context)


async def carry_out(context: Deciding, outlook: Outlook | None) -> datetime | None:
    """Returns when to review again; None if nothing is going on and nobody is on duty."""
    if context.station.waits:
        return context.now + REPLAN_EVERY
    if outlook is None or not outlook.on_duty or not await _holds(context, outlook):
        outlook = await _work_out(context)
    await dispatch.carry_out(context, outlook.plan, reviewed_at=outlook.at)
    await repositioning.settle(context, outlook.repositionings)
    cases = bool(outlook.plan.situation.calls) or await situation.any_call(context)
    return next_review(context.now, cases=cases, on_duty=outlook.on_duty)


async def _work_out(context: Considering) -> Outlook:
    plan = await dispatch.work_out(context, Scope(whole=True))
    quiet = not any(call.missing for call in plan.situation.calls)
    moves = await repositioning.sought(context) if quiet else []
    on_duty = any(unit.status != UnitStatus.OFF_DUTY for unit in plan.situation.units)
    return Outlook(context.now, context.station, plan, moves, on_duty)


async def _holds(context: Deciding, outlook: Outlook) -> bool:
    plan = outlook.plan
    calls = [*plan.unserved, *(call for call, _ in plan.neighbours)]
    return context.station == outlook.station and await situation.holds(
        context, plan.situation, basis([move for move, _ in plan.moves], calls)
    )
