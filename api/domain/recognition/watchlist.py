"""Who may be looked for, and until when. A match on any other entry does not count."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.errors import Forbidden, Invalid, WrongState

ADULT_YEARS = 18
LONGEST = timedelta(days=2 * 366)
"""An entry lasts at most two years; for a longer warrant a new one must be requested and reviewed."""
REVIEW = timedelta(days=90)
"""The default review date of an entry."""


class EntryState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state_at(
    now: datetime, *, approved: bool, withdrawn: bool, expires_at: datetime, review_at: datetime | None = None
) -> EntryState:
    """Past its review date an entry ends and must be requested again."""
    if withdrawn:
        return EntryState.WITHDRAWN
    if min(expires_at, review_at or expires_at) <= now:
        return EntryState.EXPIRED
    return EntryState.APPROVED if approved else EntryState.DRAFT


def check_draft(born: date | None, expires_at: datetime, now: datetime, *, minor_permitted: bool) -> None:
    """Refuse entries that are never allowed: already expired, or a child without an admin's written permit."""
    if expires_at <= now:
        raise Invalid("expires_at", "must lie in the future")
    if born is None:
        return
    if born > now.date():
        raise Invalid("born", "must lie in the past")
    if age(born, now.date()) < ADULT_YEARS and not minor_permitted:
        raise Invalid("born", "under 18: an admin must first permit this id in writing")


def age(born: date, today: date) -> int:
    """Whole years; someone born on 29 February comes of age on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The basis of an approval. `pictures`: for each, whether a model could make a template; None if none has tried."""

    legal_basis: str
    warrant_number: str | None
    court: str | None
    picture_source: str
    born: date | None
    plate: str | None
    expires_at: datetime
    pictures: tuple[bool | None, ...]


def check_approval(state: EntryState, requester: UUID, approver: UUID) -> None:
    """Always two people; a database constraint enforces the same rule."""
    if requester == approver:
        raise Forbidden(because="requester_cannot_approve")
    if state != EntryState.DRAFT:
        raise WrongState(state=state)


def check_facts(facts: Facts, now: datetime, *, minor_permitted: bool) -> None:
    """The rules for whom cameras may look for; everything missing is named at once."""
    missing = [*_paper(facts, now), *(_vehicle(facts) if facts.plate else _person(facts, now, minor_permitted))]
    if missing:
        raise Invalid(*missing[0], *missing[1:])


def _paper(facts: Facts, now: datetime) -> Iterator[tuple[str, str]]:
    for field in ("legal_basis", "warrant_number", "court", "picture_source"):
        if not (getattr(facts, field) or "").strip():
            yield field, "is needed"
    if facts.expires_at > now + LONGEST:
        yield "expires_at", f"at most {LONGEST.days} days ahead: after that it must be requested again"


def _person(facts: Facts, now: datetime, minor_permitted: bool) -> Iterator[tuple[str, str]]:
    if facts.born is None:
        yield "born", "is needed"
    elif age(facts.born, now.date()) < ADULT_YEARS and not minor_permitted:
        yield "born", "under 18: an admin must first permit this id in writing"
    if not facts.pictures:
        yield "pictures", "at least one is needed"
    if False in facts.pictures:
        yield "pictures", "one shows no single, clear face"


def _vehicle(facts: Facts) -> Iterator[tuple[str, str]]:
    if False in facts.pictures:
        yield "pictures", "one cannot be used"
