"""The station's written delegation: what Sipha does automatically, what it proposes, and what it leaves alone."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec

from api.domain.incidents.incident import IncidentKind


class Delegated(StrEnum):
    AUTOMATIC = "automatic"
    PROPOSED = "proposed"
    OFF = "off"


class Delegation(msgspec.Struct, frozen=True):
    """By regulation the radio room orders a patrol; each field says how far that order is given in advance."""

    offers: Delegated = Delegated.AUTOMATIC
    diversions: Delegated = Delegated.AUTOMATIC
    swaps: Delegated = Delegated.PROPOSED
    repositioning: Delegated = Delegated.PROPOSED
    mutual_aid: Delegated = Delegated.PROPOSED
    unheard_reports: Delegated = Delegated.AUTOMATIC
    """If automatic, an urgent report left undecided for too long is offered to an idle unit."""


Capability = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\u0000]*$")]
"""A station's own name for a capability, such as `medic` or `english`."""


class KindNeeds(msgspec.Struct, frozen=True):
    """What the station sends to one kind of incident: how many units, crew per unit, required capabilities.
    `welfare_minutes`: how long after arriving they are asked whether all is well; absent: as usual for the kind."""

    units: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    crew: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    capabilities: frozenset[Capability] = frozenset()
    welfare_minutes: Annotated[int, msgspec.Meta(ge=1, le=240)] | msgspec.UnsetType = msgspec.UNSET


_USUAL = {IncidentKind.OFFICER_EMERGENCY: KindNeeds(units=2)}


def needs_of(kind: IncidentKind, written: Mapping[IncidentKind, KindNeeds]) -> KindNeeds:
    """`written`: by the station, which need not name every kind."""
    return written.get(kind) or _USUAL.get(kind, KindNeeds())
