"""What a citizen is told: never more than is known."""

from datetime import timedelta

import pytest

from api.domain.citizens.report import (
    STATUS,
    EtaMinutes,
    Ride,
    Status,
    coarse_eta,
    goes_at_once,
    may_be_given,
    may_ring,
    promise,
    status,
)
from api.domain.incidents.assignment import AssignmentState, Withdrawal
from api.domain.incidents.incident import TIP_OFFS, IncidentState, ReportKind
from tests.unit.situations import NOW


@pytest.mark.parametrize(
    ("seconds", "low", "high"),
    [
        (-600, 0, 3),
        (0, 0, 3),
        (179, 0, 3),
        (180, 3, 5),
        (299, 3, 5),
        (300, 5, 10),
        (600, 10, 15),
        (899, 10, 15),
        (900, 15, None),
        (7200, 15, None),
    ],
)
def test_an_arrival_in_coarse_steps(seconds: float, low: int, high: int | None) -> None:
    assert coarse_eta(seconds) == EtaMinutes(low, high)


def test_every_state_has_plain_words_and_merging_is_not_told() -> None:
    assert {state.value: status.value for state, status in STATUS.items()} == {
        "open": "received",
        "offering": "searching",
        "assigned": "assigned",
        "en_route": "on_the_way",
        "on_scene": "arrived",
        "closed": "closed",
        "cancelled": "cancelled",
        "merged": "received",
    }
    assert set(STATUS) == set(IncidentState)


def test_what_a_citizen_called_off_looks_cancelled_until_the_radio_room_ends_it() -> None:
    assert status(IncidentState.EN_ROUTE, called_off=True) == Status.CANCELLED
    assert status(IncidentState.EN_ROUTE, called_off=False) == Status.ON_THE_WAY


def ride(state: str, minutes: float | None = 5, because: Withdrawal | None = None) -> Ride:
    return Ride(AssignmentState(state), because, None if minutes is None else NOW + timedelta(minutes=minutes))


def diverted(minutes: float | None = 2) -> Ride:
    return ride("withdrawn", minutes, Withdrawal.DIVERTED)


@pytest.mark.parametrize(
    ("rides", "minutes"),
    [
        ([], None),
        ([ride("accepted", 10)], 10),
        ([ride("en_route", 10)], 10),
        ([ride("en_route", 10), ride("accepted", 7)], 7),
        ([ride("en_route", 10), ride("accepted", None)], 10),
        ([ride("en_route", None)], None),
        ([ride("offered", 5)], None),  # it may still decline
        ([ride("offered", 5), ride("withdrawn", 2, Withdrawal.TAKEN)], None),
        ([ride("offered", 5), diverted()], 5),  # the first had to leave: the citizen keeps a promise
        ([ride("offered", 5), diverted(), ride("en_route", 8)], 8),
        ([diverted()], None),
        ([diverted(), ride("declined", 3)], None),
        ([ride("arrived", -1), ride("en_route", 4)], None),
        ([ride("arrived", -1), ride("offered", 4), diverted()], None),
        ([ride("cleared", 3), ride("expired", 3), ride("declined", 3)], None),
    ],
)
def test_by_whom_the_time_of_arrival_is_promised(rides: list[Ride], minutes: float | None) -> None:
    assert promise(rides, NOW) == (None if minutes is None else coarse_eta(minutes * 60))


def test_an_sos_goes_at_once_and_so_does_what_the_station_delegates() -> None:
    assert {kind for kind in ReportKind if goes_at_once(kind, ["weapon", "crash"])} == {"sos", "weapon", "crash"}
    assert {kind for kind in ReportKind if goes_at_once(kind, [])} == {"sos"}


@pytest.mark.parametrize(
    ("silent", "safe_to_call", "may"),
    [(False, None, True), (False, True, True), (False, False, False), (True, True, False), (True, None, False)],
)
def test_whose_phone_may_ring_and_whose_number_is_given(silent: bool, safe_to_call: bool | None, *, may: bool) -> None:
    assert may_ring(silent=silent, safe_to_call=safe_to_call) == may
    for kind in ReportKind:
        given = may_be_given(kind, silent=silent, safe_to_call=safe_to_call)
        assert given == (may and kind not in TIP_OFFS)
