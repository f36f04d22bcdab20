from api.domain.dispatching.delegation import Delegation
from api.domain.dispatching.dispatch import Candidate, Rules
from api.domain.dispatching.explanation import clock, explain, explain_choice
from api.domain.dispatching.planning import plan
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent


def test_a_diversion_reads_as_on_the_radio() -> None:
    nuisance = call(12000, priority=3, kind=IncidentKind.NUISANCE, missing=0, reference="26-00012")
    bound = unit(2500, callsign="14", **driving_to(nuisance, 400))
    known = situation([urgent(0), nuisance], [bound, unit(-4100, callsign="22"), unit(18000, callsign="31")])
    (move,) = plan(known, Delegation(), Rules(), NOW)
    said = explain(move, NOW)
    assert said.en == (
        "14 arrives in 4:10; nearest other idle, 22, in 6:50; "
        "14 was driving to a priority 3 (26-00012), which 31 takes, 3 min later."
    )
    assert said.th == (
        "14 ถึงใน 4:10; สายตรวจว่างที่ใกล้ที่สุดรองลงมา 22 ถึงใน 6:50; "
        "14 กำลังเดินทางไปเหตุระดับ 3 (26-00012) ซึ่ง 31 รับแทน ช้าลง 3 นาที."
    )


def test_nobody_else_and_a_straight_line_are_said() -> None:
    (move,) = plan(situation([urgent(0)], [unit(600, callsign="14")], by_road=False), Delegation(), Rules(), NOW)
    assert explain(move, NOW).en == "14 arrives in 1:00 (as the crow flies); nobody else is free."


def test_what_was_only_asked_is_not_said_to_be_driven_to() -> None:
    theft = call(400, missing=0)
    asked = unit(100, callsign="14", **driving_to(theft, state=AssignmentState.OFFERED))
    (move,) = plan(situation([urgent(0), theft], [asked]), Delegation(), Rules(), NOW)
    assert (
        "14 was being asked for a priority 2 (26-00001), which waits for a unit to come free" in explain(move, NOW).en
    )


def test_a_swap_names_both() -> None:
    slow = unit(9000, callsign="14")
    place = call(0, missing=0, legs=(leg(slow, 250),))
    busy = unit(9000, unit_id=slow.unit_id, callsign="14", **driving_to(place, 250))
    (move,) = plan(situation([place], [busy, unit(1200, callsign="31")]), Delegation(), Rules(), NOW)
    assert explain(move, NOW).en == "31 arrives in 2:00; 2:10 before 14, which is on its way."


def test_an_override_keeps_what_the_order_was() -> None:
    first, named = unit(), unit()
    best = Candidate(first.unit_id, "14", 120.0, "road", 900.0, 5.0, [])
    chosen = Candidate(named.unit_id, "22", None, None, None, None, [], excluded_because="stale_fix")
    said = explain_choice(chosen, best, ordered=True).en
    assert (
        said == "22 ordered by radio, position unknown (left out by rule: stale_fix); the first choice was 14, in 2:00."
    )


def test_the_clock_rounds_to_seconds() -> None:
    assert [clock(seconds) for seconds in (0, 59.6, 250, 3600, -3)] == ["0:00", "1:00", "4:10", "60:00", "0:00"]
