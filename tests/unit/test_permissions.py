"""The table of permissions, read the other way: what each role may do, and nothing else."""

from uuid import UUID, uuid4

import pytest

from api.domain.access.permissions import ALLOWED, STAFF, SYSTEM_ID, Actor, Operation, Role, demand, system_at
from api.domain.errors import Forbidden

EVERYBODY = "own_session own_account see_station see_stream own_push"
RADIO_ROOM = (
    "see_cameras see_alerts confirm_alert draft_entry see_entries see_picture withdraw_entry see_incidents see_alarms "
    "see_channels see_proposals see_delegation see_units see_positions see_coverage see_route see_statistics "
    "see_rosters restrict_case search_incidents find_places run_places run_premises see_closures close_roads"
)
MAY = {
    Role.OFFICER: f"{EVERYBODY} see_incidents see_photo act_on_assignment own_assignment own_shift post_positions "
    "call_for_help message_unit see_route find_places",
    Role.OPERATOR: f"{EVERYBODY} {RADIO_ROOM} decide_alert run_incident message_unit see_photo act_on_assignment",
    Role.COMMANDER: f"{EVERYBODY} {RADIO_ROOM} run_units "
    "run_beats run_rosters approve_entry hold_case lift_restriction see_oversight set_channels delegate set_policy "
    "set_station run_trackers",
    Role.ADMIN: f"{EVERYBODY} run_accounts run_units "
    "run_beats run_rosters see_rosters run_cameras run_machine_tokens see_units see_cameras permit_minor "
    "see_channels set_channels see_delegation run_trackers see_coverage see_metrics find_places",
    Role.AUDITOR: f"{EVERYBODY} read_audit see_oversight see_entries see_delegation see_statistics find_places",
    Role.PROVINCE: f"{EVERYBODY} set_policy see_oversight see_province found_station",
    Role.WORKER: "post_alert post_camera_status see_gallery post_caller_location",
    Role.ENROLLER: "see_picture enrol",
    Role.LOCATOR: "post_caller_location",
    Role.TRACKER: "track_unit",
    Role.CITIZEN: "",
    Role.SYSTEM: "",
}


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_do(role: Role) -> None:
    actor = Actor(uuid4(), role, uuid4())
    allowed = set[str]()
    for operation in Operation:
        try:
            demand(actor, operation)
        except Forbidden as refused:
            assert refused.facts == {"operation": operation}
        else:
            allowed.add(operation)
    assert allowed == set(MAY[role].split())


def test_every_operation_is_in_the_table_and_somebody_may_do_it() -> None:
    assert set(ALLOWED) == set(Operation)
    assert all(ALLOWED.values())


def test_staff_sign_in_and_machines_do_not() -> None:
    assert {"officer", "operator", "commander", "admin", "auditor", "province"} == STAFF


def test_automatic_actions_have_an_actor_of_their_own_at_each_station() -> None:
    station = uuid4()
    assert system_at(station) == Actor(UUID("00000000-0000-0000-0000-00000000000f"), Role.SYSTEM, station)
    assert system_at(station).id == SYSTEM_ID
