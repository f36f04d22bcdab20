"""Watchlist entries: drafted by one person, approved by another, enrolled, matched, withdrawn. All of it is logged."""

import hashlib
from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db.pool import Connection, Database
from api.db.recognition import alerts as alert_rows
from api.db.recognition import watchlist
from api.db.recognition.watchlist import Enrolment, EntryRow, GalleryRow, PictureInfo, PictureRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound, WrongState
from api.domain.incidents.alarm import AlarmReason
from api.domain.recognition import watchlist as rules
from api.domain.recognition.watchlist import EntryState
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Runtime, deciding, entering
from api.services.dispatching import dispatch
from api.services.incidents import alarms
from api.services.recognition import alert_decisions
from api.services.records import journal

GALLERY_LIFE = timedelta(minutes=5)
"""How long a worker may go on matching on a gallery that it can't refresh."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    label: str
    legal_basis: str
    warrant_number: str | None
    court: str | None
    expires_at: datetime
    review_at: datetime | None
    picture_source: str
    born: date | None
    plate: str | None
    priority: int


class Entry(msgspec.Struct, frozen=True):
    """An entry with its pictures, and the state that it is in at this moment."""

    row: EntryRow
    state: EntryState
    pictures: list[PictureInfo]


class Gallery(msgspec.Struct, frozen=True):
    """`version` is a hash over the content; templates are what was enrolled, without names."""

    version: str
    valid_until: datetime
    entries: list[GalleryRow]


async def draft(db: Database, actor: Actor, wanted: Draft, now: datetime) -> bool:
    """Request an entry; True if it is new. Nothing is matched before another person approves. Without a review date, it
    is ninety days or the entry's end, whichever is sooner."""
    demand(actor, Operation.DRAFT_ENTRY)
    content_hash = hashlib.sha256(msgspec.json.encode(wanted)).digest()
    async with entering(db, actor, now) as context:
        existing = await watchlist.read.one(context.connection, id=wanted.id)
        if existing is not None:
            if existing.content_hash != content_hash or existing.requested_by != actor.id:
                raise IdReused(id=wanted.id)
            return False
        permitted = await watchlist.minor_permitted.get(context.connection, entry_id=wanted.id)
        rules.check_draft(wanted.born, wanted.expires_at, now, minor_permitted=bool(permitted))
        values = msgspec.structs.asdict(wanted)
        values["review_at"] = wanted.review_at or min(wanted.expires_at, now + rules.REVIEW)
        added = await watchlist.add.run(
            context.connection,
            **values,
            station_id=actor.station_id,
            requested_by=actor.id,
            content_hash=content_hash,
            created_at=now,
        )
        if not added:
            raise IdReused(id=wanted.id)
        await _note(context, wanted.id, EntryState.DRAFT, legal_basis=wanted.legal_basis)
        return True


async def permit_minor(db: Database, actor: Actor, entry_id: UUID, reason: str, now: datetime) -> None:
    demand(actor, Operation.PERMIT_MINOR)
    async with entering(db, actor, now) as context:
        await watchlist.permit_minor.run(
            context.connection, entry_id=entry_id, station_id=actor.station_id, by=actor.id, reason=reason, now=now
        )
        await journal.audit(context, "watchlist.permit_minor", entry_id, reason=reason)


async def approve(db: Database, actor: Actor, entry_id: UUID, now: datetime) -> None:
    demand(actor, Operation.APPROVE_ENTRY)
    async with entering(db, actor, now) as context:
        entry = await _lock(context.connection, entry_id)
        state = _state(entry, now)
        if state == EntryState.APPROVED:
            return
        rules.check_approval(state, entry.requested_by, actor.id)
        usable = await watchlist.pictures_usable.all(context.connection, entry_id=entry_id)
        permitted = await watchlist.minor_permitted.get(context.connection, entry_id=entry_id)
        facts = {field: getattr(entry, field) for field in rules.Facts.__struct_fields__ if field != "pictures"}
        checked = rules.Facts(**facts, pictures=tuple(each.usable for each in usable))
        rules.check_facts(checked, now, minor_permitted=bool(permitted))
        content = await watchlist.approve.get(context.connection, id=entry_id, by=actor.id)
        await _note(context, entry_id, EntryState.APPROVED, content=(content or b"").hex())


async def withdraw(runtime: Runtime, actor: Actor, entry_id: UUID, reason: str, now: datetime) -> None:
    """Withdraw an entry: its open alerts end, and units on their way because of it are told."""
    demand(actor, Operation.WITHDRAW_ENTRY)
    async with deciding(runtime, actor, now) as context:
        entry = await _lock(context.connection, entry_id)
        if entry.withdrawn_at is not None:
            return
        await watchlist.withdraw.run(context.connection, id=entry_id, by=actor.id, now=now, reason=reason)
        where = {"station_id": context.station_id, "entry_id": entry_id}
        for pending in await alert_rows.pending_of_entry.all(context.connection, **where):
            await alert_decisions.expire(context, pending.id)
        for incident in await alert_rows.incidents_of_entry.all(context.connection, entry_id=entry_id):
            await alarms.raise_alarm(context, incident.id, AlarmReason.ENTRY_WITHDRAWN)
            await dispatch.tell_units(context, incident.id)
        await _note(context, entry_id, EntryState.WITHDRAWN, reason=reason)


async def add_picture(db: Database, actor: Actor, entry_id: UUID, jpeg: bytes, now: datetime) -> UUID:
    demand(actor, Operation.DRAFT_ENTRY)
    picture_id = uuid4()
    async with entering(db, actor, now) as context:
        entry = await _lock(context.connection, entry_id)
        state = _state(entry, now)
        if (
            state != EntryState.DRAFT
        ):  # what was approved is what is matched: a further picture needs a further approval
            raise WrongState(state=state)
        await watchlist.add_picture.run(
            context.connection, id=picture_id, station_id=actor.station_id, entry_id=entry_id, jpeg=jpeg, now=now
        )
        await _note(context, entry_id, state, picture_id=picture_id)
    return picture_id


async def picture(db: Database, actor: Actor, picture_id: UUID, now: datetime, *, preview: bool = False) -> PictureRow:
    demand(actor, Operation.SEE_PICTURE)
    async with entering(db, actor, now) as context:
        row = await watchlist.read_picture.one(context.connection, id=picture_id)
        if row is None:
            raise NotFound(picture_id=picture_id)
        action = "watchlist.picture.preview" if preview else alert_decisions.REFERENCE_VIEWED
        await journal.audit(context, action, row.entry_id, picture_id=picture_id)
        return row


async def entries(db: Database, actor: Actor, entry_id: UUID | None, now: datetime) -> list[Entry]:
    """All of the station's entries, or the one; looking is logged."""
    demand(actor, Operation.SEE_ENTRIES)
    async with entering(db, actor, now) as context:
        if entry_id is None:
            rows = await watchlist.list_all.all(context.connection, station_id=actor.station_id)
        else:
            row = await watchlist.read.one(context.connection, id=entry_id)
            if row is None:
                raise NotFound(entry_id=entry_id)
            rows = [row]
        of_entry: dict[UUID, list[PictureInfo]] = defaultdict(list)
        for shown in await watchlist.list_pictures.all(context.connection, entry_ids=[row.id for row in rows]):
            of_entry[shown.entry_id].append(shown)
        await journal.audit(context, "watchlist.view", entry_id, count=len(rows))
    return [Entry(row, _state(row, now), of_entry[row.id]) for row in rows]


async def entries_of_alerts(db: Database, actor: Actor, entry_ids: list[UUID], now: datetime) -> dict[UUID, Entry]:
    """The entries behind a list of alerts, by id."""
    if not entry_ids:
        return {}
    wanted = set(entry_ids)
    return {entry.row.id: entry for entry in await entries(db, actor, None, now) if entry.row.id in wanted}


async def enrolments(db: Database, actor: Actor, model: str, now: datetime) -> list[Enrolment]:
    demand(actor, Operation.ENROL)
    async with db.transaction(actor) as connection:
        return await watchlist.list_enrolments.all(connection, station_id=actor.station_id, model=model, now=now)


class Template(msgspec.Struct, frozen=True):
    """What a model made of a picture: a template with its quality, or the problem that kept it from one."""

    model: str
    quality: float | None
    template: bytes | None
    problem: str | None


async def save_template(db: Database, actor: Actor, picture_id: UUID, made: Template, now: datetime) -> None:
    """A template that was approved with its picture is never replaced; one for a further model may be added."""
    demand(actor, Operation.ENROL)
    async with entering(db, actor, now) as context:
        picture = await watchlist.read_picture.one(context.connection, id=picture_id)
        if picture is None:
            raise NotFound(picture_id=picture_id)
        state = _state(await _lock(context.connection, picture.entry_id), now)
        existing = await watchlist.read_template.one(context.connection, picture_id=picture_id, model=made.model)
        if existing is not None and state != EntryState.DRAFT:
            if (existing.template, existing.problem) != (made.template, made.problem):
                raise WrongState(state=state)
            return
        await watchlist.save_template.run(
            context.connection, picture_id=picture_id, station_id=actor.station_id, **msgspec.structs.asdict(made)
        )
        await journal.audit(context, "watchlist.enrol", picture.entry_id, model=made.model)
        changed = Event(EventKind.WATCHLIST, picture.entry_id)
        journal.event(context, changed)


async def gallery(db: Database, actor: Actor, model: str, now: datetime) -> Gallery:
    demand(actor, Operation.SEE_GALLERY)
    async with db.transaction(actor) as connection:
        rows = await watchlist.read_gallery.all(connection, station_id=actor.station_id, model=model)
    digest = hashlib.sha256(msgspec.msgpack.encode(rows)).hexdigest()[:16]
    return Gallery(digest, now + GALLERY_LIFE, rows)


async def _lock(connection: Connection, entry_id: UUID) -> watchlist.EntryLock:
    entry = await watchlist.lock.one(connection, id=entry_id)
    if entry is None:
        raise NotFound(entry_id=entry_id)
    return entry


def _state(entry: EntryRow | watchlist.EntryLock, now: datetime) -> EntryState:
    """An approval by an earlier release, which was bound to nothing, does not count."""
    return rules.state_at(
        now,
        approved=entry.approved_hash is not None,
        withdrawn=entry.withdrawn_at is not None,
        expires_at=entry.expires_at,
        review_at=entry.review_at,
    )


async def _note(
    context: Context,
    entry_id: UUID,
    state: EntryState,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    await journal.audit(context, f"watchlist.{state}", entry_id, reason=reason, **facts)
    journal.event(context, Event(EventKind.WATCHLIST, entry_id, state=state))
