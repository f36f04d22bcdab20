"""Client of the server's HTTP contract. Every call ends in an answer, `Unreachable` or `Refused`."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

import httpx
import msgspec
from httpx import codes

from recognition_worker.clock import Clock
from recognition_worker.gallery import Content
from recognition_worker.wire import CameraStatus, Enrolment, Enrolments, Health, ProblemDetails, Template

TRY_AGAIN = frozenset({401, 403, 407, 408, 425, 429})
"""Temporary refusals: a token being renewed, a rate limit, a slow moment. Also a redirect, such as a hotspot's page."""
LARGEST_PICTURE = 16 * 1024 * 1024
Answer = TypeVar("Answer")


class Unreachable(Exception):
    """No answer, or none that makes sense."""


class Refused(Exception):
    def __init__(self, status: int, code: str, retry_after: float | None = None, seconds: float | None = None) -> None:
        """`seconds`: how far a time is ahead of the server's, if that is the reason."""
        super().__init__(f"{status} {code}")
        self.status, self.code, self.retry_after, self.seconds = status, code, retry_after, seconds

    @property
    def for_good(self) -> bool:
        """Whether retrying with the same content is pointless."""
        refused = codes.BAD_REQUEST <= self.status < codes.INTERNAL_SERVER_ERROR
        return refused and self.status not in TRY_AGAIN and self.code != "clock_ahead"

    @property
    def not_allowed(self) -> bool:
        return self.status in (401, 403)


class NotModified(Exception):
    """The gallery still has that ETag; `valid_until` if the server says for how much longer."""

    def __init__(self, valid_until: datetime | None) -> None:
        super().__init__()
        self.valid_until = valid_until


class Client:
    """One connection pool and one token; thread-safe."""

    def __init__(self, url: str, token: str, timeout: float = 10.0, clock: Clock | None = None) -> None:
        """Every answer gives `clock` the server's time."""
        self.clock = clock or Clock()
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def send_alert(self, body: bytes) -> int:
        """201 for a new one, 200 for one that the server already had."""
        return self._call("POST", "/v1/alerts", content=body).status_code

    def send_status(self, camera_id: UUID, status: CameraStatus) -> None:
        self._call("POST", f"/v1/cameras/{camera_id}/status", content=msgspec.json.encode(status))

    def gallery(self, model: str, etag: str | None) -> tuple[Content, str | None]:
        """The content and its ETag; raises `NotModified`."""
        headers = {"If-None-Match": etag} if etag else {}
        response = self._call("GET", "/v1/watchlist/gallery", params={"model": model}, headers=headers)
        if response.status_code == codes.NOT_MODIFIED:
            raise NotModified(_moment(response.headers.get("valid-until", "")))
        return _decode(response, Content), response.headers.get("etag")

    def enrolments(self, model: str) -> list[Enrolment]:
        """The first page is enough, because finished items leave the list."""
        response = self._call("GET", "/v1/watchlist/enrolments", params={"model": model})
        return _decode(response, Enrolments).items

    def picture(self, picture_id: UUID) -> bytes:
        response = self._call("GET", f"/v1/watchlist/pictures/{picture_id}")
        if len(response.content) > LARGEST_PICTURE:
            raise Unreachable("the picture is larger than any picture may be")
        return response.content

    def send_template(self, picture_id: UUID, template: Template) -> None:
        body = msgspec.json.encode(template)
        self._call("PUT", f"/v1/watchlist/pictures/{picture_id}/template", content=body)

    def version(self) -> str:
        """The server's; empty if it does not say."""
        return _decode(self._call("GET", "/healthz"), Health).version

    def _call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        asked = self.clock.tick()
        try:
            response = self._http.request(method, path, content=content, params=params, headers=sent)
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
        date = _date(response)
        if date is not None:
            self.clock.heard(date, asked, self.clock.tick())
        if response.is_success or response.status_code == codes.NOT_MODIFIED:
            return response
        raise _refusal(response)


def _refusal(response: httpx.Response) -> Refused:
    try:
        problem = msgspec.json.decode(response.content, type=ProblemDetails)
    except msgspec.MsgspecError:
        problem = ProblemDetails()
    after = response.headers.get("retry-after", "")
    return Refused(response.status_code, problem.code, float(after) if after.isdigit() else None, problem.seconds)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _date(response: httpx.Response) -> datetime | None:
    try:
        date = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _decode(response: httpx.Response, kind: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.MsgspecError as error:
        raise Unreachable(f"answer not understood: {error}") from error
