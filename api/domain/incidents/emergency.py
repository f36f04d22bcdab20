"""An officer in danger: whose emergency it is, where, and what ends it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.errors import WrongState

TRACKER_REPEATS = timedelta(seconds=60)
"""A tracker goes on sending its alarm for a while after the word of safety."""

_PRESSED_WITHIN = timedelta(hours=24)


class Via(StrEnum):
    PHONE = "phone"
    TRACKER = "tracker"


class Located(StrEnum):
    GIVEN = "given"
    """By the press itself."""
    LAST_FIX = "last_fix"
    UNKNOWN = "unknown"
    """Nobody knows: the case stands at the last place anything is known of, or else at the station."""


class Word(StrEnum):
    """Who gave the word of safety."""

    OFFICER = "officer"
    RADIO_ROOM = "radio_room"
    """Written down for the officer, who said it over the radio."""


class Spot(msgspec.Struct, frozen=True):
    lat: float
    lon: float
    at: datetime | None = None


def pressed_at(stated: datetime | None, now: datetime) -> datetime:
    """When the button was held, by the phone's clock where that can be: a late copy is as old as its press."""
    if stated is None or not now - _PRESSED_WITHIN <= stated <= now:
        return now
    return stated


def place_of(given: Spot | None, own: Spot | None, known: Spot) -> tuple[Spot, Located]:
    """The newest that the press or the officer's own fixes tell. `known`: where to put the case if neither does."""
    if given is not None and (own is None or own.at is None or given.at is None or given.at >= own.at):
        return given, Located.GIVEN
    return (known, Located.UNKNOWN) if own is None else (own, Located.LAST_FIX)


def is_repeat(at: datetime, over_at: datetime, now: datetime) -> bool:
    """Whether a tracker's alarm belongs to an emergency that is over: sent before the word of safety, or just after."""
    return at <= over_at or now - over_at < TRACKER_REPEATS


def demand_word(*, awaits_safety: bool, reason: str | None) -> None:
    """The radio room ends an officer's emergency after a word of safety, or for a reason that it writes down."""
    if awaits_safety and not (reason or "").strip():
        raise WrongState(state="no_word_of_safety")


def demand_unchanged(changed: Collection[str], *, awaits_safety: bool) -> None:
    """What keeps its helpers with it stays as it is until the word of safety."""
    if awaits_safety and not {"kind", "priority"}.isdisjoint(changed):
        raise WrongState(state="no_word_of_safety")
