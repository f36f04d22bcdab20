"""positions: trackers, implausible fixes, arrivals that disagree"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

MACHINES = """
DROP FUNCTION find_machine(bytea);

CREATE FUNCTION find_machine(hash bytea)
RETURNS TABLE (token_id uuid, station_id uuid, role varchar, camera_ids uuid[], alert_kinds text[], unit_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.station_id, t.role, t.camera_ids, t.alert_kinds, t.unit_id
  FROM public.machine_token t WHERE t.token_hash = hash AND t.revoked_at IS NULL
$$;

ALTER FUNCTION find_machine(bytea) OWNER TO sipha_definer;
REVOKE ALL ON FUNCTION find_machine(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_machine(bytea) TO sipha_app, sipha_jobs;
"""


def upgrade() -> None:
    steps.run(revision, [*TRACK, *DOUBT, *TRACKERS])


def _track() -> None:
    op.add_column("track", sa.Column("problem", sa.String, nullable=True))
    op.add_column(
        "track", sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))
    )
    op.create_table_comment(
        "track",
        "Officers are tracked on duty only; detail is kept for 30 days by dropping partitions and rows. Where there is a "
        "`problem`, the fix isn't believed and moves nothing.",
    )


def _wider_keys() -> None:
    """Beside the old keys, which keep guarding each partition until the new ones exist."""
    for part in steps.partitions("track"):
        steps.index_concurrently(f"{part}_wider_key", f"{part} (unit_id, at, position)", unique=True)


def _wider_key() -> None:
    """The position is part of a fix's identity, so that two devices of a unit may measure at the same instant."""
    op.execute("ALTER TABLE track DROP CONSTRAINT pk_track")
    op.execute("ALTER TABLE ONLY track ADD CONSTRAINT pk_track PRIMARY KEY (unit_id, at, position)")
    for part in steps.partitions("track"):
        op.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {part}_wider_key ON {part} (unit_id, at, position)")
        op.execute(f"ALTER TABLE {part} ADD CONSTRAINT {part}_pkey PRIMARY KEY USING INDEX {part}_wider_key")
        op.execute(f"ALTER INDEX pk_track ATTACH PARTITION {part}_pkey")


TRACK = [
    steps.short(_track),
    *steps.check(
        "track",
        "ck_track_problem_known",
        "problem IN ('implausible_speed', 'replayed', 'frozen', 'inaccurate', 'mocked')",
    ),
    steps.Step("wider keys of each partition", _wider_keys, alone=True),
    steps.short(_wider_key),
]


def _doubt() -> None:
    op.add_column("unit_live", sa.Column("doubtful_reason", sa.String, nullable=True))
    for column in ("doubtful_since", "doubtful_seen_at"):
        op.add_column("unit_live", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "unit_live",
        "What changes all the time. The index holds only units that may be picked, so that a ping stays cheap. "
        "`position` is the newest that is believed, whatever is doubtful meanwhile.",
    )


DOUBT = [
    steps.short(_doubt),
    *steps.check(
        "unit_live",
        "ck_unit_live_doubtful_reason_known",
        "doubtful_reason IN ('implausible_speed', 'frozen', 'mocked')",
    ),
    *steps.check(
        "unit_live",
        "ck_unit_live_doubtful_all_or_nothing",
        "num_nulls(doubtful_reason, doubtful_since, doubtful_seen_at) IN (0, 3)",
    ),
]


def _trackers() -> None:
    for column in ("unit_id", "created_by"):
        op.add_column("machine_token", sa.Column(column, sa.Uuid, nullable=True))
    op.add_column("machine_token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "machine_token",
        "Only the SHA-256 of a token is kept. A tracker's is bound to its unit, a worker's to cameras and kinds.",
    )


TRACKERS = [
    steps.short(_trackers),
    *steps.foreign_key("fk_machine_token_unit_id", "machine_token", "unit_id", "unit"),
    *steps.foreign_key("fk_machine_token_created_by", "machine_token", "created_by", "account"),
    *steps.check("machine_token", "ck_machine_token_tracker_of_a_unit", "(role = 'tracker') = (unit_id IS NOT NULL)"),
    steps.index("ix_machine_token_unit_id", "machine_token (unit_id)"),
    steps.sql("find_machine", MACHINES),
]


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
