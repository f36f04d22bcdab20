"""A frightened person with a phone: helped with one touch, told the truth, heard even without a signal."""

from playwright.async_api import Page, expect

from tests.browser.chromium import PHONE, Browsers
from tests.site import HERE, Site, send_position, until

NEAR = (HERE[0] + 0.002, HERE[1])


async def test_an_sos_is_followed_until_the_patrol_is_there(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    officer = await site.officer(0, at=NEAR)
    page = await browsers.open(PHONE)
    await page.goto(f"{site.url}/")
    await can_call_191(page)
    await page.get_by_test_id("home-help").click()
    await can_call_191(page)
    await page.get_by_test_id("report-sos").click()
    await can_call_191(page)
    await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/track#*token=*")
    await can_call_191(page)
    status = page.get_by_test_id("track-status")
    await expect(status).to_have_attribute("data-status", "searching")
    await expect(page.get_by_test_id("track-uncovered")).to_have_count(0)
    offer = await until(lambda: next(iter(site.receiver.of("offer")), None))
    work = f"/v1/assignments/{offer.data['assignment_id']}"
    steps = (("accept", "assigned"), ("en-route", "on_the_way"), ("arrived", "arrived"))
    for step, told in steps:
        assert (await officer.post(f"{work}/{step}", json={})).status_code == 200
        await expect(status).to_have_attribute("data-status", told)
    await can_call_191(page)
    assert browsers.complaints == []


async def test_the_truth_when_nobody_is_on_duty(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-theft").click()
    await page.get_by_test_id("report-description").fill("กระเป๋าหาย")
    await page.get_by_test_id("report-send").click()
    told = page.get_by_test_id("track-uncovered")
    await expect(told).to_be_visible()
    await expect(told.locator('[href="tel:191"]')).to_be_visible()
    await page.get_by_test_id("track-message").fill("อยู่หน้าร้าน")
    await page.get_by_test_id("track-message-send").click()
    await page.get_by_test_id("track-safe").click()
    await expect(page.get_by_test_id("track-safe")).to_be_disabled()
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]

    async def told_the_desk() -> bool:
        report = (await operator.get(f"/v1/incidents/{case['id']}/reports")).json()["items"][0]
        return report["safe"] and [said["text"] for said in report["messages"]] == ["อยู่หน้าร้าน"]

    await until(told_the_desk)
    assert browsers.complaints == []


async def test_a_report_without_a_signal_goes_out_once_when_there_is_one(site: Site, browsers: Browsers) -> None:
    officer = await site.officer(0, at=NEAR, phone=False)
    page = await browsers.open(PHONE)
    await page.goto(f"{site.url}/report")
    await page.evaluate("navigator.serviceWorker.ready")
    await page.context.set_offline(True)
    await page.reload()
    await page.get_by_test_id("report-sos").click()
    await page.get_by_test_id("report-send").click()
    status = page.get_by_test_id("track-status")
    await expect(status).to_have_attribute("data-status", "waiting")
    await can_call_191(page)
    assert await cases(site) == 0
    await send_position(officer, *NEAR)
    await page.context.set_offline(False)
    await expect(status).to_have_attribute("data-status", "received")
    await page.reload()
    await expect(status).to_have_attribute("data-status", "received")
    await expect(page.get_by_test_id("waiting-to-send")).to_have_count(0)
    assert await cases(site) == 1


async def test_a_place_can_be_pointed_at_when_the_phone_does_not_know_it(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE, at=None)
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-traffic").click()
    await page.get_by_test_id("report-send").click()
    await page.get_by_test_id("pin-lat").fill(str(HERE[0]))
    await page.get_by_test_id("pin-lon").fill(str(HERE[1]))
    await page.get_by_test_id("pin-use").click()
    await page.wait_for_url("**/track#*token=*")
    await expect(page.get_by_test_id("track-status")).to_have_attribute("data-status", "received")
    assert await cases(site) == 1


async def can_call_191(page: Page) -> None:
    link = page.locator('[href="tel:191"]:visible').first
    await expect(link).to_be_visible()
    await expect(link).to_be_in_viewport()


async def cases(site: Site) -> int:
    async with site.as_station() as connection:
        return await connection.fetchval("SELECT count(*) FROM incident")
