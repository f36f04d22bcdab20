"""The office of a province founds stations from a file, sets what they may only tighten, and compares them; a station
sees itself alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.db.pool import Database, open_database
from api.domain.access.permissions import Actor, system_at
from api.domain.errors import NotFound, Taken
from api.services.administration import provinces
from api.services.administration.provinces import OfficePerson, OfficePlan
from api.services.figures import roll_ups
from tests.clusters import cheap_passwords
from tests.people import accepted, added, signed_in, somebody
from tests.site import HERE, Site, incident, report


@pytest.fixture
async def db(site: Site) -> AsyncIterator[Database]:
    database = await open_database(site.settings.database_url, "sipha_app", size=4)
    yield database
    await database.close()


@pytest.fixture
async def jobs(site: Site) -> AsyncIterator[Database]:
    database = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    yield database
    await database.close()


def office(name: str, **more: Any) -> OfficePlan:
    people = [
        OfficePerson(role="province", username=f"{name}-province", display_name="ฝ่ายอำนวยการ"),
        OfficePerson(role="admin", username=f"{name}-admin", display_name="admin"),
    ]
    return OfficePlan(name_th=f"ภ.จว.{name}", name_en=name, lat=13.78, lon=100.58, account=people, **more)


class Office:
    def __init__(self, id_: str, province: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        self.id, self.province, self.admin = id_, province, admin


async def founded(site: Site, db: Database, name: str = "one", **more: Any) -> Office:
    with cheap_passwords():
        made = await provinces.found_office(db, office(name, **more), db.now())
    province, admin = [await site.sign_in_as(*each) for each in made.passwords.items()]
    return Office(str(made.office_id), province, admin)


def planned(number: int, **changed: Any) -> dict[str, Any]:
    """One of a grid of stations, far from the model station."""
    lat, lon = 15.0 + number // 10 * 0.1, 102.0 + number % 10 * 0.1
    usual = {
        "name_th": f"สภ.{number}",
        "name_en": f"Station {number}",
        "lat": lat + 0.04,
        "lon": lon + 0.04,
        "area": [[lat, lon], [lat, lon + 0.08], [lat + 0.08, lon + 0.08], [lat + 0.08, lon]],
        "delegated_by": "ผกก.",
        "unit": [{"callsign": f"{number}-1", "kind": "car"}],
        "camera": [{"name": "01", "lat": lat + 0.04, "lon": lon + 0.04}],
        "account": [
            {"role": "admin", "username": f"admin-{number}", "display_name": "admin"},
            {"role": "commander", "username": f"commander-{number}", "display_name": "commander"},
        ],
    }
    return usual | changed


async def found(province: httpx.AsyncClient, *plans: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await province.post("/v1/stations", json={"stations": plans})
    assert answer.status_code == 201, answer.text
    return answer.json()["items"]


async def take_up(site: Site, station: dict[str, Any], role: str) -> httpx.AsyncClient:
    [own] = [each for each in station["invitations"] if each["username"].startswith(role)]
    assert (await accepted(site, own["link"].partition("#")[2])).status_code == 200
    return await signed_in(site, own["username"])


async def test_a_hundred_stations_from_one_file_each_sees_itself_alone(site: Site, db: Database) -> None:
    own = await founded(site, db)
    made = await found(own.province, *(planned(number) for number in range(100)))
    assert {each["state"] for each in made} == {"founded"}
    seen = (await own.province.get("/v1/stations")).json()["items"]
    assert len(seen) == 100
    assert seen[0]["units"] is None, "not counted yet"
    again = await found(own.province, *(planned(number) for number in range(101)))
    assert [each["state"] for each in again] == ["present"] * 100 + ["founded"]
    assert again[7]["station_id"] == made[7]["station_id"]
    admin = await take_up(site, made[42], "admin")
    assert (await admin.get("/v1/station")).json()["name_en"] == "Station 42"
    assert [unit["callsign"] for unit in (await admin.get("/v1/units")).json()["items"]] == ["42-1"]
    assert len((await admin.get("/v1/accounts")).json()["items"]) == 2
    async with db.transaction(site_actor(made[42])) as connection:
        assert await connection.fetchval("SELECT count(*) FROM station WHERE area IS NOT NULL") == 1
        assert await connection.fetchval("SELECT count(*) FROM unit") == 1
    served = await site.client().post("/v1/reports", json=report(lat=15.44, lon=102.24))
    assert served.status_code == 201
    async with db.transaction(site_actor(made[42])) as connection:
        assert await connection.fetchval("SELECT count(*) FROM report") == 1


def site_actor(station: dict[str, Any]) -> Actor:
    return system_at(UUID(station["station_id"]))


async def test_what_is_wrong_in_a_file_is_named_and_the_rest_is_founded(site: Site, db: Database) -> None:
    own = await founded(site, db)
    bow = planned(3, area=[[15.0, 102.3], [15.08, 102.38], [15.08, 102.3], [15.0, 102.38]])
    taken = planned(4, account=[{"role": "admin", "username": "admin-1", "display_name": "x"}])
    made = await found(own.province, planned(1), bow, taken, planned(5, area=planned(1)["area"]), planned(2))
    assert [each["state"] for each in made] == ["founded", "refused", "refused", "refused", "founded"]
    assert [each["code"] for each in made] == [None, "invalid", "taken", "invalid", None]
    assert "Self-intersection at" in str(made[1]["facts"])
    assert "overlaps สภ.1" in str(made[3]["facts"])
    assert made[1]["worker_token"] is None
    assert len((await own.province.get("/v1/stations")).json()["items"]) == 2
    wrong = await own.province.post("/v1/stations", json={"stations": [planned(6, colour="red")]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    assert (await own.province.post("/v1/stations", json={"stations": []})).status_code == 422


async def test_an_office_sees_its_own_stations_and_nobody_elses_rows(site: Site, db: Database, jobs: Database) -> None:
    one = await founded(site, db, adopts=[site.demo.station_id])
    two = await founded(site, db, "two")
    assert (await two.province.get("/v1/stations")).json()["items"] == []
    assert (await two.province.get("/v1/stats/stations")).json()["items"] == []
    await site.officer(phone=False)
    operator = await site.sign_in("operator")
    assert (await operator.post("/v1/incidents", json=incident())).status_code == 201
    await roll_ups.count_states(jobs, jobs.now())
    [seen] = (await one.province.get("/v1/stations")).json()["items"]
    assert (seen["id"], seen["on_duty"], seen["active"], seen["overdue"]) == (str(site.demo.station_id), 1, 1, 0)
    assert (seen["units"], seen["cameras"]) == (len(site.demo.units), len(site.demo.cameras))
    await roll_ups.count_states(jobs, jobs.now() + timedelta(hours=1))
    [seen] = (await one.province.get("/v1/stations")).json()["items"]
    assert seen["overdue"] == 1
    for path in ("/v1/incidents", "/v1/units", "/v1/alerts", "/v1/accounts", "/v1/audit", "/v1/stats/response"):
        assert (await one.province.get(path)).status_code == 403, path
    for role in ("operator", "commander", "admin", "auditor", "officer"):
        theirs = await site.sign_in(role)
        for path in ("/v1/stations", "/v1/stats/stations"):
            assert (await theirs.get(path)).status_code == 403, (role, path)
    async with db.transaction(site_actor({"station_id": one.id})) as connection:
        for table in ("incident", "unit", "shift", "camera", "report"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_a_station_is_adopted_once(site: Site, db: Database) -> None:
    await founded(site, db, adopts=[site.demo.station_id])
    for wanted in (site.demo.station_id, uuid4()):
        with pytest.raises((Taken, NotFound)):
            await founded(site, db, "two", adopts=[wanted])
    await founded(site, db, "two")


async def test_roles_of_an_office_and_of_a_station(site: Site, db: Database) -> None:
    own = await founded(site, db)
    assert (await added(own.admin, role="province"))["role"] == "province"
    refused = await own.admin.post("/v1/accounts", json=somebody(role="officer"))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "role")
    refused = await (await site.sign_in("admin")).post("/v1/accounts", json=somebody(role="province"))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "role")
    shown = (await own.province.get("/v1/station")).json()
    assert (shown["name_en"], shown["area"]) == ("one", None)


async def test_nothing_is_ever_sent_to_an_office(site: Site, db: Database) -> None:
    """Its seat lies nearer to the place than any station."""
    await founded(site, db)
    answer = await site.client().post("/v1/reports", json=report(lat=9.0, lon=99.0))
    assert answer.json()["covered"] is False
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM report") == 1


async def test_a_station_may_only_tighten_its_provinces_policy(site: Site, db: Database) -> None:
    own = await founded(site, db, adopts=[site.demo.station_id])
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    policy = (await own.province.get("/v1/policy")).json()
    tight = policy | {"targets": {"1": 240, "2": 600, "3": 900}, "offer_seconds": 20}
    assert (await own.province.put("/v1/policy", json=tight)).status_code == 200
    theirs = (await commander.get("/v1/policy")).json()
    assert (theirs["targets"], theirs["offer_seconds"]) == ({"1": 240, "2": 600, "3": 900}, 20)
    case = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert case["target_seconds"] == 240
    for looser, field in (
        ({"targets": {"1": 241, "2": 600, "3": 900}}, "targets"),
        ({"offer_seconds": 21}, "offer_seconds"),
    ):
        refused = await commander.put("/v1/policy", json=theirs | looser)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    kept = await commander.put("/v1/policy", json=theirs | {"targets": {"1": 180, "2": 600, "3": 900}})
    assert kept.status_code == 200, kept.text
    loose = (await own.province.get("/v1/policy")).json() | {"targets": {"1": 300, "2": 900, "3": 900}}
    assert (await own.province.put("/v1/policy", json=loose)).status_code == 200
    assert (await commander.get("/v1/policy")).json()["targets"] == {"1": 180, "2": 600, "3": 900}


async def test_figures_are_those_that_the_station_sees(site: Site, db: Database, jobs: Database) -> None:
    own = await founded(site, db, adopts=[site.demo.station_id])
    [empty] = (await own.province.get("/v1/stats/stations")).json()["items"]
    assert empty["figures"] == [figures(None)]
    async with site.as_station() as connection:
        await connection.execute(CASES, site.demo.station_id, *HERE[::-1])
    for thoroughly in (True, False):
        await roll_ups.count_days(jobs, jobs.now(), thoroughly=thoroughly)
        [station] = (await own.province.get("/v1/stats/stations")).json()["items"]
        commander = await site.sign_in("commander")
        [whole] = (await commander.get("/v1/stats/response")).json()["items"]
        by_priority = (await commander.get("/v1/stats/response?group=priority")).json()["items"]
        assert station["figures"] == [
            figures(None, whole),
            *(figures(int(each["group"]), each) for each in by_priority),
        ]
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET priority = 2 WHERE priority = 1")
    await roll_ups.count_days(jobs, jobs.now(), thoroughly=True)
    [station] = (await own.province.get("/v1/stats/stations")).json()["items"]
    assert [each["priority"] for each in station["figures"]] == [None, 2, 3], "what is gone is gone"


CASES = """
INSERT INTO incident (id, station_id, reference, kind, priority, verified, state, position, received_at, opened_at,
                      target_seconds, due_at, forecast, drill, first_arrived_at, ended_at, h3)
SELECT gen_random_uuid(), $1, 'test-' || n, 'theft', 1 + n % 3, true,
       CASE WHEN n % 7 = 0 THEN 'cancelled' WHEN n % 11 = 0 THEN 'merged' ELSE 'closed' END,
       ST_SetSRID(ST_MakePoint($2, $3), 4326)::geography, at, at, 600, at + interval '600 s',
       'met', n % 13 = 0, CASE WHEN n % 5 > 0 THEN at + n * interval '9 s' END, at + n * interval '20 s', 0
FROM generate_series(1, 90) n, LATERAL (SELECT now() - (n % 6) * interval '1 day' - interval '1 h' AS at) t
"""


def figures(priority: int | None, of_station: dict[str, Any] | None = None) -> dict[str, Any]:
    same = ("incidents", "arrived", "without_arrival", "cancelled", "cancelled_late")
    if of_station is None:
        return {"priority": priority} | dict.fromkeys(same, 0) | {"on_time_share": None, "response": None}
    response = of_station["stages"]["response"]
    return (
        {"priority": priority}
        | {name: of_station[name] for name in same}
        | {
            "on_time_share": of_station["on_time_share"],
            "response": {name: pytest.approx(value, abs=0.11) for name, value in response.items()},
        }
    )


async def test_days_have_their_limits(site: Site, db: Database) -> None:
    own = await founded(site, db)
    for wrong in ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=2020-01-01T00:00:00Z"):
        assert (await own.province.get(f"/v1/stats/stations?{wrong}")).status_code == 422
