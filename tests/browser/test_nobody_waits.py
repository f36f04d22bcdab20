"""What desk and officer see of a waiting report, hazards, corrections, and an arrival pressed too soon."""

import asyncpg
from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.browser.test_screens import unhurried
from tests.integration.test_ladder import case
from tests.patrols import FAR, NEARBY, officers
from tests.site import HERE, Site, incident, report


async def test_a_report_that_waits_is_under_needs_a_decision_with_its_danger(site: Site, browsers: Browsers) -> None:
    told = report(
        kind="violence", hazards=["weapon"], description="two men, a knife", silent=True, contact="0811111111"
    )
    assert (await site.client().post("/v1/reports", json=told)).status_code == 201
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    waiting = page.get_by_test_id("waiting-reports").get_by_test_id("incident-card")
    await expect(waiting).to_have_count(1)
    await expect(waiting.get_by_test_id("hazards")).to_be_visible()
    await waiting.click()
    panel = page.get_by_test_id("incident-panel")
    await expect(panel.get_by_test_id("waits-for-word")).to_be_visible()
    await expect(panel.get_by_test_id("hazards").first).to_be_visible()
    await expect(page.get_by_test_id("reporters-dark")).to_be_visible()
    await look.at("operator-report-waits")
    assert look.faults + browsers.complaints == []


async def test_a_case_is_corrected_and_its_unit_taken_back_at_the_desk(site: Site, browsers: Browsers) -> None:
    await officers(site, NEARBY, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    await page.goto(f"{site.url}/operator?incident={made['id']}")
    await page.get_by_test_id("incident-edit").click()
    await page.get_by_test_id("edit-place").fill("หน้าตลาด")
    await page.get_by_test_id("edit-hazard-dog").check()
    await look.at("operator-edit")
    await page.get_by_test_id("edit-send").click()
    await expect(page.get_by_test_id("edit-form")).to_have_count(0)
    await expect(page.get_by_test_id("incident-panel")).to_contain_text("หน้าตลาด")
    seen = await case(operator, made["id"])
    assert (seen["place"], seen["hazards"], seen["version"], seen["kind"]) == ("หน้าตลาด", ["dog"], 2, "theft")
    await page.get_by_test_id("assignment-withdraw").first.click()
    await page.get_by_test_id("withdraw-reason").fill("flat tyre")
    await page.get_by_test_id("withdraw-send").click()
    await expect(page.get_by_test_id("withdrawn-because")).to_be_visible()
    assert look.faults + browsers.complaints == []


async def test_the_officer_sees_the_danger_calls_back_and_takes_an_arrival_back(site: Site, browsers: Browsers) -> None:
    await unhurried(site)
    page = await browsers.open(PHONE, at=HERE)
    look = Looking(page)
    await sign_in(page, site, "officer")
    await go_on_duty(page, site)
    told = report(hazards=["weapon"], description="he has a knife", contact="0811111111", lat=HERE[0] + 0.005)
    assert (await site.client().post("/v1/reports", json=told)).status_code == 201
    await expect(page.get_by_test_id("offer")).to_be_visible()
    await expect(page.get_by_test_id("hazards")).to_be_visible()
    await expect(page.get_by_test_id("job-words")).to_contain_text("he has a knife")
    await expect(page.locator("body")).not_to_contain_text("0811111111")
    await look.at("officer-offer-danger")
    await page.get_by_test_id("offer-accept").click()
    await page.get_by_test_id("caller-show").click()
    await expect(page.get_by_test_id("caller-numbers")).to_contain_text("0811111111")
    await look.at("officer-held-danger")
    await page.get_by_test_id("step-arrived").click()
    await page.get_by_test_id("arrived-far").click()
    await expect(page.get_by_test_id("held-job")).to_have_attribute("data-state", "arrived")
    await page.get_by_test_id("step-not-arrived").click()
    await expect(page.get_by_test_id("held-job")).to_have_attribute("data-state", "en_route")
    assert look.faults + browsers.complaints == []


async def test_a_wrong_clock_is_said_on_every_staff_screen(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    banner = page.get_by_test_id("clock-wrong")
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    await expect(banner).to_have_count(0)
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    await administrator.execute(
        "INSERT INTO jobs_heartbeat (name, at, clock_error_seconds) VALUES ('another', now() + interval '1 min', 3600)"
    )
    await administrator.close()
    await expect(banner).to_contain_text("3600", timeout=20_000)
