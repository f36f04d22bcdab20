"""A varied month, computed a second time: the API's answers against NumPy over the input.

Nothing here uses the product's queries or rules: the meaning of each figure comes from the contract and the domain.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import h3.api.basic_int as h3
import msgspec
import numpy as np
import pytest

from tests.site import HERE, Site

TARGETS = {1: 300, 2: 900, 3: 900}
FAR = 0.01
"""Degrees of latitude: more than a kilometre."""
Where = str
"""Where the phone was when the button was pressed: `there`, `far`, or `unknown`."""


class Known(msgspec.Struct):
    """One made-up case. Times are seconds after the call; None: never happened."""

    priority: int
    received_at: datetime
    offered: float | None = None
    delivered: float | None = None
    accepted: float | None = None
    arrived: float | None = None
    where: Where = "there"
    geofence: bool = False
    taken_back: float | None = None
    """An earlier arrival, pressed by mistake and taken back."""
    neighbour: bool = False
    ended: float | None = 3000.0
    state: str = "closed"
    drill: bool = False
    unit: int = 0
    id: UUID = msgspec.field(default_factory=uuid4)
    assignment_id: UUID = msgspec.field(default_factory=uuid4)

    @property
    def cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def counts(self) -> bool:
        return not self.drill and self.state != "merged"

    @property
    def late_when_cancelled(self) -> bool:
        end = self.arrived if self.arrived is not None else self.ended
        return self.cancelled and end is not None and end > TARGETS[self.priority]


def month(chance: random.Random, begin: datetime) -> list[Known]:
    """Ordinary cases of every kind, and at least one of each that is easily miscounted."""
    made: list[Known] = []
    for n in range(90):
        known = Known(chance.choice((1, 2, 2, 3)), begin + timedelta(minutes=37 * n), unit=chance.randrange(3))
        known.offered = chance.uniform(1, 60)
        known.delivered = known.offered + chance.uniform(1, 8) if chance.random() < 0.9 else None
        known.accepted = known.offered + chance.uniform(4, 90)
        known.arrived = known.accepted + chance.uniform(60, 1400) if chance.random() < 0.85 else None
        known.where = chance.choices(("there", "far", "unknown"), weights=(7, 2, 2))[0]
        made.append(known)
    twisted = {
        "cancelled": {"state": "cancelled", "arrived": None, "ended": 100.0},
        "cancelled late": {"state": "cancelled", "arrived": None, "ended": 1200.0},
        "cancelled after a late arrival": {"state": "cancelled", "arrived": 1000.0, "ended": 1300.0},
        "cancelled after an arrival in time, later": {"state": "cancelled", "arrived": 200.0, "ended": 1300.0},
        "a neighbour arrived": {"neighbour": True, "arrived": 400.0, "accepted": None, "offered": None},
        "a drill": {"drill": True, "arrived": 100.0},
        "a doubtful drill": {"drill": True, "arrived": 100.0, "where": "far"},
        "merged away": {"state": "merged", "arrived": None, "ended": 50.0},
        "doubtful": {"arrived": 250.0, "where": "far"},
        "doubtful and cancelled": {"state": "cancelled", "arrived": 250.0, "where": "far", "ended": 1500.0},
        "the phone noted it, the track is gone": {"arrived": 250.0, "where": "unknown", "geofence": True},
        "nothing known": {"arrived": 250.0, "where": "unknown"},
        "corrected": {"arrived": 950.0, "taken_back": 200.0},
        "nobody was ever asked": {
            "offered": None,
            "delivered": None,
            "accepted": None,
            "arrived": None,
            "ended": 2000.0,
        },
    }
    for n, case in enumerate(msgspec.structs.replace(made[0], **change) for change in twisted.values()):
        case.id, case.assignment_id, case.received_at = uuid4(), uuid4(), begin + timedelta(hours=60 + n)
        made.append(case)
    return made


async def write(site: Site, cases: Sequence[Known]) -> None:
    units = [unit.id for unit in site.demo.units]
    async with site.as_station() as connection:
        for number, known in enumerate(cases):
            at = lambda seconds, known=known: known.received_at + timedelta(seconds=seconds)  # noqa: E731
            cell = h3.latlng_to_cell(*HERE, 12)
            await connection.execute(
                "INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position, "
                "received_at, target_seconds, due_at, forecast, demo, first_arrived_at, ended_at, h3, drill) VALUES "
                "($1, $2, $3, 'theft', $4, $5, true, ST_SetSRID(ST_MakePoint($6, $7), 4326), $8, $9, $10, 'met', "
                "true, $11, $12, $13, $14)",
                known.id,
                site.demo.station_id,
                f"26-{number:05}",
                known.priority,
                known.state,
                HERE[1],
                HERE[0],
                known.received_at,
                TARGETS[known.priority],
                at(TARGETS[known.priority]),
                None if known.arrived is None else at(known.arrived),
                None if known.ended is None else at(known.ended),
                cell,
                known.drill,
            )
            if known.neighbour:
                await connection.execute(
                    "INSERT INTO incident_aid (station_id, incident_id, to_station_id, aid_incident_id, to_name_th, "
                    "to_name_en, asked_at, callsign, arrived_at) VALUES ($1, $2, $1, $2, 'ข้างเคียง', 'Next', $3, "
                    "'71', $4)",
                    site.demo.station_id,
                    known.id,
                    known.received_at,
                    at(known.arrived),
                )
            if known.offered is None:
                continue
            unit_id = units[known.unit]
            await connection.execute(
                "INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, offered_at, ended_at) "
                "VALUES ($1, $2, $3, $4, 'cleared', 'offer', $5, $6)",
                known.assignment_id,
                site.demo.station_id,
                known.id,
                unit_id,
                at(known.offered),
                None if known.ended is None else at(known.ended),
            )
            points: list[tuple[str, str, float | None, bool]] = [
                ("offered", "system", known.offered, False),
                ("delivered", "phone", known.delivered, False),
                ("accepted", "officer", known.accepted, False),
                ("arrived", "officer", known.taken_back, False),
                ("arrived", "officer", None if known.taken_back is None else known.taken_back + 30, True),
                ("arrived", "officer", known.arrived, False),
                ("arrived", "geofence", known.arrived if known.geofence else None, False),
            ]
            for kind, source, seconds, voids in points:
                if seconds is not None:
                    await connection.execute(
                        "INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at, "
                        "voids, corrects) SELECT $1, $2, $3, $4::text, $5::text, $6, $7, max(id) FROM time_point WHERE "
                        "assignment_id = $3 AND kind = $4 AND source = $5",
                        site.demo.station_id,
                        known.id,
                        known.assignment_id,
                        kind,
                        source,
                        at(seconds),
                        voids,
                    )
            if known.arrived is not None and known.where != "unknown":
                away = FAR if known.where == "far" else 0.0
                await connection.execute(
                    "INSERT INTO track (unit_id, station_id, at, position, accuracy) VALUES "
                    "($1, $2, $3, ST_SetSRID(ST_MakePoint($4, $5), 4326), 5)",
                    unit_id,
                    site.demo.station_id,
                    at(known.arrived - 5),
                    HERE[1],
                    HERE[0] + away,
                )


def expected(cases: Sequence[Known]) -> dict[str, Any]:
    """What `GET /v1/stats/response` must return for these cases, by the documented meaning of each field."""
    cases = [known for known in cases if known.counts]
    whole = [known for known in cases if not known.cancelled]
    late = [known for known in cases if known.late_when_cancelled]
    there = [known for known in whole if known.arrived is not None]
    in_time = [known for known in there if (known.arrived or 0) <= TARGETS[known.priority]]

    def stage(begin: Callable[[Known], float | None], end: Callable[[Known], float | None]) -> dict[str, float] | None:
        spans = [b - a for known in whole if (a := begin(known)) is not None and (b := end(known)) is not None]
        if not spans:
            return None
        p50, p90, p95 = np.percentile(spans, [50, 90, 95])
        return {"p50": round(p50, 1), "p90": round(p90, 1), "p95": round(p95, 1), "n": len(spans)}

    def own(known: Known) -> bool:
        return not known.neighbour

    return {
        "incidents": len(whole),
        "arrived": len(there),
        "without_arrival": len(whole) - len(there),
        "cancelled": len(cases) - len(whole),
        "cancelled_late": len(late),
        "doubtful": sum(known.where == "far" and own(known) for known in there),
        "unchecked": sum(known.neighbour or (known.where == "unknown" and not known.geofence) for known in there),
        "on_time_share": round(len(in_time) / (len(whole) + len(late)), 4),
        "stages": {
            "response": stage(lambda _: 0.0, lambda k: k.arrived),
            "decision": stage(lambda _: 0.0, lambda k: k.offered),
            "delivery": stage(lambda k: k.offered, lambda k: k.delivered),
            "answer": stage(lambda k: k.offered, lambda k: k.accepted),
            "travel": stage(lambda k: k.accepted, lambda k: k.arrived),
        },
    }


def compare(told: dict[str, Any], reckoned: dict[str, Any], what: str) -> None:
    for name, value in reckoned.items():
        if name != "stages":
            assert told[name] == pytest.approx(value, abs=1e-4), f"{what}: {name}"
            continue
        for stage, figures in value.items():
            assert told["stages"][stage] == (None if figures is None else pytest.approx(figures, abs=0.11)), (
                f"{what}: {stage}"
            )


async def test_every_figure_is_what_was_put_in(site: Site) -> None:
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=6)
    cases = month(random.Random(20261126), begin)
    await write(site, cases)
    commander = await site.sign_in("commander")
    period = {"from": (begin - timedelta(hours=1)).isoformat(), "to": datetime.now(UTC).isoformat()}

    async def told(path: str, **more: object) -> Any:
        answer = await commander.get(path, params=period | more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    (row,) = (await told("/v1/stats/response"))["items"]
    reckoned = expected(cases)
    assert (
        min(reckoned[name] for name in ("without_arrival", "cancelled", "cancelled_late", "doubtful", "unchecked")) > 1
    )
    compare(row, reckoned, "whole")
    by_priority = {row["group"]: row for row in (await told("/v1/stats/response", group="priority"))["items"]}
    for level in (1, 2, 3):
        compare(by_priority[str(level)], expected([k for k in cases if k.priority == level]), f"priority {level}")
    by_hour = {row["group"]: row for row in (await told("/v1/stats/response", group="hour"))["items"]}
    bangkok = timedelta(hours=7)
    for hour in {(known.received_at + bangkok).hour for known in cases if known.counts}:
        inside = [known for known in cases if (known.received_at + bangkok).hour == hour]
        if any(not known.cancelled or known.late_when_cancelled for known in inside if known.counts):
            compare(by_hour[f"{hour:02}"], expected(inside), f"hour {hour}")

    (heat,) = (await told("/v1/heatmap", metric="late_share"))["features"]
    whole = [known for known in cases if known.counts and not known.cancelled]
    late_ones = sum(known.arrived is None or known.arrived > TARGETS[known.priority] for known in whole)
    share = (late_ones + reckoned["cancelled_late"]) / (len(whole) + reckoned["cancelled_late"])
    assert heat["properties"] | {"h3": ""} == {
        "h3": "",
        "value": pytest.approx(share, abs=1e-4),
        "count": len(whole),
        "cancelled_late": reckoned["cancelled_late"],
        "without_arrival": reckoned["without_arrival"],
        "doubtful": reckoned["doubtful"],
    }
    assert share == pytest.approx(1 - reckoned["on_time_share"], abs=1e-4), "two figures, one truth"
    (heat,) = (await told("/v1/heatmap", metric="incidents"))["features"]
    assert (heat["properties"]["value"], heat["properties"]["count"]) == (len(whole), len(whole))
    (heat,) = (await told("/v1/heatmap", metric="response_p90"))["features"]
    assert heat["properties"]["value"] == pytest.approx(reckoned["stages"]["response"]["p90"], abs=0.11)

    public = (await told("/v1/transparency"))["response"]
    fields = ("without_arrival", "cancelled_late", "doubtful", "unchecked")
    assert [public[name] for name in fields] == [None if 0 < reckoned[name] < 5 else reckoned[name] for name in fields]
    assert (public["n"], public["on_time_share"]) == (len(whole), pytest.approx(reckoned["on_time_share"], abs=1e-4))
    assert public["p90"] == pytest.approx(reckoned["stages"]["response"]["p90"], abs=0.11)
