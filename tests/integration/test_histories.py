"""Whole histories: calls, reports, offers, answers, silence, corrections, merges, lost phones and dead jobs, in any
order; after each step nothing that is stored contradicts itself (`api/db/sql/doctor.sql`).

`SIPHA_HISTORIES=500` tries that many new ones; the suite repeats the same few.
"""

import contextlib
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile
from tests import town as towns
from tests.conftest import _cloned
from tests.site import HERE
from tests.town import Phone, Town

HISTORIES = os.environ.get("SIPHA_HISTORIES")
PLACES = [HERE, (13.7722, 100.5750), (13.7869, 100.5801), (13.7781, 100.5731), (13.7680, 100.5850)]

places = st.sampled_from(PLACES)
officers = st.integers(0, 4)
"""The last is the neighbour's, whose unit may be asked for."""
picks = st.integers(0, 30)
"""Any number: one of those there are, counted round and round."""
kinds = st.sampled_from(["violence", "theft", "weapon", "traffic", "nuisance", "domestic", "crash"])


@pytest.fixture(scope="module")
def town(cluster: Cluster, model_station: DemoFile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with (
        contextlib.contextmanager(_cloned)(cluster, "template_station") as database,
        towns.opened(cluster, database, model_station, tmp_path_factory.mktemp("town")) as open_town,
    ):
        yield open_town


class Histories(RuleBasedStateMachine):
    town: Town

    @initialize(on_duty=st.integers(1, 4), lent=st.booleans())
    def morning(self, on_duty: int, lent: bool) -> None:
        self.cases: list[str] = []
        self.reports: list[tuple[str, str]] = []
        self._do(self.town.clear())
        for number in range(on_duty):
            self._do(self.town.on_duty(4 - number if lent else number, PLACES[number]))

    def _do(self, work: Any) -> Any:
        return self.town.run(work)

    def _ask(self, method: str, path: str, body: object = None, *, by: int | None = None) -> Any:
        client = self.town.operator if by is None else self.town.officers[by]
        return self._do(self.town.call(client, method, path, body))

    def _case(self, pick: int) -> str:
        return self.cases[pick % len(self.cases)]

    # -- what comes in

    @rule(
        kind=kinds,
        at=places,
        units=st.sampled_from([1, 1, 1, 2, 3]),
        drill=st.sampled_from([False, False, False, True]),
        dispatch=st.sampled_from([True, True, True, False]),
    )
    def a_call(self, kind: str, at: tuple[float, float], units: int, drill: bool, dispatch: bool) -> None:
        body = {"id": str(uuid.uuid4()), "kind": kind, "lat": at[0], "lon": at[1], "units_wanted": units}
        made = self._ask("POST", "/incidents", body | {"drill": drill, "dispatch": dispatch})
        assert made.status_code == 201, made.text
        self.cases.append(made.json()["id"])

    @rule(kind=st.sampled_from(["sos", "sos", "violence", "theft", "nuisance"]), at=places)
    def a_report(self, kind: str, at: tuple[float, float]) -> None:
        body = {"id": str(uuid.uuid4()), "kind": kind, "lat": at[0], "lon": at[1]}
        made = self._do(self.town.call(self.town.site.client(), "POST", "/reports", body))
        if made.status_code == 201:
            self.reports.append((body["id"], made.json()["owner_token"]))
            self._learn_cases()

    @rule(kind=st.sampled_from(["sos", "intrusion", "crowd", "tamper"]), camera=st.integers(0, 2))
    def an_alert(self, kind: str, camera: int) -> None:
        body = {
            "id": str(uuid.uuid4()),
            "camera_id": str(self.town.site.demo.cameras[camera].id),
            "kind": kind,
            "occurred_at": self.town.now.isoformat(),
        }
        self._do(self.town.call(self.town.site.worker(), "POST", "/alerts", body))
        self._learn_cases()

    @rule(confirmed=st.booleans())
    def somebody_decides_on_an_alert(self, confirmed: bool) -> None:
        pending = self._ask("GET", "/alerts?state=pending").json()["items"]
        if pending:
            path = f"/alerts/{pending[0]['id']}/{'confirm' if confirmed else 'reject'}"
            self._ask("POST", path, {} if confirmed else {"reason": "nothing there"})
            self._learn_cases()

    @precondition(lambda self: self.reports)
    @rule(pick=picks, word=st.sampled_from(["safe", "cancel", "message"]))
    def the_reporter_writes(self, pick: int, word: str) -> None:
        report, token = self.reports[pick % len(self.reports)]
        client = self.town.site.client(authorization=f"Bearer {token}")
        self._do(
            self.town.call(client, "POST", f"/reports/{report}/{word}", {"text": "hello"} if word == "message" else {})
        )

    def _learn_cases(self) -> None:
        known = set(self.cases)
        listed = self._ask("GET", "/incidents?active=true").json()["items"]
        self.cases += [one["id"] for one in listed if one["id"] not in known]

    # -- what officers do

    @rule(number=officers, at=places)
    def comes_on_duty(self, number: int, at: tuple[float, float]) -> None:
        self._do(self.town.on_duty(number, at))

    @rule(number=officers)
    def goes_off_duty(self, number: int) -> None:
        self._do(self.town.off_duty(number))

    @rule(pick=picks, word=st.sampled_from(["accept", "accept", "accept", "decline"]))
    def answers(self, pick: int, word: str) -> None:
        for number, offer in self._jobs(pick, "offered"):
            body = {"reason": "busy"} if word == "decline" else {}
            self._ask("POST", f"/assignments/{offer}/{word}", body, by=number)

    @rule(pick=picks, word=st.sampled_from(["en-route", "arrived", "arrived", "clear", "not-arrived", "backup"]))
    def does_a_step(self, pick: int, word: str) -> None:
        for number, held in self._jobs(pick, "accepted", "en_route", "arrived"):
            body = {"disposition": "resolved"} if word == "clear" else {}
            self._ask("POST", f"/assignments/{held}/{word}", body, by=number)

    @rule(pick=picks)
    def a_unit_goes_on(self, pick: int) -> None:
        self._go_on(pick)

    @rule(pick=picks)
    def another_goes_on(self, pick: int) -> None:
        self._go_on(pick)

    def _go_on(self, pick: int) -> None:
        """To whatever comes next."""
        for number, job in self._jobs(pick, "offered", "accepted", "en_route", "arrived"):
            has = self._do(self.town.current(number))
            for held in (has["offer"], has["held"]):  # neither for a unit sent by radio although it is off duty
                if held is not None and held["assignment"]["id"] == job:
                    state = held["assignment"]["state"]
                    word = {"offered": "accept", "accepted": "en-route", "en_route": "arrived"}.get(state, "clear")
                    body = {"disposition": "resolved"} if word == "clear" else {}
                    self._ask("POST", f"/assignments/{job}/{word}", body, by=number)

    def _jobs(self, pick: int, *states: str) -> list[tuple[int, str]]:
        """One of the units in these states, if there is any: its officer and the assignment."""
        found = self._do(self.town.assignments(*states))
        return [found[pick % len(found)]] if found else []

    @rule(number=officers, at=places)
    def is_somewhere(self, number: int, at: tuple[float, float]) -> None:
        self._do(self.town.move(number, at))

    @rule(pick=picks)
    def stays_at_the_scene(self, pick: int) -> None:
        for number, _ in self._jobs(pick, "accepted", "en_route"):
            held = self._do(self.town.current(number))["held"]
            for _ in range(7 if held else 0):
                self._do(self.town.move(number, (held["incident"]["lat"], held["incident"]["lon"])))
                self._do(self.town.advance(6))

    @rule(number=officers, phone=st.sampled_from(Phone))
    def a_phone_changes(self, number: int, phone: Phone) -> None:
        self.town.phones[str(number)] = phone

    @rule(number=officers)
    def a_position_is_lost(self, number: int) -> None:
        self.town.tracked.discard(self.town.units[number])

    # -- what the radio room does

    @precondition(lambda self: self.cases)
    @rule(pick=picks, number=st.none() | officers, mode=st.sampled_from(["offer", "order"]))
    def sends_by_hand(self, pick: int, number: int | None, mode: str) -> None:
        body = {} if number is None else {"unit_id": str(self.town.units[number]), "mode": mode}
        self._ask("POST", f"/incidents/{self._case(pick)}/dispatch", body)

    @precondition(lambda self: self.cases)
    @rule(pick=picks, how=st.sampled_from(["close", "cancel"]))
    def ends(self, pick: int, how: str) -> None:
        body = {"disposition": "resolved"} if how == "close" else {"reason": "by mistake"}
        self._ask("POST", f"/incidents/{self._case(pick)}/{how}", body)

    @precondition(lambda self: len(self.cases) > 1)
    @rule(pick=picks, other=picks)
    def merges(self, pick: int, other: int) -> None:
        self._ask("POST", f"/incidents/{self._case(pick)}/merge", {"into": self._case(other)})

    @precondition(lambda self: self.cases)
    @rule(pick=picks)
    def splits(self, pick: int) -> None:
        case = self._ask("GET", f"/incidents/{self._case(pick)}").json()
        if case["sightings"]:
            one = case["sightings"][-1]["id"]
            made = self._ask("POST", f"/incidents/{case['id']}/split", {"sighting_ids": [one]})
            if made.status_code == 201:
                self._learn_cases()

    @precondition(lambda self: self.cases)
    @rule(pick=picks)
    def undoes(self, pick: int) -> None:
        self._ask("POST", f"/incidents/{self._case(pick)}/undo", {})

    @precondition(lambda self: self.cases)
    @rule(
        pick=picks,
        change=st.sampled_from(
            [
                {"priority": 1},
                {"priority": 3},
                {"kind": "weapon"},
                {"kind": "nuisance"},
                {"units_wanted": 1},
                {"units_wanted": 3},
                {"lat": PLACES[2][0], "lon": PLACES[2][1]},
            ]
        ),
    )
    def corrects(self, pick: int, change: dict[str, object]) -> None:
        self._ask("PATCH", f"/incidents/{self._case(pick)}", change | {"reason": "said so"})

    @precondition(lambda self: self.cases)
    @rule(pick=picks)
    def opens(self, pick: int) -> None:
        self._ask("GET", f"/incidents/{self._case(pick)}/reports")

    @precondition(lambda self: self.cases)
    @rule(pick=picks, unit=picks)
    def takes_back(self, pick: int, unit: int) -> None:
        case = self._ask("GET", f"/incidents/{self._case(pick)}").json()
        if case["assignments"]:
            one = case["assignments"][unit % len(case["assignments"])]["id"]
            self._ask("POST", f"/assignments/{one}/withdraw", {"reason": "needed elsewhere"})

    @rule(pick=picks, word=st.sampled_from(["accept", "accept", "reject"]))
    def decides_on_a_proposal(self, pick: int, word: str) -> None:
        items = self._ask("GET", "/proposals").json()["items"]
        if items:
            self._ask("POST", f"/proposals/{items[pick % len(items)]['id']}/{word}", {})

    @rule(pick=picks)
    def takes_an_alarm(self, pick: int) -> None:
        items = self._ask("GET", "/alarms").json()["items"]
        if items:
            self._ask("POST", f"/alarms/{items[pick % len(items)]['id']}/acknowledge", {})

    @rule(
        what=st.sampled_from(["offers", "diversions", "swaps", "repositioning", "unheard_reports", "mutual_aid"]),
        how=st.sampled_from(["automatic", "proposed", "off"]),
    )
    def delegates(self, what: str, how: str) -> None:
        if what == "offers" and how == "off":
            how = "proposed"
        self._do(self.town.delegate(**{what: how}))

    # -- time

    @rule(seconds=st.sampled_from([1, 1, 5, 5, 11, 16, 31, 61, 310]))
    def time_passes(self, seconds: int) -> None:
        self._do(self.town.advance(seconds))

    @rule(seconds=st.sampled_from([5, 40, 200]))
    def jobs_are_dead_for_a_while(self, seconds: int) -> None:
        self.town.jobs_run = False
        self._do(self.town.advance(seconds))
        assert self._do(self.town.findings()) == []
        self.town.jobs_run = True
        self._do(self.town.advance(0))

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        if hasattr(self, "cases"):
            assert self._do(self.town.findings()) == []

    def teardown(self) -> None:
        """Nobody does anything any more: everything still open must end up in front of a person."""
        if not hasattr(self, "cases"):
            return
        self._do(self.town.advance(400))
        assert self._do(self.town.findings()) == []
        REACHED.update(self._do(self.town.reached()))


REACHED: Counter[str] = Counter()
"""What the histories led to: a rule that is never reached is not tested."""


@pytest.mark.timeout(3600)
def test_no_history_contradicts_itself(town: Town) -> None:
    machine = type("OfTheTown", (Histories,), {"town": town})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(HISTORIES or 8),
            stateful_step_count=40 if HISTORIES else 25,
            deadline=None,
            derandomize=HISTORIES is None,
            print_blob=True,
            phases=list(Phase) if HISTORIES else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(sorted(REACHED.items())))
