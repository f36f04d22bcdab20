"""plans in a large country: the nearest free units of one station without those of every other, events of this month"""

from alembic import op

from api.db import steps

revision: str = "0023"
down_revision: str | None = "0022"
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
    SELECT n.* FROM lender o CROSS JOIN LATERAL (
      SELECT l.* FROM public.unit_live l WHERE l.station_id = o.station_id AND l.status = 'available'
      ORDER BY l.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography LIMIT $3) n
    ORDER BY n.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography LIMIT $3
  )
  SELECT s.id, s.name_th, s.name_en, u.id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry),
         ST_X(l.position::geometry), l.shift_started_at, l.push_seen_at, l.stream_seen_at,
         (SELECT count(*)::int FROM public.shift d WHERE d.unit_id = u.id AND d.ended_at IS NULL), u.capabilities
  FROM near l JOIN public.unit u ON u.id = l.unit_id JOIN public.station s ON s.id = u.station_id
  ORDER BY l.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography
$$;
"""

EVENTS = """
CREATE OR REPLACE FUNCTION events_of(station_ids uuid[], txs bigint[], ids bigint[], since timestamptz, most integer)
RETURNS TABLE (station_id uuid, tx bigint, id bigint, kind varchar, subject uuid, payload jsonb, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH horizon AS MATERIALIZED (SELECT public.tx_horizon() AS tx)
  SELECT c.station_id, e.tx::text::bigint, e.id, e.kind, e.subject, e.payload, e.at
  FROM unnest(station_ids, txs, ids) AS c (station_id, tx, id)
  CROSS JOIN LATERAL (
    SELECT v.tx, v.id, v.kind, v.subject, v.payload, v.at FROM public.event v
    WHERE v.station_id = c.station_id AND (v.tx, v.id) > (c.tx::text::xid8, c.id)
      AND v.tx < (SELECT h.tx FROM horizon h) AND v.at > since
      AND v.at < now() + interval '1 day'
    ORDER BY v.tx, v.id LIMIT most) e
  ORDER BY e.tx, e.id
$$;
"""
"""No event is from the future: without an upper bound every later month is searched, and those before the first."""

DROPPED = "DROP INDEX CONCURRENTLY IF EXISTS ix_unit_live_position"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("indexes by id and distance", "CREATE EXTENSION IF NOT EXISTS btree_gist"),
            steps.index(
                "ix_unit_live_station_id_position",
                "unit_live USING gist (station_id, position) WHERE status = 'available'",
            ),
            steps.sql("neighbours", NEIGHBOURS),
            steps.sql("events of this month", EVENTS),
            steps.Step("distance alone", lambda: op.execute(DROPPED), alone=True),
        ],
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
