"""A warning about a place: written at the desk, approved by the commander, on the officer's offer."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, incident


async def test_a_warning_reaches_the_offer(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await desk.goto(f"{site.url}/station")
    await desk.get_by_test_id("premises-add").click()
    await desk.get_by_test_id("premises-place").fill(f"{HERE[0]}, {HERE[1]}")
    await expect(desk.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    await desk.get_by_test_id("premises-place").press("Enter")
    await desk.get_by_test_id("premises-fact").fill("สุนัขใหญ่สองตัวไม่ได้ล่าม")
    await Looking(desk).at("premises-form")
    await desk.get_by_test_id("premises-send").click()
    line = desk.get_by_test_id("premises-line")
    await expect(line).to_have_attribute("data-waits", "true")
    await expect(desk.get_by_test_id("premises-approve")).to_have_count(0)
    chief = await browsers.open(PHONE)
    await sign_in(chief, site, "commander")
    await chief.goto(f"{site.url}/station")
    await chief.get_by_test_id("premises").scroll_into_view_if_needed()
    await Looking(chief).at("premises-waiting")
    await chief.get_by_test_id("premises-approve").click()
    await expect(chief.get_by_test_id("premises-line")).to_have_attribute("data-waits", "false")

    officer = await browsers.open(PHONE)
    await sign_in(officer, site, "officer")
    await go_on_duty(officer, site)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert len(made["warnings"]) == 1
    await expect(officer.get_by_test_id("premises-warnings")).to_contain_text("สุนัขใหญ่")
    await Looking(officer).at("premises-offer")
    await desk.goto(f"{site.url}/operator?incident={made['id']}")
    await expect(desk.get_by_test_id("premises-warnings")).to_contain_text("สุนัขใหญ่")
    await Looking(desk).at("premises-desk")
    assert not browsers.complaints
