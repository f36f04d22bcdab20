"""people: invitations, a second factor that is good once, sessions that say where they are used"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"

ACCOUNT = """
ALTER TABLE account ALTER COLUMN password_hash DROP NOT NULL,
  ADD COLUMN default_unit_id uuid,
  ADD COLUMN otp_counter bigint,
  ADD COLUMN otp_recovery bytea[] NOT NULL DEFAULT '{}',
  ADD COLUMN otp_pending_secret text,
  ADD COLUMN otp_pending_recovery bytea[] NOT NULL DEFAULT '{}',
  ADD COLUMN version integer NOT NULL DEFAULT 1
"""

SESSION = """
ALTER TABLE session ADD COLUMN device text, ADD COLUMN address inet,
  ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now()
"""

FUNCTIONS = """
CREATE FUNCTION find_people(hashes bytea[])
RETURNS TABLE (hash bytea, session_id uuid, account_id uuid, station_id uuid, role varchar, username text, display_name text,
               language varchar, unit_id uuid, seen_at timestamptz, proved_at timestamptz, second_factor boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.token_hash, s.id, a.id, a.station_id, a.role, a.username, a.display_name, a.language, h.unit_id, s.seen_at,
         s.proved_at, a.otp_secret IS NOT NULL
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  LEFT JOIN public.shift h ON h.account_id = a.id AND h.ended_at IS NULL
  WHERE s.token_hash = ANY (hashes) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;
CREATE FUNCTION find_invitation(hash bytea)
RETURNS TABLE (id uuid, station_id uuid, account_id uuid, username text, display_name text, expires_at timestamptz,
               used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id, i.station_id, i.account_id, a.username, a.display_name, i.expires_at, i.used_at
  FROM public.invitation i JOIN public.account a ON a.id = i.account_id
  WHERE i.code_hash = hash AND a.disabled_at IS NULL
$$;
"""

SIGNATURES = ("find_people(bytea[])", "find_invitation(bytea)")

COMMENTS = {
    "account": "`password_hash`: null until the invited person has chosen a password. `otp_counter`: the last one-time "
    "code used, none is good twice; `otp_recovery`: SHA-256 of the unused recovery codes; `otp_pending_…`: set up, not "
    "yet confirmed by a first code.",
    "session": "Only the SHA-256 of the cookie is kept; revoking is one update, seen by the next request. `seen_at`: its "
    "last use, to the minute; `proved_at`: when the password or a code was last given.",
}


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("accounts", ACCOUNT),
            *steps.foreign_key("fk_account_default_unit_id_unit", "account", "default_unit_id", "unit"),
            steps.index("ix_account_default_unit_id", "account (default_unit_id)"),
            steps.sql("sessions", SESSION),
            steps.short(_invitation),
            steps.short(_functions),
            [
                steps.sql(f"describe {table}", f"COMMENT ON TABLE {table} IS '{text}'")
                for table, text in COMMENTS.items()
            ],
        ],
    )


def _invitation() -> None:
    def refers(name: str, target: str) -> sa.Column:
        return sa.Column(
            name, sa.Uuid, sa.ForeignKey(f"{target}.id", name=op.f(f"fk_invitation_{name}_{target}")), nullable=False
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        refers("station_id", "station"),
        refers("account_id", "account"),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        refers("made_by", "account"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        comment="A one-time link by which a person chooses a password. Only the SHA-256 of its code is kept; a newer one "
        "ends those before it.",
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO sipha_app, sipha_jobs")
    op.execute("ALTER TABLE invitation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE invitation FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON invitation TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON invitation FOR SELECT TO sipha_owner USING (true)")
    op.execute("CREATE POLICY definer ON invitation FOR SELECT TO sipha_definer USING (true)")
    op.execute("GRANT SELECT ON invitation TO sipha_definer")


def _functions() -> None:
    op.execute(FUNCTIONS)
    for signature in SIGNATURES:
        op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
