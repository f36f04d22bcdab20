"""a decision costs the same at a station with 2,000 units: open shifts by unit, neighbours from lending stations"""

from alembic import op

from api.db import steps

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None

NEIGHBOURS = """
CREATE OR REPLACE FUNCTION neighbour_units(lon double precision, lat double precision, most integer)
RETURNS TABLE (station_id uuid, name_th text, name_en text, unit_id uuid, callsign text, kind varchar, status varchar,
               fix_at timestamptz, lat double precision, lon double precision, shift_started_at timestamptz,
               push_seen_at timestamptz, stream_seen_at timestamptz, crew integer, capabilities text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH lender AS MATERIALIZED (
    SELECT p.station_id FROM public.station_policy p
    WHERE p.lends_units AND p.station_id <> NULLIF(current_setting('sipha.station_id', true), '')::uuid
  ), near AS MATERIALIZED (
    SELECT l.* FROM public.unit_live l
    WHERE l.status = 'available' AND EXISTS (SELECT FROM lender)
      AND l.station_id = ANY (ARRAY(SELECT o.station_id FROM lender o))
    ORDER BY l.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography LIMIT $3
  )
  SELECT s.id, s.name_th, s.name_en, u.id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry),
         ST_X(l.position::geometry), l.shift_started_at, l.push_seen_at, l.stream_seen_at,
         (SELECT count(*)::int FROM public.shift d WHERE d.unit_id = u.id AND d.ended_at IS NULL), u.capabilities
  FROM near l JOIN public.unit u ON u.id = l.unit_id JOIN public.station s ON s.id = u.station_id
  ORDER BY l.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography
$$;
"""

DROPPED = "DROP INDEX CONCURRENTLY IF EXISTS ix_shift_open_station"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.index("ix_shift_open_station_id_unit_id", "shift (station_id, unit_id) WHERE ended_at IS NULL"),
            steps.Step("open shifts", lambda: op.execute(DROPPED), alone=True),
            steps.sql("neighbours", NEIGHBOURS),
        ],
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
