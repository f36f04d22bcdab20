"""Travel times for decisions, by whatever network is in service."""

from collections.abc import Sequence

import numpy as np

from api.domain.travel import Goal, Start, TravelTimes
from api.roads.eta import straight_line


async def travel_times(goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> TravelTimes:
    """By straight line over the station's labelled speed."""
    seconds = straight_line(goals, starts, speed_m_per_s)
    units = [start.unit_id for start in starts]
    return TravelTimes([goal.id for goal in goals], units, seconds, np.zeros(seconds.shape, dtype=bool))
