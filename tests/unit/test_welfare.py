"""When a unit at a scene is asked, and what follows on silence."""

from datetime import timedelta

import pytest

from api.domain.incidents.incident import IncidentKind
from api.domain.incidents.welfare import Next, Round, ask_after, following
from tests.unit.situations import NOW


@pytest.mark.parametrize(
    ("kind", "priority", "written", "minutes"),
    [
        (IncidentKind.DOMESTIC, 1, None, 5),
        (IncidentKind.WEAPON, 3, None, 5),
        (IncidentKind.SOS, 1, None, 10),
        (IncidentKind.THEFT, 2, None, 20),
        (IncidentKind.NUISANCE, 3, None, 30),
        (IncidentKind.DOMESTIC, 1, 12, 12),
    ],
)
def test_how_long_after_arriving(kind: IncidentKind, priority: int, written: int | None, minutes: int) -> None:
    assert ask_after(kind, priority, written) == timedelta(minutes=minutes)


def test_two_questions_then_an_alarm_then_anew() -> None:
    assert following(None) == Next.ASK
    assert following(Round(NOW, None, None)) == Next.ASK_AGAIN
    assert following(Round(NOW, NOW, None)) == Next.ALARM
    assert following(Round(NOW, NOW, NOW)) == Next.ASK
