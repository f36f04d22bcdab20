"""When the wheels stopped at the scene, by what the phone measured rather than by the button."""

from datetime import datetime, timedelta

import msgspec

RADIUS_M = 40.0
SLOW_M_PER_S = 2.0
STAY = timedelta(seconds=10)
CLOCK_TOLERANCE = timedelta(seconds=60)


class Fix(msgspec.Struct, frozen=True):
    """`distance_m` to the scene; `accuracy` in metres, `speed` in metres a second, None where unknown."""

    at: datetime
    distance_m: float
    accuracy: float | None
    speed: float | None


def inside(fix: Fix) -> bool:
    """A vague fix widens the fence to its own accuracy, but a fast one only passes by."""
    return fix.distance_m <= max(RADIUS_M, fix.accuracy or 0.0) and (fix.speed is None or fix.speed <= SLOW_M_PER_S)


def stayed_since(fixes: list[Fix]) -> datetime | None:
    """When the unit came to stay, given its fixes in order of time: the start of the last unbroken run
    inside the fence, once that run is long enough; None before."""
    start: datetime | None = None
    for fix in fixes:
        start = (start or fix.at) if inside(fix) else None
    if start is None or fixes[-1].at - start < STAY:
        return None
    return start
