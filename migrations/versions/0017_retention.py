"""retention of personal data: what `sipha jobs` may delete, legal holds, and partitions that are actually dropped"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"

PARTITIONS = """
CREATE FUNCTION drop_old_partitions(today date) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE part record; dropped text[] := '{}'; held boolean; days integer;
BEGIN
  FOR part IN
    SELECT c.relname AS name, p.relname AS parent, to_date(right(c.relname, 7), 'YYYY_MM') AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relname IN ('event', 'audit', 'track') AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
  LOOP
    days := CASE part.parent WHEN 'event' THEN 31 WHEN 'track' THEN 31 ELSE 400 END;
    CONTINUE WHEN (part.month + interval '1 month')::date > LEAST(today, current_date + 1) - days;
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', part.name) INTO held;
    CONTINUE WHEN part.parent = 'track' AND held;
    CONTINUE WHEN part.parent = 'audit' AND EXISTS (SELECT FROM public.legal_hold WHERE released_at IS NULL);
    BEGIN
      EXECUTE format('DROP TABLE public.%I', part.name);
      dropped := dropped || part.name::text;
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;  -- the next sweep tries again; nobody queues behind this
    END;
  END LOOP;
  RETURN dropped;
END $$;
"""


def upgrade() -> None:
    deletable = ("report_message", "watchlist_picture", "watchlist_template", "fallback_delivery")
    steps.run(
        revision,
        [
            steps.short(_legal_hold),
            steps.index("ix_report_station_id_created_at", "report (station_id, created_at)"),
            steps.sql("partitions", PARTITIONS),
            steps.short(_partition_rights),
            *(steps.sql(f"delete {table}", f"GRANT DELETE ON {table} TO sipha_jobs") for table in deletable),
        ],
    )


def _legal_hold() -> None:
    def refers(name: str, target: str, *, null: bool = False) -> sa.Column:
        return sa.Column(
            name, sa.Uuid, sa.ForeignKey(f"{target}.id", name=op.f(f"fk_legal_hold_{name}")), nullable=null
        )

    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        refers("station_id", "station"),
        refers("incident_id", "incident"),
        sa.Column("reason", sa.Text, nullable=False),
        refers("held_by", "account"),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        refers("released_by", "account", null=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        comment="An arrest, a complaint or a court stops the clock: nothing of this case is deleted until it is released.",
    )
    op.create_index(
        "uq_legal_hold_incident_id",
        "legal_hold",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE (released_by, released_at) ON legal_hold TO sipha_app")
    op.execute("GRANT SELECT ON legal_hold TO sipha_jobs")
    op.execute("ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON legal_hold TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON legal_hold FOR SELECT TO sipha_owner USING (true)")


def _partition_rights() -> None:
    op.execute("REVOKE ALL ON FUNCTION drop_old_partitions(date) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION drop_old_partitions(date) TO sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
