from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import WrongState
from api.domain.incidents import incident
from api.domain.incidents.assignment import (
    HELD,
    LIVE,
    ON_ITS_WAY,
    TRANSITIONS,
    Action,
    Assignment,
    AssignmentState,
    advance,
    enough,
    leads,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENDS = {AssignmentState.CLEARED, AssignmentState.DECLINED, AssignmentState.EXPIRED, AssignmentState.WITHDRAWN}


def offered() -> Assignment:
    return Assignment(uuid4(), uuid4(), uuid4(), AssignmentState.OFFERED)


@given(st.lists(st.sampled_from(Action), max_size=12))
def test_no_sequence_of_calls_reaches_an_illegal_state(actions: list[Action]) -> None:
    current = offered()
    for action in actions:
        before = current
        try:
            after = advance(current, action)
        except WrongState as refused:
            assert refused.facts["state"] == before.state
            assert before.state not in TRANSITIONS[action][0]
            continue
        if after is None:
            assert before.state == TRANSITIONS[action][1]
        else:
            assert before.state not in ENDS, "what has ended stays ended"
            assert before.state in TRANSITIONS[action][0]
            assert (after.id, after.unit_id) == (before.id, before.unit_id)
            current = after
    assert current.state in LIVE | ENDS


@given(st.sampled_from(Action))
def test_a_repeated_tap_changes_nothing(action: Action) -> None:
    sources, target = TRANSITIONS[action]
    for source in sources:
        once = advance(Assignment(uuid4(), uuid4(), uuid4(), source), action)
        assert once is not None
        assert once.state == target
        assert advance(once, action) is None


def test_an_offer_taken_back_cannot_be_accepted() -> None:
    gone = Assignment(uuid4(), uuid4(), uuid4(), AssignmentState.WITHDRAWN)
    with pytest.raises(WrongState):
        advance(gone, Action.ACCEPT)


@given(st.lists(st.sampled_from(AssignmentState), max_size=8))
def test_an_incident_is_as_far_as_its_furthest_unit(states: list[AssignmentState]) -> None:
    state = incident.state_from(states)
    if HELD & set(states):
        assert state in {
            incident.IncidentState.ASSIGNED,
            incident.IncidentState.EN_ROUTE,
            incident.IncidentState.ON_SCENE,
        }
    elif AssignmentState.OFFERED in states:
        assert state == incident.IncidentState.OFFERING
    elif AssignmentState.CLEARED in states:
        assert state == incident.IncidentState.CLOSED
    else:
        assert state == incident.IncidentState.OPEN


def test_references_sound_like_the_radio() -> None:
    assert incident.reference(2026, 1187) == "26-01187"


@pytest.mark.parametrize(
    ("action", "sources", "target"),
    [
        (Action.ACCEPT, {"offered"}, "accepted"),
        (Action.SET_OUT, {"accepted"}, "en_route"),
        (Action.ARRIVE, {"accepted", "en_route"}, "arrived"),
        (Action.CLEAR, {"accepted", "en_route", "arrived"}, "cleared"),
        (Action.DECLINE, {"offered"}, "declined"),
        (Action.EXPIRE, {"offered"}, "expired"),
        (Action.WITHDRAW, {"offered", "accepted", "en_route", "arrived"}, "withdrawn"),
        (Action.NOT_ARRIVED, {"arrived"}, "en_route"),
    ],
)
def test_from_which_states_each_action_leads_where(action: Action, sources: set[str], target: str) -> None:
    for state in AssignmentState:
        held = Assignment(uuid4(), uuid4(), uuid4(), state)
        if state in sources:
            assert advance(held, action) == Assignment(held.id, held.incident_id, held.unit_id, AssignmentState(target))
        elif state == target:
            assert advance(held, action) is None
        else:
            with pytest.raises(WrongState) as refused:
                advance(held, action)
            assert refused.value.facts == {"state": state, "action": action}


def test_whose_unit_may_still_be_held_up() -> None:
    assert {"accepted", "en_route"} == ON_ITS_WAY


@pytest.mark.parametrize(
    ("states", "been", "wanted", "held_suffice", "asked_suffice"),
    [
        ([], 0, 1, False, False),
        (["offered"], 0, 1, False, True),
        (["accepted"], 0, 1, True, True),
        (["en_route"], 0, 1, True, True),
        (["arrived"], 0, 1, True, True),
        (["cleared", "declined", "expired", "withdrawn"], 0, 1, False, False),
        (["en_route", "offered"], 0, 2, False, True),
        (["en_route", "arrived"], 0, 2, True, True),
        (["en_route", "arrived"], 0, 1, True, True),
        ([], 1, 1, True, True),  # it was there and left: only a person calls another
        (["offered"], 1, 2, False, True),
        (["accepted"], 1, 2, True, True),
    ],
)
def test_when_an_incident_has_all_the_units_it_wants(
    states: list[str], been: int, wanted: int, *, held_suffice: bool, asked_suffice: bool
) -> None:
    these = [AssignmentState(state) for state in states]
    assert enough(these, been, wanted) == held_suffice
    assert enough(these, been, wanted, asked=True) == asked_suffice


@pytest.mark.parametrize("state", AssignmentState)
def test_an_incident_has_one_lead(state: AssignmentState) -> None:
    assert leads([])
    assert leads([(state, False)]), "nobody leads yet"
    assert leads([(state, True), (AssignmentState.ACCEPTED, False)]) == (state not in HELD)
