from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.domain.dispatching.delegation import Delegation
from api.domain.dispatching.dispatch import Candidate, Rules
from api.domain.dispatching.explanation import clock, explain, explain_aid, explain_choice, explain_repositioning
from api.domain.dispatching.moves import ConsideredUnit, DelayReason, Move, MoveKind
from api.domain.dispatching.planning import plan
from api.domain.dispatching.repositioning import Repositioning, Spot
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Job
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
    assert [clock(seconds) for seconds in (0, 1, 59.4, 59.6, 250, 3600, -3)] == [
        *("0:00", "0:01", "0:59", "1:00", "4:10", "60:00", "0:00")
    ]


SECOND = timedelta(seconds=1)
LEG = leg(unit(callsign="14"), 250)
DRILL = Job(uuid4(), uuid4(), "26-00012", AssignmentState.EN_ROUTE, 3, IncidentKind.NUISANCE, None, 0, drill=True)


def move(**facts: Any) -> Move:
    """31 would be there in two minutes."""
    usual: dict[str, Any] = {
        "kind": MoveKind.OFFER,
        "standing": "automatic",
        "call": urgent(),
        "unit": unit(callsign="31"),
        "eta": Eta(120, "road"),
    }
    return Move(**(usual | facts))


@pytest.mark.parametrize(
    ("facts", "en", "th"),
    [
        ({}, "31 arrives in 2:00; nobody else is free.", "31 ถึงใน 2:00; ไม่มีสายตรวจอื่นที่ว่าง."),
        (
            {"eta": Eta(120, "straight_line")},
            "31 arrives in 2:00 (as the crow flies); nobody else is free.",
            "31 ถึงใน 2:00 (ประเมินจากระยะเส้นตรง); ไม่มีสายตรวจอื่นที่ว่าง.",
        ),
        (
            {"nearest_idle": ConsideredUnit("22", 184.6)},
            "31 arrives in 2:00; nearest other idle, 22, in 3:05.",
            "31 ถึงใน 2:00; สายตรวจว่างที่ใกล้ที่สุดรองลงมา 22 ถึงใน 3:05.",
        ),
        (
            {"replaces": LEG, "gain_s": 130.0, "nearest_idle": ConsideredUnit("22", 184.6)},
            "31 arrives in 2:00; 2:10 before 14, which is on its way.",
            "31 ถึงใน 2:00; เร็วกว่า 14 ที่กำลังเดินทาง 2:10.",
        ),
        (
            {"beside": LEG, "gain_s": 130.0, "worry": DelayReason.LATE},
            "31 arrives in 2:00; 2:10 before 14, which is on its way and will be late.",
            "31 ถึงใน 2:00; เร็วกว่า 14 ที่กำลังเดินทาง 2:10 และจะถึงช้ากว่าเป้าหมาย.",
        ),
        (
            {"beside": LEG, "worry": DelayReason.SILENT},
            "31 arrives in 2:00; 14 is on its way, but its position is no longer known.",
            "31 ถึงใน 2:00; ไม่ทราบตำแหน่งล่าสุดของ 14 ที่กำลังเดินทาง.",
        ),
        (
            {"beside": leg(unit(callsign="14"), -95), "worry": DelayReason.OVERDUE},
            "31 arrives in 2:00; 14 should have arrived 1:35 ago.",
            "31 ถึงใน 2:00; 14 ควรถึงแล้วเมื่อ 1:35 ที่ผ่านมา.",
        ),
        (
            {"beside": msgspec.structs.replace(LEG, arrives_at=None), "worry": DelayReason.OVERDUE},
            "31 arrives in 2:00; 0:00 before 14, which is on its way.",
            "31 ถึงใน 2:00; เร็วกว่า 14 ที่กำลังเดินทาง 0:00.",
        ),
        (
            {"leaves": DRILL},
            "31 arrives in 2:00; nobody else is free; 31 was on a drill (26-00012).",
            "31 ถึงใน 2:00; ไม่มีสายตรวจอื่นที่ว่าง; 31 กำลังฝึกซ้อม (26-00012).",
        ),
    ],
)
def test_what_is_said_of_a_move(facts: dict[str, Any], en: str, th: str) -> None:
    said = explain(move(**facts), NOW)
    assert (said.en, said.th) == (en, th)


@pytest.mark.parametrize(
    ("state", "arrives_in", "taker_in", "en", "th"),
    [
        ("en_route", 300, None, "was driving to|which waits for a unit to come free", "ซึ่งต้องรอสายตรวจที่ว่าง"),
        ("en_route", None, 400, "was driving to|which 22 takes", "ซึ่ง 22 รับแทน"),
        ("en_route", 300, 300, "was driving to|which 22 takes, no later", "ซึ่ง 22 รับแทนโดยไม่ช้าลง"),
        ("en_route", 300, 100, "was driving to|which 22 takes, no later", "ซึ่ง 22 รับแทนโดยไม่ช้าลง"),
        ("en_route", 300, 329, "was driving to|which 22 takes, no later", "ซึ่ง 22 รับแทนโดยไม่ช้าลง"),
        ("accepted", 300, 331, "was driving to|which 22 takes, 1 min later", "ซึ่ง 22 รับแทน ช้าลง 1 นาที"),
        ("accepted", 300, 3900, "was driving to|which 22 takes, 60 min later", "ซึ่ง 22 รับแทน ช้าลง 60 นาที"),
        ("offered", 300, 900, "was being asked for|which 22 takes, 10 min later", "ซึ่ง 22 รับแทน ช้าลง 10 นาที"),
    ],
)
def test_who_takes_over_what_is_left(
    state: str, arrives_in: float | None, taker_in: float | None, en: str, th: str
) -> None:
    expected = None if arrives_in is None else NOW + arrives_in * SECOND
    left = msgspec.structs.replace(DRILL, drill=False, state=AssignmentState(state), arrives_at=expected)
    taker = None if taker_in is None else ConsideredUnit("22", taker_in)
    said = explain(move(leaves=left, taker=taker), NOW)
    doing, after = en.split("|")
    assert said.en.endswith(f"; 31 {doing} a priority 3 (26-00012), {after}.")
    th_doing = "ถูกถามให้รับ" if state == "offered" else "กำลังเดินทางไป"
    assert said.th.endswith(f"; 31 {th_doing}เหตุระดับ 3 (26-00012) {th}.")


FIRST, NAMED = (
    Candidate(uuid4(), "14", 120.0, EtaSource.ROAD, 900.0, 5.0, []),
    Candidate(uuid4(), "22", 250.0, EtaSource.ROAD, 900.0, 5.0, []),
)


@pytest.mark.parametrize(
    ("chosen", "best", "ordered", "en", "th"),
    [
        (NAMED, NAMED, False, "22 chosen by the radio room, arrives in 4:10.", "22 พนักงานวิทยุเลือก ถึงใน 4:10."),
        (NAMED, None, True, "22 ordered by radio, arrives in 4:10.", "22 สั่งทางวิทยุ ถึงใน 4:10."),
        (
            NAMED,
            FIRST,
            False,
            "22 chosen by the radio room, arrives in 4:10; the first choice was 14, in 2:00.",
            "22 พนักงานวิทยุเลือก ถึงใน 4:10; ระบบเสนอ 14 ถึงใน 2:00.",
        ),
        (
            NAMED,
            msgspec.structs.replace(FIRST, eta_seconds=None),
            True,
            "22 ordered by radio, arrives in 4:10.",
            "22 สั่งทางวิทยุ ถึงใน 4:10.",
        ),
        (
            msgspec.structs.replace(NAMED, eta_seconds=None, excluded_because="stale_fix"),
            None,
            True,
            "22 ordered by radio, position unknown (left out by rule: stale_fix).",
            "22 สั่งทางวิทยุ ไม่ทราบตำแหน่ง (ระบบไม่ได้เสนอ: stale_fix).",
        ),
    ],
)
def test_what_is_said_of_a_choice_by_hand(
    chosen: Candidate, best: Candidate | None, ordered: bool, en: str, th: str
) -> None:
    said = explain_choice(chosen, best, ordered=ordered)
    assert (said.en, said.th) == (en, th)


def test_what_is_said_of_a_neighbours_unit() -> None:
    station = ("สน.ข้างเคียง", "Next Door")
    late = explain_aid(NAMED, station, NOW + 1000 * SECOND, NOW)
    assert late.en == "22 (Next Door) arrives in 4:10; our own unit needs 16:40, past the target."
    assert late.th == "22 (สน.ข้างเคียง) ถึงใน 4:10; สายตรวจของสถานีถึงใน 16:40 เกินเป้าหมาย."
    nobody = explain_aid(msgspec.structs.replace(NAMED, eta_seconds=None), station, None, NOW)
    assert nobody.en == "22 (Next Door) arrives in 0:00; no unit of this station can go."
    assert nobody.th == "22 (สน.ข้างเคียง) ถึงใน 0:00; ไม่มีสายตรวจของสถานีที่ไปได้."


def test_what_is_said_of_a_better_place_to_wait() -> None:
    said = explain_repositioning(Repositioning(unit(callsign="22"), Spot(uuid4(), 0, 0, 9), 0.704, 0.857))
    assert said.en == "22 to this area: 86 % of recent calls would be reached in time, now 70 %."
    assert said.th == "22 ย้ายไปจุดตรวจนี้ จะถึงเหตุที่ผ่านมาทันเวลา 86 % จากเดิม 70 %."
