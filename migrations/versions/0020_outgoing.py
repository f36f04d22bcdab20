"""one queue for everything that is sent; accounts in any language"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db import steps

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
KINDS = "kind IN ('push', 'fallback')"
STATES = "state IN ('due', 'sent', 'gone', 'failed', 'expired')"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_outgoing),
            steps.short(_old_queue_may_stay_empty),
            *steps.check(
                "account",
                "ck_account_language_known",
                "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'",
                instead=True,
            ),
        ],
    )


def _outgoing() -> None:
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "station_id", sa.Uuid, sa.ForeignKey("station.id", name=op.f("fk_outgoing_station_id")), nullable=False
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("address_id", sa.Uuid),
        sa.Column("message", JSONB, nullable=False),
        sa.Column("state", sa.String, server_default=sa.text("'due'"), nullable=False),
        sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.CheckConstraint(KINDS, name=op.f("ck_outgoing_kind_known")),
        sa.CheckConstraint(STATES, name=op.f("ck_outgoing_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        comment="Messages to the outside, committed with the change that causes them: codes and parameters, worded "
        "when sent. `due_at` doubles as the lease of the sender that claimed a row; `target` is what limits apply to.",
    )
    op.create_index("ix_outgoing_due", "outgoing", ["kind", "due_at"], postgresql_where=sa.text("state = 'due'"))
    op.create_index(
        "ix_outgoing_address_id",
        "outgoing",
        ["address_id", "created_at"],
        postgresql_where=sa.text("kind = 'fallback'"),
    )
    op.create_index("ix_outgoing_station_id_created_at", "outgoing", ["station_id", "created_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON outgoing TO sipha_app, sipha_jobs")
    op.execute("GRANT DELETE ON outgoing TO sipha_jobs")
    op.execute("ALTER TABLE outgoing ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE outgoing FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON outgoing TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY any_station ON outgoing TO sipha_jobs USING (true)")


def _old_queue_may_stay_empty() -> None:
    """The previous release goes on queueing and sending in it; this one keeps only receipts there."""
    for column in ("content", "state", "due_at", "expires_at"):
        op.execute(f"ALTER TABLE push_delivery ALTER COLUMN {column} DROP NOT NULL")
    op.execute(
        "COMMENT ON TABLE push_delivery IS 'What a phone has told of a push: received, shown, opened. The push itself "
        "is in `outgoing`, by the same id.'"
    )
    op.execute(
        "COMMENT ON TABLE fallback_delivery IS 'The previous release''s queue: what it still holds is taken over. The "
        "next release drops it.'"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
