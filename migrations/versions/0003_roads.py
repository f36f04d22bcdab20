"""streets: networks, edges, restrictions"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.db import steps

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

COMMENTS = {
    "road_network": "Roads are public: no station, no row-level security. `bounds`: west, south, east, north in degrees.",
    "road_edge": "A stretch between two junctions; ids and nodes are dense within the network. Seconds by profile along "
    "the line and against it, null where that is not allowed; `left_out`: bits of the profiles whose main part it is "
    "not in. No foreign key: an import writes millions of rows.",
    "road_restriction": "A turn that is barred, from one directed edge (2 * id, + 1 against the line) into another; bits "
    "of profiles.",
}
SECONDS = ("motorcycle_along", "motorcycle_against", "car_along", "car_against", "foot_along", "foot_against")


def upgrade() -> None:
    steps.run(revision, [steps.short(_tables)])


def _tables() -> None:
    _network()
    _edge()
    op.create_table(
        "road_restriction",
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("comes_by", sa.Integer, nullable=False),
        sa.Column("leaves_by", sa.Integer, nullable=False),
        sa.Column("profiles", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("network_id", "comes_by", "leaves_by", name=op.f("pk_road_restriction")),
    )
    for table, comment in COMMENTS.items():
        op.create_table_comment(table, comment)
        op.execute(f"GRANT SELECT ON {table} TO sipha_app, sipha_jobs")
        op.execute(f"GRANT INSERT, UPDATE, DELETE ON {table} TO sipha_jobs")


def _network() -> None:
    op.create_table(
        "road_network",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default=sa.text("'loading'")),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bounds", ARRAY(sa.Double), nullable=False),
        sa.Column("nodes", sa.Integer, nullable=False),
        sa.Column("edges", sa.Integer, nullable=False),
        sa.Column("report", JSONB, nullable=False),
        sa.CheckConstraint("state IN ('loading', 'current', 'retired')", name=op.f("ck_road_network_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_network")),
    )
    current = sa.text("state = 'current'")
    op.create_index("uq_road_network_current", "road_network", ["state"], unique=True, postgresql_where=current)


def _edge() -> None:
    op.create_table(
        "road_edge",
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("target", sa.Integer, nullable=False),
        sa.Column("class", sa.String, nullable=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("name_en", sa.Text),
        sa.Column("length_m", sa.REAL, nullable=False),
        *(sa.Column(name, sa.REAL) for name in SECONDS),
        sa.Column("left_out", sa.SmallInteger, nullable=False),
        sa.Column("geometry", Geometry("LINESTRING", srid=3857, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("network_id", "id", name=op.f("pk_road_edge")),
    )
    op.create_index("ix_road_edge_geometry", "road_edge", ["geometry"], postgresql_using="gist")
    op.create_index(
        "ix_road_edge_major", "road_edge", ["geometry"], postgresql_using="gist", postgresql_where=sa.text("rank <= 4")
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
