"""Radio room and unit write to each other, and see what was read."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.site import Site, incident


async def test_radio_room_and_unit_write_to_each_other(site: Site, browsers: Browsers) -> None:
    phone = await browsers.open(PHONE)
    await sign_in(phone, site, "officer")
    await go_on_duty(phone, site)
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    unit = str(site.login("officer", 0).unit_id)
    await operator.post(f"/v1/incidents/{case['id']}/dispatch", json={"unit_id": unit, "mode": "order"})
    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await desk.locator(f'[data-testid="incident-card"][data-id="{case["id"]}"]').click()
    at_desk, on_phone = desk.get_by_test_id("messages"), phone.get_by_test_id("messages")
    await at_desk.get_by_test_id("message-text").fill("ผู้ก่อเหตุสวมเสื้อแดง")
    await at_desk.get_by_test_id("message-send").click()
    await expect(on_phone).to_contain_text("เสื้อแดง")
    await expect(at_desk).to_contain_text("✓")
    await on_phone.get_by_role("button").first.click()
    await expect(at_desk.locator("li")).to_have_count(2)
    await Looking(phone).at("messages-phone")
    await Looking(desk).at("messages-desk")
    assert not browsers.complaints
