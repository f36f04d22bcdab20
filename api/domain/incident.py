"""One event in the street: what it is, how urgent, and where it stands."""

from collections.abc import Collection
from enum import StrEnum

from api.domain.assignment import State as AssignmentState
from api.domain.errors import WrongState


class Kind(StrEnum):
    SOS = "sos"
    VIOLENCE = "violence"
    OFFICER_EMERGENCY = "officer_emergency"
    DOMESTIC = "domestic"
    WEAPON = "weapon"
    THEFT = "theft"
    CRASH = "crash"
    DRUGS = "drugs"
    SUSPICIOUS = "suspicious"
    INTRUSION = "intrusion"
    CROWD = "crowd"
    TRAFFIC = "traffic"
    NUISANCE = "nuisance"
    TAMPER = "tamper"
    OTHER = "other"
    WATCHLIST_FACE = "watchlist_face"
    WATCHLIST_PLATE = "watchlist_plate"


class ReportKind(StrEnum):
    """What a citizen may choose; each is an incident's kind of the same name."""

    SOS = "sos"
    VIOLENCE = "violence"
    DOMESTIC = "domestic"
    WEAPON = "weapon"
    THEFT = "theft"
    CRASH = "crash"
    DRUGS = "drugs"
    SUSPICIOUS = "suspicious"
    TRAFFIC = "traffic"
    NUISANCE = "nuisance"
    OTHER = "other"


class State(StrEnum):
    OPEN = "open"
    OFFERING = "offering"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


ENDED = frozenset({State.CLOSED, State.CANCELLED, State.MERGED})

PRIORITY: dict[Kind, int] = {
    Kind.SOS: 1,
    Kind.VIOLENCE: 1,
    Kind.OFFICER_EMERGENCY: 1,
    Kind.DOMESTIC: 1,
    Kind.WEAPON: 1,
    Kind.THEFT: 2,
    Kind.CRASH: 2,
    Kind.DRUGS: 2,
    Kind.SUSPICIOUS: 2,
    Kind.INTRUSION: 2,
    Kind.CROWD: 2,
    Kind.WATCHLIST_FACE: 2,
    Kind.WATCHLIST_PLATE: 2,
    Kind.TRAFFIC: 3,
    Kind.NUISANCE: 3,
    Kind.TAMPER: 3,
    Kind.OTHER: 3,
}
"""A watchlist incident takes its entry's priority instead."""

VIOLENT = frozenset({Kind.VIOLENCE, Kind.DOMESTIC, Kind.WEAPON, Kind.OFFICER_EMERGENCY})
"""What a unit never leaves for something else."""

TIP_OFFS = frozenset({Kind.DRUGS, Kind.SUSPICIOUS})
"""Whoever tells of these may be in danger for it: their number stays in the radio room."""


class Hazard(StrEnum):
    """What can hurt the officer who goes there; part of the offer."""

    WEAPON = "weapon"
    SEVERAL_PEOPLE = "several_people"
    DOG = "dog"
    SILENT = "silent"
    """The caller must not be heard: nothing rings, lights up or writes to that phone."""
    CHEMICAL = "chemical"


def priority_of(kind: Kind, hazards: Collection[Hazard] = (), *, injured: bool = False) -> int:
    """Somebody injured, or a weapon, makes anything urgent."""
    return 1 if injured or Hazard.WEAPON in hazards else PRIORITY[kind]


# The furthest step that any unit has reached is the incident's step.
_STEPS = (
    (AssignmentState.ARRIVED, State.ON_SCENE),
    (AssignmentState.EN_ROUTE, State.EN_ROUTE),
    (AssignmentState.ACCEPTED, State.ASSIGNED),
    (AssignmentState.OFFERED, State.OFFERING),
)


def state_from(assignments: Collection[AssignmentState]) -> State:
    """Where an active incident stands, from the states of all its assignments.

    Clearing the last held assignment closes it; an incident that nobody holds or is offered is open.
    """
    for reached, state in _STEPS:
        if reached in assignments:
            return state
    return State.CLOSED if AssignmentState.CLEARED in assignments else State.OPEN


def demand_active(state: State) -> None:
    if state in ENDED:
        raise WrongState(state=state)


def reference(year: int, number: int) -> str:
    """เลขรับแจ้งเหตุ as people say it on the radio: two digits of the year, then a running number."""
    return f"{year % 100:02d}-{number:05d}"
