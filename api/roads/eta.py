"""Travel times from units to an incident. Where no roads cover the place: a straight line over a labelled speed."""

from collections.abc import Iterable
from uuid import UUID

from api.domain.dispatch import Eta, Unit

STRAIGHT_LINE = "straight_line"
WALKING_M_PER_S = 1.4
"""A person in a hurry on foot, whatever the station says of its vehicles."""


def straight_line(distance_m: float, kind: str, speed_m_per_s: float) -> Eta:
    """`speed_m_per_s` is the station's own figure for a vehicle's progress as the crow flies."""
    speed = min(speed_m_per_s, WALKING_M_PER_S) if kind == "foot" else speed_m_per_s
    return Eta(seconds=distance_m / speed, source=STRAIGHT_LINE)


def travel_times(units: Iterable[Unit], speed_m_per_s: float) -> dict[UUID, Eta]:
    """For every unit with a position, by unit id."""
    return {
        unit.unit_id: straight_line(unit.distance_m, unit.kind, speed_m_per_s)
        for unit in units
        if unit.distance_m is not None
    }
