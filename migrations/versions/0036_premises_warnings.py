"""premises warnings: what a crew must know about an address before it goes there"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

from api.db import steps

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
KINDS = "'dog', 'weapons', 'attacked_responders', 'chemicals', 'structure', 'access', 'medical'"
SOURCES = "'own_visit', 'fire_service', 'health_service', 'owner', 'other_agency'"


def upgrade() -> None:
    steps.run(revision, [steps.short(_premises_warning)])


def _refers(name: str, target: str, *, null: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_premises_warning_{name}_{target}"))
    return sa.Column(name, sa.Uuid, key, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _premises_warning() -> None:
    op.create_table(
        "premises_warning",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("station_id", "station"),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("radius_m", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        _refers("made_by", "account"),
        _moment("made_at"),
        _refers("approved_by", "account", null=True),
        _moment("approved_at", null=True),
        _moment("review_at", null=True),
        _refers("ended_by", "account", null=True),
        _moment("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_warning")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_premises_warning_kind_known")),
        sa.CheckConstraint(f"source IN ({SOURCES})", name=op.f("ck_premises_warning_source_known")),
        sa.CheckConstraint("radius_m BETWEEN 10 AND 150", name=op.f("ck_premises_warning_radius_m_range")),
        sa.CheckConstraint("approved_by <> made_by", name=op.f("ck_premises_warning_another_approves")),
        sa.CheckConstraint(
            "review_at <= approved_at + interval '184 days'", name=op.f("ck_premises_warning_reviewed_in_time")
        ),
        comment="A fact about a place that endangers whoever goes there; never a person's history. Shown once somebody "
        "other than `made_by` has approved it, until `review_at`.",
    )
    op.create_index("ix_premises_warning_station_id", "premises_warning", ["station_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON premises_warning TO sipha_app, sipha_jobs")
    op.execute("GRANT DELETE ON premises_warning TO sipha_jobs")
    op.execute("ALTER TABLE premises_warning ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE premises_warning FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON premises_warning TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute("CREATE POLICY owner_asks ON premises_warning FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
