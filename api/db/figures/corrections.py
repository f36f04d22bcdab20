from datetime import datetime

import msgspec

from api.db.queries import Command, Query
from api.domain.figures.correction import Correction, Ride


class RideRow(msgspec.Struct, frozen=True):
    """With the correction that was applied."""

    predicted_seconds: float | None
    accepted_at: datetime | None


rides = Query("rides_of", Ride)
forget = Command("forget_corrections")
save = Command("save_correction")
read = Query("corrections_of", Correction)
ride = Query("ride_of", RideRow)
