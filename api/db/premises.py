from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.places.premises import WarningKind, WarningSource


class PremisesWarningRow(msgspec.Struct, frozen=True):
    """`review_at`: from then on it is not shown until somebody approves it again."""

    id: UUID
    lat: float
    lon: float
    radius_m: int
    place: str
    kind: WarningKind
    source: WarningSource
    fact: str
    made_by: UUID
    made_by_name: str
    made_at: datetime
    approved_by_name: str | None
    approved_at: datetime | None
    review_at: datetime | None
    ended_at: datetime | None


class WarningAt(msgspec.Struct, frozen=True):
    incident_id: UUID
    id: UUID
    kind: WarningKind
    source: WarningSource
    fact: str
    place: str
    made_at: datetime
    approved_at: datetime


add = bindings.AddPremisesWarning()
listed = bindings.PremisesWarnings(PremisesWarningRow)
at_incidents = bindings.WarningsAt(WarningAt)
approve = bindings.ApproveWarning()
end = bindings.EndWarning()
