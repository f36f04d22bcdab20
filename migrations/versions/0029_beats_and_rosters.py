"""beats with their own areas; rosters: which crew has which unit, ahead"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

from api.db import steps

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(revision, [steps.short(_beat), steps.short(_planned_shift), steps.short(_planned_crew)])


def _refers(table: str, name: str, target: str) -> sa.Column:
    return sa.Column(
        name, sa.Uuid, sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}_{target}")), nullable=False
    )


def _version() -> sa.Column:
    return sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False)


def _beat() -> None:
    op.create_table(
        "beat",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("beat", "station_id", "station"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("area", Geography("POLYGON", srid=4326, spatial_index=False), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beat")),
        sa.UniqueConstraint("station_id", "name", name=op.f("uq_beat_station_id_name")),
        comment="A part of the station's area, which a unit patrols; units name theirs.",
    )
    _guard("beat")


def _planned_shift() -> None:
    op.create_table(
        "planned_shift",
        sa.Column("id", sa.Uuid, nullable=False),
        _refers("planned_shift", "station_id", "station"),
        _refers("planned_shift", "unit_id", "unit"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_shift")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_planned_shift_ends_after_start")),
        comment="The roster: a unit's shift, ahead. Who really was on duty stands in `shift`.",
    )
    op.create_index("ix_planned_shift_station_id_starts_at", "planned_shift", ["station_id", "starts_at"])
    op.execute(
        "ALTER TABLE planned_shift ADD CONSTRAINT ex_planned_shift_unit "
        "EXCLUDE USING gist (unit_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    )
    _guard("planned_shift")


def _planned_crew() -> None:
    op.create_table(
        "planned_crew",
        _refers("planned_crew", "station_id", "station"),
        sa.Column(
            "planned_shift_id",
            sa.Uuid,
            sa.ForeignKey(
                "planned_shift.id", name=op.f("fk_planned_crew_planned_shift_id_planned_shift"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        _refers("planned_crew", "account_id", "account"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("planned_shift_id", "account_id", name=op.f("pk_planned_crew")),
        comment="Who is to be in the unit; with the shift's times, so that nobody is planned twice at once.",
    )
    op.execute(
        "ALTER TABLE planned_crew ADD CONSTRAINT ex_planned_crew_account "
        "EXCLUDE USING gist (account_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    )
    _guard("planned_crew")


def _guard(table: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sipha_app, sipha_jobs")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )
    op.execute(f"CREATE POLICY owner_asks ON {table} FOR SELECT TO sipha_owner USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
