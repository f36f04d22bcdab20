"""A radio room's screen is locked, goes on showing, and the next operator takes it over by PIN."""

import httpx
from playwright.async_api import expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import enter
from tests.people import GOOD, a_person
from tests.site import Site, incident, until

PIN = "481516"


async def test_the_next_operator_takes_the_screen_over(site: Site, browsers: Browsers) -> None:
    admin = await site.sign_in("admin")
    next_one, client = await a_person(site, admin, role="operator", display_name="ส.ต.ท. หญิง กานดา")
    page = await browsers.open(DESK)
    look = Looking(page)
    await enter(page, site, next_one["username"], GOOD)
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    await page.get_by_test_id("own-account").click()
    await page.get_by_test_id("pin").fill("123456")
    await page.get_by_test_id("pin-save").click()
    await expect(page.get_by_test_id("own-pin").get_by_test_id("problem")).to_be_visible()
    await page.get_by_test_id("pin").fill(PIN)
    await page.get_by_test_id("pin-save").click()
    await expect(page.get_by_test_id("pin-remove")).to_be_visible()
    await look.at("account-pin")
    await page.get_by_test_id("sign-out").click()

    await sign_in(page, site, "operator")
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    second = await page.context.new_page()
    await second.goto(f"{site.url}/operator")
    await expect(second.get_by_test_id("incident-create")).to_be_visible()
    await page.get_by_test_id("lock").click()
    await expect(page.get_by_test_id("locked-screen")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("locked-screen")).to_be_visible()
    made = (await client.post("/v1/incidents", json=incident(kind="violence"))).json()
    card = page.locator(f'[data-testid="incident-card"][data-id="{made["id"]}"]')
    await expect(card).to_be_visible()  # it goes on showing
    await until(lambda: alarmed(client), 30)
    assert await page.evaluate("document.elementFromPoint(200, 200).closest('dialog') !== null"), "and does nothing"
    await look.at("locked")
    await expect(page.get_by_test_id("unlock-pin")).to_be_focused()
    await page.get_by_test_id("unlock-pin").fill("190783")
    await page.get_by_test_id("unlock").click()
    await expect(page.get_by_test_id("locked-screen").get_by_test_id("problem")).to_be_visible()

    await page.get_by_test_id("unlock-username").fill(next_one["username"])
    await page.get_by_test_id("unlock-pin").fill(PIN)
    await page.get_by_test_id("unlock").click()
    await expect(page.get_by_test_id("take-alarms")).to_be_visible()
    await look.at("locked-alarms")
    await page.get_by_test_id("take-alarms").click()
    await expect(page.get_by_test_id("locked-screen")).not_to_be_visible()
    await expect(page.get_by_test_id("own-account")).to_contain_text("กานดา")
    async with site.as_station() as connection:
        taken = await connection.fetch("SELECT DISTINCT acknowledged_by FROM alarm")
    assert [str(row["acknowledged_by"]) for row in taken] == [next_one["id"]]
    another = (await client.post("/v1/incidents", json=incident(kind="theft", lat=13.7744))).json()
    for screen in (page, second):
        await expect(screen.locator(f'[data-testid="incident-card"][data-id="{another["id"]}"]')).to_be_visible()
    await expect(second.get_by_test_id("own-account")).to_contain_text("กานดา")
    assert look.faults == []


async def alarmed(client: httpx.AsyncClient) -> bool:
    return bool((await client.get("/v1/alarms")).json()["items"])
