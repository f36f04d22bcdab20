"""The screens of dispatch beyond the first offer: proposals, undo and split, diversion, and the station's own page."""

from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.browser.test_screens import unhurried
from tests.patrols import FAR, NEARBY, driving, live, officers, sweep
from tests.site import HERE, Site, incident


async def test_a_proposal_is_decided_with_one_key(site: Site, browsers: Browsers) -> None:
    await unhurried(site)
    (slow,) = await officers(site, FAR, first=1)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(drill=True))).json()
    await slow.post(f"/v1/assignments/{made['assignments'][0]['id']}/accept", json={})
    (quick,) = await officers(site, NEARBY)
    await sweep(site)
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    card = page.get_by_test_id("proposal-card")
    await expect(card).to_have_attribute("data-kind", "swap")
    await expect(card.get_by_test_id("drill-mark")).to_be_visible()
    await look.at("operator-proposal")

    assert (await quick.delete("/v1/shift")).status_code < 300
    await card.get_by_test_id("proposal-accept").click()
    await expect(page.get_by_test_id("proposal-missed")).to_contain_text(made["reference"])
    browsers.complaints.clear()  # the browser logs the refusal as an error

    (quick,) = await officers(site, NEARBY)
    await sweep(site)
    await expect(card).to_be_visible()
    await page.goto(f"{site.url}/operator?incident={made['id']}")
    await expect(card).to_be_visible()
    await page.wait_for_timeout(800)  # a key meant for the previous item decides nothing
    await page.keyboard.press("d")
    await expect(card).to_have_count(0)
    offer = (await quick.get("/v1/assignments/current")).json()["offer"]["assignment"]
    assert (await quick.post(f"/v1/assignments/{offer['id']}/accept", json={})).status_code == 200
    await expect(page.get_by_test_id("withdrawn-because")).to_be_visible()
    why = page.get_by_test_id("why-decision")
    await expect(why).to_have_count(2)
    await expect(why.last).to_have_attribute("data-kind", "swap")
    await why.last.locator("summary").click()
    await look.at("operator-why")
    assert look.faults + browsers.complaints == []


async def test_a_merge_is_undone_and_an_incident_is_split(site: Site, browsers: Browsers) -> None:
    operator = await site.sign_in("operator")
    one, other = [
        (await operator.post("/v1/incidents", json=incident(dispatch=False, lat=HERE[0] + n / 100))).json()
        for n in range(2)
    ]
    merged = await operator.post(f"/v1/incidents/{one['id']}/merge", json={"into": other["id"]})
    assert merged.status_code == 200, merged.text
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    await page.goto(f"{site.url}/operator?incident={other['id']}")
    await page.get_by_test_id("split-open").click()
    await page.get_by_test_id("split-sighting").first.check()
    await look.at("operator-split")
    await page.get_by_test_id("split-do").click()
    change = page.get_by_test_id("change")
    await expect(change).to_have_attribute("data-kind", "split")
    await page.get_by_test_id("change-undo").click()
    await page.get_by_test_id("change-undo-do").click()
    await expect(change).to_have_count(2)
    await page.get_by_test_id("change-undo").click()
    await look.at("operator-undo")
    await page.get_by_test_id("change-undo-do").click()
    await page.wait_for_url(f"**/operator?incident={one['id']}")
    await expect(page.get_by_test_id("incident-panel")).to_have_attribute("data-state", "open")
    assert look.faults + browsers.complaints == []


async def test_an_officer_is_called_to_something_more_urgent(site: Site, browsers: Browsers) -> None:
    await unhurried(site)
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "officer")
    await go_on_duty(page, site)
    officer, operator = await site.sign_in("officer"), await site.sign_in("operator")
    await live(site, officer)
    lesser = await driving(officer, operator, kind="nuisance")
    await expect(page.get_by_test_id("held-job")).to_have_attribute("data-state", "en_route")
    urgent = (await operator.post("/v1/incidents", json=incident(kind="violence", drill=False))).json()
    await expect(page.get_by_test_id("offer-leaves")).to_contain_text(lesser["reference"])
    await look.at("officer-leaves")
    await page.get_by_test_id("offer-accept").click()
    held = page.get_by_test_id("held-job")
    await expect(held).to_contain_text(urgent["reference"])
    await expect(page.get_by_test_id("taken-away")).to_have_attribute("data-reason", "diverted")
    await expect(page.get_by_test_id("taken-away")).to_contain_text(lesser["reference"])
    await look.at("officer-diverted")
    assert look.faults + browsers.complaints == []
    assert (await operator.post(f"/v1/incidents/{urgent['id']}/cancel", json={"reason": "ไม่มีเหตุ"})).status_code == 200
    await expect(page.get_by_test_id("taken-away").filter(has_text=urgent["reference"])).to_be_visible()


async def test_the_station_lays_down_what_happens_by_itself(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    look = Looking(page)
    await at_the_station(page, site, "commander")
    await page.get_by_test_id("delegated-swaps-automatic").check(force=True)
    await page.get_by_test_id("needs-add").select_option("violence")
    await page.get_by_test_id("delegation-sign").click()
    await expect(page.get_by_test_id("delegation-signed")).to_contain_text(await its_name(site))
    await expect(page.get_by_test_id("delegated-swaps")).to_have_attribute("data-chosen", "automatic")
    await expect(page.get_by_test_id("supervisor-warning")).to_be_visible()
    await page.get_by_test_id("supervisor-choice").first.click()
    await expect(page.get_by_test_id("supervisor")).not_to_have_attribute("data-current", "")
    await page.get_by_test_id("channel-label").fill("ห้องเวร")
    await page.get_by_test_id("channel-url").fill("tgram://123456789:abcdefg_secret/12345")
    await page.get_by_test_id("channel-add").click()
    await expect(page.get_by_test_id("channel")).to_contain_text("ห้องเวร")
    await expect(page.get_by_test_id("channels")).not_to_contain_text("secret")
    await page.get_by_test_id("tracker-label").fill("เครื่องบนรถ")
    await page.get_by_test_id("tracker-add").click()
    await expect(page.get_by_test_id("tracker-token")).to_be_visible()
    await look.at("station-commander")
    await page.get_by_test_id("tracker-typed-in").click()
    await page.get_by_test_id("tracker-revoke").click()
    await page.get_by_test_id("tracker-revoke-do").click()
    await expect(page.get_by_test_id("tracker")).to_have_attribute("data-revoked", "true")
    for role in ("operator", "admin", "auditor"):
        await page.context.clear_cookies()
        await at_the_station(page, site, role)
        await expect(page.get_by_test_id("delegation-sign")).to_have_count(0)
        await expect(page.get_by_test_id("delegated-swaps")).to_have_attribute("data-chosen", "automatic")
        await look.at(f"station-{role}")
    assert look.faults + browsers.complaints == []


async def at_the_station(page: Page, site: Site, role: str) -> None:
    await sign_in(page, site, role)
    await page.goto(f"{site.url}/station")
    await expect(page.get_by_test_id("delegation-signed")).to_be_visible()


async def its_name(site: Site) -> str:
    commander = await site.sign_in("commander")
    return str((await commander.get("/v1/me")).json()["user"]["display_name"])
