"""What can go wrong, in the field's own terms. `routes/http/errors.py` is the one place that turns these into HTTP."""


class DomainError(Exception):
    """Carries a stable `code` that clients may rely on, and the facts that explain it."""

    code = "domain_error"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Malformed(DomainError):
    """It could not be read at all."""

    code = "malformed"


class NotFound(DomainError):
    """Also for what exists but isn't the asker's to see."""

    code = "not_found"


class Unauthenticated(DomainError):
    code = "unauthenticated"


class Forbidden(DomainError):
    code = "forbidden"


class CsrfFailed(DomainError):
    code = "csrf"


class WrongState(DomainError):
    """`state` is the state that the object is really in."""

    code = "wrong_state"


class NotLooked(DomainError):
    """A match is decided by whoever has looked at both pictures; `missing` says which not."""

    code = "not_looked"


class IdReused(DomainError):
    """The same client-made id came with other content."""

    code = "id_reused"


class Taken(DomainError):
    """Somebody else got it first: an incident's lead, a unit, a user name."""

    code = "taken"


class Changed(DomainError):
    """Somebody else changed it since: `present` is what it is now."""

    code = "changed"


class TooLarge(DomainError):
    code = "too_large"


class Invalid(DomainError):
    """The payload cannot be right; `errors` names each field."""

    code = "invalid"

    def __init__(self, field: str, message: str, *more: tuple[str, str]) -> None:
        super().__init__(errors=[{"field": name, "message": said} for name, said in ((field, message), *more)])


class UnknownCamera(DomainError):
    code = "unknown_camera"


class UnknownEntry(DomainError):
    code = "unknown_entry"


class ClockAhead(DomainError):
    code = "clock_ahead"


class SlowDown(DomainError):
    """`retry_after` is in seconds."""

    code = "slow_down"


class Unavailable(DomainError):
    code = "unavailable"
