"""What a station sets for itself: its targets, its patience, what goes without a person, how many units by kind."""

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol

import msgspec

from api.domain.errors import Invalid
from api.domain.incidents.incident import IncidentKind, ReportKind
from api.domain.incidents.sla import target_seconds
from api.domain.recognition.alert import AlertKind

Priority = Literal["1", "2", "3"]
PRIORITIES: tuple[Priority, ...] = ("1", "2", "3")
_TargetSeconds = Annotated[int, msgspec.Meta(ge=60, le=24 * 3600)]
_Units = Annotated[int, msgspec.Meta(ge=1, le=10)]
_DECIDED_BY_A_PERSON = (IncidentKind.WATCHLIST_FACE, IncidentKind.WATCHLIST_PLATE)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times in seconds. `targets`: from received to first arrival, by priority. `offer_seconds`: to answer an offer;
    `delivery_seconds`: until a phone must have it; `fix_limit_seconds`: how old a position may be;
    `alarm_seconds`: each step of an alarm's chain; `decision_seconds`: how long a match waits for a decision.
    `automatic_kinds`: offered without a person's decision. `units_per_kind`: a kind that is absent gets one.
    """

    targets: dict[Priority, _TargetSeconds]
    offer_seconds: Annotated[int, msgspec.Meta(ge=5, le=300)]
    delivery_seconds: Annotated[int, msgspec.Meta(ge=2, le=120)]
    fix_limit_seconds: Annotated[int, msgspec.Meta(ge=10, le=3600)]
    alarm_seconds: Annotated[int, msgspec.Meta(ge=2, le=600)]
    decision_seconds: Annotated[int, msgspec.Meta(ge=30, le=24 * 3600)]
    automatic_kinds: list[IncidentKind]
    units_per_kind: dict[IncidentKind, _Units]

    @property
    def automatic_alerts(self) -> list[str]:
        return sorted({kind.value for kind in self.automatic_kinds} & {kind.value for kind in AlertKind})

    @property
    def automatic_reports(self) -> list[str]:
        return sorted({kind.value for kind in self.automatic_kinds} & {kind.value for kind in ReportKind})


def checked(policy: Policy) -> Policy:
    """With `sos` among the automatic kinds, because it always goes at once. Raises Invalid, naming the field."""
    if missing := [priority for priority in PRIORITIES if priority not in policy.targets]:
        raise Invalid("targets", f"say a target for priority {', '.join(missing)}")
    first, second, third = (policy.targets[priority] for priority in PRIORITIES)
    if not first <= second <= third:
        raise Invalid("targets", "a higher priority may not have the longer target")
    if by_person := [kind for kind in _DECIDED_BY_A_PERSON if kind in policy.automatic_kinds]:
        raise Invalid("automatic_kinds", f"always decided by a person: {', '.join(by_person)}")
    return msgspec.structs.replace(policy, automatic_kinds=sorted({*policy.automatic_kinds, IncidentKind.SOS}))


def shortest(own: Mapping[str, int], standard: Mapping[str, int]) -> dict[int, int]:
    """Targets in seconds, by priority. `standard`: the province's, which a station may only tighten."""
    priorities = {*own, *standard}
    return {
        int(priority): min(given[priority] for given in (own, standard) if priority in given) for priority in priorities
    }


_TIGHTENED = ("offer_seconds", "delivery_seconds", "fix_limit_seconds", "alarm_seconds", "decision_seconds")


class Standard(Protocol):
    """What a province sets for its stations."""

    @property
    def target_seconds(self) -> Mapping[str, int]: ...


def check_against(policy: Policy, standard: Standard) -> None:
    """Raises Invalid, naming the field, if a time is longer than the province allows."""
    for priority, seconds in policy.targets.items():
        if seconds > standard.target_seconds.get(priority, seconds):
            raise Invalid(
                "targets", f"the province allows {standard.target_seconds[priority]} s for priority {priority}"
            )
    for field in _TIGHTENED:
        if getattr(policy, field) > getattr(standard, field):
            raise Invalid(field, f"the province allows {getattr(standard, field)} s")


def targets(default_seconds: int, of_station: Mapping[int, int]) -> dict[Priority, int]:
    """Every priority's target, the station's own before the deployment's."""
    return {priority: target_seconds(int(priority), default_seconds, of_station) for priority in PRIORITIES}
