"""What the messages of trackers have in common."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from api.domain.errors import Invalid, Malformed

Message = TypeVar("Message")


def decoded(body: bytes, message: type[Message]) -> Message:
    """Fields that the message does not list are the sender's own business."""
    try:
        return msgspec.json.decode(body, type=message)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed(detail="the body is no JSON") from None


def moment(unix_seconds: float, field: str) -> datetime:
    try:
        return datetime.fromtimestamp(unix_seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Invalid(field, "not a time") from None


def known(number: float | None) -> float | None:
    """Phones say -1 for what they don't know."""
    return None if number is None or number < 0 else number
