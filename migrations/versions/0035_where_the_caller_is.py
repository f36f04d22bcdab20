"""where the caller is: what a handset says of itself, and a link for the caller's phone"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
TABLES = ("caller_location", "caller_link")
MACHINES = "'worker', 'enroller', 'tracker', 'locator'"

FUNCTIONS = """
CREATE FUNCTION caller_link_by_code(wanted text, at timestamptz) RETURNS TABLE (report_id uuid, station_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.report_id, l.station_id FROM public.caller_link l
  WHERE l.code = wanted AND l.code_used_at IS NULL AND l.expires_at > at
$$;
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_caller_location),
            steps.short(_caller_link),
            steps.sql(
                "channels for callers",
                "ALTER TABLE fallback_channel ADD COLUMN for_callers boolean NOT NULL DEFAULT false",
            ),
            steps.short(_rights),
            *steps.check("machine_token", "ck_machine_token_role_known", f"role IN ({MACHINES})", instead=True),
        ],
    )


def _refers(table: str, name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _caller_location() -> None:
    op.create_table(
        "caller_location",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        _refers("caller_location", "station_id", "station"),
        _refers("caller_location", "incident_id", "incident", null=True),
        _refers("caller_location", "report_id", "report", null=True),
        sa.Column("number", sa.Text),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("method", sa.String),
        sa.Column("lat", sa.Double, nullable=False),
        sa.Column("lon", sa.Double, nullable=False),
        sa.Column("accuracy", sa.Double),
        sa.Column("floor", sa.Text),
        sa.Column("phone", sa.LargeBinary),
        _moment("located_at", null=True),
        _moment("received_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_location")),
        sa.CheckConstraint("source IN ('handset', 'link')", name=op.f("ck_caller_location_source_known")),
        comment="Where a caller's phone said it was. `handset`: sent by the phone itself during an emergency call, "
        "matched by `number`; `link`: by the page that the caller opened, on the `phone` with this hash. Suggestions: "
        "they move no case.",
    )
    op.create_index("ix_caller_location_incident_id", "caller_location", ["incident_id"])
    op.create_index(
        "ix_caller_location_unmatched",
        "caller_location",
        ["station_id", "number"],
        postgresql_where=sa.text("incident_id IS NULL"),
    )


def _caller_link() -> None:
    op.create_table(
        "caller_link",
        _refers("caller_link", "report_id", "report"),
        _refers("caller_link", "station_id", "station"),
        _refers("caller_link", "incident_id", "incident"),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("sent_to", sa.Text),
        _refers("caller_link", "made_by", "account"),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("code_used_at", null=True),
        _moment("opened_at", null=True),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_caller_link")),
        comment="A page for the caller's phone: position, photos, typing. `code`: read aloud, good once; until "
        "`expires_at`, or the end of the case.",
    )
    op.create_index("ix_caller_link_incident_id", "caller_link", ["incident_id"])
    op.create_index("ix_caller_link_code", "caller_link", ["code"], postgresql_where=sa.text("code_used_at IS NULL"))


def _rights() -> None:
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO sipha_app, sipha_jobs")
        op.execute(f"GRANT DELETE ON {table} TO sipha_jobs")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
            f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
        )
        op.execute(f"CREATE POLICY owner_asks ON {table} FOR SELECT TO sipha_owner USING (true)")
    op.execute("CREATE POLICY any_station ON caller_location TO sipha_jobs USING (true)")
    op.execute("CREATE POLICY definer ON caller_link FOR SELECT TO sipha_definer USING (true)")
    op.execute("GRANT SELECT ON caller_link TO sipha_definer")
    op.execute("GRANT SELECT (for_callers) ON fallback_channel TO sipha_app")
    op.execute(FUNCTIONS)
    signature = "caller_link_by_code(text, timestamptz)"
    op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
