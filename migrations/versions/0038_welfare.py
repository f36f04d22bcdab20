"""officers at a scene are asked whether they are well"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0038"
down_revision: str | None = "0037"
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
    "report_unopened",
    "about_police",
    "hand_over_asked",
    "hand_over_refused",
    "hand_over_unanswered",
    "officer_emergency",
    "officer_silent",
    "restored",
)
DEADLINES = (
    "offer_delivery",
    "offer_reminder",
    "offer_expiry",
    "try_again",
    "no_taker",
    "forecast",
    "replan",
    "alarm_chain",
    "aid_over",
    "hand_over_unanswered",
    "handed_over",
    "report_unopened",
    "report_unheard",
    "alert_decision",
    "welfare",
)


def upgrade() -> None:
    steps.run(
        revision,
        [
            *steps.check("alarm", "ck_alarm_reason_known", _one_of("reason", REASONS), instead=True),
            *steps.check("deadline", "ck_deadline_kind_known", _one_of("kind", DEADLINES), instead=True),
            steps.short(_welfare_check),
        ],
    )


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _welfare_check() -> None:
    op.create_table(
        "welfare_check",
        sa.Column("id", sa.Uuid, nullable=False, server_default=sa.text("gen_random_uuid()")),
        _refers("station_id", "station"),
        _refers("incident_id", "incident"),
        _refers("assignment_id", "assignment"),
        _moment("asked_at"),
        _moment("asked_again_at", null=True),
        _moment("silent_at", null=True),
        _moment("answered_at", null=True),
        _refers("answered_by", "account", null=True),
        _moment("over_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_check")),
        comment="A question to a unit at a scene: is all well? `silent_at`: nobody answered, and others were alarmed; "
        "`over_at`: answered, or the unit left the scene.",
    )
    open_only = sa.text("over_at IS NULL")
    op.create_index(
        "uq_welfare_check_open", "welfare_check", ["assignment_id"], unique=True, postgresql_where=open_only
    )
    op.create_index("ix_welfare_check_assignment_id", "welfare_check", ["assignment_id", "asked_at"])
    op.create_index("ix_welfare_check_incident_id", "welfare_check", ["incident_id"])
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (asked_again_at, silent_at, answered_at, answered_by, over_at) "
        "ON welfare_check TO sipha_app, sipha_jobs"
    )
    op.execute("ALTER TABLE welfare_check ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE welfare_check FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON welfare_check TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON welfare_check FOR SELECT TO sipha_owner USING (true)")


def _refers(name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_welfare_check_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
