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
