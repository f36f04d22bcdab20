"""A patrol as the dispatcher sees it: last position, whether its phone answers, what it is doing."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import UnitKind


class UnitStatus(StrEnum):
    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"


class Reachability(StrEnum):
    """How a unit's phone is known to be reachable."""

    LIVE = "reachable_live"
    PUSH = "reachable_push"


STREAM_ALIVE = timedelta(seconds=30)
"""A live stream seen this recently means that a screen is on."""


PERSON_HEARD = timedelta(minutes=10)


class Job(msgspec.Struct, frozen=True):
    """An incident that a unit holds or is being offered.

    `arrives_at`: by the last computed travel time; None if there is none. `bumped`: how often the
    incident has already lost a unit to a more urgent one. `second`: another unit has the incident, so this job counts
    one priority lower. `yields`: an unverified call of a sender over the limit.
    """

    assignment_id: UUID
    incident_id: UUID
    reference: str
    state: AssignmentState
    priority: int
    kind: IncidentKind
    arrives_at: datetime | None
    bumped: int
    drill: bool = False
    second: bool = False
    yields: bool = False


class Unit(msgspec.Struct, frozen=True):
    """`lat`, `lon` None: no position is known. `crew`: how many officers are on duty in it. `in_emergency`: one of
    them calls for help."""

    unit_id: UUID
    callsign: str
    kind: UnitKind
    status: UnitStatus
    fix_at: datetime | None
    lat: float | None
    lon: float | None
    shift_started_at: datetime | None
    push_seen_at: datetime | None
    stream_seen_at: datetime | None
    crew: int = 1
    capabilities: frozenset[str] = frozenset()
    beat: str | None = None
    in_emergency: bool = False
    held: Job | None = None
    offered: Job | None = None


def drives(*, simulated: bool, driven_by_simulation: bool, fix_at: datetime | None, now: datetime) -> bool:
    """Whether a sender's fixes move the unit: a demo's simulated officer stands aside for a person's phone.

    `driven_by_simulation`, `fix_at`: who made the unit's current position, and when.
    """
    return not simulated or driven_by_simulation or fix_at is None or now - fix_at >= PERSON_HEARD


def status_of(held: AssignmentState | None, *, offered: bool, on_duty: bool) -> UnitStatus:
    """By its jobs, else by its shift. `held`: the state of the job that it holds; `offered`: it has an open offer."""
    if held is not None:
        return UnitStatus(held)
    if offered:
        return UnitStatus.OFFERED
    return UnitStatus.AVAILABLE if on_duty else UnitStatus.OFF_DUTY


def reachable_by(unit: Unit, now: datetime) -> Reachability | None:
    """By a receipt in this shift, or a stream open just now."""
    if unit.stream_seen_at is not None and now - unit.stream_seen_at <= STREAM_ALIVE:
        return Reachability.LIVE
    started, seen = unit.shift_started_at, unit.push_seen_at
    if started is not None and seen is not None and seen >= started:
        return Reachability.PUSH
    return None
