"""Turn restrictions: parses relations and finds which turns between stretches they bar."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.roads.profiles import BITS, CAR, MOTORCYCLE, MOTORISED

Turn = tuple[int, int]
"""Incoming and outgoing directed stretch."""


class LeftOut(StrEnum):
    """Why a restriction is not honoured."""

    VIA_WAY = "via_way"
    CONDITIONAL = "conditional"
    OTHER_VEHICLES = "other_vehicles"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"


class Restriction(msgspec.Struct, frozen=True):
    """`only`: every other exit is barred. `profiles`: a bit per profile that it applies to."""

    comes_by: tuple[int, ...]
    via: int
    leaves_by: tuple[int, ...]
    only: bool
    profiles: int


class Member(msgspec.Struct, frozen=True):
    kind: str
    role: str
    ref: int


def read_restriction(tags: Mapping[str, str], members: Iterable[Member]) -> Restriction | LeftOut:
    """From a relation of `type=restriction`; none applies on foot."""
    kind, profiles = _bound(tags)
    if not kind.startswith(("no_", "only_")):
        conditional = any(key.startswith("restriction") and key.endswith(":conditional") for key in tags)
        return LeftOut.CONDITIONAL if conditional else LeftOut.OTHER_VEHICLES
    if not profiles:
        return LeftOut.OTHER_VEHICLES
    listed = list(members)
    by_role = {
        role: tuple(member.ref for member in listed if member.role == role and member.kind == "w")
        for role in ("from", "via", "to")
    }
    nodes = [member.ref for member in listed if member.role == "via" and member.kind == "n"]
    if by_role["via"]:
        return LeftOut.VIA_WAY
    if len(nodes) != 1 or not by_role["from"] or not by_role["to"]:
        return LeftOut.INCOMPLETE
    return Restriction(by_role["from"], nodes[0], by_role["to"], kind.startswith("only_"), profiles)


def _bound(tags: Mapping[str, str]) -> tuple[str, int]:
    """The restriction's kind and the profiles it applies to."""
    for key, profiles in (
        ("restriction", MOTORISED),
        ("restriction:motor_vehicle", MOTORISED),
        ("restriction:motorcar", BITS[CAR]),
        ("restriction:motorcycle", BITS[MOTORCYCLE]),
    ):
        if key in tags:
            excepted = {each.strip() for each in tags.get("except", "").split(";")}
            if "motor_vehicle" in excepted:
                return tags[key], 0
            spared = BITS[CAR] * ("motorcar" in excepted) | BITS[MOTORCYCLE] * ("motorcycle" in excepted)
            return tags[key], profiles & ~spared
    return "", 0


class Junctions:
    """The stretches meeting at the nodes of interest. `way` is per stretch; nodes and stretches are indices."""

    def __init__(
        self, source: NDArray[np.int32], target: NDArray[np.int32], way: NDArray[np.int32], at: Iterable[int]
    ) -> None:
        self._way = way
        wanted = np.array(sorted(set(at)), dtype=np.int64)
        self._exits: dict[int, list[int]] = {int(node): [] for node in wanted}
        for ends, backward in ((source, 0), (target, 1)):
            for stretch in np.flatnonzero(np.isin(ends, wanted)):
                self._exits[int(ends[stretch])].append(2 * int(stretch) + backward)

    def barred(self, via: int, comes_by: int, leaves_by: int, *, only: bool) -> list[Turn] | LeftOut:
        """The turns that a restriction bars, by way and node index. A way that continues past the node is ambiguous."""
        exits = self._exits.get(via, [])
        arrivals = [leave ^ 1 for leave in exits if self._way[leave >> 1] == comes_by]
        wanted = [leave for leave in exits if self._way[leave >> 1] == leaves_by]
        if not arrivals or not wanted:
            return LeftOut.INCOMPLETE
        if len(arrivals) > 1 or len(wanted) > 1:
            return LeftOut.UNCLEAR
        leaving = [leave for leave in exits if leave != wanted[0]] if only else wanted
        return [(arrivals[0], leave) for leave in leaving]
