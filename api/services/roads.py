"""Travel times for decisions, by whatever network is in service."""

from collections.abc import Sequence

import numpy as np

from api.domain.travel import Goal, Start, TravelTimes, metres_between


async def travel_times(goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> TravelTimes:
    """By straight line over the station's labelled speed."""
    seconds = np.array(
        [
            [
                metres_between(goal.lat, goal.lon, start.lat, start.lon)
                / (min(speed_m_per_s, 1.4) if start.kind == "foot" else speed_m_per_s)
                for start in starts
            ]
            for goal in goals
        ],
        dtype=float,
    ).reshape(len(goals), len(starts))
    ids = [start.unit_id for start in starts]
    return TravelTimes([goal.id for goal in goals], ids, seconds, np.zeros(seconds.shape, dtype=bool))
