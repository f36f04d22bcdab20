"""positions: trackers, implausible fixes, arrivals that disagree"""

import sqlalchemy as sa
from alembic import op

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
    _track()
    _doubt()
    _trackers()


def _track() -> None:
    """The place belongs to a fix's identity, so that two devices of a unit may measure at the same instant."""
    op.add_column("track", sa.Column("problem", sa.String, nullable=True))
    op.add_column(
        "track", sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))
    )
    op.create_check_constraint(
        op.f("ck_track_problem_known"),
        "track",
        "problem IN ('implausible_speed', 'replayed', 'frozen', 'inaccurate', 'mocked')",
    )
    op.drop_constraint(op.f("pk_track"), "track")
    op.create_primary_key(op.f("pk_track"), "track", ["unit_id", "at", "position"])
    op.create_table_comment(
        "track",
        "Officers are tracked on duty only; detail is kept for 30 days by dropping partitions and rows. Where there is a "
        "`problem`, the fix isn't believed and moves nothing.",
    )


def _doubt() -> None:
    op.add_column("unit_live", sa.Column("doubtful_reason", sa.String, nullable=True))
    for column in ("doubtful_since", "doubtful_seen_at"):
        op.add_column("unit_live", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_unit_live_doubtful_reason_known"),
        "unit_live",
        "doubtful_reason IN ('implausible_speed', 'frozen', 'mocked')",
    )
    op.create_check_constraint(
        op.f("ck_unit_live_doubtful_all_or_nothing"),
        "unit_live",
        "num_nulls(doubtful_reason, doubtful_since, doubtful_seen_at) IN (0, 3)",
    )
    op.create_table_comment(
        "unit_live",
        "What changes all the time. The index holds only units that may be picked, so that a ping stays cheap. "
        "`position` is the newest that is believed, whatever is doubtful meanwhile.",
    )


def _trackers() -> None:
    for column, target in (("unit_id", "unit"), ("created_by", "account")):
        op.add_column("machine_token", sa.Column(column, sa.Uuid, nullable=True))
        op.create_foreign_key(op.f(f"fk_machine_token_{column}"), "machine_token", target, [column], ["id"])
    op.add_column("machine_token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_machine_token_tracker_of_a_unit"), "machine_token", "(role = 'tracker') = (unit_id IS NOT NULL)"
    )
    op.create_index("ix_machine_token_unit_id", "machine_token", ["unit_id"])
    op.create_table_comment(
        "machine_token",
        "Only the SHA-256 of a token is kept. A tracker's is bound to its unit, a worker's to cameras and kinds.",
    )
    op.execute(MACHINES)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
