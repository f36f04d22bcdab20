"""Common parts of tracker messages."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from api.domain.errors import Invalid, Malformed

Message = TypeVar("Message")


def decoded(body: bytes, message: type[Message]) -> Message:
    """Unknown fields are ignored."""
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
    """Phones send -1 for unknown values."""
    return None if number is None or number < 0 else number
