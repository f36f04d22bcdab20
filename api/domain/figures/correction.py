"""Corrections learned from predicted against actual rides, by kind of unit and hour of the day."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
import numpy as np

from api.domain.roads.travel import TravelTimes, UnitKind
from api.domain.units.unit import Unit

LEARNED_FROM = timedelta(days=60)
ENOUGH = 20
"""Minimum rides per kind of unit and hour for a correction: one traffic jam proves nothing."""

_LEAST, _MOST = 0.5, 2.0
"""No correction exceeds this; anything that seems to need more is a fault in the network or the records."""


class Ride(msgspec.Struct, frozen=True):
    """`predicted_seconds`: by road, uncorrected; `real_seconds`: from acceptance to arrival."""

    kind: UnitKind
    hour: int
    predicted_seconds: float
    real_seconds: float


class Correction(msgspec.Struct, frozen=True):
    """`factor` on the travel time of a kind of unit in an hour of the day (station time), learned from `rides`."""

    kind: UnitKind
    hour: int
    factor: float
    rides: int


Corrections = Mapping[tuple[UnitKind, int], float]


def learn(rides: Iterable[Ride]) -> list[Correction]:
    """The median of actual over predicted, if there are enough rides; one officer's lunch break does not move a
    median."""
    ratios: dict[tuple[UnitKind, int], list[float]] = {}
    for ride in rides:
        if ride.predicted_seconds > 0 and ride.real_seconds > 0:
            ratios.setdefault((ride.kind, ride.hour), []).append(ride.real_seconds / ride.predicted_seconds)
    return [
        Correction(kind, hour, round(float(np.clip(np.median(found), _LEAST, _MOST)), 3), len(found))
        for (kind, hour), found in sorted(ratios.items())
        if len(found) >= ENOUGH
    ]


def correct(times: TravelTimes, units: Iterable[Unit], corrections: Corrections, at: datetime) -> TravelTimes:
    """Times by road, multiplied by this hour's learned factor; straight-line times are left unchanged.

    `at` in the station's own time zone.
    """
    factors = np.ones(len(times.column))
    for unit in units:
        factors[times.column[unit.unit_id]] = corrections.get((unit.kind, at.hour), 1.0)
    if np.all(factors == 1.0):
        return times
    applied = np.where(times.by_road, factors, 1.0)
    return TravelTimes(list(times.row), list(times.column), times.seconds * applied, times.by_road, applied)
