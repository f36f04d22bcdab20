"""Citizens: one call for help, and what they may know and add afterwards. No account; the link's token is the key."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db import assignments as assignment_rows
from api.db import incidents, reports, sessions, stations, units
from api.db.incidents import IncidentRow
from api.db.pool import Connection, Database
from api.db.reports import MessageRow, PhotoKey, ReportRow
from api.db.stations import StationRow
from api.domain import sla
from api.domain.alarm import AlarmReason
from api.domain.assignment import HELD, State
from api.domain.errors import IdReused, Invalid, NotFound, SlowDown, Unauthenticated, Unavailable, WrongState
from api.domain.events import Event, EventKind
from api.domain.incident import Kind, ReportKind
from api.domain.permissions import Actor, Operation, Role, demand
from api.domain.report import STATUS, EtaMinutes, Status, coarse_eta
from api.domain.timepoint import Point
from api.services import dispatch, records
from api.services.incidents import NewIncident, open_incident

REPORTS_PER_WINDOW = 5
CALLS_PER_WINDOW = 60
WINDOW = timedelta(minutes=10)
_PHOTOS = 6
_STEPS = {
    Point.RECEIVED: "received",
    Point.ACCEPTED: "assigned",
    Point.EN_ROUTE: "on_the_way",
    Point.ARRIVED: "arrived",
    Point.CLOSED: "closed",
}


class NewReport(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    kind: ReportKind
    description: str | None
    lat: float
    lon: float
    accuracy: float | None
    contact: str | None
    safe_to_call: bool | None
    silent: bool
    language: str


class Receipt(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    owner_token: str
    share_token: str
    covered: bool
    target_seconds: int
    created: bool


class Step(msgspec.Struct, frozen=True):
    kind: str
    at: datetime


class Tracking(msgspec.Struct, frozen=True):
    """What a citizen may know: plain status, coarse time, never the officer's name or position."""

    report: ReportRow
    as_owner: bool
    reference: str
    status: Status
    due_at: datetime
    timeline: list[Step]
    eta_minutes: EtaMinutes | None
    messages: list[MessageRow]


class Tokens:
    """Derived from the report's id with the server's own key: nothing to store, nothing to lose, the same again."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def owner(self, report_id: UUID) -> str:
        return self._derive(b"owner", report_id)

    def share(self, report_id: UUID) -> str:
        return self._derive(b"share", report_id)

    def caller(self, address: str) -> bytes:
        """An address as rate limits know it: keyed, so that the table holds no addresses."""
        return hmac.digest(self._key, b"caller" + address.encode(), hashlib.sha256)[:16]

    def _derive(self, purpose: bytes, report_id: UUID) -> str:
        return hmac.new(self._key, purpose + report_id.bytes, hashlib.sha256).hexdigest()[:40]


async def calls_in_window(db: Database, caller: bytes, now: datetime) -> int:
    """How often this caller has called in the current window, this call included."""
    start = datetime.fromtimestamp(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), now.tzinfo)
    async with db.stationless() as connection:
        return await sessions.count_request.get(connection, caller=caller, window_at=start) or 0


async def limit_calls(db: Database, caller: bytes, now: datetime, most: int) -> None:
    if await calls_in_window(db, caller, now) > most:
        raise SlowDown(retry_after=int(WINDOW.total_seconds()))


async def receive(
    db: Database, tokens: Tokens, sent: NewReport, caller: bytes, default_target: int, now: datetime
) -> Receipt:
    """Take a report exactly once. Over the limit an SOS is taken and flagged; anything else is asked to slow down."""
    over_limit = await calls_in_window(db, caller, now) > REPORTS_PER_WINDOW
    content_hash = hashlib.sha256(msgspec.json.encode(sent)).digest()
    async with db.stationless() as connection:
        known_at = await reports.station_of.get(connection, id=sent.id)
        serving = await stations.serving.one(connection, lat=sent.lat, lon=sent.lon)
    if serving is None:
        raise Unavailable(because="no station is set up yet: call 191")
    if known_at is None and over_limit and sent.kind != ReportKind.SOS:
        raise SlowDown(retry_after=int(WINDOW.total_seconds()))
    actor = Actor(sent.id, Role.CITIZEN, known_at or serving.station_id)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        known = await reports.read.one(connection, id=sent.id)
        if known is not None:
            return await _again(connection, tokens, known, content_hash)
        covered = serving.inside and bool(await units.anyone_on_duty.get(connection, station_id=station.id))
        added = await reports.add.run(
            connection,
            **msgspec.structs.asdict(sent),
            station_id=station.id,
            covered=covered,
            over_limit=over_limit,
            content_hash=content_hash,
            now=now,
        )
        if not added:
            raise IdReused(id=sent.id)
        await _open(connection, station, sent, default_target, now, over_limit=over_limit)
        report = await _read(connection, sent.id)
        return await _receipt(connection, tokens, report, created=True)


async def _open(
    connection: Connection,
    station: StationRow,
    sent: NewReport,
    default_target: int,
    now: datetime,
    *,
    over_limit: bool,
) -> None:
    new = NewIncident(
        id=uuid4(),
        kind=Kind(sent.kind),
        lat=sent.lat,
        lon=sent.lon,
        received_at=now,
        verified=False,
        source="report",
        report_id=sent.id,
    )
    incident = await open_incident(connection, station, default_target, new, now)
    await reports.join.run(connection, id=sent.id, incident_id=incident.id)
    await records.event(connection, station.id, Event(EventKind.REPORT, sent.id, incident.id), now)
    if over_limit:
        await dispatch.alarm(connection, station.id, incident.id, AlarmReason.SOS_OVER_LIMIT, now)
    elif sent.kind in {ReportKind.SOS, *station.automatic_reports}:
        await dispatch.fill(connection, station, incident, now)


async def _again(connection: Connection, tokens: Tokens, known: ReportRow, content_hash: bytes) -> Receipt:
    if known.content_hash != content_hash:
        raise IdReused(id=known.id)
    return await _receipt(connection, tokens, known, created=False)


async def _receipt(connection: Connection, tokens: Tokens, report: ReportRow, *, created: bool) -> Receipt:
    incident = await _incident(connection, report)
    return Receipt(
        report.id,
        incident.reference,
        tokens.owner(report.id),
        tokens.share(report.id),
        report.covered,
        incident.target_seconds,
        created,
    )


async def _read(connection: Connection, report_id: UUID) -> ReportRow:
    report = await reports.read.one(connection, id=report_id)
    if report is None:
        raise NotFound(report_id=report_id)
    return report


async def _incident(connection: Connection, report: ReportRow) -> IncidentRow:
    """The report's incident; where that was merged away, the one it went into."""
    incident_id = report.incident_id
    while incident_id is not None:
        found = await incidents.read.all(
            connection, station_id=None, id=incident_id, active=False, state=None, before=None, most=1
        )
        if not found or found[0].merged_into is None:
            break
        incident_id = found[0].merged_into
    else:
        raise NotFound(report_id=report.id)
    if not found:
        raise NotFound(report_id=report.id)
    return found[0]


async def admit(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> tuple[Actor, bool]:
    """Who holds this link: an actor bound to the report's station, and whether it is the owner's.

    A wrong token and an unknown report answer alike.
    """
    if token is None:
        raise Unauthenticated
    owner = hmac.compare_digest(token.encode(), tokens.owner(report_id).encode())
    share = hmac.compare_digest(token.encode(), tokens.share(report_id).encode())
    async with db.stationless() as connection:
        station_id = await reports.station_of.get(connection, id=report_id)
    if station_id is None or not (owner or share):
        raise NotFound(report_id=report_id)
    return Actor(report_id, Role.CITIZEN, station_id), owner


async def track(db: Database, tokens: Tokens, report_id: UUID, token: str | None, now: datetime) -> Tracking:
    actor, owner = await admit(db, tokens, report_id, token)
    async with db.transaction(actor) as connection:
        report = await _read(connection, report_id)
        incident = await _incident(connection, report)
        points = await incidents.timelines_of.all(connection, incident_ids=[incident.id])
        rows = await assignment_rows.of_incidents.all(connection, incident_ids=[incident.id])
        messages = await reports.messages_of.all(connection, report_ids=[report_id])
    first: dict[str, datetime] = {}
    for point in points:
        if point.kind in _STEPS:
            first.setdefault(_STEPS[Point(point.kind)], point.server_at)
    status = Status.CANCELLED if report.cancelled_at and incident.ended_at is None else STATUS[incident.state]
    return Tracking(
        report=report,
        as_owner=owner,
        reference=incident.reference,
        status=status,
        due_at=incident.due_at,
        timeline=[Step(kind, at) for kind, at in first.items()],
        eta_minutes=_eta(rows, now),
        messages=messages,
    )


def _eta(rows: list[assignment_rows.AssignmentOnPhones], now: datetime) -> EtaMinutes | None:
    on_the_way = [row for row in rows if row.state in HELD and row.state != State.ARRIVED]
    if any(row.state == State.ARRIVED for row in rows):
        return None
    expected = [at for row in on_the_way if row.eta_at and (at := sla.expected_arrival(row.eta_at, row.eta_seconds))]
    return coarse_eta((min(expected) - now).total_seconds()) if expected else None


async def add_word(
    db: Database,
    tokens: Tokens,
    report_id: UUID,
    token: str | None,
    now: datetime,
    *,
    kind: str,
    text: str | None = None,
) -> None:
    """`kind`: `message`, `safe` or `cancel`. The operator is told; a patrol is never stopped by it."""
    actor = await _owner(db, tokens, report_id, token)
    async with db.transaction(actor) as connection:
        report = await _read(connection, report_id)
        if kind == "safe":
            await reports.mark_safe.run(connection, id=report_id, now=now)
        elif kind == "cancel":
            await reports.mark_cancelled.run(connection, id=report_id, now=now)
        if text:
            await reports.add_message.run(
                connection, station_id=actor.station_id, report_id=report_id, sender="reporter", text=text, now=now
            )
        await _tell_operator(connection, actor, report, now)


async def move(
    db: Database,
    tokens: Tokens,
    report_id: UUID,
    token: str | None,
    lat: float,
    lon: float,
    accuracy: float | None,
    now: datetime,
) -> None:
    """The reporter is somewhere else now. The report moves; what to do about the incident is the operator's call."""
    actor = await _owner(db, tokens, report_id, token)
    async with db.transaction(actor) as connection:
        report = await _read(connection, report_id)
        await reports.move.run(connection, id=report_id, lat=lat, lon=lon, accuracy=accuracy)
        await _tell_operator(connection, actor, report, now)


async def add_photo(
    db: Database, tokens: Tokens, report_id: UUID, token: str | None, jpeg: bytes, now: datetime
) -> UUID:
    actor = await _owner(db, tokens, report_id, token)
    photo_id = uuid4()
    async with db.transaction(actor) as connection:
        report = await _read(connection, report_id)
        if (await reports.count_photos.get(connection, report_id=report_id) or 0) >= _PHOTOS:
            raise Invalid("photo", f"a report takes at most {_PHOTOS} photos")
        await reports.add_photo.run(
            connection, id=photo_id, station_id=actor.station_id, report_id=report_id, jpeg=jpeg, now=now
        )
        await records.event(connection, actor.station_id, Event(EventKind.REPORT, report_id, report.incident_id), now)
    return photo_id


async def _owner(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> Actor:
    """Whoever holds the owner's link; the shared link only looks."""
    actor, owner = await admit(db, tokens, report_id, token)
    if not owner:
        raise NotFound(report_id=report_id)
    return actor


async def _tell_operator(connection: Connection, actor: Actor, report: ReportRow, now: datetime) -> None:
    await records.event(connection, actor.station_id, Event(EventKind.REPORT, report.id, report.incident_id), now)
    incident = await _incident(connection, report)
    if incident.ended_at is None:
        await dispatch.alarm(connection, actor.station_id, incident.id, AlarmReason.REPORTER, now)


class ReportOnDesk(msgspec.Struct, frozen=True):
    """A report as the radio room sees it, contact included."""

    report: ReportRow
    messages: list[MessageRow]
    photos: list[PhotoKey]


async def of_incident(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> list[ReportOnDesk]:
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        if await incidents.lock.one(connection, id=incident_id) is None:
            raise NotFound(incident_id=incident_id)
        found = await reports.of_incident.all(connection, incident_id=incident_id)
        ids = [report.id for report in found]
        messages = await reports.messages_of.all(connection, report_ids=ids)
        photos = await reports.photos_of.all(connection, report_ids=ids)
        await records.audit(connection, actor, "report.view", incident_id, now, count=len(found))
    return [
        ReportOnDesk(
            report,
            [message for message in messages if message.report_id == report.id],
            [photo for photo in photos if photo.report_id == report.id],
        )
        for report in found
    ]


async def answer(db: Database, actor: Actor, incident_id: UUID, text: str, now: datetime) -> None:
    """The radio room writes to everyone who reported this incident."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        found = await reports.of_incident.all(connection, incident_id=incident_id)
        if not found:
            raise (
                WrongState(state="no_reporter") if await incidents.lock.one(connection, id=incident_id) else NotFound()
            )
        for report in found:
            await reports.add_message.run(
                connection, station_id=actor.station_id, report_id=report.id, sender="radio_room", text=text, now=now
            )
        await records.audit(connection, actor, "report.answer", incident_id, now)


async def photo(db: Database, actor: Actor, photo_id: UUID, now: datetime) -> bytes:
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        jpeg = await reports.read_photo.get(connection, id=photo_id)
        if jpeg is None:
            raise NotFound(photo_id=photo_id)
        await records.audit(connection, actor, "photo.view", photo_id, now)
        return jpeg
