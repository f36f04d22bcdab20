from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.citizens.caller_location import LocationSource


class CallerLocationRow(msgspec.Struct, frozen=True):
    """`located_at`: by the phone's clock. `phone_number`: counts the phones that have opened the link."""

    id: UUID
    source: LocationSource
    method: str | None
    number: str | None
    lat: float
    lon: float
    accuracy: float | None
    floor: str | None
    located_at: datetime | None
    received_at: datetime
    phone_number: int


class CallerLinkRow(msgspec.Struct, frozen=True):
    report_id: UUID
    incident_id: UUID
    code: str
    sent_to: str | None
    made_at: datetime
    expires_at: datetime
    code_used_at: datetime | None
    opened_at: datetime | None
    reference: str
    case_ended: bool


class FoundLink(msgspec.Struct, frozen=True):
    report_id: UUID
    station_id: UUID


add_location = bindings.AddCallerLocation()
case_of_number = bindings.CaseOfNumber()
match = bindings.MatchCallerLocations()
locations = bindings.CallerLocations(CallerLocationRow)
unmatched = bindings.UnmatchedCallerLocations(CallerLocationRow)
add_link = bindings.AddCallerLink()
link_of = bindings.LinkOf(CallerLinkRow)
newest_link = bindings.NewestLink(CallerLinkRow)
link_by_code = bindings.LinkByCode(FoundLink)
use_code = bindings.UseCode()
link_opened = bindings.LinkOpened()
end_link = bindings.EndLink()
