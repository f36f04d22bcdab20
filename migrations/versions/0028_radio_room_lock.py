"""the radio room's screens lock instead of going dark, and a PIN opens them"""

from alembic import op

from api.db import steps

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels = None
depends_on = None

FUNCTIONS = """
DROP FUNCTION find_people(bytea[]);
CREATE FUNCTION find_people(hashes bytea[])
RETURNS TABLE (hash bytea, session_id uuid, account_id uuid, station_id uuid, role varchar, username text, display_name text,
               language varchar, unit_id uuid, seen_at timestamptz, proved_at timestamptz, second_factor boolean,
               created_at timestamptz, locked_at timestamptz, pin boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.token_hash, s.id, a.id, a.station_id, a.role, a.username, a.display_name, a.language, h.unit_id, s.seen_at,
         s.proved_at, a.otp_secret IS NOT NULL, s.created_at, s.locked_at, a.pin_hash IS NOT NULL
  FROM public.session s JOIN public.account a ON a.id = s.account_id
  LEFT JOIN public.shift h ON h.account_id = a.id AND h.ended_at IS NULL
  WHERE s.token_hash = ANY (hashes) AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
$$;
DROP FUNCTION find_account(text);
CREATE FUNCTION find_account(name text)
RETURNS TABLE (account_id uuid, station_id uuid, role varchar, username text, display_name text, language varchar,
               password_hash text, otp_secret text, pin_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.station_id, a.role, a.username, a.display_name, a.language, a.password_hash, a.otp_secret, a.pin_hash
  FROM public.account a WHERE a.username = name AND a.disabled_at IS NULL
$$;
"""

SIGNATURES = ("find_people(bytea[])", "find_account(text)")

COMMENTS = {
    "account": "`password_hash`: null until the invited person has chosen a password. `otp_counter`: the last one-time "
    "code used, none is good twice; `otp_recovery`: SHA-256 of the unused recovery codes; `otp_pending_…`: set up, not "
    "yet confirmed by a first code. `pin_hash`: opens a locked screen of the radio room, and nothing else.",
    "session": "Only the SHA-256 of the cookie is kept; revoking is one update, seen by the next request. `seen_at`: its "
    "last use, to the minute; `proved_at`: when the password or a code was last given; `locked_at`: since then it "
    "shows and does nothing.",
}


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("a PIN", "ALTER TABLE account ADD COLUMN pin_hash text"),
            steps.sql("a lock", "ALTER TABLE session ADD COLUMN locked_at timestamptz"),
            steps.short(_functions),
            [
                steps.sql(f"describe {table}", f"COMMENT ON TABLE {table} IS '{text}'")
                for table, text in COMMENTS.items()
            ],
        ],
    )


def _functions() -> None:
    """The same names with more columns: what the previous release asks for stays."""
    op.execute(FUNCTIONS)
    for signature in SIGNATURES:
        op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
