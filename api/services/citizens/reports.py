"""Citizens' reports: taken exactly once, without an account."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.citizens import reports
from api.db.citizens.reports import ReportRow
from api.db.pool import Connection
from api.db.units import units
from api.domain.access.permissions import Actor, Role
from api.domain.citizens.report import goes_at_once
from api.domain.errors import IdReused, SlowDown, Taken, Unavailable
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import Hazard, IncidentKind, ReportKind
from api.domain.records.events import Event, EventKind
from api.services.citizens.link_tokens import Tokens, incident_of, read_report
from api.services.citizens.rate_limits import REPORTS_PER_WINDOW, WINDOW, calls_in_window
from api.services.context import Deciding, Runtime, deciding
from api.services.dispatching import dispatch, waiting
from api.services.incidents import alarms
from api.services.incidents.joining import join_or_open
from api.services.incidents.opening import NewIncident
from api.services.records import journal


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
    hazards: frozenset[Hazard] = frozenset()
    injured: bool = False
    about_police: bool = False

    @property
    def dangers(self) -> frozenset[Hazard]:
        return self.hazards | {Hazard.SILENT} if self.silent else self.hazards


class Receipt(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    owner_token: str
    share_token: str
    covered: bool
    target_seconds: int
    created: bool


async def receive(
    runtime: Runtime,
    tokens: Tokens,
    sent: NewReport,
    caller: bytes,
    now: datetime,
    *,
    secret: str | None = None,
) -> Receipt:
    """Take a report exactly once. Over the limit an SOS is taken, flagged and offered; anything else is asked to slow
    down. `caller`: whose it is, as far as an address tells. `secret`: made and kept by the sender's phone; a repeat is
    answered to nobody else."""
    over_limit = await calls_in_window(runtime.db, caller, now) > REPORTS_PER_WINDOW
    content_hash = _content_hash(sent)
    async with runtime.db.stationless() as connection:
        existing_station = await reports.station_of.get(connection, id=sent.id)
        serving = await stations.serving.one(connection, lat=sent.lat, lon=sent.lon)
    if serving is None:
        raise Unavailable(because="no station is set up yet: call 191")
    if existing_station is None and over_limit and sent.kind != ReportKind.SOS:
        raise SlowDown(retry_after=int(WINDOW.total_seconds()))
    actor = Actor(sent.id, Role.CITIZEN, existing_station or serving.station_id)
    async with deciding(runtime, actor, now) as context:
        existing = await reports.read.one(context.connection, id=sent.id)
        if existing is not None:
            return await _again(context.connection, tokens, existing, content_hash, secret)
        covered = serving.inside and bool(
            await units.anyone_on_duty.get(context.connection, station_id=context.station_id)
        )
        values = msgspec.structs.asdict(sent)
        values["hazards"] = sorted(sent.hazards)
        added = await reports.add.run(
            context.connection,
            **values,
            station_id=context.station_id,
            sender=caller,
            secret_hash=_hash(secret),
            covered=covered,
            over_limit=over_limit,
            content_hash=content_hash,
            now=now,
        )
        if not added:
            raise Taken(id=sent.id)
        new = _incident(sent, caller, now, over_limit=over_limit)
        await _open(context, sent, new)
        report = await read_report(context.connection, sent.id)
        return await _receipt(context.connection, tokens, report, created=True)


def _incident(sent: NewReport, caller: bytes, now: datetime, *, over_limit: bool) -> NewIncident:
    return NewIncident(
        id=uuid4(),
        kind=IncidentKind(sent.kind),
        lat=sent.lat,
        lon=sent.lon,
        received_at=now,
        verified=False,
        source="report",
        report_id=sent.id,
        hazards=sent.dangers,
        injured=sent.injured,
        sender=caller,
        over_limit=over_limit,
        about_police=sent.about_police,
        said=(sent.description, sent.contact),
    )


async def _open(
    context: Deciding,
    sent: NewReport,
    new: NewIncident,
) -> None:
    at_once = sent.about_police or goes_at_once(sent.kind, context.station.automatic_reports)
    place = await join_or_open(context, msgspec.structs.replace(new, seeks=at_once), accuracy_m=sent.accuracy)
    incident = place.incident
    await reports.join.run(context.connection, id=sent.id, incident_id=incident.id)
    journal.event(context, Event(EventKind.REPORT, sent.id, incident.id))
    if new.over_limit:
        await alarms.raise_alarm(context, incident.id, AlarmReason.SOS_OVER_LIMIT)
    if sent.about_police:
        await alarms.raise_alarm(context, incident.id, AlarmReason.ABOUT_POLICE)
    if at_once:
        await dispatch.fill(context, incident, new=not place.joined)
    elif not incident.dispatching and not place.joined:
        await waiting.expect_somebody(context, incident)


def _content_hash(sent: NewReport) -> bytes:
    """A later field counts only where it is used: a report taken before an upgrade may be repeated after it."""
    content = msgspec.structs.asdict(sent)
    if not sent.about_police:
        del content["about_police"]
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).digest()


def _hash(secret: str | None) -> bytes | None:
    return None if secret is None else hashlib.sha256(secret.encode()).digest()


async def _again(
    connection: Connection, tokens: Tokens, report: ReportRow, content_hash: bytes, secret: str | None
) -> Receipt:
    """Everybody the sender shares the case with has the id, so knowing it proves nothing; nor does the content, which
    may be guessed and is only compared after the secret is right."""
    proof = _hash(secret) or b""
    if report.secret_hash is None or not hmac.compare_digest(report.secret_hash, proof):
        raise Taken(id=report.id)
    if report.content_hash != content_hash:
        raise IdReused(id=report.id)
    return await _receipt(connection, tokens, report, created=False)


async def _receipt(connection: Connection, tokens: Tokens, report: ReportRow, *, created: bool) -> Receipt:
    incident = await incident_of(connection, report)
    return Receipt(
        report.id,
        incident.reference,
        tokens.owner(report.id),
        tokens.share(report.id),
        report.covered,
        incident.target_seconds,
        created,
    )
