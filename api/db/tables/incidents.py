from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import text

from api.db.tables.columns import (
    identity,
    metadata,
    moment,
    one_of,
    point,
    refers,
    station,
)
from api.domain.incidents import assignment as assignment_rules
from api.domain.incidents import incident as incident_rules
from api.domain.incidents.hand_over import HandOverAnswer
from api.domain.incidents.joining import ChangeKind
from api.domain.incidents.sla import Forecast
from api.domain.incidents.timepoint import Point, Source

_ACTIVE = "state NOT IN ('closed', 'cancelled', 'merged')"
_HELD = "state IN ('accepted', 'en_route', 'arrived')"

incident = Table(
    "incident",
    metadata,
    identity(),
    station(),
    Column("reference", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String, nullable=False, server_default=text("'open'")),
    Column("verified", Boolean, nullable=False),
    point(),
    Column("place", Text),
    Column("note", Text),
    Column("caller", Text),
    moment("received_at"),
    Column("target_seconds", Integer, nullable=False),
    moment("due_at"),
    Column("forecast", String, nullable=False, server_default=text("'unassigned'")),
    Column("units_wanted", Integer, nullable=False, server_default=text("1")),
    Column("crew_wanted", Integer, nullable=False, server_default=text("1")),
    Column("capabilities", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("dispatching", Boolean, nullable=False, server_default=text("false")),
    Column("bumped", Integer, nullable=False, server_default=text("0")),
    Column("swaps", Integer, nullable=False, server_default=text("0")),
    Column("drill", Boolean, nullable=False, server_default=text("false")),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    refers("merged_into", "incident", null=True),
    refers("aids", "incident", null=True),
    moment("first_arrived_at", null=True),
    moment("ended_at", null=True),
    Column("disposition", Text),
    Column("closing_note", Text),
    Column("h3", BigInteger, nullable=False),
    Column("request_id", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("over_limit", Boolean, nullable=False, server_default=text("false")),
    Column("sender", LargeBinary),
    Column("hazards", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    moment("opened_at", null=True),
    moment("restored_at", null=True),
    Column("about_police", Boolean, nullable=False, server_default=text("false")),
    Column("source", Text, nullable=False, server_default=text("'operator'")),
    Column("source_reference", Text),
    moment("entered_at", null=True),
    Column("place_by_position", Boolean, nullable=False, server_default=text("false")),
    one_of("kind", incident_rules.IncidentKind),
    one_of("state", incident_rules.IncidentState),
    one_of("forecast", Forecast),
    CheckConstraint("priority BETWEEN 1 AND 3", name="priority_known"),
    UniqueConstraint("station_id", "reference"),
    Index("uq_incident_id_station_id", "id", "station_id", unique=True),  # for foreign keys that include the station
    Index("ix_incident_active", "station_id", "received_at", postgresql_where=text(_ACTIVE)),
    Index("ix_incident_station_id_received_at", "station_id", "received_at"),
    comment="`h3`: the cell at resolution 12, stored on write; heatmaps group by its parents. `dispatching`: units "
    "are being sought; `bumped`: how often it lost its unit to a more urgent one. `sender`: a keyed hash of who made "
    "the unverified call; `over_limit`: that sender called too often. `opened_at`: when the radio room first looked "
    "at it.",
)

assignment = Table(
    "assignment",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    refers("unit_id", "unit"),
    Column("state", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("lead", Boolean, nullable=False, server_default=text("true")),
    moment("offered_at"),
    moment("offer_ends_at", null=True),
    moment("ended_at", null=True),
    Column("eta_seconds", Double),
    Column("eta_source", String),
    moment("eta_at", null=True),
    Column("distance_m", Double),
    Column("predicted_seconds", Double),
    Column("correction", Double, nullable=False, server_default=text("1")),
    Column("disposition", Text),
    Column("note", Text),
    refers("replaces", "assignment", null=True),
    Column("withdrawn_because", String),
    one_of("state", assignment_rules.AssignmentState),
    one_of("withdrawn_because", assignment_rules.Withdrawal),
    one_of("mode", assignment_rules.Mode),
    Index("uq_assignment_unit_held", "unit_id", unique=True, postgresql_where=text(_HELD)),
    Index("uq_assignment_unit_offered", "unit_id", unique=True, postgresql_where=text("state = 'offered'")),
    Index("uq_assignment_lead", "incident_id", unique=True, postgresql_where=text(f"lead AND {_HELD}")),
    Index("ix_assignment_incident_id", "incident_id"),
    Index("ix_assignment_unit_id_offered_at", "unit_id", "offered_at"),
    Index("ix_assignment_station_id_offered_at", "station_id", "offered_at"),
    comment="`replaces`: the assignment that this one relieves once accepted. `predicted_seconds`: the ride by road "
    "as estimated when the unit was asked, without the learned factor `correction`.",
)

time_point = Table(
    "time_point",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    station(),
    refers("incident_id", "incident"),
    refers("assignment_id", "assignment", null=True),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    moment("server_at"),
    moment("phone_at", null=True),
    refers("by", "account", null=True),
    Column("corrects", BigInteger),
    Column("voids", Boolean, nullable=False, server_default=text("false")),
    one_of("kind", Point),
    one_of("source", Source),
    Index(
        "uq_time_point_once",
        "incident_id",
        "assignment_id",
        "kind",
        "source",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text("corrects IS NULL"),
    ),
    Index("ix_time_point_assignment_id", "assignment_id"),
    Index("ix_time_point_incident_id_station_id", "incident_id", "station_id"),
    comment="Insert-only: a correction is another row; one that `voids` retracts.",
)

sighting = Table(
    "sighting",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    Column("source", String, nullable=False),
    refers("alert_id", "alert", null=True),
    refers("report_id", "report", null=True),
    Column("kind", Text, nullable=False),
    moment("at"),
    point(),
    CheckConstraint("source IN ('alert', 'report', 'operator')", name="source_known"),
    Index("ix_sighting_incident_id", "incident_id"),
)

change = Table(
    "incident_change",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    refers("other_id", "incident", null=True),
    Column("kind", String, nullable=False),
    Column("sighting_ids", ARRAY(Uuid), nullable=False),
    moment("at"),
    refers("by", "account", null=True),
    moment("undone_at", null=True),
    refers("undone_by", "account", null=True),
    one_of("kind", ChangeKind),
    Index("ix_incident_change_incident_id", "incident_id"),
    Index("ix_incident_change_other_id", "other_id"),
    comment="Which sightings moved from one incident (`incident_id`) to another (`other_id`); a join has no other.",
)

report = Table(
    "report",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident", null=True),
    Column("kind", String, nullable=False),
    Column("description", Text),
    point(),
    Column("accuracy", Double),
    Column("contact", Text),
    Column("safe_to_call", Boolean),
    Column("silent", Boolean, nullable=False, server_default=text("false")),
    Column("language", String, nullable=False, server_default=text("'th'")),
    Column("covered", Boolean, nullable=False),
    Column("over_limit", Boolean, nullable=False, server_default=text("false")),
    Column("content_hash", LargeBinary, nullable=False),
    moment("created_at"),
    moment("safe_at", null=True),
    moment("cancelled_at", null=True),
    Column("sender", LargeBinary),
    Column("hazards", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("injured", Boolean, nullable=False, server_default=text("false")),
    Column("secret_hash", LargeBinary),
    Column("about_police", Boolean, nullable=False, server_default=text("false")),
    one_of("kind", incident_rules.ReportKind),
    Index("ix_report_incident_id", "incident_id"),
    Index("ix_report_station_id_created_at", "station_id", "created_at"),
)

report_message = Table(
    "report_message",
    metadata,
    identity(),
    station(),
    refers("report_id", "report"),
    Column("sender", String, nullable=False),
    Column("text", Text, nullable=False),
    moment("at"),
    CheckConstraint("sender IN ('reporter', 'radio_room')", name="sender_known"),
    Index("ix_report_message_report_id", "report_id"),
)

report_photo = Table(
    "report_photo",
    metadata,
    identity(),
    station(),
    refers("report_id", "report"),
    Column("jpeg", LargeBinary, nullable=False),
    moment("at"),
    Index("ix_report_photo_report_id", "report_id"),
)


def of_station(table: str, incident: str, station: str) -> ForeignKeyConstraint:
    """The incident must belong to that station."""
    name = f"fk_{table}_{incident}_{station}"
    return ForeignKeyConstraint([incident, station], ["incident.id", "incident.station_id"], name=name)


message = Table(
    "incident_message",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    refers("incident_id", "incident"),
    refers("by", "account"),
    refers("unit_id", "unit", null=True),
    Column("text", Text, nullable=False),
    moment("at"),
    moment("read_at", null=True),
    Index("ix_incident_message_incident_id", "incident_id"),
    comment="Between the radio room and the units of a case. `unit_id`: whose crew wrote it; null: the radio room. "
    "`read_at`: when the other side first had it on a screen.",
)

incident_share = Table(
    "incident_share",
    metadata,
    refers("incident_id", "incident"),
    station(),
    refers("to_station_id", "station"),
    refers("shared_by", "account"),
    moment("expires_at"),
    PrimaryKeyConstraint("incident_id", "to_station_id"),
    of_station("incident_share", "incident_id", "station_id"),
    comment="Mutual aid and hand-over: the only way into another station's incident; explicit and expiring.",
)

aid = Table(
    "incident_aid",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    refers("to_station_id", "station"),
    refers("aid_incident_id", "incident"),
    Column("to_name_th", Text, nullable=False),
    Column("to_name_en", Text, nullable=False),
    moment("asked_at"),
    refers("asked_by", "account", null=True),
    Column("callsign", Text),
    moment("accepted_at", null=True),
    moment("arrives_at", null=True),
    moment("arrived_at", null=True),
    moment("ended_at", null=True),
    Column("hand_over", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Text),
    Column("answer", String),
    Column("answer_reason", Text),
    moment("answered_at", null=True),
    Column("from_name_th", Text),
    Column("from_name_en", Text),
    Column("from_reference", Text),
    Column("priority", Integer),
    one_of("answer", HandOverAnswer),
    of_station("incident_aid", "incident_id", "station_id"),
    of_station("incident_aid", "aid_incident_id", "to_station_id"),
    Index("ix_incident_aid_incident_id", "incident_id"),
    Index("uq_incident_aid_aid_incident_id", "aid_incident_id", unique=True),
    Index(
        "uq_incident_aid_open_hand_over",
        "incident_id",
        unique=True,
        postgresql_where=text("hand_over AND answer IS NULL AND ended_at IS NULL"),
    ),
    comment="An incident at a neighbouring station (`aid_incident_id`) that stands for this one there, and how far "
    "its unit has got.",
)

legal_hold = Table(
    "legal_hold",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    Column("reason", Text, nullable=False),
    refers("held_by", "account"),
    moment("held_at"),
    refers("released_by", "account", null=True),
    moment("released_at", null=True),
    Index("uq_legal_hold_incident_id", "incident_id", unique=True, postgresql_where=text("released_at IS NULL")),
    comment="An arrest, a complaint or a court stops the clock: nothing of this case is deleted until the hold is "
    "released.",
)
