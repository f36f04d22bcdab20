"""Who must not handle a case: declared conflicts of interest, and why a look at a case is recorded."""

import re
from collections.abc import Iterable
from enum import StrEnum

SAME_ADDRESS_M = 75.0
"""A case within this distance of a declared address is about it."""
FEWEST_DIGITS = 7
LEAST_SUBSCRIBER = 9
"""Digits of a Thai number, its leading 0 included."""
FEWEST_LETTERS = 4
"""Of a declared person's name, so that a short one does not match half of all cases."""


class DeclarationKind(StrEnum):
    ADDRESS = "address"
    PERSON = "person"


class LookReason(StrEnum):
    """Why a look at a case is recorded for those who watch over it."""

    ABOUT_POLICE = "about_police"
    CONFLICT = "conflict"
    """A case that the person has declared not to handle, or is named in."""
    HOUSEHOLD = "household"
    """Their own household's."""


def digits(phone: str) -> str:
    """Without the country's code and punctuation, so that +66 81 234 5678 and 081-234-5678 are the same."""
    plain = re.sub(r"\D", "", phone)
    return re.sub(r"^(?:00)?66", "0", plain)


def said(*words: str | None) -> str:
    """Everything that was said about a case, to be searched for declared names."""
    return "\n".join(each for each in words if each).casefold()


def numbers(*words: str | None) -> list[str]:
    """The telephone numbers in what was said, as `digits` writes them."""
    found = (digits(each) for text in words if text for each in re.findall(r"\+?\d[\d\s().-]{5,}\d", text))
    return sorted({each for each in found if len(each) >= FEWEST_DIGITS})


def names_somebody(words: str) -> bool:
    """Whether a search is for a telephone number or a number plate rather than for a place: it then needs a reason."""
    plate = re.search(r"[ก-ฮ]{2}\s?\d{1,4}(?!\d)", words)
    rung = any(each.startswith("0") and len(each) >= LEAST_SUBSCRIBER for each in numbers(words))
    return rung or (plate is not None and len(plate.group()) == len(words.strip().lstrip("0123456789")))


def look_reason(*, about_police: bool, conflicted: bool, household: bool) -> LookReason | None:
    """None: an ordinary look, which is recorded nowhere."""
    if household:
        return LookReason.HOUSEHOLD
    if conflicted:
        return LookReason.CONFLICT
    return LookReason.ABOUT_POLICE if about_police else None


def may_be_named(readers: Iterable[object], named: Iterable[object]) -> bool:
    """Nobody reads a case in which they are named."""
    return not set(readers) & set(named)
