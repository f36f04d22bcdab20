"""Who may be looked for, and until when. A match on anything else is no match."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from api.domain.errors import Forbidden, Invalid, WrongState

ADULT_YEARS = 18


class State(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state_at(now: datetime, *, approved: bool, withdrawn: bool, expires_at: datetime) -> State:
    if withdrawn:
        return State.WITHDRAWN
    if expires_at <= now:
        return State.EXPIRED
    return State.APPROVED if approved else State.DRAFT


def check_draft(born: date | None, expires_at: datetime, now: datetime, *, minor_permitted: bool) -> None:
    """Refuse what may never be looked for: something already over, or a child without an admin's written permit."""
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


def check_approval(state: State, requester: UUID, approver: UUID) -> None:
    """Two people, always: the database holds the same rule as a constraint."""
    if requester == approver:
        raise Forbidden(because="requester_cannot_approve")
    if state != State.DRAFT:
        raise WrongState(state=state)
