"""restoring a backup: transaction ids continue where the dump's ended, and dispatch waits for a person"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION tx_now() RETURNS xid8 LANGUAGE sql VOLATILE
RETURN (pg_current_xact_id()::text::bigint + (SELECT d.tx_offset FROM deployment d))::text::xid8;

CREATE FUNCTION tx_horizon() RETURNS xid8 LANGUAGE sql STABLE
RETURN (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT d.tx_offset FROM deployment d))::text::xid8;

CREATE FUNCTION dispatch_waits() RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM deployment d WHERE d.restored_at IS NOT NULL);
"""

REASONS = (
    "no_taker",
    "first_silence",
    "nobody_left",
    "forecast_late",
    "reporter",
    "sos_over_limit",
    "entry_withdrawn",
    "backup",
    "aid_wanted",
    "report_unopened",
    "restored",
)


def upgrade() -> None:
    known = ", ".join(repr(reason) for reason in REASONS)
    steps.run(
        revision,
        [
            steps.short(_deployment),
            steps.sql("functions", FUNCTIONS),
            *(
                steps.sql(f"ids of {table}", f"ALTER TABLE {table} ALTER COLUMN tx SET DEFAULT tx_now()")
                for table in ("event", "audit")
            ),
            steps.short(_incident),
            *steps.check("alarm", "ck_alarm_reason_known", f"reason IN ({known})", instead=True),
        ],
    )


def _deployment() -> None:
    op.add_column("deployment", sa.Column("tx_offset", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    op.add_column("deployment", sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "deployment",
        "What this database is. `generation` makes event cursors of a restored cluster recognisable, `tx_offset` goes "
        "on top of this cluster's transaction ids, so that they follow the restored ones; while `restored_at` is set "
        "nothing dispatches.",
    )
    op.execute("GRANT UPDATE (restored_at) ON deployment TO sipha_jobs")


def _incident() -> None:
    op.add_column("incident", sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
