from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class BeatRow(msgspec.Struct, frozen=True):
    """`area`: GeoJSON of a polygon. `callsigns`: of the units that name it."""

    id: UUID
    name: str
    area: str
    version: int
    callsigns: list[str]


class Misplaced(msgspec.Struct, frozen=True):
    """`outside`: the share of the area that is not the station's; `other`: a beat that it overlaps; each with where."""

    outside: float | None
    outside_lat: float | None
    outside_lon: float | None
    other: str | None
    lat: float | None
    lon: float | None


class OfficerRow(msgspec.Struct, frozen=True):
    """Whom a roster may name. `default_unit_id`: their usual unit."""

    account_id: UUID
    display_name: str
    default_unit_id: UUID | None


class PlannedPerson(msgspec.Struct, frozen=True):
    """`on_duty`: in this unit, now."""

    account_id: UUID
    display_name: str
    on_duty: bool


class PlannedShift(msgspec.Struct, frozen=True):
    """A unit's shift in the roster."""

    id: UUID
    unit_id: UUID
    callsign: str
    starts_at: datetime
    ends_at: datetime
    version: int
    people: list[PlannedPerson]


beats = bindings.ListBeats(BeatRow)
add_beat = bindings.AddBeat()
change_beat = bindings.ChangeBeat()
remove_beat = bindings.RemoveBeat()
misplaced = bindings.MisplacedBeat(Misplaced)
planned = bindings.ListPlannedShifts(PlannedShift)
add_planned = bindings.AddPlannedShift()
change_planned = bindings.ChangePlannedShift()
add_crew = bindings.AddPlannedCrew()
officers = bindings.ListOfficers(OfficerRow)
remove_planned = bindings.RemovePlannedShift()
