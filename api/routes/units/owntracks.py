"""OwnTracks in its HTTP mode: `location` messages, one or many. All other types are accepted and ignored."""

import base64
import binascii

import msgspec

from api.domain.errors import Invalid
from api.domain.units.fix import Fix
from api.routes.units.tracker_message import decoded, known, moment

_KM_PER_H = 1000 / 3600


class Message(msgspec.Struct):
    """`tst` Unix seconds, `acc` metres, `vel` km/h, `cog` degrees; negative: unknown."""

    type: str = msgspec.field(name="_type")
    lat: float | None = None
    lon: float | None = None
    tst: float | None = None
    acc: float | None = None
    vel: float | None = None
    cog: float | None = None


def password(authorization: str) -> str | None:
    """The HTTP Basic password; the user name is arbitrary."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, _, word = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return word or None


def read(body: bytes) -> list[Fix]:
    if not body.strip():
        return []  # the app reports a removed friend this way
    listed = decoded(body, list[Message]) if body.lstrip().startswith(b"[") else [decoded(body, Message)]
    if any(message.type == "encrypted" for message in listed):
        raise Invalid("_type", "encrypted messages cannot be read: leave the encryption key empty, TLS protects them")
    return [_fix(message) for message in listed if message.type == "location"]


def _fix(message: Message) -> Fix:
    if message.lat is None or message.lon is None or message.tst is None:
        missing = next(name for name in ("lat", "lon", "tst") if getattr(message, name) is None)
        raise Invalid(missing, "missing")
    speed = known(message.vel)
    return Fix(
        at=moment(message.tst, "tst"),
        lat=message.lat,
        lon=message.lon,
        accuracy=known(message.acc) or None,
        speed=None if speed is None else speed * _KM_PER_H,
        heading=known(message.cog),
    )
