"""What an alert may lead to without a person, to the second, and what a decision changes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.domain.errors import ClockAhead, Invalid, WrongState
from api.domain.recognition import alert
from api.domain.recognition.alert import AlertKind, AlertState, WarrantCheck

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOTHING, CROWDS = frozenset[str](), frozenset({"crowd"})


@pytest.mark.parametrize(
    ("kind", "age_s", "automatic", "state"),
    [
        (AlertKind.SOS, 0, NOTHING, AlertState.DISPATCHED),
        (AlertKind.SOS, 300, NOTHING, AlertState.DISPATCHED),
        (AlertKind.SOS, 301, NOTHING, AlertState.PENDING),  # the scene has changed
        (AlertKind.SOS, -30, NOTHING, AlertState.DISPATCHED),
        (AlertKind.CROWD, 0, NOTHING, AlertState.PENDING),
        (AlertKind.CROWD, 300, CROWDS, AlertState.DISPATCHED),
        (AlertKind.CROWD, 301, CROWDS, AlertState.PENDING),
        (AlertKind.TAMPER, 0, CROWDS, AlertState.PENDING),
    ],
)
def test_what_goes_out_without_a_person(
    kind: AlertKind, age_s: int, automatic: frozenset[str], state: AlertState
) -> None:
    for valid in (True, False):
        found = alert.first_state(kind, NOW - age_s * SECOND, NOW, entry_valid=valid, automatic=automatic)
        assert found == state


@pytest.mark.parametrize("kind", [AlertKind.WATCHLIST_FACE, AlertKind.WATCHLIST_PLATE])
@pytest.mark.parametrize(("valid", "state"), [(True, AlertState.PENDING), (False, AlertState.EXPIRED)])
def test_a_match_waits_for_people_and_one_without_an_entry_ends(
    kind: AlertKind, valid: bool, state: AlertState
) -> None:
    everything = frozenset(str(each) for each in AlertKind)
    assert alert.first_state(kind, NOW, NOW, entry_valid=valid, automatic=everything) == state


@pytest.mark.parametrize("decision", [AlertState.CONFIRMED, AlertState.REJECTED, AlertState.DISPATCHED])
def test_a_decision_counts_once(decision: AlertState) -> None:
    assert alert.decide(AlertState.PENDING, decision)
    assert not alert.decide(decision, decision), "the same again changes nothing"
    other = AlertState.REJECTED if decision != AlertState.REJECTED else AlertState.CONFIRMED
    with pytest.raises(WrongState) as refused:
        alert.decide(other, decision)
    assert refused.value.facts == {"state": other}


def test_a_clock_may_be_a_minute_ahead() -> None:
    alert.check_clock(NOW + 60 * SECOND, NOW)
    alert.check_clock(NOW - timedelta(days=9), NOW)
    with pytest.raises(ClockAhead) as refused:
        alert.check_clock(NOW + 61 * SECOND, NOW)
    assert refused.value.facts == {"seconds": 61}


@pytest.mark.parametrize(
    ("age_s", "said"),
    [(-61, "lies in the future"), (-60, None), (900, None), (901, "is too long ago: look up the warrant again")],
)
def test_a_warrant_was_looked_up_within_a_quarter_of_an_hour(age_s: int, said: str | None) -> None:
    check = WarrantCheck(NOW - age_s * SECOND, "valid")
    if said is None:
        alert.check_warrant(check, NOW)
    else:
        with pytest.raises(Invalid) as refused:
            alert.check_warrant(check, NOW)
        assert refused.value.facts == {"errors": [{"field": "warrant_check.at", "message": said}]}


def test_a_visit_ends_after_ten_minutes_unseen() -> None:
    assert timedelta(minutes=10) == alert.VISIT


@pytest.mark.parametrize("kind", AlertKind)
def test_each_kind_of_alert_is_a_kind_of_incident_and_one_word_is_enough_but_for_faces(kind: AlertKind) -> None:
    assert alert.incident_kind(kind).value == kind.value
    assert alert.words_needed(kind, 5) == (5 if kind == AlertKind.WATCHLIST_FACE else 1)


def test_a_second_word_is_another_persons() -> None:
    one, other = uuid4(), uuid4()
    assert alert.is_first_word(2, None, one)
    assert alert.is_first_word(2, one, one), "the same person again changes nothing"
    assert not alert.is_first_word(2, one, other)
    for first in (None, one, other):
        assert not alert.is_first_word(1, first, one)
