"""The links that citizens hold instead of accounts: their tokens, and who is let in by one."""

import hashlib
import hmac
from uuid import UUID

from api.db.citizens import reports
from api.db.citizens.reports import ReportRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentRow
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Role
from api.domain.errors import NotFound, Unauthenticated


class Tokens:
    """Derived from the report's id with the server's key: nothing to store or lose, and repeatable."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def owner(self, report_id: UUID) -> str:
        return self._derive(b"owner", report_id)

    def share(self, report_id: UUID) -> str:
        return self._derive(b"share", report_id)

    def link(self, report_id: UUID) -> str:
        """For the page that the radio room sends to a caller's phone."""
        return self._derive(b"link", report_id)

    def caller(self, address: str) -> bytes:
        """An address as rate limits know it: keyed, so that the table holds no addresses."""
        return hmac.digest(self._key, b"caller" + address.encode(), hashlib.sha256)[:16]

    def _derive(self, purpose: bytes, report_id: UUID) -> str:
        return hmac.new(self._key, purpose + report_id.bytes, hashlib.sha256).hexdigest()[:40]


async def admit(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> tuple[Actor, bool]:
    """Whoever holds this link: an actor bound to the report's station, and whether it is the owner's link. A wrong
    token and an unknown report answer alike."""
    if token is None:
        raise Unauthenticated
    owner = hmac.compare_digest(token.encode(), tokens.owner(report_id).encode())
    share = hmac.compare_digest(token.encode(), tokens.share(report_id).encode())
    async with db.stationless() as connection:
        station_id = await reports.station_of.get(connection, id=report_id)
    if station_id is None or not (owner or share):
        raise NotFound(report_id=report_id)
    return Actor(report_id, Role.CITIZEN, station_id), owner


async def owner(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> Actor:
    """The owner's link only; the shared link cannot change anything."""
    actor, is_owner = await admit(db, tokens, report_id, token)
    if not is_owner:
        raise NotFound(report_id=report_id)
    return actor


async def read_report(connection: Connection, report_id: UUID) -> ReportRow:
    report = await reports.read.one(connection, id=report_id)
    if report is None:
        raise NotFound(report_id=report_id)
    return report


async def incident_of(connection: Connection, report: ReportRow) -> IncidentRow:
    """The report's incident; if that was merged, the one it was merged into. What another station has taken over ends
    here with our own."""
    found, following = None, report.incident_id
    while following is not None:
        rows = await incidents.read.all(
            connection,
            station_id=report.station_id,
            ids=[following],
            active=False,
            state=None,
            unit_id=None,
            before=None,
            most=1,
        )
        if not rows:
            break
        found, following = rows[0], rows[0].merged_into
    if found is None:
        raise NotFound(report_id=report.id)
    return found
