"""what the database itself guarantees: grants, row-level security, partitions, and the functions that look across"""

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

BY_STATION = [
    "account",
    "session",
    "machine_token",
    "camera",
    "station_policy",
    "incident_number",
    "unit",
    "unit_live",
    "shift",
    "position_batch",
    "track",
    "watchlist_entry",
    "watchlist_minor_permit",
    "watchlist_picture",
    "watchlist_template",
    "alert",
    "alert_image",
    "recognition_period",
    "incident",
    "assignment",
    "time_point",
    "sighting",
    "report",
    "report_message",
    "report_photo",
    "alarm",
    "dispatch_decision",
    "incident_share",
    "push_subscription",
    "push_delivery",
    "deadline",
    "event",
    "audit",
    "audit_seal",
]
SHARED = [
    "assignment",
    "time_point",
    "sighting",
    "report",
    "report_message",
    "report_photo",
    "alarm",
    "dispatch_decision",
]
INSERT_ONLY = ["time_point", "event", "audit", "audit_seal"]
QUEUES = ["deadline", "push_delivery", "push_subscription", "alert_image"]
FREE = ["once_only", "sign_in_failure", "request_count"]
ASKED_BY_DEFINER = ["account", "session", "machine_token", "station", "report", "push_delivery", "watchlist_picture"]

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
"""The caller's station; '' after a transaction, so that a forgotten setting matches nothing."""

SHARE = """EXISTS (SELECT FROM incident_share s WHERE s.incident_id = {column} AND s.to_station_id = {here}
           AND s.expires_at > now())"""

FUNCTIONS = """
CREATE FUNCTION find_session(hash bytea)
RETURNS TABLE (session_id uuid, account_id uuid, station_id uuid, role varchar, username text, display_name text,
               language varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, a.id, a.station_id, a.role, a.username, a.display_name, a.language
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;

CREATE FUNCTION find_account(name text)
RETURNS TABLE (account_id uuid, station_id uuid, role varchar, username text, display_name text, language varchar,
               password_hash text, otp_secret text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.station_id, a.role, a.username, a.display_name, a.language, a.password_hash, a.otp_secret
  FROM public.account a WHERE a.username = name AND a.disabled_at IS NULL
$$;

CREATE FUNCTION find_machine(hash bytea)
RETURNS TABLE (token_id uuid, station_id uuid, role varchar, camera_ids uuid[], alert_kinds text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.station_id, t.role, t.camera_ids, t.alert_kinds
  FROM public.machine_token t WHERE t.token_hash = hash AND t.revoked_at IS NULL
$$;

CREATE FUNCTION live_sessions(ids uuid[]) RETURNS TABLE (session_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id FROM public.session s JOIN public.account a ON a.id = s.account_id
  WHERE s.id = ANY (ids) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;

CREATE FUNCTION station_serving(lon double precision, lat double precision)
RETURNS TABLE (station_id uuid, inside boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH place AS (SELECT public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326)::public.geography AS point)
  (SELECT st.id, true FROM public.station st, place WHERE public.ST_Intersects(st.area, place.point)
   ORDER BY public.ST_Distance(st.centre, place.point) LIMIT 1)
  UNION ALL
  (SELECT st.id, false FROM public.station st, place ORDER BY public.ST_Distance(st.area, place.point) LIMIT 1)
  LIMIT 1
$$;

CREATE FUNCTION report_station(report uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.station_id FROM public.report r WHERE r.id = report
$$;

CREATE FUNCTION delivery_station(delivery uuid, token text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.station_id FROM public.push_delivery d WHERE d.id = delivery AND d.receipt_token = token
$$;
"""

PARTITIONS = """
CREATE FUNCTION ensure_partitions(months_ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE parent text; first date;
BEGIN
  FOREACH parent IN ARRAY ARRAY['event', 'audit', 'track'] LOOP
    FOR step IN -1 .. months_ahead LOOP
      first := date_trunc('month', now() AT TIME ZONE 'UTC')::date + make_interval(months => step);
      EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                     parent || to_char(first, '_YYYY_MM'), parent,
                     first::timestamp AT TIME ZONE 'UTC',
                     (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END LOOP;
  END LOOP;
END $$;

CREATE FUNCTION drop_partition(parent text, month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF parent NOT IN ('event', 'audit', 'track') THEN RAISE 'not a partitioned log: %', parent; END IF;
  EXECUTE format('DROP TABLE public.%I', parent || to_char(month, '_YYYY_MM'));
END $$;
"""

VIEWS = """
CREATE VIEW watchlist_matchable WITH (security_invoker = true) AS
  SELECT id, station_id, expires_at, priority FROM watchlist_entry
  WHERE approved_at IS NOT NULL AND withdrawn_at IS NULL AND expires_at > now();

CREATE VIEW incident_time_point WITH (security_invoker = true) AS
  SELECT DISTINCT ON (incident_id, assignment_id, kind, source)
         id, station_id, incident_id, assignment_id, kind, source, server_at, phone_at, by
  FROM time_point ORDER BY incident_id, assignment_id, kind, source, id DESC;
"""


COMMENTS = {
    "station": "The area is the station's own polygon and never follows from a district's name.",
    "unit_live": "What changes all the time. The index holds only units that may be picked, so that a ping stays cheap.",
    "track": "Officers are tracked on duty only; detail is kept for 30 days by dropping partitions and rows.",
    "incident": "`h3` is the resolution 12 cell, stored on write: heatmaps group by its parents.",
}
"""GeoAlchemy2 omits the comment when it creates a table."""


def upgrade() -> None:
    for table, comment in COMMENTS.items():
        op.create_table_comment(table, comment)
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
    op.execute("GRANT SELECT ON spatial_ref_sys TO PUBLIC")
    _grants()
    _row_level_security()
    _functions()
    op.execute(VIEWS)
    op.execute("GRANT SELECT ON watchlist_matchable, incident_time_point TO sipha_app, sipha_jobs")


def _grants() -> None:
    for table in [*BY_STATION, "station"]:
        rights = "SELECT, INSERT" if table in INSERT_ONLY else "SELECT, INSERT, UPDATE"
        op.execute(f"GRANT {rights} ON {table} TO sipha_app, sipha_jobs")
    for table in [*FREE, "deadline", "push_subscription"]:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sipha_app, sipha_jobs")
    op.execute("GRANT DELETE ON alert_image, position_batch, track, report_photo, push_delivery, session TO sipha_jobs")
    op.execute("GRANT SELECT ON deployment, jobs_heartbeat TO sipha_app, sipha_jobs")
    op.execute("GRANT SELECT, INSERT ON secret TO sipha_app, sipha_jobs")
    op.execute("GRANT INSERT, UPDATE ON jobs_heartbeat TO sipha_jobs")


def _row_level_security() -> None:
    for table in [*BY_STATION, "station"]:
        column = "id" if table == "station" else "station_id"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
            f"USING ({column} = {HERE}) WITH CHECK ({column} = {HERE})"
        )
    for table in ["incident", *SHARED]:
        if table in {"report_message", "report_photo"}:
            continue
        column = "incident.id" if table == "incident" else f"{table}.incident_id"
        allowed = SHARE.format(column=column, here=HERE)
        op.execute(f"CREATE POLICY shared ON {table} FOR SELECT TO sipha_app, sipha_jobs USING ({allowed})")
    op.execute(
        f"CREATE POLICY shared_with ON incident_share FOR SELECT TO sipha_app, sipha_jobs USING (to_station_id = {HERE})"
    )
    for table in [*QUEUES, "station"]:
        op.execute(f"CREATE POLICY any_station ON {table} TO sipha_jobs USING (true)")
    for table in ASKED_BY_DEFINER:
        op.execute(f"CREATE POLICY definer ON {table} FOR SELECT TO sipha_definer USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO sipha_definer")


def _functions() -> None:
    op.execute(FUNCTIONS)
    op.execute(PARTITIONS)
    for signature in (
        "find_session(bytea)",
        "find_account(text)",
        "find_machine(bytea)",
        "live_sessions(uuid[])",
        "station_serving(double precision, double precision)",
        "report_station(uuid)",
        "delivery_station(uuid, text)",
    ):
        op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")
    op.execute("REVOKE ALL ON FUNCTION ensure_partitions(integer), drop_partition(text, date) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION ensure_partitions(integer) TO sipha_jobs")
    op.execute("GRANT EXECUTE ON FUNCTION drop_partition(text, date) TO sipha_maintenance")
    for parent in ("event", "audit", "track"):
        op.execute(f"CREATE TABLE {parent}_default PARTITION OF {parent} DEFAULT")
    op.execute("SELECT ensure_partitions(3)")
    op.execute("INSERT INTO deployment (demo) VALUES (false)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
