"""a station's names and area have a version, and no area overlaps another's"""

from alembic import op

from api.db import steps

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels = None
depends_on = None

OVERLAPS = """
CREATE FUNCTION overlapping_stations(own uuid, wanted geography)
RETURNS TABLE (name_th text, name_en text, lat double precision, lon double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH other AS (
    SELECT s.name_th, s.name_en, ST_Intersection(s.area, wanted) AS shared, least(ST_Area(s.area), ST_Area(wanted)) AS smaller
    FROM public.station s WHERE s.id <> own AND ST_Intersects(s.area, wanted))
  SELECT o.name_th, o.name_en, ST_Y(ST_PointOnSurface(o.shared::geometry)), ST_X(ST_PointOnSurface(o.shared::geometry))
  FROM other o WHERE ST_Area(o.shared) > 0.01 * o.smaller ORDER BY ST_Area(o.shared) DESC
$$;
"""
"""A hundredth of the smaller one is how far two hands draw one boundary apart."""

SIGNATURE = "overlapping_stations(uuid, geography)"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("version", "ALTER TABLE station ADD COLUMN version integer NOT NULL DEFAULT 1"),
            steps.short(_overlaps),
        ],
    )


def _overlaps() -> None:
    op.execute(OVERLAPS)
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO sipha_definer")
    op.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO sipha_app")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
