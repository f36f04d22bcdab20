"""messages between the radio room and the units of a case"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(revision, [steps.short(_incident_message)])


def _refers(name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_incident_message_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _incident_message() -> None:
    op.create_table(
        "incident_message",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("station_id", "station"),
        _refers("incident_id", "incident"),
        _refers("by", "account"),
        _refers("unit_id", "unit", null=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_message")),
        comment="Between the radio room and the units of a case. `unit_id`: whose crew wrote it; null: the radio room. "
        "`read_at`: when the other side first had it on a screen.",
    )
    op.create_index("ix_incident_message_incident_id", "incident_message", ["incident_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE (read_at) ON incident_message TO sipha_app, sipha_jobs")
    op.execute("GRANT DELETE ON incident_message TO sipha_jobs")
    op.execute("ALTER TABLE incident_message ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE incident_message FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON incident_message TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON incident_message FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
