"""What a station sets for itself, by one call; who wrote what, and that two people cannot overwrite each other."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.integration.test_ladder import sent
from tests.site import Site, incident


async def read(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/v1/policy")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put(client: httpx.AsyncClient, policy: dict[str, Any], **changed: Any) -> httpx.Response:
    """What was read may be sent back."""
    return await client.put("/v1/policy", json=policy | changed)


async def test_a_commander_sets_the_policy_and_everybody_reads_it(site: Site) -> None:
    commander = await site.sign_in("commander")
    before = await read(commander)
    assert before["targets"] == {"1": 300, "2": 900, "3": 900}
    written = await put(commander, before, targets={"1": 240, "2": 600, "3": 1800}, offer_seconds=45)
    assert written.status_code == 200, written.text
    assert written.json()["version"] == before["version"] + 1
    for role in ("officer", "operator", "commander", "admin", "auditor"):
        seen = await read(await site.sign_in(role))
        assert (seen["targets"]["2"], seen["offer_seconds"]) == (600, 45)
    for role in ("officer", "operator", "admin", "auditor"):
        assert (await put(await site.sign_in(role), before)).status_code == 403
    station = (await commander.get("/v1/station")).json()
    assert station["target_seconds"] == {"1": 240, "2": 600, "3": 1800}


async def test_what_it_says_holds_from_the_next_case_on_and_not_before(site: Site) -> None:
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    await site.start_jobs()
    await site.officer(0)
    old = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    await put(commander, await read(commander), targets={"1": 120, "2": 480, "3": 480}, offer_seconds=90,
              units_per_kind={"theft": 2})  # fmt: skip
    new = (await operator.post("/v1/incidents", json=incident(lat=13.79))).json()
    assert (old["target_seconds"], new["target_seconds"], new["units_wanted"]) == (900, 480, 2)
    assert (await operator.get(f"/v1/incidents/{old['id']}")).json()["target_seconds"] == 900
    offer = await sent(site, "backup", "officer0")
    window = datetime.fromisoformat(offer.data["expires_at"]) - datetime.now(UTC)
    assert 60 < window.total_seconds() <= 90 + 11, "the time to answer, and before it ten seconds to reach the phone"


async def test_a_kind_that_goes_by_itself(site: Site) -> None:
    commander = await site.sign_in("commander")
    await put(commander, await read(commander), automatic_kinds=["weapon"])
    assert (await read(commander))["automatic_kinds"] == ["sos", "weapon"], "sos always goes at once"
    await site.start_jobs()
    await site.officer(0)
    operator = await site.sign_in("operator")
    report = {"lat": 13.7712, "lon": 100.5746, "description": "มีด"}
    for kind, dispatching in (("weapon", True), ("theft", False)):
        place = {"lat": report["lat"] + (0.02 if dispatching else 0)}
        told = await site.client().post("/v1/reports", json=report | place | {"id": str(uuid.uuid4()), "kind": kind})
        assert told.status_code == 201, told.text
        cases = (await operator.get("/v1/incidents?active=true")).json()["items"]
        case = next(each for each in cases if each["reference"] == told.json()["reference"])
        assert (case["state"] == "offering") is dispatching


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"offer_seconds": 4}, "offer_seconds"),
        ({"offer_seconds": 301}, "offer_seconds"),
        ({"offer_seconds": "thirty"}, "offer_seconds"),
        ({"delivery_seconds": 1}, "delivery_seconds"),
        ({"fix_limit_seconds": 5}, "fix_limit_seconds"),
        ({"alarm_seconds": 601}, "alarm_seconds"),
        ({"decision_seconds": 0}, "decision_seconds"),
        ({"targets": {"1": 300, "2": 900}}, "targets"),
        ({"targets": {"1": 900, "2": 300, "3": 900}}, "targets"),
        ({"targets": {"1": 30, "2": 300, "3": 900}}, "targets"),
        ({"targets": {"1": 300, "2": 900, "3": 900, "4": 900}}, "targets"),
        ({"automatic_kinds": ["watchlist_face"]}, "automatic_kinds"),
        ({"automatic_kinds": ["flood"]}, "automatic_kinds"),
        ({"units_per_kind": {"theft": 11}}, "units_per_kind"),
        ({"units_per_kind": {"flood": 1}}, "units_per_kind"),
        ({"speed": 6}, "data"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_policy_outside_its_limits_names_the_field_and_changes_nothing(
    shared_site: Site, changed: dict[str, Any], field: str
) -> None:
    commander = await shared_site.sign_in("commander")
    before = await read(commander)
    refused = await put(commander, before, **changed)
    assert refused.status_code == 422, refused.text
    assert any(error["field"].startswith(field) for error in refused.json()["errors"]), refused.text
    assert await read(commander) == before


async def test_two_commanders_at_once_and_the_history_of_both(site: Site) -> None:
    commander = await site.sign_in("commander")
    before = await read(commander)
    answers = await asyncio.gather(
        put(commander, before, offer_seconds=40), put(commander, before, offer_seconds=50), return_exceptions=False
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    assert (lost["code"], lost["present"]["version"]) == ("changed", before["version"] + 1)
    again = await put(commander, lost["present"], offer_seconds=55)
    assert again.status_code == 200
    whatever = await commander.put("/v1/policy", json={**again.json(), "alarm_seconds": 20, "version": None})
    assert (whatever.status_code, whatever.json()["alarm_seconds"]) == (200, 20)
    body = {key: value for key, value in (await commander.get("/v1/delegation")).json().items()
            if key in ("offers", "diversions", "swaps", "repositioning", "mutual_aid")}  # fmt: skip
    assert (await commander.put("/v1/delegation", json=body | {"needs": {"theft": {"units": 3}}})).status_code == 200
    assert (await read(commander))["units_per_kind"] == {"theft": 3}
    history = (await commander.get("/v1/policy/history")).json()["items"]
    assert [each["version"] for each in history] == [before["version"] + 4 - n for n in range(4)]
    assert [each["policy"]["offer_seconds"] for each in history][:2] == [55, 55]
    assert history[0]["policy"]["units_per_kind"] == {"theft": 3}
    assert {each["written_by"] for each in history} == {site.login("commander").display_name}


async def test_crew_and_capabilities_of_a_kind_stay_when_its_units_change(site: Site) -> None:
    commander = await site.sign_in("commander")
    delegation = (await commander.get("/v1/delegation")).json()
    body = {key: delegation[key] for key in ("offers", "diversions", "swaps", "repositioning", "mutual_aid")}
    needs = {"theft": {"units": 1, "crew": 2, "capabilities": ["english"]}}
    await commander.put("/v1/delegation", json=body | {"needs": needs})
    await put(commander, await read(commander), units_per_kind={"theft": 2, "crash": 3})
    written = (await commander.get("/v1/delegation")).json()["needs"]
    assert written["theft"] == {"units": 2, "crew": 2, "capabilities": ["english"]}
    assert written["crash"]["units"] == 3
    await put(commander, await read(commander), units_per_kind={})
    assert (await commander.get("/v1/delegation")).json()["needs"]["theft"]["units"] == 1
