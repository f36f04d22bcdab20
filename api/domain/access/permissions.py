"""Who may do what: one table of operations and roles. Every route names its operation, and a test covers the table."""

from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.errors import Forbidden


class Role(StrEnum):
    OFFICER = "officer"
    OPERATOR = "operator"
    COMMANDER = "commander"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PROVINCE = "province"
    WORKER = "worker"
    ENROLLER = "enroller"
    LOCATOR = "locator"
    """Passes on where emergency callers' phones say they are."""
    TRACKER = "tracker"
    CITIZEN = "citizen"
    SYSTEM = "system"


SYSTEM_ID = UUID(int=15)
"""The actor of automatic actions."""

STATION_ROLES = frozenset({Role.OFFICER, Role.OPERATOR, Role.COMMANDER, Role.ADMIN, Role.AUDITOR})
OFFICE_ROLES = frozenset({Role.PROVINCE, Role.ADMIN, Role.AUDITOR})
"""At the office of a province, which runs stations and no cases."""
STAFF = STATION_ROLES | OFFICE_ROLES
RADIO_ROOM = frozenset({Role.OPERATOR, Role.COMMANDER})
_OPERATOR = frozenset({Role.OPERATOR})
_OFFICER = frozenset({Role.OFFICER})


class Operation(StrEnum):
    OWN_SESSION = "own_session"
    OWN_ACCOUNT = "own_account"
    RUN_ACCOUNTS = "run_accounts"
    RUN_UNITS = "run_units"
    RUN_CAMERAS = "run_cameras"
    RUN_BEATS = "run_beats"
    RUN_ROSTERS = "run_rosters"
    SEE_ROSTERS = "see_rosters"
    RUN_MACHINE_TOKENS = "run_machine_tokens"
    SEE_STATION = "see_station"
    SEE_STREAM = "see_stream"
    OWN_PUSH = "own_push"
    POST_ALERT = "post_alert"
    POST_CAMERA_STATUS = "post_camera_status"
    SEE_CAMERAS = "see_cameras"
    SEE_ALERTS = "see_alerts"
    DECIDE_ALERT = "decide_alert"
    CONFIRM_ALERT = "confirm_alert"
    DRAFT_ENTRY = "draft_entry"
    SEE_ENTRIES = "see_entries"
    SEE_PICTURE = "see_picture"
    APPROVE_ENTRY = "approve_entry"
    WITHDRAW_ENTRY = "withdraw_entry"
    PERMIT_MINOR = "permit_minor"
    ENROL = "enrol"
    SEE_GALLERY = "see_gallery"
    SEE_INCIDENTS = "see_incidents"
    RUN_INCIDENT = "run_incident"
    POST_CALLER_LOCATION = "post_caller_location"
    SEARCH_INCIDENTS = "search_incidents"
    MESSAGE_UNIT = "message_unit"
    HOLD_CASE = "hold_case"
    RESTRICT_CASE = "restrict_case"
    LIFT_RESTRICTION = "lift_restriction"
    SEE_OVERSIGHT = "see_oversight"
    SEE_PHOTO = "see_photo"
    SEE_ALARMS = "see_alarms"
    SEE_CHANNELS = "see_channels"
    SET_CHANNELS = "set_channels"
    SEE_PROPOSALS = "see_proposals"
    SEE_DELEGATION = "see_delegation"
    DELEGATE = "delegate"
    SET_POLICY = "set_policy"
    SET_STATION = "set_station"
    SEE_PROVINCE = "see_province"
    FOUND_STATION = "found_station"
    READ_AUDIT = "read_audit"
    ACT_ON_ASSIGNMENT = "act_on_assignment"
    OWN_ASSIGNMENT = "own_assignment"
    OWN_SHIFT = "own_shift"
    CALL_FOR_HELP = "call_for_help"
    POST_POSITIONS = "post_positions"
    TRACK_UNIT = "track_unit"
    RUN_TRACKERS = "run_trackers"
    SEE_UNITS = "see_units"
    SEE_POSITIONS = "see_positions"
    SEE_COVERAGE = "see_coverage"
    SEE_ROUTE = "see_route"
    FIND_PLACES = "find_places"
    RUN_PLACES = "run_places"
    RUN_PREMISES = "run_premises"
    SEE_CLOSURES = "see_closures"
    CLOSE_ROADS = "close_roads"
    SEE_STATISTICS = "see_statistics"
    SEE_METRICS = "see_metrics"


ALLOWED: dict[Operation, frozenset[Role]] = {
    Operation.OWN_SESSION: STAFF,
    Operation.OWN_ACCOUNT: STAFF,
    Operation.RUN_ACCOUNTS: frozenset({Role.ADMIN}),
    Operation.RUN_UNITS: frozenset({Role.ADMIN, Role.COMMANDER}),
    Operation.RUN_CAMERAS: frozenset({Role.ADMIN}),
    Operation.RUN_BEATS: frozenset({Role.ADMIN, Role.COMMANDER}),
    Operation.RUN_ROSTERS: frozenset({Role.ADMIN, Role.COMMANDER}),
    Operation.SEE_ROSTERS: RADIO_ROOM | {Role.ADMIN},
    Operation.RUN_MACHINE_TOKENS: frozenset({Role.ADMIN}),
    Operation.SEE_STATION: STAFF,
    Operation.SEE_STREAM: STAFF,
    Operation.OWN_PUSH: STAFF,
    Operation.POST_ALERT: frozenset({Role.WORKER}),
    Operation.POST_CAMERA_STATUS: frozenset({Role.WORKER}),
    Operation.SEE_CAMERAS: RADIO_ROOM | {Role.ADMIN},
    Operation.SEE_ALERTS: RADIO_ROOM,
    Operation.DECIDE_ALERT: _OPERATOR,
    Operation.CONFIRM_ALERT: RADIO_ROOM,  # a commander may only give the second confirmation
    Operation.DRAFT_ENTRY: RADIO_ROOM,
    Operation.SEE_ENTRIES: RADIO_ROOM | {Role.AUDITOR},
    Operation.SEE_PICTURE: RADIO_ROOM | {Role.ENROLLER},
    Operation.APPROVE_ENTRY: frozenset({Role.COMMANDER}),
    Operation.WITHDRAW_ENTRY: RADIO_ROOM,
    Operation.PERMIT_MINOR: frozenset({Role.ADMIN}),
    Operation.ENROL: frozenset({Role.ENROLLER}),
    Operation.SEE_GALLERY: frozenset({Role.WORKER}),
    Operation.SEE_INCIDENTS: RADIO_ROOM | _OFFICER,
    Operation.RUN_INCIDENT: _OPERATOR,
    Operation.POST_CALLER_LOCATION: frozenset({Role.LOCATOR, Role.WORKER}),
    Operation.SEARCH_INCIDENTS: RADIO_ROOM,
    Operation.MESSAGE_UNIT: _OPERATOR | _OFFICER,
    Operation.HOLD_CASE: frozenset({Role.COMMANDER}),
    Operation.RESTRICT_CASE: RADIO_ROOM,
    Operation.LIFT_RESTRICTION: frozenset({Role.COMMANDER}),
    Operation.SEE_OVERSIGHT: frozenset({Role.AUDITOR, Role.PROVINCE, Role.COMMANDER}),
    Operation.SEE_PHOTO: _OPERATOR | _OFFICER,
    Operation.SEE_ALARMS: RADIO_ROOM,
    Operation.SEE_CHANNELS: RADIO_ROOM | {Role.ADMIN},
    Operation.SET_CHANNELS: frozenset({Role.ADMIN, Role.COMMANDER}),
    Operation.SEE_PROPOSALS: RADIO_ROOM,
    Operation.SEE_DELEGATION: RADIO_ROOM | {Role.ADMIN, Role.AUDITOR},
    Operation.DELEGATE: frozenset({Role.COMMANDER}),
    Operation.SET_POLICY: frozenset({Role.COMMANDER, Role.PROVINCE}),  # whose stations may tighten it
    Operation.SET_STATION: frozenset({Role.COMMANDER}),
    Operation.SEE_PROVINCE: frozenset({Role.PROVINCE}),
    Operation.FOUND_STATION: frozenset({Role.PROVINCE}),
    Operation.READ_AUDIT: frozenset({Role.AUDITOR}),
    Operation.ACT_ON_ASSIGNMENT: _OPERATOR | _OFFICER,
    Operation.OWN_ASSIGNMENT: _OFFICER,
    Operation.OWN_SHIFT: _OFFICER,
    Operation.CALL_FOR_HELP: _OFFICER,
    Operation.POST_POSITIONS: _OFFICER,
    Operation.TRACK_UNIT: frozenset({Role.TRACKER}),
    Operation.RUN_TRACKERS: frozenset({Role.COMMANDER, Role.ADMIN}),
    Operation.SEE_UNITS: RADIO_ROOM | {Role.ADMIN},  # whom it shows no positions
    Operation.SEE_POSITIONS: RADIO_ROOM,
    Operation.SEE_COVERAGE: RADIO_ROOM | {Role.ADMIN},
    Operation.SEE_ROUTE: RADIO_ROOM | _OFFICER,
    Operation.FIND_PLACES: STATION_ROLES,
    Operation.RUN_PLACES: RADIO_ROOM,
    Operation.RUN_PREMISES: RADIO_ROOM,
    Operation.SEE_CLOSURES: RADIO_ROOM,
    Operation.CLOSE_ROADS: RADIO_ROOM,
    Operation.SEE_STATISTICS: RADIO_ROOM | {Role.AUDITOR},
    Operation.SEE_METRICS: frozenset({Role.ADMIN}),
}


SHOWN_WHILE_LOCKED = frozenset(
    {
        Operation.OWN_SESSION,
        Operation.SEE_STATION,
        Operation.SEE_STREAM,
        Operation.SEE_CAMERAS,
        Operation.SEE_ALERTS,
        Operation.SEE_INCIDENTS,
        Operation.RUN_INCIDENT,
        Operation.SEE_ALARMS,
        Operation.SEE_CHANNELS,
        Operation.SEE_PROPOSALS,
        Operation.SEE_DELEGATION,
        Operation.SEE_UNITS,
        Operation.SEE_ROSTERS,
        Operation.SEE_POSITIONS,
        Operation.SEE_COVERAGE,
        Operation.SEE_ROUTE,
        Operation.SEE_CLOSURES,
    }
)
"""What a locked screen of the radio room goes on reading, without writing: the board, and no pictures, watchlist or
figures."""


class Actor(msgspec.Struct, frozen=True):
    """The caller. `unit_id` limits an officer or a tracker to their own unit; the station is enforced by the database.

    `camera_ids` and `alert_kinds` limit a worker's token; None means all of the station's.
    """

    id: UUID
    role: Role
    station_id: UUID
    unit_id: UUID | None = None
    session_id: UUID | None = None
    camera_ids: frozenset[UUID] | None = None
    alert_kinds: frozenset[str] | None = None

    @property
    def reader(self) -> UUID | None:
        """For whom rows are read: a person sees only those cases about the police in which they are named a reader."""
        return self.id if self.role in STAFF else None


def system_at(station_id: UUID) -> Actor:
    """The actor of a station's automatic actions."""
    return Actor(SYSTEM_ID, Role.SYSTEM, station_id)


def demand(actor: Actor, operation: Operation) -> None:
    """Raise if the table does not allow the operation."""
    if actor.role not in ALLOWED[operation]:
        raise Forbidden(operation=operation)
