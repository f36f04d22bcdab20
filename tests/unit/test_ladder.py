"""The ladder as a rule: what is due when, and what each deadline asks for; also with other times than a station's."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.deadline import LOOKS, DeadlineKind
from api.domain.incidents.ladder import Ladder, Response, Step, response

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)


def seconds(due: dict[DeadlineKind, datetime]) -> dict[str, float]:
    return {kind.value: (at - NOW).total_seconds() for kind, at in due.items()}


def test_an_offer_must_reach_a_phone_and_ends_after_one_window_even_if_it_does_not() -> None:
    assert seconds(Ladder().offered(NOW)) == {"offer_delivery": 10, "offer_expiry": 30}


def test_from_the_phones_receipt_the_whole_window_runs_with_a_reminder_half_way() -> None:
    assert seconds(Ladder().delivered(NOW)) == {"offer_reminder": 15, "offer_expiry": 30}


def test_a_case_that_nobody_takes_or_nobody_can_take() -> None:
    assert seconds(Ladder().opened(NOW)) == {"no_taker": 60}
    assert seconds(Ladder().nobody_free(NOW)) == {"try_again": 15}


@pytest.mark.parametrize(
    ("urgent", "offered_unheard", "due"),
    [
        (True, True, {"report_unopened": 20, "report_unheard": 45}),
        (True, False, {"report_unopened": 20}),
        (False, True, {"report_unopened": 600}),
        (False, False, {"report_unopened": 600}),
    ],
)
def test_a_report_that_waits_for_a_person(urgent: bool, offered_unheard: bool, due: dict[str, float]) -> None:
    assert seconds(Ladder().waits_for_a_person(NOW, urgent=urgent, offered_unheard=offered_unheard)) == due


def test_every_time_is_the_stations_own() -> None:
    ladder = Ladder(*(timedelta(seconds=n) for n in (1, 2, 3, 4, 5, 6, 7)))
    assert seconds(ladder.offered(NOW)) == {"offer_delivery": 1, "offer_expiry": 2}
    assert seconds(ladder.delivered(NOW)) == {"offer_reminder": 1, "offer_expiry": 2}
    assert seconds(ladder.nobody_free(NOW)) == {"try_again": 3}
    assert seconds(ladder.opened(NOW)) == {"no_taker": 4}
    urgent = ladder.waits_for_a_person(NOW, urgent=True, offered_unheard=True)
    assert seconds(urgent) == {"report_unopened": 5, "report_unheard": 6}
    assert seconds(ladder.waits_for_a_person(NOW, urgent=False, offered_unheard=True)) == {"report_unopened": 7}


@pytest.mark.parametrize(
    ("kind", "priority", "held", "asked_for"),
    [
        (DeadlineKind.OFFER_DELIVERY, 1, False, Response(Step.OFFER_NEXT_AS_WELL)),
        (DeadlineKind.OFFER_REMINDER, 1, False, Response(Step.REMIND)),
        (DeadlineKind.OFFER_EXPIRY, 1, False, Response(Step.EXPIRE, AlarmReason.FIRST_SILENCE)),
        (DeadlineKind.OFFER_EXPIRY, 2, False, Response(Step.EXPIRE)),
        (DeadlineKind.TRY_AGAIN, 1, True, Response(Step.SEEK)),
        (DeadlineKind.NO_TAKER, 3, False, Response(Step.WAIT, AlarmReason.NO_TAKER)),
        (DeadlineKind.NO_TAKER, 1, True, Response(Step.WAIT)),
    ],
)
def test_what_a_deadline_asks_for(kind: DeadlineKind, priority: int, held: bool, asked_for: Response) -> None:
    assert response(kind, priority=priority, held=held) == asked_for


@pytest.mark.parametrize("kind", sorted(LOOKS))
def test_what_is_not_part_of_the_ladder_is_refused(kind: DeadlineKind) -> None:
    with pytest.raises(ValueError, match=kind.value):
        response(kind, priority=1, held=False)


def test_a_ladder_played_through_with_other_windows() -> None:
    """As a simulation runs it: three silent units of a priority 1, each phone reached after two seconds."""
    ladder = Ladder(delivery=timedelta(seconds=4), answer=timedelta(seconds=6))
    now, alarms, asked = NOW, 0, 0
    while asked < 3:
        asked += 1
        assert ladder.offered(now)[DeadlineKind.OFFER_DELIVERY] > now + timedelta(seconds=2), "reached in time"
        now = ladder.delivered(now + timedelta(seconds=2))[DeadlineKind.OFFER_EXPIRY]
        alarms += response(DeadlineKind.OFFER_EXPIRY, priority=1, held=False).alarm is not None
    assert (now - NOW, alarms) == (timedelta(seconds=24), 3)
