"""What a station delegates unless it says otherwise, and what it may ask for."""

from typing import Any

import msgspec
import pytest

from api.domain.dispatching.delegation import Delegation, KindNeeds


def test_offers_and_diversions_go_out_alone_and_the_rest_is_proposed() -> None:
    assert msgspec.to_builtins(Delegation()) == {
        "offers": "automatic",
        "diversions": "automatic",
        "swaps": "proposed",
        "repositioning": "proposed",
        "mutual_aid": "proposed",
        "unheard_reports": "automatic",
    }


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ({}, True),
        ({"units": 1, "crew": 1}, True),
        ({"units": 10, "crew": 10}, True),
        ({"units": 0}, False),
        ({"units": 11}, False),
        ({"crew": 0}, False),
        ({"crew": 11}, False),
        ({"capabilities": ["x", "y" * 64]}, True),
        ({"capabilities": [""]}, False),
        ({"capabilities": ["y" * 65]}, False),
        ({"capabilities": ["me\0dic"]}, False),
    ],
)
def test_the_limits_of_what_a_kind_may_need(said: dict[str, Any], *, accepted: bool) -> None:
    if accepted:
        msgspec.convert(said, KindNeeds)
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(said, KindNeeds)


def test_one_unit_of_one_officer_unless_the_station_says_more() -> None:
    assert (KindNeeds().units, KindNeeds().crew, KindNeeds().capabilities) == (1, 1, frozenset())
