"""The one table that turns errors into RFC 9457 problem+json with a stable code."""

from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from api.db.absence import AWAY, outage
from api.domain import errors
from api.domain.errors import DomainError
from api.telemetry import request_id

_log = structlog.get_logger()
_RETRY_SECONDS = 3
_GONE = "client disconnected prematurely"
"""Litestar's word for a caller who hung up halfway through the body: nobody reads the answer."""

STATUS: dict[str, int] = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "csrf": 403,
    "step_up": 403,
    "second_factor": 403,
    "locked": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "wrong_state": 409,
    "id_reused": 409,
    "not_looked": 409,
    "taken": 409,
    "changed": 409,
    "too_large": 413,
    "invalid": 422,
    "unknown_camera": 422,
    "unknown_entry": 422,
    "clock_ahead": 422,
    "slow_down": 429,
    "internal": 500,
    "unavailable": 503,
}

TITLES: dict[str, str] = {
    "malformed": "The request could not be read",
    "unauthenticated": "Sign in first",
    "forbidden": "Not allowed for this role",
    "step_up": "Give your password or code once more",
    "second_factor": "Set up a second factor first",
    "locked": "This screen is locked",
    "csrf": "The CSRF token or the origin is missing or wrong",
    "not_found": "Not found",
    "method_not_allowed": "This address does not support that method",
    "wrong_state": "Not possible in the current state",
    "id_reused": "This id was used before with other content",
    "not_looked": "Open both pictures first",
    "taken": "Somebody else was first",
    "changed": "Somebody else has changed it since",
    "too_large": "Too large",
    "invalid": "Some fields cannot be right",
    "unknown_camera": "No such camera for this token",
    "unknown_entry": "No such watchlist entry",
    "clock_ahead": "The sender's clock is ahead",
    "slow_down": "Too many calls, wait a little",
    "internal": "Something went wrong on our side",
    "unavailable": "Not available right now, try again",
}


class Problem(msgspec.Struct, omit_defaults=True):
    """Extra members, such as `state` or `errors`, explain the code."""

    type: str
    title: str
    status: int
    code: str
    request_id: str | None = None


def problem(code: str, facts: dict[str, Any] | None = None, *, status: int | None = None) -> Response[bytes]:
    number = status or STATUS[code]
    body = msgspec.to_builtins(Problem(f"urn:sipha:problem:{code}", TITLES[code], number, code, request_id()))
    body |= msgspec.to_builtins(facts or {})
    body["status"], body["code"] = number, code
    wait = (facts or {}).get("retry_after", _RETRY_SECONDS if code == "unavailable" else None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return Response(
        msgspec.json.encode(body), status_code=number, media_type="application/problem+json", headers=headers
    )


def from_domain(_: Request[Any, Any, Any], error: DomainError) -> Response[bytes]:
    return problem(error.code, error.facts)


def from_validation(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    listed = error.extra if isinstance(error.extra, list) else []
    found = [
        {"field": str(each.get("key", "body")), "message": _readable(str(each.get("message", "invalid")))}
        for each in listed
        if isinstance(each, dict)
    ]
    return problem("invalid", {"errors": found or [{"field": "body", "message": str(error.detail)}]})


def _readable(message: str) -> str:
    """Litestar gives only the parameter's name if a body is missing."""
    return "a JSON body is needed" if message == "'data'" else message


def from_msgspec(_: Request[Any, Any, Any], error: msgspec.ValidationError) -> Response[bytes]:
    message, _sep, where = str(error).partition(" - at `")
    field = where.rstrip("`").removeprefix("$").lstrip(".") or "body"
    return problem("invalid", {"errors": [{"field": field, "message": message}]})


def from_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if isinstance(error, NotFoundException):
        return problem("not_found")
    if isinstance(error, MethodNotAllowedException):
        answer = problem("method_not_allowed")
        answer.headers.update(error.headers or {})
        return answer
    if error.status_code == 500 and error.detail == _GONE:
        return problem("malformed", {"detail": "the body did not arrive whole"})
    by_status = {401: "unauthenticated", 403: "forbidden", 413: "too_large", 422: "invalid", 503: "unavailable"}
    if error.status_code in by_status:
        return problem(by_status[error.status_code])
    if isinstance(error, ClientException) or error.status_code < 500:
        return problem("malformed", {"detail": "the body does not fit this call"})
    return from_anything(_, error)


def from_data(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The database could not store a value, although it had the right shape (an out-of-range date)."""
    _log.warning("value refused by the database", error=type(error).__name__)
    return problem("invalid", {"errors": [{"field": "body", "message": "a value is out of range"}]})


def from_depth(_: Request[Any, Any, Any], __: Exception) -> Response[bytes]:
    """JSON nested too deeply."""
    return problem("malformed", {"detail": "the body is nested too deeply"})


def from_absence(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    outage.noticed(error)
    return problem("unavailable")


def from_anything(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("unhandled", exc_info=error)
    return problem("internal")


HANDLERS: dict[Any, Any] = {
    errors.DomainError: from_domain,
    ValidationException: from_validation,
    msgspec.ValidationError: from_msgspec,
    HTTPException: from_http,
    asyncpg.DataError: from_data,
    OverflowError: from_data,
    RecursionError: from_depth,
    **dict.fromkeys(AWAY, from_absence),
    Exception: from_anything,
}
