"""When to ask a neighbouring station for a unit, and for which: only when that meets the target."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.dispatching.dispatch import USUAL_RULES, Needs, Rules, unfit, unready
from api.domain.dispatching.moves import Move
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import Eta, TravelTimes
from api.domain.units.unit import Unit


def own_arrival(call: Call, moves: Sequence[Move], now: datetime) -> datetime | None:
    """The first of our own units under way or, by these moves, being sent; None if there is none, or its travel time
    is unknown."""
    known = [leg.arrives_at for leg in call.legs if leg.arrives_at is not None]
    sent = [now + timedelta(seconds=move.eta.seconds) for move in moves if move.call.incident_id == call.incident_id]
    return min([*known, *sent], default=None)


def out_of_our_reach(call: Call, own: datetime | None) -> bool:
    """Whether no unit of ours is there, will be in time (`own`: our first arrival), or may yet accept."""
    if any(leg.state == AssignmentState.ARRIVED for leg in call.legs):
        return False
    return bool(call.missing) if own is None else own > call.due_at


def lendable(units: Iterable[Unit], needs: Needs, rules: Rules, now: datetime) -> list[Unit]:
    return [unit for unit in units if unready(unit, rules, now) is None and unfit(unit, needs) is None]


def soonest(units: Iterable[Unit], times: TravelTimes, incident_id: UUID) -> tuple[Unit, Eta] | None:
    """The unit that would be there first, by callsign where two would; None if no travel time is known."""
    known = [(unit, eta) for unit in units if (eta := times.eta(unit.unit_id, incident_id)) is not None]
    return min(known, key=lambda each: (each[1].seconds, each[0].callsign), default=None)


def worth_asking(call: Call, own: datetime | None, neighbours_arrival: datetime, rules: Rules = USUAL_RULES) -> bool:
    """`own`: the arrival of our own unit under way or being sent; None if no unit of ours can go.

    Neighbours are never asked for a drill or an unverified call.
    """
    if call.drill or not call.verified or neighbours_arrival > call.due_at:
        return False
    return own is None or (own > call.due_at and own - neighbours_arrival >= rules.aid_gain)
