"""row security: a share, an aid and a kept answer belong to the station whose case or caller they are"""

from alembic import op

from api.db import steps

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
REPORTED = "callsign, accepted_at, arrives_at, arrived_at, ended_at"
OWNED = (
    ("incident_share", "incident_id", "station_id"),
    ("incident_aid", "incident_id", "station_id"),
    ("incident_aid", "aid_incident_id", "to_station_id"),
)
"""(table, incident, station): a composite key ensures that the incident belongs to that station."""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.index("uq_incident_id_station_id", "incident (id, station_id)", unique=True),
            *(step for owned in OWNED for step in _owned(*owned)),
            steps.short(_aid),
            steps.index("uq_watchlist_minor_permit", "watchlist_minor_permit (station_id, entry_id)", unique=True),
            steps.short(_permit),
            steps.sql("station of once_only", "ALTER TABLE once_only ADD COLUMN station_id uuid"),
            *steps.foreign_key("fk_once_only_station_id", "once_only", "station_id", "station"),
            steps.short(_once_only),
        ],
    )


def _owned(table: str, incident: str, station: str) -> list[steps.Step]:
    name = f"fk_{table}_{incident}_{station}"
    add = (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({incident}, {station}) "
        f"REFERENCES incident (id, station_id) NOT VALID"
    )
    return [
        steps.sql(f"add {name}", add),
        steps.sql(f"validate {name}", f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"),
    ]


def _aid() -> None:
    """The lender may report how far its unit is, and change nothing else."""
    op.execute("REVOKE UPDATE ON incident_aid FROM sipha_app, sipha_jobs")
    op.execute(f"GRANT UPDATE ({REPORTED}) ON incident_aid TO sipha_app, sipha_jobs")
    op.execute(f"ALTER POLICY lender_update ON incident_aid WITH CHECK (to_station_id = {HERE})")


def _permit() -> None:
    """Another station's permit for the same entry id does not conflict."""
    op.execute("ALTER TABLE watchlist_minor_permit DROP CONSTRAINT pk_watchlist_minor_permit")
    op.execute(
        "ALTER TABLE watchlist_minor_permit ADD CONSTRAINT pk_watchlist_minor_permit "
        "PRIMARY KEY USING INDEX uq_watchlist_minor_permit"
    )


def _once_only() -> None:
    """Rows of the previous release have no station and are visible to its transactions, which have none either."""
    op.execute("ALTER TABLE once_only ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE once_only FORCE ROW LEVEL SECURITY")
    mine = f"station_id = {HERE} OR (station_id IS NULL AND {HERE} IS NULL)"
    op.execute(f"CREATE POLICY own_station ON once_only TO sipha_app, sipha_jobs USING ({mine}) WITH CHECK ({mine})")
    op.execute("CREATE POLICY any_station ON once_only TO sipha_jobs USING (true)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
