"""streets that a station has closed or found slow"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY

from api.db import steps

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
KINDS = "kind IN ('closed', 'flood', 'crash', 'roadworks', 'event', 'congestion', 'other')"


def upgrade() -> None:
    steps.run(revision, [steps.short(_road_closure)])


def _refers(name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_road_closure_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _road_closure() -> None:
    op.create_table(
        "road_closure",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("station_id", "station"),
        sa.Column("station_th", sa.Text, nullable=False),
        sa.Column("station_en", sa.Text, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("speed_factor", sa.Double, nullable=False),
        sa.Column("geometry", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("streets", ARRAY(sa.Text), nullable=False),
        _moment("begins_at"),
        _moment("ends_at"),
        sa.Column("reason", sa.Text, nullable=False),
        _refers("by", "account"),
        _moment("at"),
        _moment("lifted_at", null=True),
        _refers("lifted_by", "account", null=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_road_closure_kind_known")),
        sa.CheckConstraint("speed_factor >= 0 AND speed_factor < 1", name=op.f("ck_road_closure_factor")),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_road_closure_ends_later")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_closure")),
        comment="Streets closed (factor 0) or slow, by their shape, because an import numbers edges anew; several lines "
        "are copies of streets. Every station reads all: traffic does not stop at a border. `streets`: their names then.",
    )
    op.create_index(
        "ix_road_closure_ends_at", "road_closure", ["ends_at"], postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_index("ix_road_closure_station_id", "road_closure", ["station_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by) ON road_closure TO sipha_app")
    op.execute("GRANT SELECT ON road_closure TO sipha_jobs")
    op.execute("ALTER TABLE road_closure ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE road_closure FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON road_closure TO sipha_app "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY everybody_drives ON road_closure FOR SELECT TO sipha_app, sipha_jobs USING (true)")
    op.execute("CREATE POLICY owner_asks ON road_closure FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
