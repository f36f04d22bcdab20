"""re-planning: delegation, proposals, explanations, what an incident needs of a unit"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.db import steps

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
WITHDRAWALS = ("taken", "diverted", "swapped", "ended", "shift_ended", "by_hand")
DECISIONS = ("offer", "diversion", "swap", "backup", "chosen", "order", "aid")
PROPOSALS = ("offer", "diversion", "swap", "backup", "repositioning", "aid")
DEADLINES = (
    "offer_delivery",
    "offer_reminder",
    "offer_expiry",
    "try_again",
    "no_taker",
    "forecast",
    "alert_decision",
    "replan",
)
STATES = ("open", "accepted", "rejected", "expired")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


DISPATCHING = """
UPDATE incident SET dispatching = true WHERE id IN (
  SELECT i.id FROM incident i WHERE i.state NOT IN ('closed', 'cancelled', 'merged') AND NOT i.dispatching AND
    (EXISTS (SELECT FROM assignment a WHERE a.incident_id = i.id) OR
     EXISTS (SELECT FROM deadline d WHERE d.subject_id = i.id AND d.kind = 'try_again'))
  LIMIT :most)
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_incident),
            steps.short(_assignment),
            *steps.foreign_key("fk_assignment_replaces", "assignment", "replaces", "assignment"),
            *steps.check(
                "assignment", "ck_assignment_withdrawn_because_known", one_of("withdrawn_because", WITHDRAWALS)
            ),
            steps.short(_dispatch_decision),
            *steps.check("dispatch_decision", "ck_dispatch_decision_kind_known", one_of("kind", DECISIONS)),
            *steps.foreign_key("fk_dispatch_decision_unit_id", "dispatch_decision", "unit_id", "unit"),
            *steps.foreign_key("fk_dispatch_decision_by", "dispatch_decision", "by", "account"),
            steps.short(_unit),
            steps.short(_station_policy),
            *steps.check("station_policy", "ck_station_policy_beat_floor_range", "beat_floor BETWEEN 0 AND 20"),
            steps.short(_proposals),
            *steps.check("deadline", "ck_deadline_kind_known", one_of("kind", DEADLINES), instead=True),
            *steps.backfill("dispatching", DISPATCHING, tables=["incident", "assignment", "deadline"]),
        ],
    )


def _incident() -> None:
    op.add_column("incident", sa.Column("crew_wanted", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.add_column("incident", sa.Column("capabilities", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("incident", sa.Column("dispatching", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("incident", sa.Column("bumped", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("incident", sa.Column("swaps", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_table_comment(
        "incident",
        "`h3` is the resolution 12 cell, stored on write: heatmaps group by its parents. `dispatching`: units are being "
        "sought for it; `bumped`: how often it lost its unit to a greater one.",
    )


def _assignment() -> None:
    op.add_column("assignment", sa.Column("replaces", sa.Uuid, nullable=True))
    op.add_column("assignment", sa.Column("withdrawn_because", sa.String, nullable=True))
    op.create_table_comment("assignment", "`replaces`: whom this unit relieves on accepting.")


def _dispatch_decision() -> None:
    op.add_column("dispatch_decision", sa.Column("kind", sa.String, nullable=False, server_default=sa.text("'offer'")))
    for column in ("unit_id", "by"):
        op.add_column("dispatch_decision", sa.Column(column, sa.Uuid, nullable=True))
    op.add_column("dispatch_decision", sa.Column("explanation", JSONB, nullable=True))


def _unit() -> None:
    op.add_column("unit", sa.Column("capabilities", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")))


def _station_policy() -> None:
    op.add_column("station_policy", sa.Column("delegation", JSONB, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("station_policy", sa.Column("needs", JSONB, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("station_policy", sa.Column("beat_floor", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.create_table_comment(
        "station_policy",
        "The station's written delegation: what may happen by itself, with an author and a date. `needs`: by kind of "
        "incident, how many units, which crew and capabilities.",
    )


def _proposals() -> None:
    def refers(name: str, target: str, *, null: bool = False) -> sa.Column:
        fk = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_proposal_{name}"))
        return sa.Column(name, sa.Uuid, fk, nullable=null)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        refers("station_id", "station"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default=sa.text("'open'")),
        refers("incident_id", "incident", null=True),
        refers("unit_id", "unit"),
        refers("assignment_id", "assignment", null=True),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("gain_seconds", sa.Double),
        sa.Column("explanation", JSONB, nullable=False),
        sa.Column("candidates", JSONB, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        refers("decided_by", "account", null=True),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint(one_of("kind", PROPOSALS), name=op.f("ck_proposal_kind_known")),
        sa.CheckConstraint(one_of("state", STATES), name=op.f("ck_proposal_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        comment="What Sipha would do if the radio room agrees. `assignment_id`: what the unit leaves, or whom it relieves.",
    )
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_proposal_open_incident", "proposal", ["incident_id", "kind"], unique=True, postgresql_where=still_open
    )
    op.create_index("uq_proposal_open_unit", "proposal", ["unit_id"], unique=True, postgresql_where=still_open)
    op.create_index("ix_proposal_open", "proposal", ["station_id"], postgresql_where=still_open)
    op.execute("GRANT SELECT, INSERT, UPDATE ON proposal TO sipha_app, sipha_jobs")
    op.execute("ALTER TABLE proposal ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE proposal FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON proposal TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
