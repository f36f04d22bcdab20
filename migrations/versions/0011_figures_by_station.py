"""a station's queries cost only what its own data costs: indexes for its own month"""

from api.db import steps

revision: str = "0011"
down_revision: str | None = "0010"
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


def upgrade() -> None:
    steps.run(revision, [steps.index(name, what) for name, what in INDEXES.items()])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
