"""Runs a migration on a database in use: in steps that commit one by one and never hold a lock for long.

A step is recorded in `migration_step` in its own commit, so a killed migration resumes where it
stopped. A lock that is not available at once is given up and retried, because a session waiting for a strong lock holds
up everybody behind it. Steps that cannot run in a transaction (CONCURRENTLY) check the catalogue instead.
"""

import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from alembic import op
from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

LOCK_MILLISECONDS = 500
"""How long a lock request may hold up those behind it; shorter than PostgreSQL's deadlock timeout."""
PATIENCE_SECONDS = 600.0
_PAUSES = (0.1, 5.0)
_BATCH = 2_000

_NOTES = """
CREATE TABLE IF NOT EXISTS migration_step (
  revision text NOT NULL, step text NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (revision, step))
"""


class NoLock(Exception):
    """One sentence: which step could not get its lock in time. Another run resumes there."""


class Step:
    """`work` runs in a transaction with a lock time-out; with `alone` in none, and then it must be idempotent."""

    def __init__(self, name: str, work: Callable[[], object], *, alone: bool = False) -> None:
        self.name, self.work, self.alone = name, work, alone


Steps = Iterable[Step | Sequence[Step]]


def run(revision: str, steps: Steps) -> None:
    """The whole of a migration's `upgrade`."""
    with op.get_context().autocommit_block():
        carry_out(op.get_bind(), revision, steps)


def carry_out(connection: Connection, revision: str, steps: Steps) -> None:
    """`connection` is in autocommit mode and is the one `op` uses."""
    connection.execute(text(_NOTES))
    found = connection.execute(text("SELECT step FROM migration_step WHERE revision = :r"), {"r": revision})
    done = set(found.scalars())
    flat = [step for each in steps for step in (each if isinstance(each, Sequence) else (each,))]
    if len({step.name for step in flat}) < len(flat):
        raise ValueError(f"{revision}: two steps have the same name")
    for step in flat:
        if step.name not in done:
            _patiently(connection, revision, step)


def _patiently(connection: Connection, revision: str, step: Step) -> None:
    begun, pause = time.monotonic(), _PAUSES[0]
    while True:
        try:
            _attempt(connection, revision, step)
        except DBAPIError as error:
            if not isinstance(error.orig, (errors.LockNotAvailable, errors.DeadlockDetected)):
                raise
            if time.monotonic() - begun > PATIENCE_SECONDS:
                raise NoLock(f"{revision}, {step.name}: no lock in {PATIENCE_SECONDS:.0f} s, run it again") from None
        else:
            return
        _say(f"{revision}, {step.name}: somebody holds the lock, retrying in {pause:.1f} s")
        time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311
        pause = min(_PAUSES[1], pause * 1.7)


def _attempt(connection: Connection, revision: str, step: Step) -> None:
    note = text("INSERT INTO migration_step (revision, step) VALUES (:r, :s)")
    if step.alone:
        step.work()
        connection.execute(note, {"r": revision, "s": step.name})
        return
    with _transaction(connection):
        step.work()
        connection.execute(note, {"r": revision, "s": step.name})


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")
        raise


def short(work: Callable[[], object]) -> Step:
    """For statements that touch only the catalogue, and preferably at most one table in use."""
    return Step(work.__name__.strip("_"), work)


def sql(name: str, statement: str) -> Step:
    return Step(name, lambda: op.execute(statement))


def check(table: str, name: str, condition: str, *, instead: bool = False) -> list[Step]:
    """A check constraint; existing rows are validated without blocking anybody. `instead`: replaces one of the same
    name."""

    def add() -> None:
        if instead:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")

    return [Step(f"add {name}", add), _validate(table, name)]


def foreign_key(name: str, table: str, column: str, target: str) -> list[Step]:
    """References the target's `id`."""
    statement = f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {target} (id) NOT VALID"
    return [sql(f"add {name}", statement), _validate(table, name)]


def _validate(table: str, name: str) -> Step:
    return sql(f"validate {name}", f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def index(name: str, on: str, *, unique: bool = False) -> Step:
    """Does not block writers. `on`: everything from the table name on, such as `track (unit_id, at) WHERE …`."""
    return Step(name, lambda: index_concurrently(name, on, unique=unique), alone=True)


def index_concurrently(name: str, on: str, *, unique: bool = False) -> None:
    """An invalid index left by a killed attempt is rebuilt."""
    usable = op.get_bind().execute(
        text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": f'"{name}"'}
    )
    state = usable.scalar()
    if state is False:
        op.execute(f'DROP INDEX CONCURRENTLY "{name}"')
    if state is not True:
        op.execute(f'CREATE {"UNIQUE " if unique else ""}INDEX CONCURRENTLY "{name}" ON {on}')


def partitioned_index(name: str, table: str, on: str) -> list[Step]:
    """CONCURRENTLY is refused on a partitioned parent, so: created ON ONLY there, then on each partition, then
    attached.

    `on`: everything from the columns on, such as `(unit_id, at)`.
    """

    def parts() -> None:
        for part in partitions(table):
            index_concurrently(f"{part}_{name}", f"{part} {on}")

    def attach() -> None:
        for part in partitions(table):
            op.execute(f'CREATE INDEX IF NOT EXISTS "{part}_{name}" ON {part} {on}')  # a partition created meanwhile
            op.execute(f'ALTER INDEX {name} ATTACH PARTITION "{part}_{name}"')

    return [
        Step(f"{name} of each partition", parts, alone=True),
        Step(f"{name} as a whole", lambda: (op.execute(f"CREATE INDEX {name} ON ONLY {table} {on}"), attach())),
    ]


def partitions(table: str) -> list[str]:
    found = op.get_bind().execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:t AS regclass) ORDER BY 1"),
        {"t": table},
    )
    return list(found.scalars())


def backfill(name: str, statement: str, *, tables: Sequence[str], most: int = _BATCH) -> list[Step]:
    """`statement` changes at most `:most` rows that still need it, and is repeated until there are none.

    The tables' owner is under row-level security too and would see no rows; `tables`: those it must see meanwhile.
    """

    def all_batches() -> None:
        connection, changed = op.get_bind(), most
        while changed:
            with _transaction(connection):
                changed = connection.execute(text(statement), {"most": most}).rowcount

    see = [
        sql(f"{name}: see {table}", f"CREATE POLICY backfill ON {table} TO sipha_owner USING (true)")
        for table in tables
    ]
    leave = [sql(f"{name}: leave {table}", f"DROP POLICY backfill ON {table}") for table in tables]
    return [*see, Step(name, all_batches, alone=True), *leave]


def _say(line: str) -> None:
    sys.stderr.write(f"sipha migrate: {line}\n")
