"""A snapshot of a station: its calls, its units, and every unit's travel time to every call."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from api.domain.dispatching.dispatch import Needs, Refusals
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit


class Leg(msgspec.Struct, frozen=True):
    """A unit on its way to an incident. `arrives_at`: by the last measured travel time."""

    assignment_id: UUID
    unit_id: UUID
    callsign: str
    state: AssignmentState
    lead: bool
    arrives_at: datetime | None


class Call(msgspec.Struct, frozen=True):
    """An active incident. `missing`: units it still wants, besides those it has, those being asked (`asked`) and those
    that have been there and left (`been`). `sender`: who reported it, as far as the network address tells; `yields`:
    that sender is over the limit, so it comes after other cases of its priority until a person has verified it.
    """

    incident_id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    verified: bool
    lat: float
    lon: float
    received_at: datetime
    due_at: datetime
    missing: int
    bumped: int = 0
    swaps: int = 0
    drill: bool = False
    needs: Needs = Needs()
    legs: tuple[Leg, ...] = ()
    asked: int = 0
    been: int = 0
    sender: str | None = None
    yields: bool = False


class Situation(msgspec.Struct, frozen=True):
    """A snapshot. `times` has a row per call and a column per unit."""

    calls: Sequence[Call]
    units: Sequence[Unit]
    times: TravelTimes
    refusals: Refusals
