"""The schema of record, one module per subject. Migrations create it; a test compares the two both ways."""

from api.db.tables import (
    alarms,
    alerts,
    callers,
    emergencies,
    incidents,
    log,
    oversight,
    people,
    places,
    planning,
    premises,
    push,
    roads,
    rosters,
    stations,
    units,
    watchlist,
)
from api.db.tables.columns import metadata

__all__ = [
    "alarms",
    "alerts",
    "callers",
    "emergencies",
    "incidents",
    "log",
    "metadata",
    "oversight",
    "people",
    "places",
    "planning",
    "premises",
    "push",
    "roads",
    "rosters",
    "stations",
    "units",
    "watchlist",
]
