"""The audit's hash chain: a changed, missing or slipped-in row breaks every later link.

Whoever owns the whole database could forge the chain too; so each link is also logged, where another machine keeps it.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog

from api.db import log, stations
from api.db.log import AuditRow, SealRow
from api.db.pool import Connection, Database
from api.domain.permissions import SYSTEM_ID, Actor, Role

_log = structlog.get_logger()
_BATCH = 1000
_START = SealRow(number=0, upto_tx=0, upto_id=0, rows=0, hash=b"")


async def seal_all(db: Database, now: datetime) -> int:
    """Seal what has been written since the last link, station by station; returns how many links were added."""
    async with db.stationless() as connection:
        ids = await stations.all_ids.all(connection)
    added = 0
    for station in ids:
        while await _seal(db, station.id, now):
            added += 1
    return added


async def _seal(db: Database, station_id: UUID, now: datetime) -> bool:
    async with db.transaction(Actor(SYSTEM_ID, Role.SYSTEM, station_id)) as connection:
        if not await log.lock_seals.get(connection, station_id=station_id):
            return False
        last = await log.last_seal.one(connection, station_id=station_id) or _START
        rows = await _after(connection, station_id, last, _BATCH)
        if not rows:
            return False
        link = chain(last.hash, rows)
        await log.add_seal.run(
            connection,
            station_id=station_id,
            number=last.number + 1,
            upto_tx=str(rows[-1].tx),
            upto_id=rows[-1].id,
            rows=len(rows),
            hash=link,
            now=now,
        )
    _log.info("audit sealed", station_id=str(station_id), number=last.number + 1, rows=len(rows), hash=link.hex())
    return True


async def broken_links(db: Database) -> list[tuple[UUID, int]]:
    """Every (station, number of the link) that no longer fits the audit's rows; an empty list is a whole chain."""
    async with db.stationless() as connection:
        ids = await stations.all_ids.all(connection)
    broken: list[tuple[UUID, int]] = []
    for station in ids:
        system, before = Actor(SYSTEM_ID, Role.SYSTEM, station.id), _START
        async with db.looking(system) as connection:
            links = await log.list_seals.all(connection, station_id=station.id)
        for link in links:
            async with db.looking(system) as connection:
                rows = await _after(connection, station.id, before, link.rows + 1)
            covered = [row for row in rows if (row.tx, row.id) <= (link.upto_tx, link.upto_id)]
            if len(covered) != link.rows or chain(before.hash, covered) != link.hash:
                broken.append((station.id, link.number))
            before = link
    return broken


def chain(before: bytes, rows: Iterable[AuditRow]) -> bytes:
    """SHA-256 over the link before and each row's content, in order."""
    digest = hashlib.sha256(before)
    for row in rows:
        digest.update(hashlib.sha256(row.content.encode()).digest())
    return digest.digest()


async def _after(connection: Connection, station_id: UUID, seal: SealRow, most: int) -> list[AuditRow]:
    return await log.audit_after.all(
        connection, station_id=station_id, tx=str(seal.upto_tx), id=seal.upto_id, most=most
    )
