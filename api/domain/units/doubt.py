"""Decides when a unit's position is shown to the radio room as doubtful."""

from datetime import datetime, timedelta

import msgspec

from api.domain.units.fix import SUSPICIOUS, FixProblem, FixVerdict

QUIET = timedelta(seconds=30)
"""A doubt stays on screen at least this long, so that two disagreeing devices don't make it flicker."""


class Doubt(msgspec.Struct, frozen=True):
    """By the server's clock: when the position became doubtful, and when the last suspicious fix came."""

    reason: FixProblem
    since: datetime
    seen_at: datetime


def doubt_after(before: Doubt | None, verdict: FixVerdict, now: datetime) -> Doubt | None:
    """It ends when the new position is confirmed, or when fixes have been trusted again without contradiction."""
    suspicion = next((problem for problem in reversed(verdict.problems) if problem in SUSPICIOUS), None)
    if suspicion is not None:
        return Doubt(suspicion, before.since if before else now, now)
    if before is None or verdict.confirmed:
        return None
    return None if None in verdict.problems and now - before.seen_at >= QUIET else before
