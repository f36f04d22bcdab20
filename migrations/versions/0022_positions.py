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


COMMENTS = {
    "alarm": "`level`: how far up the chain it has been passed, unacknowledged. `over_at`: when what it was about "
    "ended.",
    "assignment": "`replaces`: the assignment that this one relieves once accepted. `predicted_seconds`: the ride by "
    "road as estimated when the unit was asked, without the learned factor `correction`.",
    "audit_head": "Signed heads of the tree; `note` is what is anchored elsewhere. `tx`, `audit_id`: the row of the "
    "last leaf; `peaks`: the roots of the complete subtrees, 32 bytes each.",
    "audit_leaf": "The leaves of a station's Merkle tree (RFC 6962), numbered from 0: one per audit row, kept after "
    "the row is deleted.",
    "deadline": "A row is deleted in the transaction that carries it out.",
    "deployment": "What this database is. `generation` tells event cursors from before a restore; `tx_offset` is "
    "added to this cluster's transaction ids, so that they continue where the restored ones end; while `restored_at` "
    "is set, nothing is dispatched.",
    "dispatch_decision": "What was known when the decision was made: candidates, times, ages of fixes, who was left "
    "out and why.",
    "fallback_channel": "Ways to reach people when their phones do not answer. `url` holds secrets: the server only "
    "writes it, only `sipha jobs` reads it.",
    "fallback_delivery": "The previous release's queue: what is still in it is taken over. The next release drops it.",
    "incident": "`h3`: the cell at resolution 12, stored on write; heatmaps group by its parents. `dispatching`: "
    "units are being sought; `bumped`: how often it lost its unit to a more urgent one. `sender`: a keyed hash of who "
    "made the unverified call; `over_limit`: that sender called too often. `opened_at`: when the radio room first "
    "looked at it.",
    "incident_aid": "An incident at a neighbouring station (`aid_incident_id`) that stands for this one there, and "
    "how far its unit has got.",
    "incident_change": "Which sightings moved from one incident (`incident_id`) to another (`other_id`); a join has "
    "no other.",
    "legal_hold": "An arrest, a complaint or a court stops the clock: nothing of this case is deleted until the hold "
    "is released.",
    "machine_token": "Only the SHA-256 of a token is kept. A tracker's is bound to its unit, a worker's to cameras "
    "and kinds of alert.",
    "outgoing": "Messages to be sent out, committed with the change that causes them: codes and parameters, worded on "
    "sending. `due_at` doubles as the lease of the sender that claimed the row; limits apply per `target`.",
    "proposal": "What Sipha would do if the radio room agrees. `assignment_id`: the job that the unit would leave, or "
    "the one it would relieve.",
    "push_delivery": "What a phone has reported about a push: received, shown, opened. The push itself is the row of "
    "`outgoing` with the same id.",
    "request_count": "Calls counted for rate limits, across all replicas. An address is kept only as a keyed hash.",
    "road_edge": "A stretch between two junctions; ids and nodes are numbered without gaps within a network. Seconds "
    "per profile along the line and against it, null where that is not allowed; `left_out`: a bit for each profile "
    "whose main part excludes it. No foreign key: an import writes millions of rows.",
    "road_restriction": "A barred turn from one directed edge (2 * id, + 1 against the line) into another; "
    "`profiles`: a bit for each it applies to.",
    "secret": "Keys generated at the first start and kept: VAPID, the tokens of citizens' links.",
    "station": "The area is the station's own polygon, never derived from a district's name.",
    "station_policy": "The station's written delegation: what may happen automatically, with an author and a date. "
    "`needs`: by kind of incident, how many units, what crew and which capabilities.",
    "time_point": "Insert-only: a correction is another row; one that `voids` retracts.",
    "track": "Officers are tracked on duty only; detail is kept for 30 days by dropping partitions and rows. A fix "
    "with a `problem` is not trusted and moves nothing.",
    "travel_correction": "Relearned by `sipha jobs` from the last 60 days.",
    "unit_live": "What keeps changing. The index holds only units that may be sent, so that a position report stays "
    "cheap. `position` is the newest trusted fix, whatever doubtful ones came later.",
}


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
            [steps.sql(f"describe {table}", _described(table, comment)) for table, comment in COMMENTS.items()],
        ],
    )


def _functions() -> None:
    op.execute(FUNCTIONS)
    for signature in SIGNATURES:
        op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def _described(table: str, comment: str) -> str:
    quoted = comment.replace("'", "''")
    return f"COMMENT ON TABLE {table} IS '{quoted}'"


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
