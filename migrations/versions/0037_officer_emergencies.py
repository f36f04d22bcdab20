"""officers in danger: whose emergency a case is, and the word of safety that ends it"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0037"
down_revision: str | None = "0036"
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
    "restored",
)
WITHDRAWALS = (
    "taken",
    "diverted",
    "swapped",
    "ended",
    "shift_ended",
    "by_hand",
    "emergency",
    "corrected",
    "handed_over",
)

IN_EMERGENCY = """
CREATE FUNCTION in_emergency(unit uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM officer_emergency e WHERE e.over_at IS NULL AND (
      e.unit_id = unit
      OR e.account_id IN (SELECT s.account_id FROM shift s WHERE s.unit_id = unit AND s.ended_at IS NULL)))
$$
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            *steps.check("alarm", "ck_alarm_reason_known", _one_of("reason", REASONS), instead=True),
            *steps.check(
                "assignment",
                "ck_assignment_withdrawn_because_known",
                _one_of("withdrawn_because", WITHDRAWALS),
                instead=True,
            ),
            steps.short(_officer_emergency),
            steps.short(_emergency_press),
            steps.sql("in_emergency", IN_EMERGENCY),
        ],
    )


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _officer_emergency() -> None:
    table = "officer_emergency"
    op.create_table(
        table,
        _refers(table, "incident_id", "incident"),
        _refers(table, "station_id", "station"),
        _refers(table, "account_id", "account", null=True),
        _refers(table, "unit_id", "unit", null=True),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("located", sa.String, nullable=False),
        _moment("fix_at", null=True),
        _moment("pressed_at"),
        _moment("raised_at"),
        _moment("safe_at", null=True),
        sa.Column("safe_word", sa.String),
        _refers(table, "safe_by", "account", null=True),
        sa.Column("safe_note", sa.Text),
        _moment("over_at", null=True),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_officer_emergency")),
        sa.CheckConstraint("via IN ('phone', 'tracker')", name=op.f("ck_officer_emergency_via_known")),
        sa.CheckConstraint(
            "located IN ('given', 'last_fix', 'unknown')", name=op.f("ck_officer_emergency_located_known")
        ),
        sa.CheckConstraint("safe_word IN ('officer', 'radio_room')", name=op.f("ck_officer_emergency_safe_word_known")),
        comment="An officer in danger. `account_id` null: a tracker's alarm, of a unit with another crew than one. "
        "`fix_at`: when the officer was at the case's place; `over_at`: the word of safety, or the case ended without.",
    )
    open_only = sa.text("over_at IS NULL")
    op.create_index("uq_officer_emergency_account_id", table, ["account_id"], unique=True, postgresql_where=open_only)
    op.create_index("ix_officer_emergency_open", table, ["station_id", "unit_id"], postgresql_where=open_only)
    _guard(
        table,
        "SELECT, INSERT, UPDATE (silent, located, fix_at, safe_at, safe_word, safe_by, safe_note, over_at)",
    )


def _emergency_press() -> None:
    table = "emergency_press"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        _refers(table, "station_id", "station"),
        _refers(table, "incident_id", "officer_emergency", key="incident_id"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_press")),
        comment="Every call for help of one emergency, by its client-made id: none opens a second.",
    )
    op.create_index("ix_emergency_press_incident_id", table, ["incident_id"])
    _guard(table, "SELECT, INSERT")


def _refers(table: str, name: str, target: str, *, null: bool = False, key: str = "id") -> sa.Column:
    reference = sa.ForeignKey(f"{target}.{key}", name=op.f(f"fk_{table}_{name}_{target}"))
    return sa.Column(name, sa.Uuid, reference, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _guard(table: str, rights: str) -> None:
    op.execute(f"GRANT {rights} ON {table} TO sipha_app, sipha_jobs")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute(f"CREATE POLICY owner_asks ON {table} FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
