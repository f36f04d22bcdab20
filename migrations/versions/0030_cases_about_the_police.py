"""cases about the police: hidden by row security from all but named persons, and watched from outside"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

from api.db import steps

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
READER = "(SELECT NULLIF(current_setting('sipha.reader', true), '')::uuid)"
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
    "report_unopened",
    "restored",
    "about_police",
)

FUNCTIONS = """
CREATE FUNCTION may_see(incident uuid, about_police boolean, reader uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT about_police OR reader IS NULL
         OR EXISTS (SELECT FROM incident_reader r WHERE r.incident_id = incident AND r.account_id = reader)
$$;
CREATE FUNCTION overseer_of(station uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(s.province_id, (
      SELECT n.id FROM public.station n WHERE n.area IS NOT NULL AND n.id <> s.id
      ORDER BY public.ST_Distance(n.centre, s.centre), n.id LIMIT 1))
  FROM public.station s WHERE s.id = station
$$;
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("about_police", "ALTER TABLE incident ADD COLUMN about_police boolean NOT NULL DEFAULT false"),
            steps.sql(
                "reports about_police", "ALTER TABLE report ADD COLUMN about_police boolean NOT NULL DEFAULT false"
            ),
            *steps.check(
                "alarm", "ck_alarm_reason_known", f"reason IN ({', '.join(map(repr, REASONS))})", instead=True
            ),
            steps.short(_incident_reader),
            steps.short(_conflict_declaration),
            steps.short(_incident_recusal),
            steps.short(_oversight),
            steps.short(_incident_look),
            steps.short(_functions),
            steps.sql(
                "hide them",
                f"CREATE POLICY readers ON incident AS RESTRICTIVE FOR SELECT TO sipha_app "
                f"USING (may_see(id, about_police, {READER}))",
            ),
        ],
    )


def _refers(table: str, name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _incident_reader() -> None:
    op.create_table(
        "incident_reader",
        _refers("incident_reader", "station_id", "station"),
        _refers("incident_reader", "incident_id", "incident"),
        _refers("incident_reader", "account_id", "account"),
        _moment("at"),
        _refers("incident_reader", "by", "account", null=True),
        sa.PrimaryKeyConstraint("incident_id", "account_id", name=op.f("pk_incident_reader")),
        comment="Who may see a case about the police; everybody else does not know that it exists. Its crews too.",
    )
    _guard("incident_reader", "SELECT, INSERT, DELETE")


def _conflict_declaration() -> None:
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("conflict_declaration", "station_id", "station"),
        _refers("conflict_declaration", "account_id", "account"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False)),
        sa.Column("phone", sa.Text),
        sa.Column("household", sa.Boolean, nullable=False),
        _moment("declared_at"),
        _moment("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
        sa.CheckConstraint("kind IN ('address', 'person')", name=op.f("ck_conflict_declaration_kind_known")),
        comment="A person or address that a member of staff must not handle, as they declare it themselves. `phone`: "
        "digits only; `household`: their own.",
    )
    op.create_index("ix_conflict_declaration_station_id", "conflict_declaration", ["station_id"])
    _guard("conflict_declaration", "SELECT, INSERT, UPDATE")


def _incident_recusal() -> None:
    op.create_table(
        "incident_recusal",
        _refers("incident_recusal", "station_id", "station"),
        _refers("incident_recusal", "incident_id", "incident"),
        _refers("incident_recusal", "account_id", "account"),
        _refers("incident_recusal", "declaration_id", "conflict_declaration", null=True),
        sa.Column("household", sa.Boolean, nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("incident_id", "account_id", name=op.f("pk_incident_recusal")),
        comment="Who must not handle a case: named in it, or by their own declaration. Their unit is never offered it.",
    )
    _guard("incident_recusal", "SELECT, INSERT, UPDATE")


def _oversight() -> None:
    op.create_table(
        "oversight",
        _refers("oversight", "incident_id", "incident"),
        _refers("oversight", "station_id", "station"),
        _refers("oversight", "to_station_id", "station", null=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("station_name_th", sa.Text, nullable=False),
        sa.Column("station_name_en", sa.Text, nullable=False),
        _moment("told_at"),
        _moment("lifted_at", null=True),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_oversight")),
        comment="A province or another station that was told of a case about the police, and sees who looks at it.",
    )
    op.create_index("ix_oversight_to_station_id", "oversight", ["to_station_id"])
    _guard("oversight", "SELECT, INSERT, UPDATE")
    _overseen("oversight")


def _incident_look() -> None:
    op.create_table(
        "incident_look",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        _refers("incident_look", "station_id", "station"),
        _refers("incident_look", "to_station_id", "station", null=True),
        _refers("incident_look", "incident_id", "incident"),
        _refers("incident_look", "account_id", "account"),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("because", sa.String, nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_look")),
        sa.CheckConstraint(
            "because IN ('about_police', 'conflict', 'household')", name=op.f("ck_incident_look_because_known")
        ),
        comment="Who looked at a case about the police, or at one that they must not handle. Insert-only.",
    )
    op.create_index("ix_incident_look_incident_id", "incident_look", ["incident_id"])
    op.create_index("ix_incident_look_station_id_at", "incident_look", ["station_id", "at"])
    op.create_index("ix_incident_look_to_station_id_at", "incident_look", ["to_station_id", "at"])
    _guard("incident_look", "SELECT, INSERT")
    _overseen("incident_look")


def _guard(table: str, may: str) -> None:
    op.execute(f"GRANT {may} ON {table} TO sipha_app, sipha_jobs")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute(f"CREATE POLICY owner_asks ON {table} FOR SELECT TO sipha_owner USING (true)")


def _overseen(table: str) -> None:
    op.execute(f"CREATE POLICY overseer ON {table} FOR SELECT TO sipha_app, sipha_jobs USING (to_station_id = {HERE})")


def _functions() -> None:
    op.execute(FUNCTIONS)
    op.execute("GRANT EXECUTE ON FUNCTION may_see(uuid, boolean, uuid) TO PUBLIC")
    op.execute("ALTER FUNCTION overseer_of(uuid) OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION overseer_of(uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION overseer_of(uuid) TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
