"""Somebody comes into the room: the page is gone at once, and the way back does not lead to it."""

from playwright.async_api import expect

from tests.browser.chromium import PHONE, Browsers
from tests.browser.screens import Looking
from tests.site import HERE, Site


async def test_the_way_back_does_not_lead_to_the_report(site: Site, browsers: Browsers) -> None:
    await site.officer(0, at=HERE, phone=False)
    page = await browsers.open(PHONE)
    await page.route("https://www.tmd.go.th/", lambda route: route.fulfill(body="weather"))
    await page.goto(f"{site.url}/")
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-domestic").click()
    await page.get_by_test_id("report-send").click()
    await expect(page.get_by_test_id("track-status")).to_have_attribute("data-status", "received")
    assert await page.title() == "สิบห้า"
    looking = Looking(page)
    await looking.at("quick-exit")
    await page.get_by_test_id("quick-exit").click()
    await page.wait_for_url("https://www.tmd.go.th/")
    await page.go_back()
    await expect(page.get_by_test_id("home-help")).to_be_visible()
    assert await page.evaluate("sessionStorage.length") == 0
    assert looking.faults == []
    assert browsers.complaints == []
