"""provinces: an office without an area sees its stations, and their figures by day"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
ROLES = "'admin', 'auditor', 'commander', 'officer', 'operator', 'province'"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION station_serving(lon double precision, lat double precision)
RETURNS TABLE (station_id uuid, inside boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH place AS (SELECT public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326)::public.geography AS point)
  (SELECT st.id, true FROM public.station st, place WHERE public.ST_Intersects(st.area, place.point)
   ORDER BY public.ST_Distance(st.centre, place.point) LIMIT 1)
  UNION ALL
  (SELECT st.id, false FROM public.station st, place WHERE st.area IS NOT NULL
   ORDER BY public.ST_Distance(st.area, place.point) LIMIT 1)
  LIMIT 1
$$;
CREATE FUNCTION province_of(station uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.province_id FROM public.station s WHERE s.id = station
$$;
"""
ROLLED_UP = ("station_day", "station_state")

COMMENTS = {
    "station": "The area is the station''s own polygon, never derived from a district''s name. Without an area: the office "
    "of a province, which serves no place; `province_id` is the office of a station.",
}


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("offices", "ALTER TABLE station ALTER COLUMN area DROP NOT NULL, ADD COLUMN province_id uuid"),
            *steps.foreign_key("fk_station_province_id_station", "station", "province_id", "station"),
            steps.index("ix_station_province_id", "station (province_id)"),
            *steps.check("account", "ck_account_role_known", f"role IN ({ROLES})", instead=True),
            steps.short(_figures),
            steps.short(_functions),
            steps.short(_policies),
            [
                steps.sql(f"describe {table}", f"COMMENT ON TABLE {table} IS '{text}'")
                for table, text in COMMENTS.items()
            ],
        ],
    )


def _figures() -> None:
    op.create_table(
        "station_day",
        sa.Column(
            "station_id",
            sa.Uuid,
            sa.ForeignKey("station.id", name=op.f("fk_station_day_station_id_station")),
            nullable=False,
        ),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("incidents", "arrived", "on_time", "cancelled", "cancelled_late")
        ),
        sa.Column("response_seconds", sa.ARRAY(sa.REAL), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "day", "priority", name=op.f("pk_station_day")),
        comment="A station's day in figures, counted again by `sipha jobs` while its cases may still change. "
        "`response_seconds`: of every case that was reached, so that percentiles over any days are exact.",
    )
    op.create_table(
        "station_state",
        sa.Column(
            "station_id",
            sa.Uuid,
            sa.ForeignKey("station.id", name=op.f("fk_station_state_station_id_station")),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("units", "on_duty", "active", "overdue", "cameras", "cameras_live")
        ),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_state")),
        comment="How a station stands, in numbers, counted by `sipha jobs` every half minute: its province reads this and "
        "no case.",
    )
    for table in ROLLED_UP:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sipha_app, sipha_jobs")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
            f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
        )
        op.execute(f"CREATE POLICY owner_asks ON {table} FOR SELECT TO sipha_owner USING (true)")


def _functions() -> None:
    op.execute(FUNCTIONS)
    op.execute("ALTER FUNCTION province_of(uuid) OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION province_of(uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION province_of(uuid) TO sipha_app, sipha_jobs")


def _policies() -> None:
    """An office reads its stations, their policies and figures; a station reads its office's policy, which is its
    standard. Everything else of a station stays its own."""
    op.execute(
        f"CREATE POLICY province ON station FOR SELECT TO sipha_app, sipha_jobs "
        f"USING (province_id = {HERE} OR id = (SELECT province_of({HERE})))"
    )
    op.execute(
        f"CREATE POLICY province ON station_policy FOR SELECT TO sipha_app, sipha_jobs "
        f"USING (station_id IN (SELECT s.id FROM station s WHERE s.province_id = {HERE}) "
        f"OR station_id = (SELECT province_of({HERE})))"
    )
    for table in ROLLED_UP:
        op.execute(
            f"CREATE POLICY province ON {table} FOR SELECT TO sipha_app, sipha_jobs "
            f"USING (station_id IN (SELECT s.id FROM station s WHERE s.province_id = {HERE}))"
        )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
