"""Which calls may be closed together as hoaxes. A flood of them may hide a real event."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from api.db.citizens import reports
from api.db.citizens.reports import ReportRow
from api.db.pool import Connection
from api.domain.citizens.hoax import Said, difference
from api.domain.errors import WrongState

HOAX = "hoax"
"""The disposition of a case that was made up."""


class LeftOpen(msgspec.Struct, frozen=True):
    """A case that was not closed with the others. `because`: `measured_position` or `photo`."""

    incident_id: UUID
    because: str


async def demand_one_sender(connection: Connection, incident_id: UUID) -> None:
    """Someone who joined the case with their own place or photo is not judged with it: split them off first."""
    differs = await differing(connection, [incident_id])
    if differs:
        raise WrongState(state="other_senders", because=differs[0].because)


async def differing(connection: Connection, incident_ids: Sequence[UUID]) -> list[LeftOpen]:
    """Of these cases, taken as one hoax: those whose sender's measured position or photo differs from the first
    one's."""
    by_incident = {each: await reports.of_incident.all(connection, incident_id=each) for each in incident_ids}
    first = min((row for rows in by_incident.values() for row in rows), key=lambda row: row.created_at, default=None)
    if first is None:
        return []
    photos = await _photos(connection, [row.id for rows in by_incident.values() for row in rows])
    left: list[LeftOpen] = []
    for incident_id, rows in by_incident.items():
        differences = [difference(_said(first, photos), _said(row, photos)) for row in rows]
        reasons = [why for why in differences if why is not None]
        if reasons:
            left.append(LeftOpen(incident_id, reasons[0]))
    return left


def _said(row: ReportRow, photos: dict[UUID, set[bytes]]) -> Said:
    return Said(row.lat, row.lon, row.accuracy, frozenset(photos.get(row.id, ())))


async def _photos(connection: Connection, report_ids: list[UUID]) -> dict[UUID, set[bytes]]:
    kept: dict[UUID, set[bytes]] = {}
    for photo in await reports.photo_digests.all(connection, report_ids=report_ids):
        kept.setdefault(photo.report_id, set()).add(photo.digest)
    return kept
