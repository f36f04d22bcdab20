"""One real-world event: its kind, priority and state."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.errors import ClockAhead, Invalid, WrongState
from api.domain.incidents.assignment import AssignmentState


class IncidentKind(StrEnum):
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
    """The kinds a citizen may choose; each is also an incident kind of the same name."""

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


class IncidentState(StrEnum):
    OPEN = "open"
    OFFERING = "offering"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


AHEAD = timedelta(seconds=60)
"""How far a stated time may be ahead of ours: two clocks differ."""
STATED_WITHIN = timedelta(days=7)
"""How long ago a citizen may have told somebody else, when a case is entered."""
ENDED = frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED})

PRIORITY: dict[IncidentKind, int] = {
    IncidentKind.SOS: 1,
    IncidentKind.VIOLENCE: 1,
    IncidentKind.OFFICER_EMERGENCY: 1,
    IncidentKind.DOMESTIC: 1,
    IncidentKind.WEAPON: 1,
    IncidentKind.THEFT: 2,
    IncidentKind.CRASH: 2,
    IncidentKind.DRUGS: 2,
    IncidentKind.SUSPICIOUS: 2,
    IncidentKind.INTRUSION: 2,
    IncidentKind.CROWD: 2,
    IncidentKind.WATCHLIST_FACE: 2,
    IncidentKind.WATCHLIST_PLATE: 2,
    IncidentKind.TRAFFIC: 3,
    IncidentKind.NUISANCE: 3,
    IncidentKind.TAMPER: 3,
    IncidentKind.OTHER: 3,
}
"""A watchlist incident takes its entry's priority instead."""

VIOLENT = frozenset({IncidentKind.VIOLENCE, IncidentKind.DOMESTIC, IncidentKind.WEAPON, IncidentKind.OFFICER_EMERGENCY})
"""Kinds that a unit never leaves for another case."""

TIP_OFFS = frozenset({IncidentKind.DRUGS, IncidentKind.SUSPICIOUS})
"""Reporting these may endanger the reporter: their number stays in the radio room."""


class Hazard(StrEnum):
    """What can hurt the officer; part of the offer."""

    WEAPON = "weapon"
    SEVERAL_PEOPLE = "several_people"
    DOG = "dog"
    SILENT = "silent"
    """The caller must stay hidden: never ring, light up or message that phone."""
    CHEMICAL = "chemical"


def priority_of(kind: IncidentKind, hazards: Collection[Hazard] = (), *, injured: bool = False) -> int:
    """An injured person or a weapon makes any incident priority 1."""
    return 1 if injured or Hazard.WEAPON in hazards else PRIORITY[kind]


def corrected_priority(
    before: int, kinds: tuple[IncidentKind, IncidentKind], hazards: tuple[Collection[Hazard], Collection[Hazard]]
) -> int:
    """After a correction that names no priority itself. `kinds`, `hazards`: before and after. Another kind has its own
    usual priority; a further hazard only makes a case more urgent."""
    usual = priority_of(kinds[1], hazards[1])
    if kinds[0] != kinds[1]:
        return usual
    return min(before, usual) if set(hazards[1]) - set(hazards[0]) else before


# The incident's step is the furthest that any unit has reached.
_STEPS = (
    (AssignmentState.ARRIVED, IncidentState.ON_SCENE),
    (AssignmentState.EN_ROUTE, IncidentState.EN_ROUTE),
    (AssignmentState.ACCEPTED, IncidentState.ASSIGNED),
    (AssignmentState.OFFERED, IncidentState.OFFERING),
)


def state_from(assignments: Collection[AssignmentState], *, awaits_safety: bool = False) -> IncidentState:
    """An active incident's state, from the states of all its assignments.

    Clearing the last held assignment closes it, unless an officer has still to say that they are safe; an incident
    that no unit holds or is offered is open.
    """
    for reached, state in _STEPS:
        if reached in assignments:
            return state
    over = AssignmentState.CLEARED in assignments and not awaits_safety
    return IncidentState.CLOSED if over else IncidentState.OPEN


def stated_time(stated: datetime | None, now: datetime) -> datetime:
    """When the citizen first told anybody, as somebody states it; None: just now. Raises ClockAhead or Invalid."""
    if stated is None:
        return now
    if stated > now + AHEAD:
        raise ClockAhead(seconds=round((stated - now).total_seconds()))
    if stated < now - STATED_WITHIN:
        raise Invalid("received_at", f"at most {STATED_WITHIN.days} days ago")
    return min(stated, now)


def demand_active(state: IncidentState) -> None:
    if state in ENDED:
        raise WrongState(state=state)


def reference(year: int, number: int) -> str:
    """เลขรับแจ้งเหตุ as people say it on the radio: two digits of the year, then a running number."""
    return f"{year % 100:02d}-{number:05d}"
