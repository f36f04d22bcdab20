"""What an approval and a match require, rule by rule, without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from api.domain.errors import Invalid
from api.domain.recognition import alert, watchlist
from api.domain.recognition.alert import AlertKind, WarrantCheck
from api.domain.recognition.watchlist import EntryState, Facts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FACTS = Facts(
    legal_basis="warrant",
    warrant_number="1/2569",
    court="Criminal Court",
    picture_source="register",
    born=date(1990, 1, 15),
    plate=None,
    expires_at=NOW + timedelta(days=30),
    pictures=(True, None),
)


def missing(*, minor_permitted: bool = False, **said: Any) -> list[str]:
    try:
        watchlist.check_facts(msgspec.structs.replace(FACTS, **said), NOW, minor_permitted=minor_permitted)
    except Invalid as error:
        return [each["field"] for each in error.facts["errors"]]
    return []


def test_a_whole_entry_lacks_nothing() -> None:
    assert missing() == []
    assert missing(expires_at=NOW + watchlist.LONGEST) == []


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        *(({name: empty}, [name]) for name in ("warrant_number", "court") for empty in (None, "", " ")),
        ({"legal_basis": " "}, ["legal_basis"]),
        ({"picture_source": ""}, ["picture_source"]),
        ({"expires_at": NOW + watchlist.LONGEST + timedelta(seconds=1)}, ["expires_at"]),
        ({"born": None}, ["born"]),
        ({"born": date(2008, 11, 27)}, ["born"]),
        ({"pictures": ()}, ["pictures"]),
        ({"pictures": (True, False)}, ["pictures"]),
        ({"plate": "1กก 1", "pictures": (False,)}, ["pictures"]),
        ({"court": None, "born": None, "pictures": ()}, ["court", "born", "pictures"]),
    ],
)
def test_what_is_missing_is_named(said: dict[str, Any], fields: list[str]) -> None:
    assert missing(**said) == fields


def test_a_vehicle_has_neither_birthday_nor_face_and_a_child_a_permit() -> None:
    assert missing(plate="1กก 1", born=None, pictures=()) == []
    assert missing(born=date(2008, 11, 26)) == [], "18 today"
    assert missing(born=date(2015, 1, 1), minor_permitted=True) == []


def test_an_entry_is_over_at_its_end_or_its_review_whichever_comes_first() -> None:
    def state(expires: int, review: int | None) -> EntryState:
        review_at = None if review is None else NOW + timedelta(days=review)
        return watchlist.state_at(
            NOW, approved=True, withdrawn=False, expires_at=NOW + timedelta(days=expires), review_at=review_at
        )

    assert [state(1, None), state(1, 1), state(1, 0), state(0, 1)] == [
        EntryState.APPROVED,
        EntryState.APPROVED,
        EntryState.EXPIRED,
        EntryState.EXPIRED,
    ]


@pytest.mark.parametrize(
    ("check", "field"),
    [
        (None, "warrant_check"),
        (WarrantCheck(NOW, "ended"), "warrant_check.result"),
        (WarrantCheck(NOW, "not_found"), "warrant_check.result"),
        (WarrantCheck(NOW - alert.LOOKED_UP_WITHIN - timedelta(seconds=1), "valid"), "warrant_check.at"),
        (WarrantCheck(NOW + alert.CLOCK_TOLERANCE + timedelta(seconds=1), "valid"), "warrant_check.at"),
    ],
)
def test_a_warrant_was_just_looked_up_and_holds(check: WarrantCheck | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        alert.check_warrant(check, NOW)
    assert [each["field"] for each in refused.value.facts["errors"]] == [field]
    for at in (NOW - alert.LOOKED_UP_WITHIN, NOW + alert.CLOCK_TOLERANCE):
        alert.check_warrant(WarrantCheck(at, "valid"), NOW)


def test_two_people_speak_for_a_face_and_one_for_all_else() -> None:
    assert [alert.words_needed(kind, 2) for kind in AlertKind].count(2) == 1
    assert alert.words_needed(AlertKind.WATCHLIST_FACE, 2) == 2
    assert alert.words_needed(AlertKind.WATCHLIST_FACE, 1) == 1
