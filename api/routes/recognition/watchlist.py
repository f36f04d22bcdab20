"""Who may be looked for: drafts, approval by another person, pictures and their templates, the gallery for workers."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.params import HeaderParameter

from api.db.pool import Database
from api.db.recognition.watchlist import Enrolment
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.routes.http.fields import In, Items, Line, ModelName, Moment, NeededReason
from api.routes.http.uploads import PICTURE_BYTES, read_upload
from api.routes.recognition.shown_picture import picture
from api.services.context import Runtime
from api.services.recognition import watchlist
from api.services.recognition.clean_pictures import fresh_jpeg
from api.services.recognition.watchlist import Draft, Entry, Template

_TEMPLATE_BYTES = 16 * 1024


class EntryIn(In, kw_only=True):
    id: UUID
    label: Line
    legal_basis: Line
    warrant_number: Line | None = None
    court: Line | None = None
    expires_at: Moment
    review_at: Moment | None = None
    picture_source: Line
    born: date | None = None
    priority: Literal[1, 2] = 2
    plate: Line | None = None


class StateOut(msgspec.Struct):
    id: UUID
    state: str


class Person(msgspec.Struct):
    id: UUID
    display_name: str


class TemplateOut(msgspec.Struct):
    model: str
    quality: float | None
    problem: str | None


class PictureOut(msgspec.Struct):
    id: UUID
    created_at: datetime
    templates: list[TemplateOut]


class EntryOut(msgspec.Struct):
    id: UUID
    label: str
    legal_basis: str
    warrant_number: str | None
    court: str | None
    expires_at: datetime
    review_at: datetime | None
    picture_source: str
    born: date | None
    priority: int
    plate: str | None
    state: str
    requested_by: Person
    approved_by: Person | None
    created_at: datetime
    pictures: list[PictureOut]


class PictureId(msgspec.Struct):
    id: UUID


class TemplateIn(In, kw_only=True):
    """Either a template with its quality, or the problem that prevented one."""

    model: ModelName
    quality: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    template: Annotated[str, msgspec.Meta(max_length=_TEMPLATE_BYTES * 2)] | None = None
    problem: Line | None = None


class GalleryEntry(msgspec.Struct):
    entry_id: UUID
    expires_at: datetime
    template: str


class GalleryOut(msgspec.Struct):
    """No names. Nothing in it may be matched after `valid_until`, nor an entry after its own `expires_at`."""

    version: str
    valid_until: datetime
    entries: list[GalleryEntry]


class Watchlist(Controller):
    path = "/v1/watchlist"
    tags = ("Recognition",)

    @post("/", summary="Draft a watchlist entry", opt={"operation": Operation.DRAFT_ENTRY})
    async def draft(self, db: Database, actor: Actor, data: EntryIn) -> Response[StateOut]:
        now = db.now()
        created = await watchlist.draft(db, actor, Draft(**msgspec.structs.asdict(data)), now)
        entry = (await watchlist.entries(db, actor, data.id, now))[0]
        return Response(StateOut(data.id, entry.state), status_code=201 if created else 200)

    @get("/", summary="The station's watchlist entries", opt={"operation": Operation.SEE_ENTRIES})
    async def listed(self, db: Database, actor: Actor) -> Items[EntryOut]:
        return Items([_out(entry) for entry in await watchlist.entries(db, actor, None, db.now())])

    @get("/{entry_id:uuid}", summary="One watchlist entry", opt={"operation": Operation.SEE_ENTRIES})
    async def one(self, db: Database, actor: Actor, entry_id: UUID) -> EntryOut:
        return _out((await watchlist.entries(db, actor, entry_id, db.now()))[0])

    @post(
        "/{entry_id:uuid}/pictures",
        summary="Add a picture to a draft",
        opt={"operation": Operation.DRAFT_ENTRY},
        request_max_body_size=PICTURE_BYTES + 64 * 1024,
    )
    async def add_picture(
        self, request: Request[Any, Any, Any], db: Database, actor: Actor, entry_id: UUID
    ) -> PictureId:
        jpeg = await fresh_jpeg(await read_upload(request, "picture"), "picture", max_side=1600)
        return PictureId(await watchlist.add_picture(db, actor, entry_id, jpeg, db.now()))

    @get("/pictures/{picture_id:uuid}", summary="A reference picture", opt={"operation": Operation.SEE_PICTURE})
    async def picture(self, db: Database, actor: Actor, picture_id: UUID, preview: bool = False) -> Response[bytes]:
        found = await watchlist.picture(db, actor, picture_id, db.now(), preview=preview)
        return await picture(found.jpeg, preview=preview)

    @post(
        "/{entry_id:uuid}/approve",
        status_code=200,
        summary="Approve an entry; by a person other than the requester",
        opt={"operation": Operation.APPROVE_ENTRY, "step_up": True},
    )
    async def approve(self, db: Database, actor: Actor, entry_id: UUID) -> StateOut:
        await watchlist.approve(db, actor, entry_id, db.now())
        return StateOut(entry_id, "approved")

    @post(
        "/{entry_id:uuid}/withdraw",
        status_code=200,
        summary="Withdraw an entry",
        opt={"operation": Operation.WITHDRAW_ENTRY},
    )
    async def withdraw(self, runtime: Runtime, actor: Actor, entry_id: UUID, data: NeededReason) -> StateOut:
        await watchlist.withdraw(runtime, actor, entry_id, data.reason, runtime.now())
        return StateOut(entry_id, "withdrawn")

    @post(
        "/{entry_id:uuid}/minor-permit",
        status_code=204,
        summary="An admin's written permit for an entry for somebody under 18",
        opt={"operation": Operation.PERMIT_MINOR, "step_up": True},
    )
    async def permit_minor(self, db: Database, actor: Actor, entry_id: UUID, data: NeededReason) -> None:
        await watchlist.permit_minor(db, actor, entry_id, data.reason, db.now())

    @get("/enrolments", summary="Pictures without a template for this model", opt={"operation": Operation.ENROL})
    async def enrolments(self, db: Database, actor: Actor, model: ModelName) -> Items[Enrolment]:
        return Items(await watchlist.enrolments(db, actor, model, db.now()))

    @put(
        "/pictures/{picture_id:uuid}/template",
        status_code=204,
        summary="Store a model's template for a picture, or its problem",
        opt={"operation": Operation.ENROL},
    )
    async def save_template(self, db: Database, actor: Actor, picture_id: UUID, data: TemplateIn) -> None:
        await watchlist.save_template(db, actor, picture_id, _template(data), db.now())

    @get("/gallery", summary="The gallery for workers, without names", opt={"operation": Operation.SEE_GALLERY})
    async def gallery(
        self,
        db: Database,
        actor: Actor,
        model: ModelName,
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[GalleryOut | None]:
        found = await watchlist.gallery(db, actor, model, db.now())
        etag = f'"{found.version}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Valid-Until": found.valid_until.isoformat(),
        }
        if etag in (if_none_match or ""):  # if compressed, it comes back as a weak ETag
            return Response(None, status_code=304, headers=headers)
        entries = [
            GalleryEntry(row.entry_id, row.expires_at, base64.b64encode(row.template).decode()) for row in found.entries
        ]
        return Response(GalleryOut(found.version, found.valid_until, entries), headers=headers)


def _template(data: TemplateIn) -> Template:
    if (data.template is None) == (data.problem is None):
        raise Invalid("template", "give either a template or a problem")
    vector = None
    if data.template is not None:
        try:
            vector = base64.b64decode(data.template, validate=True)
        except (binascii.Error, ValueError):
            raise Invalid("template", "not base64") from None
        if not vector or len(vector) % 4 or len(vector) > _TEMPLATE_BYTES:
            raise Invalid("template", "not a vector of 32-bit floats")
    return Template(data.model, data.quality, vector, data.problem)


def _out(entry: Entry) -> EntryOut:
    row = entry.row
    approved = Person(row.approved_by, row.approved_by_name or "") if row.approved_by is not None else None
    return EntryOut(
        id=row.id,
        label=row.label,
        legal_basis=row.legal_basis,
        warrant_number=row.warrant_number,
        court=row.court,
        expires_at=row.expires_at,
        review_at=row.review_at,
        picture_source=row.picture_source,
        born=row.born,
        priority=row.priority,
        plate=row.plate,
        state=entry.state,
        requested_by=Person(row.requested_by, row.requested_by_name),
        approved_by=approved,
        created_at=row.created_at,
        pictures=[
            PictureOut(
                shown.id, shown.created_at, [TemplateOut(t.model, t.quality, t.problem) for t in shown.templates]
            )
            for shown in entry.pictures
        ],
    )
