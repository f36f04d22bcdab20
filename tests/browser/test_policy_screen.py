"""The times and targets of a station, and those of its province, which it may only tighten."""

from playwright.async_api import expect

from api.db.pool import open_database
from api.services.administration import provinces
from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import enter, ours
from tests.clusters import cheap_passwords
from tests.integration.test_provinces import office
from tests.site import Site


async def test_a_province_sets_what_a_station_may_only_tighten(site: Site, browsers: Browsers) -> None:
    db = await open_database(site.settings.database_url, "sipha_app", size=2)
    with cheap_passwords():
        made = await provinces.found_office(db, office("one", adopts=[site.demo.station_id]), db.now())
    await db.close()
    page = await browsers.open(DESK)
    look = Looking(page)
    await enter(page, site, "one-province", made.passwords["one-province"])
    await page.wait_for_url("**/province")
    await page.get_by_role("navigation").locator('a[href="/policy"]').click()
    await page.get_by_test_id("offer_seconds").fill("25")
    await page.get_by_test_id("target-2").fill("12")
    await page.get_by_test_id("target-2").press("Tab")
    await page.get_by_test_id("target-3").fill("14")
    await page.get_by_test_id("target-3").press("Tab")
    await expect(page.get_by_test_id("policy-changes").locator("li")).to_have_count(3)
    await look.at("policy-province")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("policy-form").locator(".saved")).to_contain_text("✓")
    await expect(page.get_by_test_id("policy-version")).to_have_count(1)

    phone = await browsers.open(PHONE)
    looking_on = Looking(phone)
    await sign_in(phone, site, "commander")
    await phone.goto(f"{site.url}/station")
    await phone.get_by_test_id("to-policy").click()
    await expect(phone.get_by_test_id("offer_seconds")).to_have_value("25")
    await expect(phone.get_by_test_id("offer_seconds")).to_have_attribute("max", "25")
    await phone.get_by_test_id("target-1").fill("4")
    await phone.get_by_test_id("automatic-theft").check()
    await phone.get_by_test_id("units-violence").fill("3")
    await phone.get_by_test_id("units-violence").press("Tab")
    await looking_on.at("policy-station")
    commander = await site.sign_in("commander")
    present = (await commander.get("/v1/policy")).json()
    assert (await commander.put("/v1/policy", json=present | {"alarm_seconds": 20})).status_code == 200
    await phone.get_by_test_id("save").click()
    await expect(phone.get_by_test_id("changed")).to_be_visible()
    await phone.get_by_test_id("save").click()
    await expect(phone.get_by_test_id("policy-form").locator(".saved")).to_contain_text("✓")
    now = (await commander.get("/v1/policy")).json()
    assert (now["targets"]["1"], now["alarm_seconds"], now["units_per_kind"]["violence"]) == (240, 20, 3)
    assert "theft" in now["automatic_kinds"]
    await expect(phone.get_by_test_id("policy-version").first).to_contain_text("→")
    await looking_on.at("policy-saved")
    assert look.faults + looking_on.faults + ours(browsers, "409") == []
