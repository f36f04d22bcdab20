from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.emergency import Located, Via, Word


class PressRow(msgspec.Struct, frozen=True):
    incident_id: UUID
    account_id: UUID | None
    unit_id: UUID | None


class LastEmergency(msgspec.Struct, frozen=True):
    incident_id: UUID
    account_id: UUID | None
    unit_id: UUID | None
    over_at: datetime | None
    located: Located
    fix_at: datetime | None


class Whereabouts(msgspec.Struct, frozen=True):
    account_id: UUID | None
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    own: bool


class EmergencyRow(msgspec.Struct, frozen=True):
    """`officer` None: a tracker's alarm; `crew` is who is on duty in the unit. `fix_at`: when the officer was at the
    case's place; None: not known. `pressed_at`: by the phone's clock."""

    incident_id: UUID
    officer: str | None
    unit_id: UUID | None
    callsign: str | None
    via: Via
    silent: bool
    located: Located
    fix_at: datetime | None
    pressed_at: datetime
    raised_at: datetime
    safe_at: datetime | None
    safe_word: Word | None
    safe_by: str | None
    safe_note: str | None
    over_at: datetime | None
    crew: list[str]


class Told(msgspec.Struct, frozen=True):
    id: UUID


find_press = bindings.FindPress(PressRow)
add_press = bindings.AddPress()
last = bindings.LastEmergency(LastEmergency)
whereabouts = bindings.WhereaboutsOf(Whereabouts)
add = bindings.AddEmergency()
hear_again = bindings.HearAgain()
move = bindings.MoveEmergency()
say_safe = bindings.SaySafe()
end = bindings.EndEmergency()
want_no_more = bindings.WantNoMore()
hush_phones = bindings.HushPhones()
to_be_told = bindings.ToBeTold(Told)
of_incidents = bindings.EmergenciesOf(EmergencyRow)
is_own = bindings.IsOwnEmergency()
