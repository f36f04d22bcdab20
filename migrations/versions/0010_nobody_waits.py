"""who has been there, hazards, senders, undone steps, unopened reports, clocks that are wrong"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from api.db import steps

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
  FROM assignment a CROSS JOIN LATERAL (
    SELECT p.voids FROM time_point p
    WHERE p.assignment_id = a.id AND p.station_id = a.station_id AND p.kind = 'arrived'
    ORDER BY p.id DESC LIMIT 1) last
  WHERE NOT last.voids;
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

ACCOUNT = """
CREATE FUNCTION name_account(name text) RETURNS TABLE (account_id uuid, station_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT a.id, a.station_id FROM public.account a WHERE a.username = name $$;
"""


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


INCIDENT_COMMENT = (
    "`h3` is the resolution 12 cell, stored on write: heatmaps group by its parents. `dispatching`: units are being "
    "sought for it; `bumped`: how often it lost its unit to a greater one. `sender`: whose unverified call it is, a keyed "
    "hash; `over_limit`: that sender called too often. `opened_at`: when the radio room first looked."
)


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_time_point),
            steps.short(_incident),
            steps.short(_report),
            steps.short(_alarm),
            steps.short(_heartbeat),
            *(
                step
                for table, (column, values) in CHECKS.items()
                for step in steps.check(table, f"ck_{table}_{column}_known", one_of(column, values), instead=True)
            ),
            steps.index("ix_shift_account_id_started_at", "shift (account_id, started_at)"),
            steps.sql("time points without those taken back", TIME_POINTS),
            steps.sql("who has been there", BEEN_THERE),
            steps.sql("seconds", SECONDS),
            steps.sql("read them", "GRANT SELECT ON been_there, second_assignment TO sipha_app, sipha_jobs"),
            steps.short(_oldest_deadline),
            steps.short(_account_by_name),
        ],
    )


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))


def _words(name: str) -> sa.Column:
    return sa.Column(name, ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"))


def _time_point() -> None:
    op.add_column("time_point", _flag("voids"))
    op.create_table_comment("time_point", "Insert-only: a correction is a further row; one that `voids` takes back.")


def _incident() -> None:
    op.add_column("incident", sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.add_column("incident", _flag("over_limit"))
    op.add_column("incident", sa.Column("sender", sa.LargeBinary, nullable=True))
    op.add_column("incident", _words("hazards"))
    op.add_column("incident", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment("incident", INCIDENT_COMMENT)


def _report() -> None:
    op.add_column("report", sa.Column("sender", sa.LargeBinary, nullable=True))
    op.add_column("report", _words("hazards"))
    op.add_column("report", _flag("injured"))
    op.add_column("report", sa.Column("secret_hash", sa.LargeBinary, nullable=True))


def _alarm() -> None:
    op.add_column("alarm", sa.Column("over_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "alarm",
        "`level`: how far up it has been passed on because nobody acknowledged it. `over_at`: when what it was "
        "about had passed.",
    )


def _heartbeat() -> None:
    op.add_column(
        "jobs_heartbeat",
        sa.Column("clock_error_seconds", sa.Double, nullable=False, server_default=sa.text("0")),
    )


def _oldest_deadline() -> None:
    op.execute("CREATE POLICY definer ON deadline FOR SELECT TO sipha_definer USING (true)")
    op.execute("GRANT SELECT ON deadline TO sipha_definer")
    op.execute(OLDEST)
    op.execute("ALTER FUNCTION oldest_deadline() OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION oldest_deadline() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION oldest_deadline() TO sipha_app, sipha_jobs")


def _account_by_name() -> None:
    """Also finds locked accounts, which `find_account` does not show."""
    op.execute(ACCOUNT)
    op.execute("ALTER FUNCTION name_account(text) OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION name_account(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION name_account(text) TO sipha_app")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
