"""What a citizen is told: the report's status in plain words, and a coarse time of arrival."""

from enum import StrEnum

import msgspec

from api.domain.incidents.incident import IncidentState


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


class EtaMinutes(msgspec.Struct, frozen=True):
    low: int
    high: int


def coarse_eta(seconds_left: float) -> EtaMinutes:
    """A range wide enough to hold true: whole minutes, up to half as much again, at least two apart."""
    low = max(1, int(seconds_left // 60))
    return EtaMinutes(low=low, high=max(low + 2, round(low * 1.5)))
