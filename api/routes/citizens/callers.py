"""Where callers are: what their handsets say, the radio room's link for a caller's phone, and that page's own calls."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from api.db.citizens.callers import CallerLinkRow, CallerLocationRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.citizens import handset
from api.routes.citizens.reports import Bearer, MessageIn, MessageOut, PhotoId, bearer, limit
from api.routes.http.addresses import address
from api.routes.http.fields import In, Items, Lat, Line, Lon, Metres
from api.routes.http.uploads import PICTURE_BYTES, read_upload
from api.services.citizens import caller_links, caller_locations, rate_limits, tracking
from api.services.citizens.caller_links import MadeLink
from api.services.citizens.link_tokens import Tokens
from api.services.recognition.clean_pictures import fresh_jpeg
from api.settings import Settings

_MOST_BYTES = 16 * 1024
_PAGE = {"public": True, "own_id": True, "secret": True}
_AML = (
    "Form or JSON by the field names of ETSI TS 103 625 and Google's Emergency Location Service, or the text of an AML "
    "message. Every field is optional; what cannot be read is answered 202."
)


class LocateIn(In, kw_only=True):
    """`to`: the number that the link goes to, by the station's channel for callers; without it, it is read aloud.
    `safe`: the caller has said that their phone may ring."""

    to: Line | None = None
    safe: bool = False


class LocatedOut(msgspec.Struct):
    items: list[CallerLocationRow]
    link: CallerLinkRow | None


class CodeIn(In, kw_only=True):
    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}$")]


class OpenedOut(msgspec.Struct):
    id: UUID
    token: str


class PhonePositionIn(In, kw_only=True):
    """`phone`: random, made by the page and kept there."""

    lat: Lat
    lon: Lon
    accuracy: Metres | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class PageOut(msgspec.Struct):
    reference: str
    ends_at: datetime
    messages: list[MessageOut]


class CallerLocations(Controller):
    path = "/v1"
    tags = ("Callers",)

    @post(
        "/ingest/location",
        summary="Where an emergency caller's handset says it is (AML, ELS)",
        description=_AML,
        request_max_body_size=_MOST_BYTES,
        opt={"operation": Operation.POST_CALLER_LOCATION, "own_id": True},
    )
    async def ingest(self, request: Request[Any, Any, Any], db: Database, actor: Actor) -> Response[None]:
        fields, text = handset.read(await request.body())
        kept = await caller_locations.ingest(db, actor, fields, text, db.now())
        return Response(None, status_code=201 if kept else 202)

    @get(
        "/caller-locations",
        summary="Phones that have just made an emergency call and belong to no case",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def unmatched(self, db: Database, actor: Actor) -> Items[CallerLocationRow]:
        return Items(await caller_locations.unmatched(db, actor, db.now()))

    @post(
        "/incidents/{incident_id:uuid}/locate",
        status_code=202,
        summary="A link for the caller's phone",
        opt={"operation": Operation.RUN_INCIDENT, "secret": True},
    )
    async def locate(
        self, db: Database, tokens: Tokens, settings: Settings, actor: Actor, incident_id: UUID, data: LocateIn
    ) -> MadeLink:
        """It asks for position, photos and typed words, and ends with the case or after 30 minutes. `code`, read aloud,
        opens it once at `/here`."""
        return await caller_links.make(
            db, tokens, actor, incident_id, settings.public_url, db.now(), to=data.to, safe=data.safe
        )

    @get(
        "/incidents/{incident_id:uuid}/locate",
        summary="Where the caller's phones were",
        opt={"operation": Operation.RUN_INCIDENT, "secret": True},
    )
    async def located(self, db: Database, actor: Actor, incident_id: UUID) -> LocatedOut:
        """The newest first. The case stays where it is until somebody moves it."""
        found = await caller_links.located(db, actor, incident_id, db.now())
        return LocatedOut(found.items, found.link)


class CallersPage(Controller):
    path = "/v1/here"
    tags = ("Callers",)
    opt = _PAGE

    @post("/", status_code=200, summary="Open the link that a code stands for, once")
    async def open(self, request: Request[Any, Any, Any], db: Database, tokens: Tokens, data: CodeIn) -> OpenedOut:
        caller = tokens.caller("codes " + address(request))
        await rate_limits.limit_calls(db, caller, db.now(), rate_limits.CODES_PER_WINDOW)
        return OpenedOut(*await caller_links.by_code(db, tokens, data.code, db.now()))

    @get("/{report_id:uuid}", summary="What the radio room has written")
    async def read(self, db: Database, tokens: Tokens, report_id: UUID, authorization: Bearer = None) -> PageOut:
        actor = await caller_links.admit(db, tokens, report_id, bearer(authorization))
        page = await caller_links.page(db, actor, report_id, db.now())
        messages = [MessageOut(m.at, m.sender, m.text) for m in page.messages]
        return PageOut(page.reference, page.ends_at, messages)

    @post("/{report_id:uuid}/position", status_code=204, summary="Send where I am")
    async def position(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        data: PhonePositionIn,
        authorization: Bearer = None,
    ) -> None:
        await limit(request, db, tokens)
        actor = await caller_links.admit(db, tokens, report_id, bearer(authorization))
        await caller_links.locate(db, actor, report_id, data.lat, data.lon, data.accuracy, data.phone, db.now())

    @post("/{report_id:uuid}/message", status_code=204, summary="Type to the radio room")
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
        actor = await caller_links.admit(db, tokens, report_id, bearer(authorization))
        await caller_links.demand_open(db, actor, report_id, db.now())
        await tracking.add_word(db, actor, report_id, db.now(), kind="message", text=data.text)

    @post("/{report_id:uuid}/photos", summary="Send a photo", request_max_body_size=PICTURE_BYTES + 64 * 1024)
    async def photo(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        report_id: UUID,
        authorization: Bearer = None,
    ) -> PhotoId:
        await limit(request, db, tokens)
        actor = await caller_links.admit(db, tokens, report_id, bearer(authorization))
        await caller_links.demand_open(db, actor, report_id, db.now())
        jpeg = await fresh_jpeg(await read_upload(request, "photo"), "photo", max_side=1920)
        return PhotoId(await tracking.add_photo(db, actor, report_id, jpeg, db.now()))
