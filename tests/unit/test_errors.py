"""Codes that clients rely on, and the facts an error carries."""

import pytest

from api.domain import errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Malformed, "malformed"),
        (errors.NotFound, "not_found"),
        (errors.Unauthenticated, "unauthenticated"),
        (errors.Forbidden, "forbidden"),
        (errors.CsrfFailed, "csrf"),
        (errors.WrongState, "wrong_state"),
        (errors.NotLooked, "not_looked"),
        (errors.IdReused, "id_reused"),
        (errors.Taken, "taken"),
        (errors.Changed, "changed"),
        (errors.TooLarge, "too_large"),
        (errors.UnknownCamera, "unknown_camera"),
        (errors.UnknownEntry, "unknown_entry"),
        (errors.ClockAhead, "clock_ahead"),
        (errors.SlowDown, "slow_down"),
        (errors.Unavailable, "unavailable"),
    ],
)
def test_codes_are_stable(error: type[errors.DomainError], code: str) -> None:
    raised = error(because="x")
    assert (raised.code, raised.facts) == (code, {"because": "x"})
    assert raised.args == (code, {"because": "x"}), "and a log shows both"


def test_an_invalid_payload_names_each_field() -> None:
    raised = errors.Invalid("a", "is needed", ("b", "too long"))
    assert raised.code == "invalid"
    assert raised.facts == {"errors": [{"field": "a", "message": "is needed"}, {"field": "b", "message": "too long"}]}
