"""Where the caller is: the code read aloud, the page, what a handset says by itself, and the desk that uses it."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.integration.test_callers import AML, THERE, gateway_of
from tests.site import Site, incident


async def test_a_caller_who_cannot_speak_is_found(site: Site, browsers: Browsers) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(caller="0812345678", dispatch=False))).json()
    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await desk.locator(f'[data-testid="incident-card"][data-id="{made["id"]}"]').click()
    await desk.get_by_test_id("locate-open").click()
    await expect(desk.get_by_test_id("locate-to")).to_have_value("0812345678")
    await Looking(desk).at("locate-ask")
    await desk.get_by_test_id("locate-aloud").click()
    code = await desk.get_by_test_id("locate-code").inner_text()
    await Looking(desk).at("locate-code")
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_test_id("locate-link")).to_contain_text(code)

    caller = await browsers.open(PHONE)
    await caller.context.grant_permissions(["geolocation"], origin=site.url)
    await caller.context.set_geolocation({"latitude": THERE[0], "longitude": THERE[1], "accuracy": 9})
    await caller.goto(f"{site.url}/here")
    await caller.get_by_test_id("here-code").fill("0000" if code != "0000" else "0001")
    await caller.get_by_test_id("here-enter").click()
    await expect(caller.get_by_test_id("here-wrong")).to_be_visible()
    await caller.get_by_test_id("here-code").fill(code)
    await Looking(caller).at("here-code")
    await caller.get_by_test_id("here-enter").click()
    await expect(caller.get_by_test_id("here-locate")).to_be_visible()
    await expect(desk.get_by_test_id("locate-link")).not_to_contain_text(code)
    await caller.get_by_test_id("here-locate").click()
    await expect(caller.get_by_test_id("here-state")).to_contain_text("9")
    await caller.get_by_test_id("here-text").fill("ซ่อนอยู่ในห้องน้ำ")
    await caller.get_by_test_id("here-say").click()
    await expect(caller.get_by_test_id("here-messages")).to_contain_text("ซ่อนอยู่ในห้องน้ำ")
    await Looking(caller).at("here")
    await expect(desk.get_by_test_id("locate-item")).to_be_visible()
    await desk.get_by_test_id("locate").scroll_into_view_if_needed()
    await Looking(desk).at("located")
    await desk.get_by_test_id("locate-use").click()
    await expect(desk.get_by_test_id("locate-use")).to_have_count(0)
    moved = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert (moved["lat"], moved["lon"]) == THERE
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    await expect(caller.get_by_test_id("here-locate")).to_have_count(0)
    await Looking(caller).at("here-over")
    assert not [each for each in browsers.complaints if "404" not in each and "409" not in each]


async def test_a_handset_fills_the_call(site: Site, browsers: Browsers) -> None:
    aml = await gateway_of(site)
    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await aml.post("/v1/ingest/location", data=AML)
    await desk.locator("h2").first.wait_for()
    await desk.keyboard.press("n")
    await expect(desk.get_by_test_id("just-called")).to_contain_text("0812345678")
    await Looking(desk).at("just-called")
    await desk.get_by_test_id("just-called-use").click()
    await expect(desk.get_by_test_id("create-caller")).to_have_value("0812345678")
    await desk.get_by_test_id("create-send").click()
    await expect(desk.get_by_test_id("locate-item")).to_be_visible()
    (made,) = (await (await site.sign_in("operator")).get("/v1/incidents?active=true")).json()["items"]
    assert (made["lat"], made["lon"]) == THERE
    assert not browsers.complaints
