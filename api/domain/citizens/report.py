"""What a citizen is told: the report's status in plain words, and a coarse time of arrival; and who may be called."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from api.domain.incidents.assignment import ON_ITS_WAY, AssignmentState, Withdrawal
from api.domain.incidents.incident import TIP_OFFS, IncidentState, ReportKind


class Status(StrEnum):
    RECEIVED = "received"
    SEARCHING = "searching"
    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATUS: dict[IncidentState, Status] = {
    IncidentState.OPEN: Status.RECEIVED,
    IncidentState.OFFERING: Status.SEARCHING,
    IncidentState.ASSIGNED: Status.ASSIGNED,
    IncidentState.EN_ROUTE: Status.ON_THE_WAY,
    IncidentState.ON_SCENE: Status.ARRIVED,
    IncidentState.CLOSED: Status.CLOSED,
    IncidentState.CANCELLED: Status.CANCELLED,
    IncidentState.MERGED: Status.RECEIVED,
}


def status(incident: IncidentState, *, called_off: bool) -> Status:
    """`called_off`: the citizen no longer needs help, and the radio room has not ended the case yet."""
    return Status.CANCELLED if called_off else STATUS[incident]


class EtaMinutes(msgspec.Struct, frozen=True):
    """`high` None: more than `low`."""

    low: int
    high: int | None


_ETA_STEPS = (0, 3, 5, 10, 15)
"""Few and wide: from what several senders are told nobody can compute where the patrol is."""


def coarse_eta(seconds_left: float) -> EtaMinutes:
    step = max(0, bisect_right(_ETA_STEPS, seconds_left / 60) - 1)
    return EtaMinutes(_ETA_STEPS[step], (*_ETA_STEPS, None)[step + 1])


class Ride(msgspec.Struct, frozen=True):
    """One unit's assignment to the case. `arrives_at`: None while its travel time is unknown."""

    state: AssignmentState
    withdrawn_because: Withdrawal | None
    arrives_at: datetime | None


def promise(rides: Sequence[Ride], now: datetime) -> EtaMinutes | None:
    """By the unit on its way; if that had to leave for something more urgent, by the one being asked instead. None once
    a unit is there."""
    if any(ride.state == AssignmentState.ARRIVED for ride in rides):
        return None
    coming = [ride for ride in rides if ride.state in ON_ITS_WAY]
    if not coming and any(ride.withdrawn_because == Withdrawal.DIVERTED for ride in rides):
        coming = [ride for ride in rides if ride.state == AssignmentState.OFFERED]
    known = [ride.arrives_at for ride in coming if ride.arrives_at is not None]
    return coarse_eta((min(known) - now).total_seconds()) if known else None


def goes_at_once(kind: ReportKind, automatic: Collection[str]) -> bool:
    """Whether units are sought before a person has read the report. `automatic`: the kinds that the station lets go."""
    return kind == ReportKind.SOS or kind in automatic


def may_ring(*, silent: bool, safe_to_call: bool | None) -> bool:
    """Whether the citizen's phone may ring or light up; nothing said means that it may."""
    return not silent and safe_to_call is not False


def may_be_given(kind: ReportKind, *, silent: bool, safe_to_call: bool | None) -> bool:
    """Whether the officer on the case may have the sender's number: never a tip-off's."""
    return kind not in TIP_OFFS and may_ring(silent=silent, safe_to_call=safe_to_call)
