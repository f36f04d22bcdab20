from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.access.permissions import Role
from api.domain.incidents.conflict import DeclarationKind, LookReason


class PersonRow(msgspec.Struct, frozen=True):
    id: UUID
    role: Role


class UnitId(msgspec.Struct, frozen=True):
    unit_id: UUID


class Id(msgspec.Struct, frozen=True):
    id: UUID


class SeenRow(msgspec.Struct, frozen=True):
    id: UUID
    about_police: bool


class HandlerRow(msgspec.Struct, frozen=True):
    """`at`: since when they are a reader of a case about the police. `declared`: in conflict by their own
    declaration."""

    account_id: UUID
    display_name: str
    role: Role
    at: datetime | None
    conflicted: bool
    household: bool
    declared: bool


class LookRow(msgspec.Struct, frozen=True):
    id: int
    incident_id: UUID
    reference: str
    station_name_th: str | None
    station_name_en: str | None
    name: str
    role: Role
    because: LookReason
    at: datetime


class OverseenRow(msgspec.Struct, frozen=True):
    """`from_outside`: it is another station's case."""

    incident_id: UUID
    reference: str
    station_name_th: str
    station_name_en: str
    told_at: datetime
    lifted_at: datetime | None
    from_outside: bool | None
    looks: int


class DeclarationRow(msgspec.Struct, frozen=True):
    id: UUID
    kind: DeclarationKind
    words: str
    lat: float | None
    lon: float | None
    phone: str | None
    household: bool
    declared_at: datetime


seen = bindings.SeenCase(SeenRow)
mark = bindings.MarkAboutPolice()
unmark = bindings.UnmarkAboutPolice()
add_readers = bindings.AddReaders()
add_crew = bindings.AddCrewAsReaders()
inherit = bindings.InheritHandlers()
remove_readers = bindings.RemoveReaders()
recuse = bindings.Recuse()
recuse_declared = bindings.RecuseDeclared()
people_of = bindings.PeopleOf(PersonRow)
units_in_conflict = bindings.UnitsInConflict(UnitId)
conflict_on_unit = bindings.ConflictOnUnit()
hidden_cases_of_unit = bindings.HiddenCasesOfUnit(Id)
handlers_of = bindings.HandlersOf(HandlerRow)
tell_overseer = bindings.TellOverseer()
lift = bindings.LiftOversight()
overseers_at = bindings.OverseersAt(Id)
add_look = bindings.AddLook()
looks = bindings.Looks(LookRow)
looks_at = bindings.LooksAt(LookRow)
overseen = bindings.Overseen(OverseenRow)
add_declaration = bindings.AddDeclaration()
declarations_of = bindings.DeclarationsOf(DeclarationRow)
end_declaration = bindings.EndDeclaration()
