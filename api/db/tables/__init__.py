"""The schema of record, one module per subject. Migrations create it; a test compares the two both ways."""

from api.db.tables import (
    alerts,
    incidents,
    log,
    people,
    push,
    stations,
    units,
    watchlist,
)
from api.db.tables.columns import metadata

__all__ = ["alerts", "incidents", "log", "metadata", "people", "push", "stations", "units", "watchlist"]
