"""Citizens' calls: report, follow, add. There is no sign-in; the link's token, sent as a bearer token, is the key."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import HeaderParameter

from api.db.pool import Database
from api.domain.citizens.report import EtaMinutes, Status
from api.domain.incidents.incident import Hazard, ReportKind
from api.locales.catalogue import nearest
from api.routes.http.addresses import address
from api.routes.http.fields import In, Lat, Line, Lon, Metres, Text
from api.routes.http.uploads import PICTURE_BYTES, read_upload
from api.services.citizens import link_tokens, rate_limits, reports, tracking
from api.services.citizens.link_tokens import Tokens
from api.services.citizens.reports import NewReport
from api.services.citizens.tracking import Step
from api.services.context import Runtime
from api.services.recognition.clean_pictures import fresh_jpeg

_PUBLIC = {"public": True, "own_id": True, "secret": True}
Bearer = Annotated[str | None, HeaderParameter(name="Authorization")]


class ReportIn(In, kw_only=True):
    """`secret`: at least 128 random bits in base64url, made and kept by the sender: repeating it returns the tokens
    again. `about_police`: it is about a police officer, so only named persons may see it."""

    id: UUID
    secret: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{22,128}$")] | None = None
    kind: ReportKind
    description: Text | None = None
    lat: Lat
    lon: Lon
    accuracy: Metres | None = None
    contact: Line | None = None
    safe_to_call: bool | None = None
    silent: bool = False
    language: Annotated[str, msgspec.Meta(max_length=35)] = "th"
    hazards: frozenset[Hazard] = frozenset()
    injured: bool = False
    about_police: bool = False


class ReportOut(msgspec.Struct):
    """`covered` false: no station serves the place, or nobody is on duty; call 191."""

    id: UUID
    reference: str
    owner_token: str
    share_token: str
    covered: bool
    target_seconds: int


class MessageOut(msgspec.Struct):
    at: datetime
    sender: str = msgspec.field(name="from")
    text: str


class TrackingOut(msgspec.Struct):
    """Plain status and a coarse time of arrival; never the officer's name or position. `arrival_doubtful`: the patrol
    reports that it has arrived, but its phone's position does not confirm it. The shared link is told neither the place
    nor a word of what was said."""

    id: UUID
    reference: str
    kind: ReportKind
    viewer: Literal["owner", "share"] = msgspec.field(name="as")
    status: Status
    covered: bool
    safe: bool
    received_at: datetime
    due_at: datetime
    timeline: list[Step]
    eta_minutes: EtaMinutes | None
    messages: list[MessageOut]
    lat: float | None
    lon: float | None
    arrival_doubtful: bool
    description: str | None = None


class PositionIn(In, kw_only=True):
    lat: Lat
    lon: Lon
    accuracy: Metres | None = None


class MessageIn(In, kw_only=True):
    text: Text


class Empty(In, kw_only=True):
    """The body may be empty."""


class CancelReportIn(In, kw_only=True):
    reason: Text | None = None


class PhotoId(msgspec.Struct):
    id: UUID


class Reports(Controller):
    path = "/v1/reports"
    tags = ("Citizens",)
    opt = _PUBLIC

    @post("/", summary="Report an incident or call for help", request_max_body_size=16 * 1024)
    async def receive(
        self, request: Request[Any, Any, Any], runtime: Runtime, tokens: Tokens, data: ReportIn
    ) -> Response[ReportOut]:
        caller = tokens.caller(address(request))
        known = msgspec.structs.replace(data, language=nearest(data.language))
        values = msgspec.structs.asdict(known)
        secret = values.pop("secret")
        taken = await reports.receive(runtime, tokens, NewReport(**values), caller, runtime.now(), secret=secret)
        answer = ReportOut(
            taken.id, taken.reference, taken.owner_token, taken.share_token, taken.covered, taken.target_seconds
        )
        return Response(answer, status_code=201 if taken.created else 200)

    @get("/{report_id:uuid}", summary="Status of my report")
    async def track(self, db: Database, tokens: Tokens, report_id: UUID, authorization: Bearer = None) -> TrackingOut:
        found = await tracking.track(db, tokens, report_id, bearer(authorization), db.now())
        row = found.report
        return TrackingOut(
            id=row.id,
            reference=found.reference,
            kind=row.kind,
            viewer="owner" if found.as_owner else "share",
            status=found.status,
            covered=row.covered,
            safe=row.safe_at is not None,
            received_at=row.created_at,
            due_at=found.due_at,
            timeline=found.timeline,
            eta_minutes=found.eta_minutes,
            messages=[MessageOut(m.at, m.sender, m.text) for m in found.messages] if found.as_owner else [],
            lat=row.lat if found.as_owner else None,
            lon=row.lon if found.as_owner else None,
            arrival_doubtful=found.arrival_doubtful,
            description=row.description if found.as_owner else None,
        )

    @post("/{report_id:uuid}/position", status_code=204, summary="Update my position")
    async def move(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        data: PositionIn,
        authorization: Bearer = None,
    ) -> None:
        await limit(request, db, tokens)
        owner = await link_tokens.owner(db, tokens, report_id, bearer(authorization))
        await tracking.move(db, owner, report_id, data.lat, data.lon, data.accuracy, db.now())

    @post("/{report_id:uuid}/message", status_code=204, summary="Send the radio room a message")
    async def message(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        data: MessageIn,
        authorization: Bearer = None,
    ) -> None:
        await limit(request, db, tokens)
        owner = await link_tokens.owner(db, tokens, report_id, bearer(authorization))
        await tracking.add_word(db, owner, report_id, db.now(), kind="message", text=data.text)

    @post("/{report_id:uuid}/safe", status_code=204, summary="Say that I am safe")
    async def safe(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        data: Empty | None = None,  # noqa: ARG002 - refuses unknown fields
        authorization: Bearer = None,
    ) -> None:
        await limit(request, db, tokens)
        owner = await link_tokens.owner(db, tokens, report_id, bearer(authorization))
        await tracking.add_word(db, owner, report_id, db.now(), kind="safe")

    @post("/{report_id:uuid}/cancel", status_code=204, summary="Ask to cancel; the radio room decides")
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        data: CancelReportIn | None = None,
        authorization: Bearer = None,
    ) -> None:
        await limit(request, db, tokens)
        text = data.reason if data else None
        owner = await link_tokens.owner(db, tokens, report_id, bearer(authorization))
        await tracking.add_word(db, owner, report_id, db.now(), kind="cancel", text=text)

    @post("/{report_id:uuid}/photos", summary="Add a photo", request_max_body_size=PICTURE_BYTES + 64 * 1024)
    async def add_photo(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        authorization: Bearer = None,
    ) -> PhotoId:
        await limit(request, db, tokens)
        owner = await link_tokens.owner(db, tokens, report_id, bearer(authorization))
        jpeg = await fresh_jpeg(await read_upload(request, "photo"), "photo", max_side=1920)
        return PhotoId(await tracking.add_photo(db, owner, report_id, jpeg, db.now()))


async def limit(request: Request[Any, Any, Any], db: Database, tokens: Tokens) -> None:
    caller = tokens.caller("calls " + address(request))
    await rate_limits.limit_calls(db, caller, db.now(), rate_limits.CALLS_PER_WINDOW)


def bearer(authorization: str | None) -> str | None:
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
