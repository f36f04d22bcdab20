"""Grows each station's Merkle tree by the audit rows that can no longer change, and signs its head.

Every head is anchored outside of the database: in the log, which another machine keeps, in a file beside `sipha jobs`,
and under a time-stamp where an authority is configured (`audit_timestamps.py`).
"""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from api.db import audit
from api.db.audit import AuditRow, HeadRow
from api.db.pool import Connection, Database
from api.domain.access.permissions import system_at
from api.domain.audit import merkle
from api.domain.audit.merkle import Frontier
from api.services.audit.anchors import Anchors
from api.services.audit.notes import Head, Signer
from api.services.every_station import at_every_station, station_ids

_log = structlog.get_logger()
_BATCH = 1000
HASH_BYTES = 32


async def seal_all(db: Database, signer: Signer, anchors: Anchors, now: datetime) -> int:
    """Seal what has been written since the last head, station by station; returns how many heads were added."""
    generation = await generation_of(db)
    added = 0
    for station_id in await station_ids(db):
        await _tell_when_cut(db, station_id, generation, anchors)
        while await _seal(db, station_id, generation, signer, anchors, now):
            added += 1
    return added


async def _seal(
    db: Database, station_id: UUID, generation: UUID, signer: Signer, anchors: Anchors, now: datetime
) -> bool:
    async with db.looking(system_at(station_id)) as connection:
        last = await audit.last_head.one(connection, station_id=station_id)
        rows = await _after(connection, station_id, last)
    if not rows:
        return False
    hashes = [merkle.leaf_hash(row.content.encode()) for row in rows]
    tree = frontier(last).grown(hashes)
    head = Head(station_id, generation, tree.size, tree.root(), now)
    note = signer.note(head)
    if not await _write(db, last, rows, hashes, tree, head, note):
        return False
    _log.info("audit sealed", station_id=str(station_id), size=head.size, root=head.root.hex(), note=note)
    if await anchored(db, station_id, generation, anchors):
        await asyncio.to_thread(anchors.keep, station_id, generation, note)
    return True


async def _write(
    db: Database,
    last: HeadRow | None,
    rows: list[AuditRow],
    hashes: list[bytes],
    tree: Frontier,
    head: Head,
    note: str,
) -> bool:
    """False when another sealer is at it, or was quicker."""
    station_id = head.station_id
    async with db.transaction(system_at(station_id)) as connection:
        if not await audit.lock_tree.get(connection, station_id=station_id):
            return False
        newest = await audit.last_head.one(connection, station_id=station_id)
        if newest != last:
            return False
        await audit.add_leaves.run(
            connection,
            station_id=station_id,
            first=tree.size - len(rows),
            txs=[str(row.tx) for row in rows],
            ids=[row.id for row in rows],
            ats=[row.at for row in rows],
            hashes=hashes,
        )
        await audit.add_head.run(
            connection,
            station_id=station_id,
            size=head.size,
            tx=str(rows[-1].tx),
            audit_id=rows[-1].id,
            peaks=b"".join(tree.peaks),
            root=head.root,
            note=note,
            now=head.at,
        )
    return True


async def anchored(db: Database, station_id: UUID, generation: UUID, anchors: Anchors) -> bool:
    """Whether the database still has the head that was anchored last; also where none was."""
    note = await asyncio.to_thread(anchors.last, station_id, generation)
    if note is None:
        return True
    size = int(note.split("\n", 2)[1])
    async with db.looking(system_at(station_id)) as connection:
        return bool(await audit.has_note.get(connection, station_id=station_id, size=size, note=note))


async def _tell_when_cut(db: Database, station_id: UUID, generation: UUID, anchors: Anchors) -> None:
    if not await anchored(db, station_id, generation, anchors):
        _log.error("the audit's tree was cut or replaced: run `sipha verify-audit`", station_id=str(station_id))


async def newest_notes(db: Database) -> list[str]:
    """Of every station that has one."""
    found: list[str] = []
    for actor in await at_every_station(db):
        async with db.looking(actor) as connection:
            head = await audit.last_head.one(connection, station_id=actor.station_id)
        found += [] if head is None else [head.note]
    return found


class Proof(msgspec.Struct, frozen=True):
    """That the row with this content is leaf `index` of the tree whose head is `note`; `hashes` as in RFC 6962."""

    row: int
    content: str
    index: int
    hashes: list[bytes]
    note: str


async def proof_of(db: Database, station_id: UUID, row: int) -> Proof | None:
    """None where the row is not there or not sealed yet."""
    async with db.looking(system_at(station_id)) as connection:
        head = await audit.last_head.one(connection, station_id=station_id)
        leaf = await audit.leaf_of.one(connection, station_id=station_id, audit_id=row)
        if head is None or leaf is None:
            return None
        rows = await audit.audit_between.all(
            connection, station_id=station_id, tx=str(leaf.tx), id=row - 1, upto_tx=str(leaf.tx), upto_id=row
        )
        packed = await audit.leaf_hashes.get(connection, station_id=station_id, size=head.size) or b""
    if not rows:
        return None
    leaves = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]
    hashes = await asyncio.to_thread(merkle.inclusion_proof, leaves, leaf.position)
    return Proof(row, rows[0].content, leaf.position, hashes, head.note)


def frontier(head: HeadRow | None) -> Frontier:
    if head is None:
        return Frontier()
    peaks = [head.peaks[at : at + HASH_BYTES] for at in range(0, len(head.peaks), HASH_BYTES)]
    return Frontier(head.size, tuple(peaks))


async def generation_of(db: Database) -> UUID:
    async with db.stationless() as connection:
        found = await audit.generation.get(connection)
    if found is None:
        raise RuntimeError("the database says of no generation")
    return found


async def _after(connection: Connection, station_id: UUID, head: HeadRow | None) -> list[AuditRow]:
    tx, last_id = (head.tx, head.audit_id) if head else (0, 0)
    return await audit.audit_after.all(connection, station_id=station_id, tx=str(tx), id=last_id, most=_BATCH)
