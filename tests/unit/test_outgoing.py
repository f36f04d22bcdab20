"""How an attempt to send ends, and when the next one is due."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain.notifying import outgoing
from api.domain.notifying.outgoing import DeliveryState, Failed, Gone, Outcome, Refused, Sent, Settlement, settle

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("outcome", "attempts", "worth", "state", "due_in", "error"),
    [
        (Sent(), 1, 30, "sent", 0, None),
        (Refused("bad key"), 1, 30, "failed", 0, "bad key"),
        (Gone("unsubscribed"), 1, 30, "gone", 0, "unsubscribed"),
        (Failed("status 503"), 1, 30, "due", 1, "status 503"),
        (Failed("status 503"), 3, 30, "due", 4, "status 503"),
        (Failed("status 503"), 5, 30, "due", 15, "status 503"),
        (Failed("status 503"), 6, 30, "expired", 0, "status 503"),
        (Failed("status 429", 29), 1, 30, "due", 29, "status 429"),
        (Failed("status 429", 30), 1, 30, "expired", 0, "status 429"),
        (Failed("status 429", 0), 4, 30, "due", 0, "status 429"),
        (Failed("too late"), 1, -1, "expired", 0, "too late"),
    ],
)
def test_what_an_attempt_leaves(
    outcome: Outcome, attempts: int, worth: int, state: str, due_in: int, error: str | None
) -> None:
    left = settle(outcome, attempts, NOW + worth * SECOND, NOW)
    assert left == Settlement(DeliveryState(state), NOW + due_in * SECOND, error)


def test_a_failed_one_is_tried_again_soon_then_every_half_minute() -> None:
    waits = [(outgoing.retry_at(NOW, attempts) - NOW).total_seconds() for attempts in range(1, 9)]
    assert waits == [1, 2, 4, 8, 15, 30, 30, 30]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("3600", 3600),
        ("3601", 3600),
        ("999999999", 3600),
        ("9999999999", 3600),
        ("1" * 5000, 3600),
        ("000000120", 120),
        ("0000000120", 3600),  # ten digits are not read
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("๑๒", None),  # Thai digits are digits to Python
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_how_long_a_service_may_ask_us_to_wait(header: str, seconds: int | None) -> None:
    assert outgoing.retry_after(header) == seconds
