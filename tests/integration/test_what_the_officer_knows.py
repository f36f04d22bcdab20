"""Hazards to the officer are part of the offer; the caller is named late, and never where that would harm them."""

from typing import Any

import httpx
import pytest

from tests.integration.test_enough_have_been_there import go_through, work_of
from tests.integration.test_ladder import case, sent
from tests.integration.test_reports_that_wait import listed
from tests.patrols import NEARBY, officers
from tests.site import Site, incident, report


async def caller(officer: httpx.AsyncClient) -> httpx.Response:
    work = await work_of(officer)
    assert work is not None
    return await officer.post(f"/v1/assignments/{work['assignment']['id']}/caller", json={})


async def test_words_note_hazards_and_silence_are_on_the_offer_and_the_first_push(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0, NEARBY)
    told = report(
        silent=True, hazards=["weapon", "several_people"], description="two men, a knife", contact="0811111111"
    )
    assert (await site.client().post("/v1/reports", json=told)).status_code == 201
    offer = await sent(site, "offer", "officer0")
    notification: Any = offer.content["notification"]
    assert "อาวุธ" in notification["body"]
    assert "0811111111" not in str(offer.content)
    assert "knife" not in str(offer.content)
    work = await work_of(officer)
    assert work is not None
    assert work["incident"]["hazards"] == ["several_people", "silent", "weapon"]
    (words,) = work["words"]
    assert (words["description"], words["silent"], words["hazards"]) == (
        "two men, a knife",
        True,
        ["several_people", "weapon"],
    )
    assert "0811111111" not in str(work)


async def test_photos_are_the_officers_as_long_as_the_case_is(site: Site) -> None:
    import io

    from PIL import Image

    (officer, other) = await officers(site, NEARBY, (13.9, 100.6))
    made = (await site.client().post("/v1/reports", json=report())).json()
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "JPEG")
    owner = site.client(authorization=f"Bearer {made['owner_token']}")
    files = {"photo": ("x.jpg", picture.getvalue(), "image/jpeg")}
    assert (await owner.post(f"/v1/reports/{made['id']}/photos", files=files)).status_code == 201
    work = await work_of(officer)
    assert work is not None
    (photo_id,) = work["words"][0]["photo_ids"]
    assert (await officer.get(f"/v1/photos/{photo_id}")).status_code == 200
    assert (await other.get(f"/v1/photos/{photo_id}")).status_code == 404
    await go_through(officer, "accept", "arrived", "clear")
    assert (await officer.get(f"/v1/photos/{photo_id}")).status_code == 404


async def test_the_number_comes_after_acceptance_for_that_case_and_is_logged(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    await site.client().post("/v1/reports", json=report(contact="0811111111"))
    early = await caller(officer)
    assert (early.status_code, early.json()["state"]) == (409, "offered")
    await go_through(officer, "accept")
    assert (await caller(officer)).json() == {"callers": [{"number": "0811111111", "language": "th"}], "withheld": 0}
    work = await work_of(officer)
    assert work is not None
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM audit WHERE action = 'caller.view'") == 1
    await go_through(officer, "arrived", "clear")
    gone = await officer.post(f"/v1/assignments/{work['assignment']['id']}/caller", json={})
    assert (gone.status_code, gone.json()["state"]) == (409, "cleared")


@pytest.mark.parametrize(
    "told", [{"kind": "drugs"}, {"kind": "suspicious"}, {"kind": "violence", "silent": True}, {"safe_to_call": False}]
)
async def test_whoever_gave_a_tip_or_must_not_be_heard_is_never_told(site: Site, told: dict[str, Any]) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report(contact="0811111111", **told))
    (made,) = await listed(operator)
    await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={})
    await go_through(officer, "accept")
    assert (await caller(officer)).json() == {"callers": [], "withheld": 1}


async def test_what_the_operator_noted_is_on_the_offer_and_the_callers_number_is_not(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    more = {"note": "he has a knife", "caller": "0822222222", "hazards": ["dog"]}
    await operator.post("/v1/incidents", json=incident(**more))
    work = await work_of(officer)
    assert work is not None
    assert (work["incident"]["note"], work["incident"]["hazards"]) == ("he has a knife", ["dog"])
    assert "0822222222" not in str(work)


@pytest.mark.parametrize("told", [{"silent": True}, {"safe_to_call": False}])
async def test_nothing_is_written_to_a_phone_that_must_stay_dark_without_a_reason(
    site: Site, told: dict[str, Any]
) -> None:
    operator = await site.sign_in("operator")
    made = (await site.client().post("/v1/reports", json=report(**told))).json()
    (seen,) = await listed(operator)
    refused = await operator.post(f"/v1/incidents/{seen['id']}/message", json={"text": "where are you?"})
    assert (refused.status_code, refused.json()["state"]) == (409, "not_safe")
    owner = site.client(authorization=f"Bearer {made['owner_token']}")
    assert (await owner.get(f"/v1/reports/{made['id']}")).json()["messages"] == []
    allowed = {"text": "we are outside", "override_reason": "she wrote that it is safe now"}
    assert (await operator.post(f"/v1/incidents/{seen['id']}/message", json=allowed)).status_code == 204
    assert len((await owner.get(f"/v1/reports/{made['id']}")).json()["messages"]) == 1


async def test_reading_the_offer_on_a_screen_counts_as_reaching_the_device(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert made["assignments"][0]["deliveries"]["delivered_at"] is None
    assert await work_of(officer) is not None
    assert (await case(operator, made["id"]))["assignments"][0]["deliveries"]["delivered_at"] is not None


async def test_a_missed_offer_is_said(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert await work_of(officer) is not None
    async with site.as_station() as connection:
        await connection.execute("UPDATE deadline SET due_at = now() WHERE kind = 'offer_expiry'")
    await site.start_jobs()
    from tests.site import until

    async def missed() -> Any:
        return (await officer.get("/v1/assignments/current")).json().get("missed")

    assert (await until(missed))["reference"] == made["reference"]
