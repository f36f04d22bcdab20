"""how an incident got or lost sightings, so that it can be undone"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from api.db import steps

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(revision, [steps.short(_incident_change)])


def _incident_change() -> None:
    def refers(name: str, target: str, *, null: bool = False) -> sa.Column:
        fk = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_incident_change_{name}"))
        return sa.Column(name, sa.Uuid, fk, nullable=null)

    op.create_table(
        "incident_change",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        refers("station_id", "station"),
        refers("incident_id", "incident"),
        refers("other_id", "incident", null=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("sighting_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        refers("by", "account", null=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        refers("undone_by", "account", null=True),
        sa.CheckConstraint("kind IN ('join', 'merge', 'split')", name=op.f("ck_incident_change_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_change")),
        comment="Which sightings went from one incident (`incident_id`) to another (`other_id`); a join has no other.",
    )
    op.create_index("ix_incident_change_incident_id", "incident_change", ["incident_id"])
    op.create_index("ix_incident_change_other_id", "incident_change", ["other_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON incident_change TO sipha_app, sipha_jobs")
    op.execute("ALTER TABLE incident_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE incident_change FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON incident_change TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
