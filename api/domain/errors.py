"""Business errors, in domain terms. Only `routes/http/errors.py` turns these into HTTP."""


class DomainError(Exception):
    """Carries a stable `code` that clients may rely on, and the facts that explain it."""

    code = "domain_error"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Malformed(DomainError):
    """The request could not be parsed."""

    code = "malformed"


class NotFound(DomainError):
    """Also for objects that exist but that the caller may not see."""

    code = "not_found"


class Unauthenticated(DomainError):
    code = "unauthenticated"


class Forbidden(DomainError):
    code = "forbidden"


class NeedsStepUp(DomainError):
    """The user has to give their password or code once more."""

    code = "step_up"


class NeedsSecondFactor(DomainError):
    """This role may do nothing before it has set up a second factor."""

    code = "second_factor"


class Locked(DomainError):
    """This screen of the radio room shows and does nothing, until somebody unlocks it."""

    code = "locked"


class CsrfFailed(DomainError):
    code = "csrf"


class WrongState(DomainError):
    """`state` is the object's actual state."""

    code = "wrong_state"


class NotLooked(DomainError):
    """A match may be decided only after viewing both pictures; `missing` names those not viewed."""

    code = "not_looked"


class IdReused(DomainError):
    """The same client-made id came with other content."""

    code = "id_reused"


class Taken(DomainError):
    """Somebody else got it first: an incident's lead, a unit, a user name."""

    code = "taken"


class Changed(DomainError):
    """Somebody else has changed it since; `present` is the current object."""

    code = "changed"


class TooLarge(DomainError):
    code = "too_large"


class Invalid(DomainError):
    """The payload is invalid; `errors` names each field."""

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
