"""When a unit arrived, by its position and by the button, and whether the two disagree."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

RADIUS_M = 40.0
VAGUEST_FENCE_M = 150.0
"""An imprecise fix widens the fence to its own accuracy, but only up to this."""
SLOW_M_PER_S = 2.0
STAY = timedelta(seconds=10)
CLOCK_TOLERANCE = timedelta(seconds=60)
FRESH = timedelta(seconds=60)
"""A fix up to this much older than the button still shows where it was pressed."""
FAR_M = 200.0
BUTTON_OVERDUE = timedelta(minutes=2)
LARGE_DIFFERENCE_S = 60.0


class SceneFix(msgspec.Struct, frozen=True):
    """`distance_m` to the scene; `accuracy` in metres, `speed` in metres a second, None where unknown."""

    at: datetime
    distance_m: float
    accuracy: float | None
    speed: float | None


def inside(fix: SceneFix) -> bool:
    """A faster unit is only passing by."""
    fence = max(RADIUS_M, min(fix.accuracy or 0.0, VAGUEST_FENCE_M))
    return fix.distance_m <= fence and (fix.speed is None or fix.speed <= SLOW_M_PER_S)


def may_be_inside(distance_m: float) -> bool:
    """By a rougher measure of the distance, which saves the exact one: farther away, a unit is inside no fence."""
    return distance_m <= 2 * VAGUEST_FENCE_M


def stayed_since(fixes: list[SceneFix]) -> datetime | None:
    """When the unit came to stay, given its fixes in order of time: the start of the last unbroken run
    inside the fence, once that run is long enough; None before."""
    start: datetime | None = None
    for fix in fixes:
        start = (start or fix.at) if inside(fix) else None
    if start is None or fixes[-1].at - start < STAY:
        return None
    return start


class ArrivalProblem(StrEnum):
    """`button_without_geofence`: pressed far from the scene. `geofence_without_button`: at the scene, but not pressed.
    `times_differ`: both, more than `LARGE_DIFFERENCE_S` apart."""

    BUTTON_WITHOUT_GEOFENCE = "button_without_geofence"
    GEOFENCE_WITHOUT_BUTTON = "geofence_without_button"
    TIMES_DIFFER = "times_differ"


class Arrival(msgspec.Struct, frozen=True):
    """What is known about one unit's arrival. `pressed`: its last trusted fresh fix before the button; None:
    unknown."""

    button_at: datetime | None
    geofence_at: datetime | None
    pressed: SceneFix | None = None


def difference_s(arrival: Arrival) -> float | None:
    """How much later than the geofence the button was pressed; negative: earlier."""
    if arrival.button_at is None or arrival.geofence_at is None:
        return None
    return (arrival.button_at - arrival.geofence_at).total_seconds()


def problem_of(arrival: Arrival, until: datetime) -> ArrivalProblem | None:
    """`until`: now, or when the job was over."""
    if arrival.pressed is not None and _far(arrival.pressed):
        return ArrivalProblem.BUTTON_WITHOUT_GEOFENCE
    if arrival.button_at is None:
        overdue = arrival.geofence_at is not None and until - arrival.geofence_at > BUTTON_OVERDUE
        return ArrivalProblem.GEOFENCE_WITHOUT_BUTTON if overdue else None
    apart = difference_s(arrival)
    return ArrivalProblem.TIMES_DIFFER if apart is not None and abs(apart) > LARGE_DIFFERENCE_S else None


def rests_on_doubt(arrivals: Iterable[tuple[datetime | None, ArrivalProblem | None]]) -> bool:
    """Whether the first arrival of a case was pressed far from the scene. For each unit: `button_at` and its
    problem."""
    pressed = [(at, problem) for at, problem in arrivals if at is not None]
    first = min(pressed, key=lambda each: each[0], default=None)
    return first is not None and first[1] == ArrivalProblem.BUTTON_WITHOUT_GEOFENCE


def _far(fix: SceneFix) -> bool:
    return fix.distance_m > max(FAR_M, 3 * (fix.accuracy or 0.0))
