"""places by name: public ones beside the streets, a station's own, and where an incident's words came from"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography
from sqlalchemy.dialects.postgresql import ARRAY

from api.db import steps

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
OWN_KINDS = (
    "kind IN ('junction', 'temple', 'worship', 'school', 'hospital', 'police', 'market', 'bridge', 'station', 'stop', "
    "'park', 'bank', 'hotel', 'fuel', 'shop', 'village', 'building', 'landmark', 'area')"
)
COMMENTS = {
    "place": "A place that anybody may know, of the same import as the streets: no station, no row-level security. "
    "`line`: points of a street from its mouth to its end, latitude before longitude; `remarkable`: others are told to "
    "be near it.",
    "place_key": "Letters that places are found by, each once: `written` in Thai, or `spoken` in folded Latin.",
    "place_name": "Which places have a key, with a number (of a soi; after # of a house, after @ of a kilometre).",
    "place_crossing": "Where two streets meet; the lower number first.",
}
TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
COUNTED = "ALTER TABLE road_network ADD COLUMN places integer NOT NULL DEFAULT 0"
BY_POSITION = "ALTER TABLE incident ADD COLUMN place_by_position boolean NOT NULL DEFAULT false"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("trigrams", TRIGRAMS),
            steps.short(_public),
            steps.short(_station_place),
            steps.sql("places of a network", COUNTED),
            steps.sql("words from the position", BY_POSITION),
        ],
    )


def _position() -> sa.Column:
    return sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)


def _public() -> None:
    op.create_table(
        "place",
        _number("network_id"),
        _number("id"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        _position(),
        sa.Column("line", ARRAY(sa.Double)),
        sa.Column("remarkable", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("network_id", "id", name=op.f("pk_place")),
    )
    op.create_table(
        "place_key",
        _number("network_id"),
        _number("id"),
        sa.Column("script", sa.String, nullable=False),
        sa.Column("letters", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("network_id", "id", name=op.f("pk_place_key")),
    )
    op.create_table(
        "place_name",
        _number("network_id"),
        _number("place_id"),
        _number("key_id"),
        sa.Column("number", sa.String, nullable=False),
        _position(),
        sa.PrimaryKeyConstraint("network_id", "place_id", "key_id", "number", name=op.f("pk_place_name")),
    )
    op.create_table(
        "place_crossing",
        _number("network_id"),
        _number("one"),
        _number("other"),
        _position(),
        sa.PrimaryKeyConstraint("network_id", "one", "other", name=op.f("pk_place_crossing")),
    )
    for table, comment in COMMENTS.items():
        op.create_table_comment(table, comment)
        op.execute(f"GRANT SELECT ON {table} TO sipha_app, sipha_jobs")
        op.execute(f"GRANT INSERT, DELETE ON {table} TO sipha_jobs")
    _indexes()


def _indexes() -> None:
    remarkable, area = sa.text("remarkable"), sa.text("kind = 'area'")
    op.create_index("ix_place_remarkable", "place", ["position"], postgresql_using="gist", postgresql_where=remarkable)
    op.create_index("ix_place_area", "place", ["position"], postgresql_using="gist", postgresql_where=area)
    op.create_index("ix_place_key_exact", "place_key", ["network_id", "script", "letters"])
    op.execute("CREATE INDEX ix_place_key_letters ON place_key USING gin (letters gin_trgm_ops)")
    named = ["network_id", "key_id", "number", "position"]
    op.create_index("ix_place_name_key", "place_name", named, postgresql_using="gist")


def _station_place() -> None:
    op.create_table(
        "station_place",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column(
            "station_id",
            sa.Uuid,
            sa.ForeignKey("station.id", name=op.f("fk_station_place_station_id_station")),
            nullable=False,
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        _position(),
        sa.CheckConstraint(OWN_KINDS, name=op.f("ck_station_place_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_place")),
        comment="A place that only this station knows by this name.",
    )
    op.create_index("ix_station_place_station_id", "station_place", ["station_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON station_place TO sipha_app, sipha_jobs")
    op.execute("ALTER TABLE station_place ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE station_place FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON station_place TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON station_place FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
