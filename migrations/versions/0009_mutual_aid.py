"""mutual aid: a neighbouring station's unit, by both stations' rules"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
REASONS = (
    "no_taker",
    "first_silence",
    "nobody_left",
    "forecast_late",
    "reporter",
    "sos_over_limit",
    "entry_withdrawn",
    "backup",
    "aid_wanted",
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
)

NEIGHBOURS = """
CREATE FUNCTION neighbour_units(lon double precision, lat double precision, most integer)
RETURNS TABLE (station_id uuid, name_th text, name_en text, unit_id uuid, callsign text, kind varchar, status varchar,
               fix_at timestamptz, lat double precision, lon double precision, shift_started_at timestamptz,
               push_seen_at timestamptz, stream_seen_at timestamptz, crew integer, capabilities text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.name_th, s.name_en, u.id, u.callsign, u.kind, l.status, l.fix_at, ST_Y(l.position::geometry),
         ST_X(l.position::geometry), l.shift_started_at, l.push_seen_at, l.stream_seen_at,
         (SELECT count(*)::int FROM public.shift d WHERE d.unit_id = u.id AND d.ended_at IS NULL), u.capabilities
  FROM public.unit_live l JOIN public.unit u ON u.id = l.unit_id JOIN public.station s ON s.id = u.station_id
  JOIN public.station_policy p ON p.station_id = s.id
  WHERE p.lends_units AND l.status = 'available'
    AND s.id <> NULLIF(current_setting('sipha.station_id', true), '')::uuid
  ORDER BY l.position <-> ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography LIMIT most
$$;
"""


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    lends = "ALTER TABLE station_policy ADD COLUMN lends_units boolean NOT NULL DEFAULT false"
    steps.run(
        revision,
        [
            steps.sql("lends_units", lends),
            steps.sql("aids", "ALTER TABLE incident ADD COLUMN aids uuid"),
            *steps.foreign_key("fk_incident_aids", "incident", "aids", "incident"),
            steps.sql("to_station_id", "ALTER TABLE proposal ADD COLUMN to_station_id uuid"),
            *steps.foreign_key("fk_proposal_to_station_id", "proposal", "to_station_id", "station"),
            *steps.check("alarm", "ck_alarm_reason_known", one_of("reason", REASONS), instead=True),
            *steps.check("deadline", "ck_deadline_kind_known", one_of("kind", DEADLINES), instead=True),
            steps.short(_incident_aid),
            *_definers(),
            steps.short(_neighbours),
        ],
    )


def _incident_aid() -> None:
    def refers(name: str, target: str, *, null: bool = False) -> sa.Column:
        fk = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_incident_aid_{name}"))
        return sa.Column(name, sa.Uuid, fk, nullable=null)

    def moment(name: str, *, null: bool = False) -> sa.Column:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=null)

    op.create_table(
        "incident_aid",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        refers("station_id", "station"),
        refers("incident_id", "incident"),
        refers("to_station_id", "station"),
        refers("aid_incident_id", "incident"),
        sa.Column("to_name_th", sa.Text, nullable=False),
        sa.Column("to_name_en", sa.Text, nullable=False),
        moment("asked_at"),
        refers("asked_by", "account", null=True),
        sa.Column("callsign", sa.Text),
        moment("accepted_at", null=True),
        moment("arrives_at", null=True),
        moment("arrived_at", null=True),
        moment("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_aid")),
        comment="A neighbour's incident (`aid_incident_id`) that stands for this one there, and how far its unit is.",
    )
    op.create_index("ix_incident_aid_incident_id", "incident_aid", ["incident_id"])
    op.create_index("uq_incident_aid_aid_incident_id", "incident_aid", ["aid_incident_id"], unique=True)
    op.execute("GRANT SELECT, INSERT, UPDATE ON incident_aid TO sipha_app, sipha_jobs")
    op.execute("ALTER TABLE incident_aid ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE incident_aid FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON incident_aid TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    for what, clause in (("SELECT", "USING"), ("UPDATE", "USING")):
        op.execute(
            f"CREATE POLICY lender_{what.lower()} ON incident_aid FOR {what} TO sipha_app, sipha_jobs "
            f"{clause} (to_station_id = {HERE})"
        )


def _definers() -> list[steps.Step]:
    return [
        steps.sql(
            f"definer sees {table}",
            f"CREATE POLICY definer ON {table} FOR SELECT TO sipha_definer USING (true);"
            f"GRANT SELECT ON {table} TO sipha_definer",
        )
        for table in ("unit", "unit_live", "station_policy", "shift")
    ]


def _neighbours() -> None:
    op.execute(NEIGHBOURS)
    signature = "neighbour_units(double precision, double precision, integer)"
    op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
