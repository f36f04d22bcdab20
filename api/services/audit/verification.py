"""Checks every station's audit against its tree, its signed heads, and the heads that were kept elsewhere."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.x509 import Certificate

from api.db import audit
from api.db.audit import AuditRow, HeadRow, LeafRow
from api.db.pool import Database
from api.domain.access.permissions import system_at
from api.domain.audit import merkle
from api.domain.audit.merkle import Frontier
from api.services.audit import timestamps as audit_timestamps
from api.services.audit import tree as audit_tree
from api.services.audit.anchors import Anchors
from api.services.audit.notes import BadNote, Head, Trust
from api.services.audit.timestamps import NoTimestamp
from api.services.every_station import station_ids
from api.services.records import retention

_BATCH = 2000


class Verdict(msgspec.Struct):
    """What was found at one station: `size` rows are in the tree, `waiting` are not yet, of `dropped` ones only the
    leaf is left, as their time was over. `stamped`: the time-stamps were checked. `problems` are sentences; none means
    that all is well.
    """

    station_id: UUID
    size: int = 0
    waiting: int = 0
    dropped: int = 0
    timestamps: int = 0
    stamped: bool = False
    problems: list[str] = []


async def anchored(db: Database, anchors: Anchors, trust: Trust) -> list[Head]:
    """The heads that `sipha jobs` kept beside the database, of its present generation; raises BadNote."""
    generation = await audit_tree.generation_of(db)
    return trust.heads(anchors.of(generation))


async def verify(
    db: Database,
    trust: Trust,
    elsewhere: Iterable[Head],
    now: datetime,
    authorities: Sequence[Certificate] = (),
) -> list[Verdict]:
    """`elsewhere`: heads that were kept outside of the database, believed already; `authorities`: whose time-stamps
    are believed, without any none is checked.
    """
    ids, generation = await station_ids(db), await audit_tree.generation_of(db)
    kept = list(elsewhere)
    verdicts: list[Verdict] = []
    for station_id in ids:
        look = _Station(db, station_id, now)
        verdicts.append(await look.verdict(trust, generation, kept))
        await look.timestamps(authorities)
    for head in kept:
        if head.station_id not in ids:
            gone = f"the head of size {head.size} that was kept elsewhere is of a station that is not here"
            verdicts.append(Verdict(head.station_id, problems=[gone]))
    return verdicts


class _Station:
    def __init__(self, db: Database, station_id: UUID, now: datetime) -> None:
        self._db, self._id = db, station_id
        self._dropped_before = retention.audit_kept_since(now)
        self._found = Verdict(station_id)

    async def verdict(self, trust: Trust, generation: UUID, elsewhere: list[Head]) -> Verdict:
        mine = [head for head in elsewhere if head.station_id == self._id]
        roots, last = await self._leaves({head.size for head in mine})
        largest = await self._heads(trust, roots)
        if largest < self._found.size:
            self._says(f"the tree has {self._found.size} rows, its newest head only {largest}")
        for head in mine:
            self._compare(head, roots, generation)
        async with self._db.looking(system_at(self._id)) as connection:
            tx, last_id = (last.tx, last.audit_id) if last else (0, 0)
            waiting = await audit.audit_after.all(connection, station_id=self._id, tx=str(tx), id=last_id, most=_BATCH)
        self._found.waiting = len(waiting)
        return self._found

    async def timestamps(self, authorities: Sequence[Certificate]) -> None:
        async with self._db.looking(system_at(self._id)) as connection:
            stamps = await audit.timestamps.all(connection, station_id=self._id)
            notes = {row.size: row.note for row in await audit.stamped_notes.all(connection, station_id=self._id)}
        self._found.timestamps, self._found.stamped = len(stamps), bool(authorities)
        for stamp in stamps if authorities else ():
            if stamp.size not in notes:
                self._says(f"the head of size {stamp.size} was removed: its time-stamp is there")
                continue
            try:
                audit_timestamps.said_by(stamp.token, notes[stamp.size], authorities)
            except NoTimestamp as error:
                self._says(f"size {stamp.size}: {error}")

    def _says(self, problem: str) -> None:
        self._found.problems.append(problem)

    async def _leaves(self, wanted: set[int]) -> tuple[dict[int, bytes], LeafRow | None]:
        """Each leaf against its row; answers the tree's root at the sizes of all heads and at those `wanted`."""
        async with self._db.looking(system_at(self._id)) as connection:
            sizes = {row.size for row in await audit.head_sizes.all(connection, station_id=self._id)} | wanted
        tree, last, roots = Frontier(), None, {0: merkle.EMPTY}
        async for leaves, rows in self._batches():
            self._rows(leaves, rows)
            for leaf in leaves:
                if leaf.position != tree.size:
                    self._says(f"leaf {tree.size} of the tree is missing")
                    return roots, last
                tree, last = tree.grown([leaf.hash]), leaf
                if tree.size in sizes:
                    roots[tree.size] = tree.root()
        self._found.size = tree.size
        return roots, last

    async def _batches(self) -> AsyncIterator[tuple[list[LeafRow], list[AuditRow]]]:
        """Leaves, and the audit rows from after the last batch up to their end."""
        first, tx, last_id = 0, 0, 0
        while True:
            async with self._db.looking(system_at(self._id)) as connection:
                leaves = await audit.leaves.all(connection, station_id=self._id, first=first, most=_BATCH)
                if not leaves:
                    return
                end = leaves[-1]
                rows = await audit.audit_between.all(
                    connection,
                    station_id=self._id,
                    tx=str(tx),
                    id=last_id,
                    upto_tx=str(end.tx),
                    upto_id=end.audit_id,
                )
            yield leaves, rows
            first, tx, last_id = end.position + 1, end.tx, end.audit_id

    def _rows(self, leaves: list[LeafRow], rows: list[AuditRow]) -> None:
        there = {(row.tx, row.id): row for row in rows}
        for leaf in leaves:
            row = there.pop((leaf.tx, leaf.audit_id), None)
            if row is None and leaf.at < self._dropped_before:
                self._found.dropped += 1
            elif row is None:
                self._says(f"row {leaf.audit_id} was removed")
            elif merkle.leaf_hash(row.content.encode()) != leaf.hash:
                self._says(f"row {leaf.audit_id} was changed")
        for row in there.values():
            self._says(f"row {row.id} was slipped in")

    async def _heads(self, trust: Trust, roots: dict[int, bytes]) -> int:
        """Each head in the database; answers the size of the largest."""
        largest = 0
        while True:
            async with self._db.looking(system_at(self._id)) as connection:
                heads = await audit.heads.all(connection, station_id=self._id, above=largest, most=_BATCH)
            for head in heads:
                self._head(trust, head, roots)
                largest = head.size
            if not heads:
                return largest

    def _head(self, trust: Trust, row: HeadRow, roots: dict[int, bytes]) -> None:
        try:
            (head,) = trust.heads(row.note)
        except (BadNote, ValueError) as error:
            self._says(str(error))
            return
        if (head.station_id, head.size, head.root) != (self._id, row.size, row.root):
            self._says(f"the head of size {row.size} is signed for something else")
        elif roots.get(head.size) != head.root:
            self._says(f"the tree is not the one that was signed at size {head.size}, {head.at:%Y-%m-%d %H:%M} UTC")

    def _compare(self, head: Head, roots: dict[int, bytes], generation: UUID) -> None:
        """A head that was kept elsewhere."""
        if roots.get(head.size) == head.root:
            return
        what = "was cut" if head.size > self._found.size else "is not the same"
        why = "" if head.generation == generation else ", perhaps by a restore: it is of the database before"
        self._says(
            f"the tree {what}: it does not hold the head of size {head.size} of {head.at:%Y-%m-%d %H:%M} UTC "
            f"that was kept elsewhere{why}"
        )
