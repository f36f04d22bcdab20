"""Field types of the API: WGS 84 degrees, RFC 3339 times with an offset, texts that a database can store."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

Item = TypeVar("Item")

_NO_NUL = r"^[^\u0000]*$"

Lat = Annotated[float, Meta(ge=-90, le=90, examples=[13.7767])]
Lon = Annotated[float, Meta(ge=-180, le=180, examples=[100.5737])]
Metres = Annotated[float, Meta(ge=0, le=1_000_000)]
Moment = Annotated[datetime, Meta(tz=True, examples=["2026-11-22T14:02:31+07:00"])]
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=_NO_NUL)]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^(?!\s)[^\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]*(?<!\s)$",
        examples=["สายตรวจ 11"],
    ),
]
"""As it is shown: no blanks at its ends, no control characters, none that turn the direction of text."""
Text = Annotated[str, Meta(min_length=1, max_length=2000, pattern=_NO_NUL)]
Share = Annotated[float, Meta(ge=0, le=1)]
ModelName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,60}@[A-Za-z0-9._-]{1,40}$", examples=["dlib-resnet@1"])]


class Items(msgspec.Struct, Generic[Item]):
    """A list; `next` is the cursor of the next page."""

    items: list[Item]
    next: str | None = None


class In(msgspec.Struct, forbid_unknown_fields=True):
    """Base for input: unknown fields are refused, because they are mistakes worth reporting."""


class NeededReason(In, kw_only=True):
    reason: Text


def given(data: msgspec.Struct) -> dict[str, object]:
    """What a call changes: all but `version` and what was left out (UNSET)."""
    values = msgspec.structs.asdict(data)
    values.pop("version", None)
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
