"""travel-time corrections: predicted against actual rides"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(revision, [steps.short(_assignment), steps.short(_travel_correction)])


def _assignment() -> None:
    op.add_column("assignment", sa.Column("predicted_seconds", sa.Double, nullable=True))
    op.add_column("assignment", sa.Column("correction", sa.Double, nullable=False, server_default=sa.text("1")))
    op.create_table_comment(
        "assignment",
        "`replaces`: whom this unit relieves on accepting. `predicted_seconds`: the ride by road as it was measured "
        "when the unit was asked, without the learned factor `correction`.",
    )


def _travel_correction() -> None:
    op.create_table(
        "travel_correction",
        sa.Column(
            "station_id",
            sa.Uuid,
            sa.ForeignKey("station.id", name=op.f("fk_travel_correction_station_id")),
            nullable=False,
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("factor", sa.Double, nullable=False),
        sa.Column("rides", sa.Integer, nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_travel_correction_hour_range")),
        sa.PrimaryKeyConstraint("station_id", "kind", "hour", name=op.f("pk_travel_correction")),
        comment="Learned anew from the last 60 days by `sipha jobs`.",
    )
    op.execute("GRANT SELECT ON travel_correction TO sipha_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON travel_correction TO sipha_jobs")
    op.execute("ALTER TABLE travel_correction ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE travel_correction FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON travel_correction TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
