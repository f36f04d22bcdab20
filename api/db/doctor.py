from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.records.invariants import Invariant


class Finding(msgspec.Struct, frozen=True):
    """`subject`: the case, unit, assignment or message that it is about; `since`: at the earliest."""

    invariant: Invariant
    subject: UUID
    since: datetime


examine_station = bindings.ExamineStation(Finding)
