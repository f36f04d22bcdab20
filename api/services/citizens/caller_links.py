"""A page for the phone of somebody who has called: it sends position, photos and typed words, and asks for nothing
else. It is a report of its own on the case, so that the desk and the crew have what it sends where they look for it."""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.citizens import callers, reports
from api.db.citizens.callers import CallerLinkRow, CallerLocationRow
from api.db.citizens.reports import MessageRow
from api.db.incidents import incidents
from api.db.notifying import outgoing
from api.db.notifying.outgoing import CallerLink, FallbackMessage
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.citizens.caller_location import LINK_LIFETIME, LocationSource, link_may_go_out
from api.domain.errors import Invalid, NotFound, Unauthenticated, WrongState
from api.domain.incidents import incident as rules
from api.domain.incidents.conflict import FEWEST_DIGITS, digits
from api.domain.incidents.incident import Hazard, ReportKind
from api.domain.records.events import Event, EventKind
from api.services.citizens import tracking
from api.services.citizens.link_tokens import Tokens
from api.services.context import Context, entering, reading
from api.services.incidents.opening import lock
from api.services.records import journal
from api.telemetry import request_id

_TRIES = 20


class MadeLink(msgspec.Struct, frozen=True):
    """`code`: to be read aloud. `sent`: the station has a channel that writes to callers, and the link is queued."""

    link: str
    code: str
    expires_at: datetime
    sent: bool


class Located(msgspec.Struct, frozen=True):
    items: list[CallerLocationRow]
    link: CallerLinkRow | None


class Page(msgspec.Struct, frozen=True):
    """What the caller's page shows."""

    reference: str
    messages: list[MessageRow]
    ends_at: datetime


async def make(
    db: Database,
    tokens: Tokens,
    actor: Actor,
    incident_id: UUID,
    public_url: str,
    now: datetime,
    *,
    to: str | None,
    safe: bool,
) -> MadeLink:
    """A new link ends the case's older ones. `safe`: the caller has said that their phone may ring; until then nothing
    goes to the phone of somebody who may be watched."""
    demand(actor, Operation.RUN_INCIDENT)
    number = digits(to) if to else None
    if number is not None and len(number) < FEWEST_DIGITS:
        raise Invalid("to", "a telephone number")
    async with entering(db, actor, now) as context:
        incident = await lock(context, incident_id)
        rules.demand_active(incident.state)
        silent = Hazard.SILENT in incident.hazards
        if number is not None and not link_may_go_out(incident.kind, silent=silent, safe=safe):
            raise WrongState(state="not_safe", incident_id=incident_id)
        await callers.end_link.run(context.connection, incident_id=incident_id, now=now)
        report_id, code = uuid4(), await _free_code(context.connection, now)
        await reports.add.run(
            context.connection,
            id=report_id,
            station_id=context.station_id,
            kind=ReportKind(incident.kind) if incident.kind in set(ReportKind) else ReportKind.OTHER,
            description=None,
            lon=incident.lon,
            lat=incident.lat,
            accuracy=None,
            contact=number,
            safe_to_call=safe or None,
            silent=silent,
            language="th",
            covered=True,
            over_limit=False,
            content_hash=b"",
            sender=None,
            hazards=[],
            injured=False,
            secret_hash=None,
            about_police=incident.about_police,
            now=now,
        )
        await reports.join.run(context.connection, id=report_id, incident_id=incident_id)
        expires_at = now + LINK_LIFETIME
        await callers.add_link.run(
            context.connection,
            report_id=report_id,
            station_id=context.station_id,
            incident_id=incident_id,
            code=code,
            sent_to=number,
            by=actor.id,
            now=now,
            expires_at=expires_at,
        )
        link = f"{public_url.rstrip('/')}/here#id={report_id}&token={tokens.link(report_id)}"
        sent = number is not None and await _send(context, number, CallerLink(link, incident.reference), expires_at)
        await journal.audit(context, "incident.locate", incident_id, reason=None, sent=sent)
        journal.event(context, Event(EventKind.CALLER_LOCATION, incident_id, incident_id))
    return MadeLink(link, code, expires_at, sent)


async def _free_code(connection: Connection, now: datetime) -> str:
    """Four digits that open no other link."""
    for _ in range(_TRIES):
        code = f"{secrets.randbelow(10_000):04}"
        if await callers.link_by_code.one(connection, code=code, now=now) is None:
            return code
    raise WrongState(state="no_free_code")


async def _send(context: Context, to: str, link: CallerLink, expires_at: datetime) -> bool:
    return bool(
        await outgoing.queue_fallback.run(
            context.connection,
            station_id=context.station_id,
            channel_id=None,
            for_callers=True,
            message=FallbackMessage(link=link, to=to),
            now=context.now,
            expires_at=expires_at,
            request_id=request_id(),
        )
    )


async def located(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> Located:
    """Where the caller's phones were, the newest first, and the link that was made last."""
    demand(actor, Operation.RUN_INCIDENT)
    async with reading(db, actor, now) as context:
        if await incidents.place_of.one(context.connection, id=incident_id) is None:
            raise NotFound(incident_id=incident_id)
        return Located(
            await callers.locations.all(context.connection, incident_id=incident_id),
            await callers.newest_link.one(context.connection, incident_id=incident_id),
        )


async def by_code(db: Database, tokens: Tokens, code: str, now: datetime) -> tuple[UUID, str]:
    """The link that a code read aloud opens, once."""
    async with db.stationless() as connection:
        found = await callers.link_by_code.one(connection, code=code, now=now)
    if found is None:
        raise NotFound(code=code)
    async with entering(db, Actor(found.report_id, Role.CITIZEN, found.station_id), now) as context:
        if not await callers.use_code.run(context.connection, report_id=found.report_id, now=now):
            raise NotFound(code=code)
        link = await _open(context.connection, found.report_id, now)
        journal.event(context, Event(EventKind.CALLER_LOCATION, link.incident_id, link.incident_id))
    return found.report_id, tokens.link(found.report_id)


async def admit(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> Actor:
    """Whoever holds this link. A wrong token and an unknown link answer alike."""
    if token is None:
        raise Unauthenticated
    async with db.stationless() as connection:
        station_id = await reports.station_of.get(connection, id=report_id)
    if station_id is None or not hmac.compare_digest(token.encode(), tokens.link(report_id).encode()):
        raise NotFound(report_id=report_id)
    return Actor(report_id, Role.CITIZEN, station_id)


async def _open(connection: Connection, report_id: UUID, now: datetime) -> CallerLinkRow:
    link = await callers.link_of.one(connection, report_id=report_id)
    if link is None:
        raise NotFound(report_id=report_id)
    if link.case_ended or link.expires_at <= now:
        raise WrongState(state="ended", report_id=report_id)
    return link


async def page(db: Database, actor: Actor, report_id: UUID, now: datetime) -> Page:
    async with entering(db, actor, now) as context:
        link = await _open(context.connection, report_id, now)
        if await callers.link_opened.run(context.connection, report_id=report_id, now=now):
            journal.event(context, Event(EventKind.CALLER_LOCATION, link.incident_id, link.incident_id))
        messages = await reports.messages_of.all(context.connection, report_ids=[report_id])
    return Page(link.reference, messages, link.expires_at)


async def demand_open(db: Database, actor: Actor, report_id: UUID, now: datetime) -> None:
    """Raises WrongState once the link or the case has ended."""
    async with reading(db, actor, now) as context:
        await _open(context.connection, report_id, now)


async def locate(
    db: Database,
    actor: Actor,
    report_id: UUID,
    lat: float,
    lon: float,
    accuracy: float | None,
    phone: str,
    now: datetime,
) -> None:
    """`phone`: made by the page and kept there, so that a link that was passed on shows as a second phone."""
    await demand_open(db, actor, report_id, now)
    async with entering(db, actor, now) as context:
        link = await _open(context.connection, report_id, now)
        await callers.add_location.run(
            context.connection,
            station_id=context.station_id,
            incident_id=link.incident_id,
            report_id=report_id,
            number=link.sent_to,
            source=LocationSource.LINK,
            method=None,
            lat=lat,
            lon=lon,
            accuracy=accuracy,
            floor=None,
            phone=hashlib.sha256(phone.encode()).digest()[:16],
            located_at=None,
            now=now,
        )
        journal.event(context, Event(EventKind.CALLER_LOCATION, link.incident_id, link.incident_id))
    await tracking.move(db, actor, report_id, lat, lon, accuracy, now)
