"""what a station asks costs what the station has: indexes for its own month"""

from alembic import op

revision: str = "0020"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_time_point_incident_id_station_id": "time_point (incident_id, station_id)",
    "ix_assignment_station_id_offered_at": "assignment (station_id, offered_at)",
    "ix_alarm_incident_id": "alarm (incident_id)",
    "ix_alert_station_id_received_at": "alert (station_id, received_at)",
    "ix_alert_visit_of": "alert (visit_of) WHERE visit_of IS NOT NULL",
    "ix_push_delivery_station_id_created_at": "push_delivery (station_id, created_at)",
    "ix_shift_open_station": "shift (station_id) WHERE ended_at IS NULL",
}

UNFINISHED = "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{name}') AND NOT indisvalid)"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            # A CONCURRENTLY that was broken off leaves an index that IF NOT EXISTS would take for the real one.
            if op.get_bind().exec_driver_sql(UNFINISHED.format(name=name)).scalar():
                op.execute(f"DROP INDEX CONCURRENTLY {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
