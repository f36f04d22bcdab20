"""Which reports may be judged as one hoax."""

from datetime import timedelta
from typing import Any

import pytest

from api.domain.citizens.hoax import UNDO_WITHIN, Difference, Said, difference

FIRST = Said(13.77, 100.57, 10.0, frozenset({b"a", b"b"}))
METRES = 1 / 111_195
"""In degrees of latitude."""


def said(metres: float = 0.0, **facts: Any) -> Said:
    usual: dict[str, Any] = {"lat": 13.77 + metres * METRES, "lon": 100.57, "accuracy": 10.0, "photos": frozenset()}
    return Said(**(usual | facts))


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (FIRST, None),
        (said(), None),
        (said(149), None),
        (said(151), Difference.MEASURED_POSITION),
        (said(-151), Difference.MEASURED_POSITION),
        (said(lon=100.58), Difference.MEASURED_POSITION),
        (said(9000, accuracy=None), None),  # a place set by hand proves nothing
        (said(199, accuracy=200.0), None),
        (said(201, accuracy=200.0), Difference.MEASURED_POSITION),
        (said(photos=frozenset({b"a"})), None),
        (said(photos=frozenset({b"a", b"c"})), Difference.PHOTO),
        (said(9000, photos=frozenset({b"c"})), Difference.PHOTO),
        (said(9000, photos=frozenset({b"c"}), accuracy=None), Difference.PHOTO),
    ],
)
def test_what_speaks_for_another_sender(other: Said, differs: Difference | None) -> None:
    assert difference(FIRST, other) == differs


def test_the_words_that_the_screen_knows_and_the_time_to_undo() -> None:
    assert {"photo", "measured_position"} == set(Difference)
    assert timedelta(hours=1) == UNDO_WITHIN
