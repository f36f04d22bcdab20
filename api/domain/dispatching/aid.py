"""When a neighbouring station is asked for a unit: when that saves the target, and only then."""

from datetime import datetime, timedelta

from api.domain.dispatching.situation import Call

ASK_GAIN = timedelta(seconds=60)
"""The least gain worth asking a neighbour for."""


def worth_asking(call: Call, own_arrival: datetime | None, neighbours_arrival: datetime) -> bool:
    """`own_arrival`: of whoever is on the way or being sent; None where nobody of the own station can go.

    A drill and what nobody has looked at trouble nobody next door.
    """
    if call.drill or not call.verified or neighbours_arrival > call.due_at:
        return False
    return own_arrival is None or (own_arrival > call.due_at and own_arrival - neighbours_arrival >= ASK_GAIN)
