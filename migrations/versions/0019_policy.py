"""a station's policy has a version, and a history with authors"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db import steps

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("version", "ALTER TABLE station_policy ADD COLUMN version integer NOT NULL DEFAULT 1"),
            steps.short(_history),
        ],
    )


def _history() -> None:
    def refers(name: str, target: str) -> sa.Column:
        return sa.Column(
            name, sa.Uuid, sa.ForeignKey(f"{target}.id", name=op.f(f"fk_policy_change_{name}")), nullable=False
        )

    op.create_table(
        "policy_change",
        refers("station_id", "station"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("policy", JSONB, nullable=False),
        refers("changed_by", "account"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "version", name=op.f("pk_policy_change")),
        comment="Each version of a station's policy and delegation, as written by a person. Insert-only.",
    )
    op.execute("GRANT SELECT, INSERT ON policy_change TO sipha_app")
    op.execute("GRANT SELECT ON policy_change TO sipha_jobs")
    op.execute("ALTER TABLE policy_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE policy_change FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON policy_change TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON policy_change FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
