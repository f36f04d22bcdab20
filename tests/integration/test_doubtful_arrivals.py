"""An arrival pressed far from the scene looks doubtful wherever it is shown."""

from tests.integration.test_enough_have_been_there import go_through, work_of
from tests.patrols import NEARBY, officers
from tests.site import HERE, Site, incident, report

FAR_AWAY = HERE[0] + 0.01
"""Over a kilometre north of the patrol."""


async def test_the_desk_and_the_officer_see_a_doubtful_arrival(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(lat=FAR_AWAY))).json()
    assert (made["arrival_doubtful"], made["doubtful_arrivals"]) == (False, [])
    await go_through(officer, "accept", "arrived")
    mine = made["assignments"][0]["id"]
    one = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    (listed,) = (await operator.get("/v1/incidents?active=true")).json()["items"]
    held = (await work_of(officer) or {})["incident"]
    for seen in (one, listed, held):
        assert (seen["arrival_doubtful"], seen["doubtful_arrivals"]) == (True, [mine])
    assert (await operator.post(f"/v1/assignments/{mine}/not-arrived", json={})).status_code == 200
    one = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert (one["arrival_doubtful"], one["doubtful_arrivals"]) == (False, [])


async def test_an_arrival_at_the_scene_is_not_doubted(site: Site) -> None:
    (officer,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await go_through(officer, "accept", "arrived")
    seen = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert seen["first_arrived_at"] is not None
    assert (seen["arrival_doubtful"], seen["doubtful_arrivals"]) == (False, [])


async def test_the_second_units_doubt_does_not_doubt_the_first_ones_arrival(site: Site) -> None:
    first, second = await officers(site, HERE, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))).json()
    await go_through(first, "accept", "arrived")
    await go_through(second, "accept")
    async with site.as_station() as connection:  # by its own position the second is a kilometre away
        await connection.execute(
            "UPDATE track SET position = ST_SetSRID(ST_MakePoint($1, $2), 4326) WHERE unit_id = $3",
            HERE[1],
            FAR_AWAY,
            site.login("officer", 1).unit_id,
        )
    await go_through(second, "arrived")
    seen = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert (seen["arrival_doubtful"], len(seen["doubtful_arrivals"])) == (False, 1)


async def test_the_citizen_is_not_told_for_certain(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    told = (await site.client().post("/v1/reports", json=report(kind="sos", lat=FAR_AWAY))).json()
    await go_through(officer, "accept", "arrived")
    token = {"authorization": f"Bearer {told['owner_token']}"}
    seen = (await site.client().get(f"/v1/reports/{told['id']}", headers=token)).json()
    assert (seen["status"], seen["arrival_doubtful"]) == ("arrived", True)
