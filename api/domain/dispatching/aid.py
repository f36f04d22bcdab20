"""When to ask a neighbouring station for a unit: only when that meets the target."""

from datetime import datetime

from api.domain.dispatching.dispatch import USUAL_RULES, Rules
from api.domain.dispatching.situation import Call


def worth_asking(
    call: Call, own_arrival: datetime | None, neighbours_arrival: datetime, rules: Rules = USUAL_RULES
) -> bool:
    """`own_arrival`: of our own unit under way or being sent; None if no unit of ours can go.

    Neighbours are never asked for a drill or an unverified call.
    """
    if call.drill or not call.verified or neighbours_arrival > call.due_at:
        return False
    return own_arrival is None or (own_arrival > call.due_at and own_arrival - neighbours_arrival >= rules.aid_gain)
