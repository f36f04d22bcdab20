"""Which fixes are trusted: honest tracks always, a teleport never at first, a wrong old position not for ever."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.units.doubt import QUIET, Doubt, doubt_after
from api.domain.units.fix import (
    LIMITS_M_PER_S,
    WORST_ACCURACY_M,
    Fix,
    FixProblem,
    FixVerdict,
    RecordedFix,
    judge,
    judge_onward,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HERE = (13.77, 100.57)
NORTH_M = 6_371_000 * math.pi / 180


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def moved(north_m: float, east_m: float) -> tuple[float, float]:
    return HERE[0] + north_m / NORTH_M, HERE[1] + east_m / (NORTH_M * math.cos(math.radians(HERE[0])))


def fix(seconds: float, north_m: float = 0, east_m: float = 0, **more: object) -> Fix:
    lat, lon = moved(north_m, east_m)
    return Fix(after(seconds), lat, lon, **({"accuracy": 5.0} | more))  # type: ignore[arg-type]


class Unit:
    """Keeps a unit's state as a station does, batch after batch."""

    def __init__(self, kind: str = "motorcycle") -> None:
        self.kind, self.track = kind, list[RecordedFix]()
        self.doubt: Doubt | None = None

    def send(self, fixes: Sequence[Fix], at: float | None = None) -> FixVerdict:
        now = after(at) if at is not None else max(fix.at for fix in fixes)
        verdict = judge(sorted(fixes, key=lambda fix: fix.at), self.track, self.kind, now)
        cleared = [msgspec.structs.replace(kept, problem=None) for kept in verdict.confirmed]
        others = [kept for kept in self.track if kept not in verdict.confirmed]
        self.track = sorted([*others, *cleared, *verdict.fixes], key=lambda kept: kept.at)
        self.doubt = doubt_after(self.doubt, verdict, now)
        return verdict

    @property
    def place(self) -> tuple[float, float] | None:
        newest = next((kept for kept in reversed(self.track) if kept.problem is None), None)
        return newest and (newest.lat, newest.lon)


@st.composite
def honest_track(draw: st.DrawFn) -> tuple[str, list[Fix]]:
    """Up to the speed limit in any direction, each fix off by no more than its stated accuracy."""
    kind = draw(st.sampled_from(sorted(LIMITS_M_PER_S)))
    seconds, north, east, fixes = 0.0, 0.0, 0.0, []
    for _ in range(draw(st.integers(1, 25))):
        gap = draw(st.floats(0.5, 60))
        seconds += gap
        way, heading = draw(st.floats(0, LIMITS_M_PER_S[kind])) * gap, draw(st.floats(0, 2 * math.pi))
        north, east = north + way * math.cos(heading), east + way * math.sin(heading)
        accuracy = draw(st.floats(1, WORST_ACCURACY_M))
        off, turned = draw(st.floats(0, accuracy)), draw(st.floats(0, 2 * math.pi))
        place = north + off * math.cos(turned), east + off * math.sin(turned)
        fixes.append(fix(seconds, *place, accuracy=accuracy, speed=way / gap))
    return kind, fixes


@given(honest_track(), st.data())
def test_honest_tracks_are_believed_in_batches_of_any_size_order_and_number(
    honest: tuple[str, list[Fix]], data: st.DataObject
) -> None:
    kind, fixes = honest
    unit, start = Unit(kind), 0
    batches: list[list[Fix]] = []
    while start < len(fixes):
        size = data.draw(st.integers(1, 6))
        batches.append(fixes[start : start + size])
        start += size
    again = data.draw(st.lists(st.sampled_from(batches), max_size=3))
    for batch in data.draw(st.permutations([*batches, *again])):
        assert set(unit.send(batch, at=2000).problems) <= {None, FixProblem.REPLAYED}
    assert len(unit.track) == len(fixes), "each is kept once"
    assert unit.doubt is None
    assert unit.place == (fixes[-1].lat, fixes[-1].lon)


@given(honest_track(), st.floats(0, 30), st.floats(0, 2 * math.pi), st.floats(100, 500_000))
def test_a_teleport_is_never_believed_as_the_first_fix_at_the_new_place(
    honest: tuple[str, list[Fix]], gap: float, heading: float, beyond: float
) -> None:
    kind, fixes = honest
    unit = Unit(kind)
    unit.send(fixes)
    last, before = fixes[-1], unit.place
    reach = LIMITS_M_PER_S[kind] * (gap + 2) + (last.accuracy or 0) + 5
    lat = last.lat + (reach + beyond) * 1.02 * math.cos(heading) / NORTH_M
    lon = last.lon + (reach + beyond) * 1.02 * math.sin(heading) / (NORTH_M * math.cos(math.radians(lat)))
    elsewhere = Fix(last.at + timedelta(seconds=gap), lat, lon, 5.0)
    verdict = unit.send([elsewhere])
    assert verdict.problems == [FixProblem.IMPLAUSIBLE_SPEED]
    assert unit.place == before
    assert unit.doubt is not None
    assert unit.track[-1].problem == FixProblem.IMPLAUSIBLE_SPEED, "nothing is lost"


def test_a_single_outlier_does_not_disturb_the_next_honest_fix() -> None:
    unit = Unit()
    unit.send([fix(0)])
    assert unit.send([fix(5, 5000)]).problems == [FixProblem.IMPLAUSIBLE_SPEED]
    assert unit.send([fix(10, 100)]).problems == [None]
    assert unit.doubt is not None, "shown for a while"
    assert unit.place == moved(100, 0)
    unit.send([fix(36, 400)])
    assert unit.doubt is None


def test_a_wrong_old_position_is_given_up_after_five_fixes_and_half_a_minute() -> None:
    unit = Unit()
    unit.send([fix(0)])
    for number in range(1, 8):
        verdict = unit.send([fix(5 * number, 20_000 + 50 * number)])
        believed = number >= 7
        assert verdict.problems == [None if believed else FixProblem.IMPLAUSIBLE_SPEED], number
        assert (unit.doubt is None) == believed
    assert unit.place == moved(20_350, 0)
    assert all(kept.problem is None for kept in unit.track), "the doubted ones were right"
    assert unit.send([fix(40, 20_400)]).problems == [None]


def test_half_a_minute_of_fixes_in_one_batch_confirms_nothing() -> None:
    unit = Unit()
    unit.send([fix(0)])
    forged = [fix(10 * number, 50_000 + number) for number in range(1, 9)]
    assert set(unit.send(forged, at=80).problems) == {FixProblem.IMPLAUSIBLE_SPEED}
    assert unit.place == HERE


def test_a_place_is_not_confirmed_while_the_old_one_goes_on_sending() -> None:
    unit = Unit()
    for second in range(0, 600, 10):
        unit.send([fix(second, second)])
        assert unit.send([fix(second + 5, 40_000)]).problems == [FixProblem.IMPLAUSIBLE_SPEED]
        assert unit.doubt is not None
        assert unit.doubt.since == after(5), "one doubt, not one for every fix"
    assert unit.place == moved(590, 0)


def test_fixes_that_contradict_each_other_confirm_nothing() -> None:
    unit = Unit()
    unit.send([fix(0)])
    for number in range(1, 20):
        unit.send([fix(5 * number, 300_000 * (number % 2 or -1))])
    assert unit.place == HERE


def test_a_phone_and_a_tracker_may_measure_in_the_same_second() -> None:
    unit = Unit("car")
    for second in range(0, 60, 5):
        truth = 30.0 * second
        assert unit.send([fix(second + 0.9, truth + 27 + 8, accuracy=8.0)]).problems == [None]
        assert unit.send([fix(second, truth + 27, -15, accuracy=15.0)]).problems == [None]
    assert unit.doubt is None


def test_a_clock_that_is_ahead_wins_no_time() -> None:
    unit = Unit()
    unit.send([fix(0)])
    assert unit.send([fix(59, 3000)], at=1).problems == [FixProblem.IMPLAUSIBLE_SPEED]
    ahead = Unit()
    for second in range(0, 60, 5):
        assert ahead.send([fix(second + 50, 20 * second)], at=second).problems == [None], "and loses none"


@pytest.mark.parametrize(("speed", "problem"), [(15.0, FixProblem.FROZEN), (0.5, None), (None, None)])
def test_the_same_digits_all_along_are_believed_of_a_unit_at_rest_only(
    speed: float | None, problem: FixProblem | None
) -> None:
    unit = Unit()
    said = [unit.send([fix(second, speed=speed)]).problems[0] for second in range(0, 60, 5)]
    assert said == [None] * 6 + [problem] * 6
    assert unit.send([fix(61, 40, speed=speed)]).problems == [None], "it moves: believed again"


def test_vague_and_made_up_fixes_move_nothing() -> None:
    unit = Unit()
    assert unit.send([fix(0, mocked=True)]).problems == [FixProblem.MOCKED]
    assert unit.place is None
    assert unit.doubt is not None
    unit = Unit()
    unit.send([fix(0)])
    assert unit.send([fix(5, 100_000, accuracy=1_000_000.0)]).problems == [FixProblem.INACCURATE]
    assert (unit.place, unit.doubt) == (HERE, None), "indoors is no reason for doubt"


def test_a_late_fix_between_two_others_is_judged_by_both() -> None:
    unit = Unit()
    unit.send([fix(0), fix(60, 600)])
    assert unit.send([fix(30, 8_000)], at=61).problems == [FixProblem.IMPLAUSIBLE_SPEED]
    assert unit.send([fix(31, 300)], at=62).problems == [None]
    assert unit.place == moved(600, 0)


def test_a_doubt_ends_when_it_has_been_quiet_for_long_enough() -> None:
    fine = FixVerdict([None], [], [], None)
    doubt = Doubt(FixProblem.FROZEN, NOW, NOW)
    assert doubt_after(doubt, fine, after(5)) == doubt
    assert doubt_after(doubt, fine, NOW + QUIET) is None
    assert doubt_after(doubt, FixVerdict([FixProblem.REPLAYED], [], [], None), NOW + 2 * QUIET) == doubt


@pytest.mark.parametrize(("kind", "limit"), [("motorcycle", 55), ("car", 55), ("foot", 12)])
@pytest.mark.parametrize("gap", [0, 10])
def test_how_far_a_unit_may_have_come(kind: str, limit: int, gap: int) -> None:
    """Its top speed for the time between, two seconds more for the clocks, and both accuracies."""
    reach = limit * (gap + 2) + 5 + 5
    for metres, problem in ((reach - 0.5, None), (reach + 0.5, FixProblem.IMPLAUSIBLE_SPEED)):
        patrol = Unit(kind)
        patrol.send([fix(0)])
        assert patrol.send([fix(gap, metres)], at=100).problems == [problem]


def test_an_unknown_accuracy_counts_as_fifty_metres() -> None:
    for metres, problem in ((55 * 12 + 99.5, None), (55 * 12 + 100.5, FixProblem.IMPLAUSIBLE_SPEED)):
        patrol = Unit()
        patrol.send([fix(0, accuracy=None)])
        assert patrol.send([fix(10, metres, accuracy=None)]).problems == [problem]


@pytest.mark.parametrize(
    ("accuracy", "problem"), [(500.0, None), (500.5, FixProblem.INACCURATE), (None, None), (0.0, None)]
)
def test_worse_than_half_a_kilometre_is_no_position(accuracy: float | None, problem: FixProblem | None) -> None:
    assert Unit().send([fix(0, accuracy=accuracy)]).problems == [problem]


def test_the_fix_just_before_and_the_one_just_after_are_the_ones_that_count() -> None:
    """Further ones would excuse nothing and forbid nothing more."""
    patrol = Unit()
    patrol.send([fix(0), fix(600, 20_000), fix(1200, 40_000)], at=1200)
    assert patrol.send([fix(590, 16_000)], at=1201).problems == [FixProblem.IMPLAUSIBLE_SPEED], "4 km in 10 s after it"
    assert patrol.send([fix(610, 24_000)], at=1202).problems == [FixProblem.IMPLAUSIBLE_SPEED], "4 km in 10 s before it"
    assert patrol.send([fix(605, 20_200)], at=1203).problems == [None]


@pytest.mark.parametrize(
    ("seconds", "speed", "problem"),
    [
        (29, 3.5, None),
        (30, 3.5, FixProblem.FROZEN),
        (60, 3.0, None),  # a receiver at rest reports as much
        (60, None, None),
    ],
)
def test_half_a_minute_on_the_same_digits_while_moving_is_frozen(
    seconds: int, speed: float | None, problem: FixProblem | None
) -> None:
    patrol = Unit()
    patrol.send([fix(0, speed=speed)])
    assert patrol.send([fix(seconds, speed=speed)]).problems == [problem]


@pytest.mark.parametrize("between", [{"north_m": 1.0}, {"east_m": 1.0}, {"speed": 1.0}])
def test_one_other_fix_between_thaws_it(between: dict[str, float]) -> None:
    patrol = Unit()
    patrol.send([fix(0, speed=9.0), fix(20, **({"speed": 9.0} | between))])
    assert patrol.send([fix(40, speed=9.0)]).problems == [None]


def test_the_same_fix_again_in_one_batch_or_the_next_is_kept_once() -> None:
    patrol = Unit()
    verdict = patrol.send([fix(0), fix(0)])
    assert verdict.problems == [None, FixProblem.REPLAYED]
    assert len(verdict.fixes) == 1
    again = patrol.send([fix(0)], at=9)
    assert (again.problems, again.fixes, again.newest) == ([FixProblem.REPLAYED], [], verdict.newest)


def contradicting(count: int, gap: float, *, first: float = 10.0) -> list[Fix]:
    return [fix(first + gap * number, 50_000 + number) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "gap", "believed"),
    [(4, 10.0, False), (5, 7.5, True), (5, 7.4, False), (6, 6.0, True), (6, 5.9, False)],
)
def test_five_fixes_over_half_a_minute_overrule_the_old_position(count: int, gap: float, *, believed: bool) -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    for each in contradicting(count, gap):
        verdict = patrol.send([each])
    assert (verdict.problems == [None]) == believed
    assert len(verdict.confirmed) == (count - 1 if believed else 0)
    assert patrol.place == (moved(50_000 + count - 1, 0) if believed else HERE)


@pytest.mark.parametrize(("received_s", "believed"), [(29, False), (30, True)])
def test_they_must_also_have_come_in_over_half_a_minute(received_s: int, *, believed: bool) -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    *early, last = contradicting(5, 10)
    patrol.send(early, at=50)
    verdict = patrol.send([last], at=50 + received_s)
    assert (verdict.problems == [None]) == believed
    assert verdict.newest is not None
    assert verdict.newest.at == (last.at if believed else NOW)


def test_those_that_overrule_must_follow_from_one_another() -> None:
    """Four at one place and one at another are no run of five; each new place starts again."""
    patrol = Unit()
    patrol.send([fix(0)])
    for each in [*contradicting(4, 10), fix(50, -90_000)]:
        verdict = patrol.send([each])
    assert verdict.problems == [FixProblem.IMPLAUSIBLE_SPEED]
    for second in (60, 70, 80):
        assert patrol.send([fix(second, -90_000 + second)]).problems == [FixProblem.IMPLAUSIBLE_SPEED]
    assert patrol.send([fix(90, -90_000)]).problems == [None]


def test_a_unit_whose_first_fixes_are_all_made_up_has_no_position() -> None:
    verdict = Unit().send([fix(0, mocked=True), fix(9, mocked=True)])
    assert (verdict.newest, verdict.confirmed) == (None, [])
    assert len(verdict.fixes) == 2, "kept in the track all the same"


def test_a_fix_of_the_second_that_is_believed_is_none_against_it() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    for each in contradicting(5, 10, first=0):
        verdict = patrol.send([each])
    assert verdict.problems == [FixProblem.IMPLAUSIBLE_SPEED], "four came after it"


def test_the_newest_believed_fix_is_the_position() -> None:
    verdict = Unit().send([fix(0), fix(10, 50), fix(20, 100)])
    assert verdict.newest is not None
    assert verdict.newest.at == after(20)


def test_a_late_fix_from_before_all_others_is_judged_by_the_first_of_them() -> None:
    patrol = Unit()
    patrol.send([fix(10), fix(20, 10)])
    assert patrol.send([fix(0, 50_000)], at=21).problems == [FixProblem.IMPLAUSIBLE_SPEED]
    assert patrol.send([fix(1, 100)], at=22).problems == [None]


def test_a_vague_fix_between_two_others_bridges_them() -> None:
    """Only neighbours are compared, forwards as backwards."""
    fixes = [fix(0), fix(1, 500, accuracy=500.0), fix(2, 1000)]
    assert Unit().send(fixes).problems == [None] * 3
    patrol = Unit()
    patrol.send(fixes[1:])
    assert patrol.send(fixes[:1], at=3).problems == [None]


def test_made_up_fixes_never_overrule_a_position_however_many_there_are() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    for number in range(1, 20):
        made_up = fix(5 * number, 50_000 + number, mocked=True)
        assert patrol.send([made_up]).problems == [FixProblem.MOCKED]
    assert patrol.place == HERE


def test_fixes_of_a_few_seconds_sent_slowly_overrule_nothing() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    for number, each in enumerate(contradicting(5, 2)):
        verdict = patrol.send([each], at=20 * (number + 1))
    assert verdict.problems == [FixProblem.IMPLAUSIBLE_SPEED]


def test_a_late_fix_that_completes_the_proof_is_not_the_newest() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    first, *later = contradicting(5, 10)
    patrol.send(later, at=50)
    verdict = patrol.send([first], at=80)
    assert (verdict.problems, len(verdict.confirmed)) == ([None], 4)
    assert verdict.newest is not None
    assert (verdict.newest.at, verdict.newest.lat) == (later[-1].at, later[-1].lat)


def test_each_of_those_that_overrule_is_compared_with_the_one_before_it() -> None:
    """Not with the first: whoever leaps back to where the proof began has leapt all the same. And not by the speed of
    its kind, as a foot patrol may sit in a vehicle."""
    patrol = Unit()
    patrol.send([fix(0)])
    there = [fix(10 + 10 * number, 50_000 + 500 * number) for number in range(5)]
    for each in there[:-1]:
        patrol.send([each])
    assert patrol.send([fix(51, 50_000)]).problems == [FixProblem.IMPLAUSIBLE_SPEED], "1500 m in eleven seconds"
    assert patrol.place == HERE, "the proof begins again"
    straight = Unit("foot")
    straight.send([fix(0)])
    for each in there:
        verdict = straight.send([each])
    assert verdict.problems == [None], "two kilometres from the first, and each within reach of the one before"


def test_known_fixes_may_be_read_in_any_order() -> None:
    patrol = Unit()
    patrol.send([fix(0), fix(60, 600), fix(120, 1200)])
    late = [fix(61, 620)]
    straight = judge(late, patrol.track, patrol.kind, after(121))
    assert judge(late, patrol.track[::-1], patrol.kind, after(121)) == straight
    assert (straight.problems, straight.newest) == ([None], patrol.track[-1])


def test_fixes_that_come_late_move_nobody_back() -> None:
    patrol = Unit()
    patrol.send([fix(0), fix(60, 600)])
    verdict = patrol.send([fix(30, 300), fix(31, 310)], at=61)
    assert verdict.problems == [None, None]
    assert verdict.newest is not None
    assert verdict.newest.at == after(60)


def test_what_is_made_up_stays_so_while_others_overrule_the_position() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    *early, last = contradicting(5, 10)
    for each in early:
        patrol.send([each])
    verdict = patrol.send([last, fix(51, 50_000, mocked=True)])
    assert verdict.problems == [None, FixProblem.MOCKED]


def test_a_vague_fix_between_those_that_overrule_does_not_stop_them() -> None:
    patrol = Unit()
    patrol.send([fix(0)])
    *early, last = contradicting(5, 10)
    for each in [*early[:2], fix(21, accuracy=900.0), *early[2:]]:
        patrol.send([each])
    assert patrol.send([last]).problems == [None]


def test_a_late_fix_is_frozen_by_what_came_before_it() -> None:
    patrol = Unit()
    patrol.send([fix(0, speed=9.0), fix(40, 400, speed=9.0)])
    assert patrol.send([fix(30, speed=9.0)], at=41).problems == [FixProblem.FROZEN]


def test_a_trusted_fix_from_a_clock_ahead_is_as_old_as_its_receipt() -> None:
    patrol = Unit()
    patrol.send([fix(59)], at=0)
    assert patrol.send([fix(61, 1500)]).problems == [None], "a minute has passed, not two seconds"


def test_what_overrules_a_position_was_measured_after_it_whenever_either_came_in() -> None:
    patrol = Unit()
    patrol.send([fix(0)], at=100)
    for number, each in enumerate(contradicting(5, 10)):
        verdict = patrol.send([each], at=101 + 10 * number)
    assert verdict.problems == [None]
    patrol = Unit()
    patrol.send([fix(200)])
    for number, each in enumerate(contradicting(5, 10)):
        verdict = patrol.send([each], at=201 + 10 * number)
    assert (verdict.problems, patrol.place) == ([FixProblem.IMPLAUSIBLE_SPEED], HERE)


STEPS = st.lists(
    st.tuples(
        st.floats(0.1, 40),
        st.sampled_from((0.0, 0.0, 3.0, 30.0, 400.0, 5000.0)),
        st.sampled_from((None, 5.0, 5.0, 80.0, WORST_ACCURACY_M + 1)),
        st.sampled_from((None, 0.0, 2.0, 4.0, 20.0)),
        st.sampled_from((False, False, False, False, True)),
        st.floats(0, 20),
    ),
    min_size=1,
    max_size=12,
)


@given(STEPS, st.integers(0, 12))
def test_without_the_track_the_usual_case_is_judged_the_same(steps: list[tuple], alone: int) -> None:
    """For a unit in no doubt, whose newest fixes come one after another; anything else is left to `judge`. No fix comes
    twice here with another accuracy."""
    unit, seconds, north = Unit(), 0.0, 0.0
    for number, (gap, step, accuracy, speed, mocked, late) in enumerate(steps):
        seconds, north = seconds + gap, north + step
        new = [fix(seconds, north, accuracy=accuracy, speed=speed, mocked=mocked)]
        if number == alone:
            new.append(fix(seconds + 0.05, north + step, accuracy=accuracy, speed=speed))
        trusted = [kept for kept in unit.track if kept.problem is None]
        onward = None
        if trusted and unit.doubt is None:
            onward = judge_onward(new, trusted[-1], unit.kind, after(seconds + late))
        verdict = unit.send(new, seconds + late)
        assert onward in (None, verdict)


def judged_onward(new: Fix, last: Fix, kind: str = "car") -> FixVerdict | None:
    position = RecordedFix(last.at, last.lat, last.lon, last.accuracy, last.speed, None, last.at)
    return judge_onward([new], position, kind, new.at)  # type: ignore[arg-type]


def test_a_fix_that_simply_follows_needs_no_track() -> None:
    verdict = judged_onward(fix(5, 40, speed=8.0), fix(0))
    assert verdict is not None
    assert (verdict.problems, verdict.confirmed) == ([None], [])
    assert verdict.fixes == [verdict.newest]
    assert (verdict.newest.at, verdict.newest.received_at) == (after(5), after(5))


@pytest.mark.parametrize(
    "new",
    [
        fix(0, 1), fix(-5, 1), fix(5, 5000), fix(5, 0, speed=4.0), fix(5, 3, accuracy=WORST_ACCURACY_M + 1),
        fix(5, 3, mocked=True),
    ],
)  # fmt: skip
def test_the_track_is_looked_at_for_anything_else(new: Fix) -> None:
    """Not newer, out of reach, unmoved while it reports moving, vague, mocked."""
    assert judged_onward(new, fix(0)) is None


def test_a_unit_that_stands_needs_no_track_either() -> None:
    assert judged_onward(fix(5, 0, speed=3.0), fix(0)) is not None
    assert judged_onward(fix(5, 0), fix(0)) is not None


def test_each_fix_of_a_batch_follows_the_one_before() -> None:
    position = RecordedFix(NOW, *HERE, 5.0, None, None, NOW)
    far = [fix(5, 200), fix(10, 400), fix(15, 600)]
    verdict = judge_onward(far, position, "car", after(15))  # type: ignore[arg-type]
    assert verdict is not None
    assert verdict.newest is not None
    assert verdict.newest.at == after(15)
    assert judge_onward([far[0], far[2], far[1]], position, "car", after(15)) is None  # type: ignore[arg-type]
