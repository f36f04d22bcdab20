from datetime import datetime

import msgspec

from api.db import bindings
from api.domain.figures.correction import Correction, Ride


class RideRow(msgspec.Struct, frozen=True):
    """Includes the correction that was applied."""

    predicted_seconds: float | None
    accepted_at: datetime | None


rides = bindings.RidesOf(Ride)
forget = bindings.ForgetCorrections()
save = bindings.SaveCorrection()
read = bindings.CorrectionsOf(Correction)
ride = bindings.RideOf(RideRow)
