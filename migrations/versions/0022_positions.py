"""positions in bulk: what has moved, and one query where every station's events or callers were asked for singly"""

from alembic import op

from api.db import steps

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels = None
depends_on = None

LIVE = """
ALTER TABLE unit_live ADD COLUMN moved_at timestamptz,
                      ADD COLUMN simulated boolean NOT NULL DEFAULT false
"""

FUNCTIONS = """
CREATE FUNCTION find_callers(hashes bytea[])
RETURNS TABLE (hash bytea, session_id uuid, account_id uuid, station_id uuid, role varchar, username text, display_name text,
               language varchar, unit_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.token_hash, s.id, a.id, a.station_id, a.role, a.username, a.display_name, a.language, h.unit_id
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  LEFT JOIN public.shift h ON h.account_id = a.id AND h.ended_at IS NULL
  WHERE s.token_hash = ANY (hashes) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;
CREATE FUNCTION find_machines(hashes bytea[])
RETURNS TABLE (hash bytea, token_id uuid, station_id uuid, role varchar, camera_ids uuid[], alert_kinds text[],
               unit_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.token_hash, t.id, t.station_id, t.role, t.camera_ids, t.alert_kinds, t.unit_id
  FROM public.machine_token t WHERE t.token_hash = ANY (hashes) AND t.revoked_at IS NULL
$$;
CREATE FUNCTION live_callers(ids uuid[]) RETURNS TABLE (session_id uuid, unit_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, h.unit_id
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  LEFT JOIN public.shift h ON h.account_id = a.id AND h.ended_at IS NULL
  WHERE s.id = ANY (ids) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;
CREATE FUNCTION moved_units(station_ids uuid[], since timestamptz)
RETURNS TABLE (station_id uuid, unit_id uuid, lat double precision, lon double precision, fix_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.station_id, l.unit_id, ST_Y(l.position::geometry), ST_X(l.position::geometry), l.fix_at
  FROM public.unit_live l WHERE l.station_id = ANY (station_ids) AND l.moved_at > since
$$;
CREATE FUNCTION events_of(station_ids uuid[], txs bigint[], ids bigint[], since timestamptz, most integer)
RETURNS TABLE (station_id uuid, tx bigint, id bigint, kind varchar, subject uuid, payload jsonb, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH horizon AS MATERIALIZED (SELECT public.tx_horizon() AS tx)
  SELECT c.station_id, e.tx::text::bigint, e.id, e.kind, e.subject, e.payload, e.at
  FROM unnest(station_ids, txs, ids) AS c (station_id, tx, id)
  CROSS JOIN LATERAL (
    SELECT v.tx, v.id, v.kind, v.subject, v.payload, v.at FROM public.event v
    WHERE v.station_id = c.station_id AND (v.tx, v.id) > (c.tx::text::xid8, c.id)
      AND v.tx < (SELECT h.tx FROM horizon h) AND v.at > since
    ORDER BY v.tx, v.id LIMIT most) e
  ORDER BY e.tx, e.id
$$;
"""

SIGNATURES = (
    "find_callers(bytea[])",
    "find_machines(bytea[])",
    "live_callers(uuid[])",
    "moved_units(uuid[], timestamptz)",
    "events_of(uuid[], bigint[], bigint[], timestamptz, integer)",
)


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("what has moved", LIVE),
            steps.sql(
                "definer sees event",
                "CREATE POLICY definer ON event FOR SELECT TO sipha_definer USING (true);"
                "GRANT SELECT ON event TO sipha_definer;"
                "GRANT SELECT (tx_offset) ON deployment TO sipha_definer",
            ),
            steps.short(_functions),
        ],
    )


def _functions() -> None:
    op.execute(FUNCTIONS)
    for signature in SIGNATURES:
        op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
