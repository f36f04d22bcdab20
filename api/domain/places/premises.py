"""Premises warnings: facts about a place that endanger whoever goes there. Never a person's history, and never a reason
for a priority."""

from datetime import timedelta
from enum import StrEnum

REVIEWED_WITHIN = timedelta(days=183)
"""Half a year: the longest that a warning is shown after an approval."""
LEAST_RADIUS_M, MOST_RADIUS_M = 10, 150


class WarningKind(StrEnum):
    DOG = "dog"
    WEAPONS = "weapons"
    ATTACKED_RESPONDERS = "attacked_responders"
    """Somebody who came to help was attacked here."""
    CHEMICALS = "chemicals"
    STRUCTURE = "structure"
    ACCESS = "access"
    """How to get in: a gate, a lift, a guard."""
    MEDICAL = "medical"
    """Such as oxygen cylinders, or somebody who cannot leave the bed."""


class WarningSource(StrEnum):
    """Who knows it."""

    OWN_VISIT = "own_visit"
    FIRE_SERVICE = "fire_service"
    HEALTH_SERVICE = "health_service"
    OWNER = "owner"
    OTHER_AGENCY = "other_agency"
