"""passkeys as a second factor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from api.db import steps

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
PEOPLE = """
DROP FUNCTION find_people(bytea[]);
CREATE FUNCTION find_people(hashes bytea[])
RETURNS TABLE (hash bytea, session_id uuid, account_id uuid, station_id uuid, role varchar, username text, display_name text,
               language varchar, unit_id uuid, seen_at timestamptz, proved_at timestamptz, second_factor boolean,
               created_at timestamptz, locked_at timestamptz, pin boolean, otp boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.token_hash, s.id, a.id, a.station_id, a.role, a.username, a.display_name, a.language, h.unit_id, s.seen_at,
         s.proved_at, a.otp_secret IS NOT NULL OR a.passkeys > 0, s.created_at, s.locked_at, a.pin_hash IS NOT NULL,
         a.otp_secret IS NOT NULL
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  LEFT JOIN public.shift h ON h.account_id = a.id AND h.ended_at IS NULL
  WHERE s.token_hash = ANY (hashes) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("how many passkeys", "ALTER TABLE account ADD COLUMN passkeys integer NOT NULL DEFAULT 0"),
            steps.short(_passkey),
            steps.short(_challenge),
            steps.short(_people),
        ],
    )


def _refers(name: str, target: str) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_passkey_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=False)


def _passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        _refers("station_id", "station"),
        _refers("account_id", "account"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        comment="`sign_count`: the authenticator's, at its last use; one that does not grow is a copy. "
        "`account.passkeys` counts them.",
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE (sign_count, last_used_at), DELETE ON passkey TO sipha_app")
    op.execute("ALTER TABLE passkey ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE passkey FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON passkey TO sipha_app USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON passkey FOR SELECT TO sipha_owner USING (true)")


def _challenge() -> None:
    op.create_table(
        "passkey_challenge",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_passkey_challenge")),
        comment="Each good once, whichever process is asked. `account_id`: who may register a passkey with it; null: to "
        "prove with one who one is.",
    )
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])
    op.execute("GRANT SELECT, INSERT, DELETE ON passkey_challenge TO sipha_app")


def _people() -> None:
    op.execute(PEOPLE)
    op.execute("ALTER FUNCTION find_people(bytea[]) OWNER TO sipha_definer")
    op.execute("REVOKE ALL ON FUNCTION find_people(bytea[]) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_people(bytea[]) TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
