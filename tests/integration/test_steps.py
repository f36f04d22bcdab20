"""Migration steps that no migration needs yet, or that matter only after a kill at the wrong moment."""

from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from api.db import steps
from api.db.migrate import connect
from api.demo.cluster import Cluster


@pytest.fixture
def owner(cluster: Cluster, database_name: str) -> Iterator[Connection]:
    """As in a migration."""
    with connect(cluster.url(database=database_name)) as connection:
        running = connection.execution_options(isolation_level="AUTOCOMMIT")
        with Operations.context(MigrationContext.configure(running)):
            yield running


def usable(connection: Connection, like: str) -> list[bool]:
    found = connection.execute(
        text("SELECT indisvalid FROM pg_index WHERE indexrelid::regclass::text LIKE :l"), {"l": like}
    )
    return list(found.scalars())


def test_an_index_on_a_partitioned_table(owner: Connection) -> None:
    index = steps.partitioned_index("ix_track_station_id", "track", "(station_id, at)")
    half = [index[0]]
    steps.carry_out(owner, "test", half)
    owner.execute(text("CREATE TABLE track_late PARTITION OF track FOR VALUES FROM ('2100-01-01') TO ('2101-01-01')"))
    steps.carry_out(owner, "test", index)
    parts = steps.partitions("track")
    assert "track_late" in parts
    assert usable(owner, "%ix_track_station_id") == [True] * (len(parts) + 1), "the parent's is usable when all are"


def test_an_index_that_a_kill_left_unusable_is_made_anew(owner: Connection) -> None:
    owner.execute(text("CREATE INDEX ix_alarm_reason ON alarm (reason)"))
    owner.execute(text("RESET ROLE"))
    owner.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_alarm_reason'::regclass"))
    owner.execute(text("SET ROLE sipha_owner"))
    steps.carry_out(owner, "test", [steps.index("ix_alarm_reason", "alarm (reason)")])
    assert usable(owner, "ix_alarm_reason") == [True]


def test_a_failed_step_leaves_nothing_and_is_tried_again(owner: Connection) -> None:
    def both(second: str) -> steps.Step:
        return steps.sql("both", f"ALTER TABLE alarm ADD COLUMN note text; {second}")

    with pytest.raises(Exception, match="nowhere"):
        steps.carry_out(owner, "test", [both("SELECT 1 FROM nowhere")])
    for _ in range(2):
        steps.carry_out(owner, "test", [both("SELECT 1")])
    assert (
        owner.scalar(text("SELECT count(*) FROM pg_attribute WHERE attrelid = 'alarm'::regclass AND attname = 'note'"))
        == 1
    )


def test_a_step_that_never_gets_its_lock_says_so(
    owner: Connection, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PATIENCE_SECONDS", 1.0)
    with connect(owner.engine.url.render_as_string(hide_password=False)) as reader:
        reader.execute(text("SELECT count(*) FROM alarm"))
        with pytest.raises(steps.NoLock, match="note"):
            steps.carry_out(owner, "test", [steps.sql("note", "ALTER TABLE alarm ADD COLUMN note text")])
