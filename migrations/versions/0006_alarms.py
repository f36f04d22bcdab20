"""the alarm chain: how far an alarm was passed on, who is shift supervisor, fall-back channels"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
LEVELS = ("operator", "shift_supervisor", "commander")
STATES = ("due", "sent", "gone", "failed", "expired")
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
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_alarm),
            *steps.check("alarm", "ck_alarm_level_known", one_of("level", LEVELS)),
            steps.short(_station_policy),
            *steps.foreign_key("fk_station_policy_shift_supervisor", "station_policy", "shift_supervisor", "account"),
            *steps.check("station_policy", "ck_station_policy_alarm_seconds_range", "alarm_seconds BETWEEN 2 AND 600"),
            *steps.check("deadline", "ck_deadline_kind_known", one_of("kind", DEADLINES), instead=True),
            steps.short(_fallback),
        ],
    )


def _alarm() -> None:
    op.add_column("alarm", sa.Column("level", sa.String, nullable=False, server_default=sa.text("'operator'")))
    op.add_column("alarm", sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment("alarm", "`level`: how far up it has been passed on because nobody acknowledged it.")


def _station_policy() -> None:
    op.add_column("station_policy", sa.Column("shift_supervisor", sa.Uuid, nullable=True))
    op.add_column(
        "station_policy", sa.Column("alarm_seconds", sa.Integer, nullable=False, server_default=sa.text("30"))
    )


def _fallback() -> None:
    _channels()
    _deliveries()
    _guards()


def _refers(table: str, name: str, target: str, *, null: bool = False) -> sa.Column:
    fk = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.Uuid, fk, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _channels() -> None:
    op.create_table(
        "fallback_channel",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        _refers("fallback_channel", "station_id", "station"),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        _refers("fallback_channel", "created_by", "account"),
        _moment("created_at"),
        _moment("removed_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fallback_channel")),
        comment="Ways to reach people when no phone of ours answers. `url` holds secrets: the server writes it, jobs "
        "read it.",
    )
    op.create_index(
        "ix_fallback_channel_station_id",
        "fallback_channel",
        ["station_id"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _deliveries() -> None:
    op.create_table(
        "fallback_delivery",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        _refers("fallback_delivery", "station_id", "station"),
        _refers("fallback_delivery", "channel_id", "fallback_channel"),
        _refers("fallback_delivery", "alarm_id", "alarm", null=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default=sa.text("'due'")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        _moment("created_at"),
        _moment("due_at"),
        _moment("expires_at"),
        _moment("sent_at", null=True),
        sa.Column("last_error", sa.Text),
        sa.CheckConstraint(one_of("state", STATES), name=op.f("ck_fallback_delivery_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fallback_delivery")),
        comment="Committed with the alarm's step that causes it. `due_at` doubles as the lease of the sender.",
    )
    op.create_index(
        "ix_fallback_delivery_due", "fallback_delivery", ["due_at"], postgresql_where=sa.text("state = 'due'")
    )
    op.create_index("ix_fallback_delivery_channel_id", "fallback_delivery", ["channel_id", "created_at"])


def _guards() -> None:
    open_columns = "id, station_id, label, created_by, created_at, removed_at"
    op.execute(f"GRANT SELECT ({open_columns}), INSERT, UPDATE (removed_at) ON fallback_channel TO sipha_app")
    op.execute("GRANT SELECT ON fallback_channel TO sipha_jobs")
    op.execute("GRANT SELECT, INSERT, UPDATE ON fallback_delivery TO sipha_app, sipha_jobs")
    for table in ("fallback_channel", "fallback_delivery"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
            f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
        )
        op.execute(f"CREATE POLICY any_station ON {table} TO sipha_jobs USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
