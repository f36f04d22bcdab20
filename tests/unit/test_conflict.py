"""Declared conflicts: which words are a number, a plate or a name, and which look is recorded."""

import pytest

from api.domain.incidents.conflict import (
    LookReason,
    digits,
    look_reason,
    may_be_named,
    names_somebody,
    numbers,
    said,
)


@pytest.mark.parametrize(
    "written", ["081-234-5678", "+66 81 234 5678", "0066812345678", "081 234 5678", "(081)2345678"]
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert digits(written) == "0812345678"


def test_numbers_in_what_was_said() -> None:
    assert numbers("โทร 081-234-5678 หรือ +66 2 123 4567", None, "บ้าน 12/3 ซอย 5") == ["021234567", "0812345678"]
    assert numbers("26-001") == []


def test_what_was_said_is_compared_without_case_and_gaps() -> None:
    assert said("Somying", None, "", "JAIDEE") == "somying\njaidee"


@pytest.mark.parametrize(
    ("words", "somebody"),
    [
        ("0812345678", True),
        ("+66 81 234 5678", True),
        ("1กข 1234", True),
        ("กข1234", True),
        ("26-00001", False),
        ("191-26-4711", False),
        ("ซอย 23", False),
        ("สุขุมวิท 23 ปากซอย", False),
        ("", False),
    ],
)
def test_a_search_for_a_number_or_plate_is_one_for_a_person(words: str, somebody: bool) -> None:
    assert names_somebody(words) is somebody


def test_the_gravest_reason_for_recording_a_look() -> None:
    assert look_reason(about_police=False, conflicted=False, household=False) is None
    assert look_reason(about_police=True, conflicted=False, household=False) == LookReason.ABOUT_POLICE
    assert look_reason(about_police=True, conflicted=True, household=False) == LookReason.CONFLICT
    assert look_reason(about_police=True, conflicted=True, household=True) == LookReason.HOUSEHOLD


def test_nobody_reads_what_names_them() -> None:
    assert may_be_named({1, 2}, {3})
    assert not may_be_named({1, 2}, {2})
