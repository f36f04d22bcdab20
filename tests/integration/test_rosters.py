"""Beats with their areas, and the roster: who has which unit, ahead."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.people import a_person, added
from tests.site import Site

WEST = [[100.570, 13.768], [100.578, 13.768], [100.578, 13.790], [100.570, 13.790], [100.570, 13.768]]
EAST = [[100.578, 13.768], [100.586, 13.768], [100.586, 13.790], [100.578, 13.790], [100.578, 13.768]]
BOW = [[100.570, 13.768], [100.586, 13.790], [100.586, 13.768], [100.570, 13.790], [100.570, 13.768]]
BETWEEN = [[100.574, 13.77], [100.582, 13.77], [100.582, 13.78], [100.574, 13.78], [100.574, 13.77]]
FAR = [[100.5, 13.6], [100.51, 13.6], [100.51, 13.61], [100.5, 13.61], [100.5, 13.6]]


def beat(name: str, ring: list[list[float]] = WEST, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "name": name, "area": {"type": "Polygon", "coordinates": [ring]}} | more


def at(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def shift(site: Site, number: int = 0, start: float = -1, end: float = 7, **more: Any) -> dict[str, Any]:
    officer = site.login("officer", number)
    usual = {
        "id": str(uuid.uuid4()),
        "unit_id": str(officer.unit_id),
        "starts_at": at(start),
        "ends_at": at(end),
        "account_ids": [],
    }
    return usual | more


async def account_id(site: Site, number: int) -> str:
    return (await (await site.sign_in("officer", number)).get("/v1/me")).json()["user"]["id"]


async def test_beats_are_drawn_renamed_and_removed_and_their_units_follow(site: Site) -> None:
    commander, officer = await site.sign_in("commander"), await site.sign_in("officer")
    unit = next(each for each in (await commander.get("/v1/units?all=true")).json()["items"] if each["beat"])
    made = await commander.post("/v1/beats", json=beat(unit["beat"]))
    assert made.status_code == 201, made.text
    assert unit["callsign"] in made.json()["callsigns"]
    again = await commander.post("/v1/beats", json=beat(unit["beat"], id=made.json()["id"]))
    assert again.json() == made.json()
    path = f"/v1/beats/{made.json()['id']}"
    renamed = await commander.patch(path, json={"version": 1, "name": "ตลาด"})
    assert (renamed.json()["name"], renamed.json()["version"]) == ("ตลาด", 2)
    assert unit["callsign"] in renamed.json()["callsigns"], "the units follow"
    late = await commander.patch(path, json={"version": 1, "name": "x"})
    assert (late.status_code, late.json()["present"]) == (409, renamed.json())
    assert [each["name"] for each in (await officer.get("/v1/beats")).json()["items"]] == ["ตลาด"]
    assert (await officer.post("/v1/beats", json=beat("x", EAST))).status_code == 403
    assert (await commander.delete(path)).status_code == 204
    units = (await commander.get("/v1/units?all=true")).json()["items"]
    assert next(each["beat"] for each in units if each["id"] == unit["id"]) is None
    assert (await commander.delete(path)).status_code == 404
    async with site.as_station() as connection:
        kept = await connection.fetch("SELECT action FROM audit WHERE action LIKE 'beat.%' ORDER BY at")
    assert [row["action"] for row in kept] == ["beat.add", "beat.change", "beat.remove"]


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (BOW, "Self-intersection at"),
        (FAR, "100% of it lies outside the station's area"),
        ([*WEST[:-1], WEST[1]], "not closed"),
        (
            [[100.574, 13.77], [100.582, 13.77], [100.582, 13.78], [100.574, 13.78], [100.574, 13.77]],
            "overlaps one at 13.",
        ),
    ],
)
async def test_an_area_that_cannot_be_a_beats(site: Site, ring: list[list[float]], words: str) -> None:
    commander = await site.sign_in("commander")
    assert (await commander.post("/v1/beats", json=beat("one"))).status_code == 201
    refused = await commander.post("/v1/beats", json=beat("two", ring))
    assert refused.status_code == 422
    assert words in refused.json()["errors"][0]["message"]
    assert (await commander.post("/v1/beats", json=beat("one", EAST))).json()["code"] == "taken"
    assert (await commander.post("/v1/beats", json=beat("two", EAST))).status_code == 201, "neighbours share a line"


async def test_the_roster_shows_an_officer_the_unit_first(site: Site) -> None:
    commander, officer = await site.sign_in("commander"), await site.sign_in("officer", 0)
    crew = [await account_id(site, 0), await account_id(site, 1)]
    made = await commander.post("/v1/shifts", json=shift(site, 1, 0.9, 8, account_ids=crew))
    assert made.status_code == 201, made.text
    officers = (await commander.get("/v1/shifts/officers")).json()["items"]
    assert set(crew) <= {each["account_id"] for each in officers}
    assert [each["on_duty"] for each in made.json()["people"]] == [False, False]
    choices = {each["id"]: each for each in (await officer.get("/v1/shift/units")).json()["items"]}
    theirs = str(site.login("officer", 1).unit_id)
    assert [key for key, each in choices.items() if each["rostered"]] == [theirs], "from an hour before it begins"
    assert (await officer.post("/v1/shift", json={"unit_id": theirs})).status_code == 200
    [row] = (await commander.get("/v1/shifts")).json()["items"]
    assert sorted(each["on_duty"] for each in row["people"]) == [False, True]
    assert (await officer.get("/v1/shifts")).status_code == 403
    path = f"/v1/shifts/{made.json()['id']}"
    changed = await commander.patch(path, json={"version": 1, "starts_at": at(3), "account_ids": crew[:1]})
    assert (changed.json()["version"], len(changed.json()["people"])) == (2, 1)
    assert not any(each["rostered"] for each in (await officer.get("/v1/shift/units")).json()["items"])
    assert (await commander.patch(path, json={"version": 1})).status_code == 409
    assert (await commander.delete(path)).status_code == 204
    assert (await commander.get("/v1/shifts")).json()["items"] == []


async def test_the_usual_unit_is_shown(site: Site) -> None:
    admin = await site.sign_in("admin")
    unit_id = str(site.login("officer", 2).unit_id)
    _, officer = await a_person(site, admin, default_unit_id=unit_id)
    choices = (await officer.get("/v1/shift/units")).json()["items"]
    assert [each["id"] for each in choices if each["usual"]] == [unit_id]


async def test_nobody_and_nothing_is_planned_twice_at_once(site: Site) -> None:
    commander = await site.sign_in("commander")
    crew = [await account_id(site, 0)]
    first = shift(site, 0, 1, 9, account_ids=crew)
    assert (await commander.post("/v1/shifts", json=first)).status_code == 201
    assert (await commander.post("/v1/shifts", json=first)).status_code == 201, "the same again"
    assert (await commander.post("/v1/shifts", json=first | {"ends_at": at(10)})).json()["code"] == "id_reused"
    unit = await commander.post("/v1/shifts", json=shift(site, 0, 8, 16))
    person = await commander.post("/v1/shifts", json=shift(site, 1, 8, 16, account_ids=crew))
    assert [(each.status_code, each.json()["code"], each.json()["what"]) for each in (unit, person)] == [
        (409, "taken", "unit"),
        (409, "taken", "officer"),
    ]
    following = shift(site, 0, 9, 17, account_ids=crew) | {"starts_at": first["ends_at"]}
    assert (await commander.post("/v1/shifts", json=following)).status_code == 201, "one after the other"
    later = (await commander.get("/v1/shifts")).json()["items"][1]
    moved = await commander.patch(f"/v1/shifts/{later['id']}", json={"version": 1, "starts_at": at(5)})
    assert moved.json()["code"] == "taken"
    assert (await commander.get("/v1/shifts")).json()["items"][1] == later, "nothing was written"


async def test_what_cannot_be_planned(site: Site) -> None:
    commander, admin = await site.sign_in("commander"), await site.sign_in("admin")
    operator = await added(admin, role="operator")
    for wrong, field in (
        (shift(site, 0, 3, 2), "ends_at"),
        (shift(site, 0, 1, 26), "ends_at"),
        (shift(site, 0, -9, -1), "starts_at"),
        (shift(site, 0, 24 * 367, 24 * 367 + 8), "starts_at"),
        (shift(site, unit_id=str(uuid.uuid4())), "unit_id"),
        (shift(site, account_ids=[operator["id"]]), "account_ids"),
        (shift(site, account_ids=[str(uuid.uuid4())]), "account_ids"),
    ):
        answer = await commander.post("/v1/shifts", json=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
    assert (await commander.get("/v1/shifts")).json()["items"] == []
    for period in (
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z",
    ):
        assert (await commander.get(f"/v1/shifts?{period}")).status_code == 422


async def test_a_retired_unit_is_planned_no_more(site: Site) -> None:
    commander = await site.sign_in("commander")
    await both(commander, shift(site, 0, -1, 7), shift(site, 0, 8, 16))
    assert (await commander.delete(f"/v1/units/{site.login('officer', 0).unit_id}")).status_code == 204
    assert len((await commander.get("/v1/shifts")).json()["items"]) == 1, "the one that has begun stays as history"
    refused = await commander.post("/v1/shifts", json=shift(site, 0, 20, 28))
    assert refused.json()["errors"][0]["field"] == "unit_id"


async def both(commander: httpx.AsyncClient, *shifts: dict[str, Any]) -> None:
    for each in shifts:
        assert (await commander.post("/v1/shifts", json=each)).status_code == 201
