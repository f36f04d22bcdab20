"""Which reports may be judged as one hoax. A flood of made-up ones may hide a real event."""

from datetime import timedelta
from enum import StrEnum

import msgspec

from api.domain.incidents.joining import USUAL
from api.domain.roads.travel import metres_between

UNDO_WITHIN = timedelta(hours=1)


class Difference(StrEnum):
    """What speaks for another sender."""

    PHOTO = "photo"
    MEASURED_POSITION = "measured_position"


class Said(msgspec.Struct, frozen=True):
    """What came with a report. `accuracy`: in metres; None: the place was not measured. `photos`: their digests."""

    lat: float
    lon: float
    accuracy: float | None
    photos: frozenset[bytes]


def difference(first: Said, other: Said) -> Difference | None:
    """What `other` has of its own: a photo that the first report lacks, or another measured place."""
    if other.photos - first.photos:
        return Difference.PHOTO
    if other.accuracy is None:
        return None
    apart = metres_between(other.lat, other.lon, first.lat, first.lon)
    return Difference.MEASURED_POSITION if apart > max(USUAL.radius_m, other.accuracy) else None
