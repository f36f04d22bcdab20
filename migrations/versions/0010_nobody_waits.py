"""who has been there, hazards, senders, undone steps, unopened reports, clocks that are wrong"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

REPORTS = (
    "sos",
    "violence",
    "domestic",
    "weapon",
    "theft",
    "crash",
    "drugs",
    "suspicious",
    "traffic",
    "nuisance",
    "other",
)
INCIDENTS = (*REPORTS, "officer_emergency", "intrusion", "crowd", "tamper", "watchlist_face", "watchlist_plate")
ALARMS = (
    "no_taker",
    "first_silence",
    "nobody_left",
    "forecast_late",
    "reporter",
    "sos_over_limit",
    "entry_withdrawn",
    "backup",
    "aid_wanted",
    "report_unopened",
)
DEADLINES = (
    "offer_delivery",
    "offer_reminder",
    "offer_expiry",
    "try_again",
    "no_taker",
    "forecast",
    "alert_decision",
    "replan",
    "alarm_chain",
    "aid_over",
    "report_unopened",
    "report_unheard",
)
WITHDRAWALS = ("taken", "diverted", "swapped", "ended", "shift_ended", "by_hand", "corrected")
CHECKS = {
    "incident": ("kind", INCIDENTS),
    "report": ("kind", REPORTS),
    "alarm": ("reason", ALARMS),
    "deadline": ("kind", DEADLINES),
    "assignment": ("withdrawn_because", WITHDRAWALS),
}

TIME_POINTS = """
CREATE OR REPLACE VIEW incident_time_point WITH (security_invoker = true) AS
  SELECT id, station_id, incident_id, assignment_id, kind, source, server_at, phone_at, by
  FROM (SELECT DISTINCT ON (incident_id, assignment_id, kind, source)
               id, station_id, incident_id, assignment_id, kind, source, server_at, phone_at, by, voids
        FROM time_point ORDER BY incident_id, assignment_id, kind, source, id DESC) latest
  WHERE NOT voids;
"""

BEEN_THERE = """
CREATE VIEW been_there WITH (security_invoker = true) AS
  SELECT a.station_id, a.incident_id, a.id AS assignment_id, a.unit_id, a.state
  FROM assignment a
  WHERE EXISTS (SELECT FROM incident_time_point p WHERE p.assignment_id = a.id AND p.kind = 'arrived');
"""

SECONDS = """
CREATE VIEW second_assignment WITH (security_invoker = true) AS
  SELECT a.station_id, a.id
  FROM assignment a
  WHERE a.state IN ('offered', 'accepted', 'en_route', 'arrived') AND (
    EXISTS (SELECT FROM been_there b WHERE b.incident_id = a.incident_id AND b.assignment_id <> a.id)
    OR EXISTS (SELECT FROM assignment b
               WHERE b.incident_id = a.incident_id AND b.id <> a.id
                 AND b.state IN ('accepted', 'en_route', 'arrived')
                 AND (a.state = 'offered' OR (b.lead AND NOT a.lead))));
"""

OLDEST = """
CREATE FUNCTION oldest_deadline() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT min(due_at) FROM public.deadline $$;
"""


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    _columns()
    for table, (column, values) in CHECKS.items():
        op.drop_constraint(op.f(f"ck_{table}_{column}_known"), table)
        # widened at once; 0011 reads the rows, without keeping anybody from writing
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column}_known CHECK ({one_of(column, values)}) NOT VALID"
        )
    op.execute(TIME_POINTS)
    op.execute(BEEN_THERE)
    op.execute(SECONDS)
    op.execute("CREATE POLICY definer ON deadline FOR SELECT TO sipha_definer USING (true)")
    op.execute("GRANT SELECT ON deadline TO sipha_definer")
    op.execute(OLDEST)
    op.execute("ALTER FUNCTION oldest_deadline() OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION oldest_deadline() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION oldest_deadline() TO sipha_app, sipha_jobs")
    op.execute("GRANT SELECT ON been_there, second_assignment TO sipha_app, sipha_jobs")
    with op.get_context().autocommit_block():
        for table in ("time_point", "alarm"):
            op.create_index(
                f"ix_{table}_incident_id", table, ["incident_id"], postgresql_concurrently=True, if_not_exists=True
            )


def _columns() -> None:
    flag = {"nullable": False, "server_default": sa.text("false")}
    words = {"nullable": False, "server_default": sa.text("'{}'")}
    op.add_column("time_point", sa.Column("voids", sa.Boolean, **flag))
    op.add_column("incident", sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.add_column("incident", sa.Column("over_limit", sa.Boolean, **flag))
    op.add_column("incident", sa.Column("sender", sa.LargeBinary, nullable=True))
    op.add_column("incident", sa.Column("hazards", ARRAY(sa.Text), **words))
    op.add_column("incident", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alarm", sa.Column("over_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "alarm",
        "`level`: how far up it has been passed on because nobody acknowledged it. `over_at`: when what it was "
        "about had passed.",
    )
    op.add_column("report", sa.Column("sender", sa.LargeBinary, nullable=True))
    op.add_column("report", sa.Column("hazards", ARRAY(sa.Text), **words))
    op.add_column("report", sa.Column("injured", sa.Boolean, **flag))
    op.add_column(
        "jobs_heartbeat",
        sa.Column("clock_error_seconds", sa.Double, nullable=False, server_default=sa.text("0")),
    )
    op.create_table_comment("incident", INCIDENT_COMMENT)
    op.create_table_comment("time_point", "Insert-only: a correction is a further row; one that `voids` takes back.")


INCIDENT_COMMENT = (
    "`h3` is the resolution 12 cell, stored on write: heatmaps group by its parents. `dispatching`: units are being "
    "sought for it; `bumped`: how often it lost its unit to a greater one. `sender`: whose unverified call it is, a keyed "
    "hash; `over_limit`: that sender called too often. `opened_at`: when the radio room first looked."
)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
