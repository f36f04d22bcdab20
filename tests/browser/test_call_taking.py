"""A call by keyboard alone: the place as the caller says it, one key for it, and the case is offered."""

import uuid

from playwright.async_api import expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, until


async def test_a_call_is_taken_without_the_mouse(site: Site, browsers: Browsers) -> None:
    operator = await site.sign_in("operator")
    for number, name in enumerate(("ตลาดเช้าบ้านสวน", "ตลาดเช้าบ้านนา")):
        own = {"id": str(uuid.uuid4()), "name": name, "kind": "market", "lat": HERE[0] + number / 100, "lon": HERE[1]}
        assert (await operator.post("/v1/places", json=own)).status_code == 201
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    await page.locator("h2").first.wait_for()
    await page.keyboard.press("n")
    await expect(page.get_by_test_id("create-place")).to_be_focused()
    await page.keyboard.type("ตลาดเชาบานสวน")
    options = page.get_by_test_id("place-option")
    await expect(options.first).to_contain_text("ตลาดเช้าบ้านสวน")
    await Looking(page).at("call-places")
    await page.keyboard.press("Enter")
    await expect(options).to_have_count(0)
    await expect(page.get_by_test_id("create-lat")).to_have_value(f"{HERE[0]}")
    await page.get_by_test_id("create-elsewhere").focus()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("create-source").select_option("191")
    await page.get_by_test_id("create-source-number").fill("191-26-4711")
    await Looking(page).at("call-elsewhere")
    await page.get_by_test_id("create-send").press("Enter")

    async def opened() -> bool:
        cases = (await operator.get("/v1/incidents", params={"active": "true"})).json()["items"]
        return [(each["source"], each["lat"]) for each in cases] == [("191", HERE[0])]

    await until(opened)
    await expect(page.get_by_test_id("told-elsewhere")).to_contain_text("191-26-4711")
    assert not browsers.complaints


async def test_a_place_that_is_nowhere_is_said_to_be(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    await page.locator("h2").first.wait_for()
    await page.keyboard.press("n")
    await page.get_by_test_id("create-place").fill("ดาวอังคาร")
    await expect(page.get_by_role("status").filter(has_text="ไม่พบสถานที่")).to_be_visible()
    await page.get_by_test_id("create-place").fill("13.7563, 100.5018")
    await expect(page.get_by_test_id("place-option").first).to_be_visible()
    await page.keyboard.press("Alt+1")
    await expect(page.get_by_test_id("create-lat")).to_have_value("13.7563")
