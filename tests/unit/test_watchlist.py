"""Who may be looked for, and until when: ages to the day, ends to the second."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from api.domain.errors import Forbidden, Invalid, WrongState
from api.domain.recognition import watchlist
from api.domain.recognition.watchlist import EntryState

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2008, 6, 15), date(2026, 6, 14), 17),
        (date(2008, 6, 15), date(2026, 6, 15), 18),
        (date(2008, 6, 15), date(2026, 6, 16), 18),
        (date(2008, 6, 15), date(2026, 7, 1), 18),  # a smaller day of a later month
        (date(2008, 6, 15), date(2026, 5, 30), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_in_whole_years(born: date, today: date, years: int) -> None:
    assert watchlist.age(born, today) == years


@pytest.mark.parametrize(
    ("born", "expires_at", "permitted", "field"),
    [
        (None, NOW + SECOND, False, None),
        (None, NOW, False, "expires_at"),
        (None, NOW - SECOND, True, "expires_at"),
        (date(2008, 6, 15), NOW + SECOND, False, None),  # 18 today
        (date(2008, 6, 16), NOW + SECOND, False, "born"),
        (date(2008, 6, 16), NOW + SECOND, True, None),
        (date(2026, 6, 15), NOW + SECOND, True, None),
        (date(2026, 6, 16), NOW + SECOND, True, "born"),  # not born yet
    ],
)
def test_what_can_never_be_an_entry(
    born: date | None, expires_at: datetime, permitted: bool, field: str | None
) -> None:
    if field is None:
        watchlist.check_draft(born, expires_at, NOW, minor_permitted=permitted)
    else:
        with pytest.raises(Invalid) as refused:
            watchlist.check_draft(born, expires_at, NOW, minor_permitted=permitted)
        assert [each["field"] for each in refused.value.facts["errors"]] == [field]


@pytest.mark.parametrize(
    ("approved", "withdrawn", "expires_in", "review_in", "state"),
    [
        (False, False, DAY, None, EntryState.DRAFT),
        (True, False, DAY, None, EntryState.APPROVED),
        (True, False, SECOND, SECOND, EntryState.APPROVED),
        (True, False, 0 * DAY, None, EntryState.EXPIRED),
        (True, False, DAY, 0 * DAY, EntryState.EXPIRED),  # not reviewed in time
        (False, False, -DAY, None, EntryState.EXPIRED),
        (True, True, DAY, None, EntryState.WITHDRAWN),
        (True, True, -DAY, None, EntryState.WITHDRAWN),
    ],
)
def test_the_state_of_an_entry(
    approved: bool, withdrawn: bool, expires_in: timedelta, review_in: timedelta | None, state: EntryState
) -> None:
    review_at = None if review_in is None else NOW + review_in
    found = watchlist.state_at(
        NOW, approved=approved, withdrawn=withdrawn, expires_at=NOW + expires_in, review_at=review_at
    )
    assert found == state


def test_nobody_approves_their_own_request_and_only_a_draft_is_approved() -> None:
    asker, other = uuid4(), uuid4()
    watchlist.check_approval(EntryState.DRAFT, asker, other)
    with pytest.raises(Forbidden) as refused:
        watchlist.check_approval(EntryState.DRAFT, asker, asker)
    assert refused.value.facts == {"because": "requester_cannot_approve"}
    for state in set(EntryState) - {EntryState.DRAFT}:
        with pytest.raises(WrongState) as raised:
            watchlist.check_approval(state, asker, other)
        assert raised.value.facts == {"state": state}


def test_two_years_at_most_and_a_review_after_ninety_days() -> None:
    assert (watchlist.LONGEST, watchlist.REVIEW, watchlist.ADULT_YEARS) == (732 * DAY, 90 * DAY, 18)
