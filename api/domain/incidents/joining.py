"""One event, one incident: finds the active incident, if any, that a new alert or report is about."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.incidents.incident import IncidentKind


class JoiningRules(msgspec.Struct, frozen=True):
    """`radius_m`: people reporting one event are within this distance of each other; an imprecise position extends it
    up to `widest_m`. `sender_radius_m`: a flood of SOS from one address looks like an attack but may be a shooting in a
    mall: within this distance it is one event. `within`: from its last report."""

    radius_m: float = 150.0
    widest_m: float = 300.0
    sender_radius_m: float = 500.0
    within: timedelta = timedelta(minutes=10)

    @property
    def reach_m(self) -> float:
        """No report joins an incident farther away."""
        return max(self.widest_m, self.sender_radius_m)


USUAL = JoiningRules()

_HELP = frozenset({IncidentKind.SOS, IncidentKind.VIOLENCE, IncidentKind.DOMESTIC, IncidentKind.WEAPON})
_STREET = frozenset({IncidentKind.CRASH, IncidentKind.TRAFFIC})
_PROPERTY = frozenset({IncidentKind.THEFT, IncidentKind.INTRUSION, IncidentKind.SUSPICIOUS})
_GROUPS = (
    _HELP,
    _STREET,
    _PROPERTY,
    *(
        frozenset({kind})
        for kind in (IncidentKind.DRUGS, IncidentKind.NUISANCE, IncidentKind.CROWD, IncidentKind.TAMPER)
    ),
)


class ChangeKind(StrEnum):
    """How an incident got or lost sightings."""

    JOIN = "join"
    MERGE = "merge"
    SPLIT = "split"


class Nearby(msgspec.Struct, frozen=True):
    """An active incident; `distance_m`: from the new place to its nearest sighting; `heard_at`: time of its last
    one."""

    incident_id: UUID
    kind: IncidentKind
    priority: int
    drill: bool
    distance_m: float
    heard_at: datetime
    same_sender: bool = False


def fits(kind: IncidentKind, other: IncidentKind) -> bool:
    """`other` and watchlist kinds match nothing: the former is unspecific, the latter concern one person."""
    return any(kind in group and other in group for group in _GROUPS)


def same_event(
    kind: IncidentKind,
    priority: int,
    accuracy_m: float | None,
    at: datetime,
    known: Iterable[Nearby],
    rules: JoiningRules = USUAL,
) -> UUID | None:
    """The nearest match. Nothing ever joins a less urgent incident or a drill."""
    vague = min(max(rules.radius_m, accuracy_m or 0.0), rules.widest_m)

    def reach(each: Nearby) -> float:
        return rules.sender_radius_m if each.same_sender and kind == each.kind == IncidentKind.SOS else vague

    fitting = [
        each
        for each in known
        if fits(kind, each.kind)
        and each.priority <= priority
        and not each.drill
        and each.distance_m <= reach(each)
        and abs(at - each.heard_at) <= rules.within
    ]
    nearest = min(fitting, key=lambda each: (each.distance_m, each.incident_id), default=None)
    return None if nearest is None else nearest.incident_id
