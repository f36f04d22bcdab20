"""A station's units, cameras and machines, run on the screen."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.integration.test_rosters import beat
from tests.patrols import officers
from tests.site import HERE, Site, alert, incident

LONG = "สายตรวจ 🚓 ชุดปฏิบัติการพิเศษประจำตลาดนัดกลางคืนฝั่งเหนือ"


async def at(page: Page, site: Site, part: str, role: str = "admin") -> None:
    await sign_in(page, site, role)
    await page.goto(f"{site.url}/equipment?part={part}")


async def units(site: Site) -> list[dict[str, Any]]:
    return (await (await site.sign_in("admin")).get("/v1/units?all=true")).json()["items"]


async def test_a_unit_is_added_changed_and_taken_out_of_use(site: Site, browsers: Browsers) -> None:
    assert (await (await site.sign_in("commander")).post("/v1/beats", json=beat("เหนือ"))).status_code == 201
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "commander")
    await page.get_by_role("navigation").locator('a[href="/equipment"]').click()
    await expect(page.get_by_test_id("unit").first).to_be_visible()
    await look.at("equipment-units")
    await page.get_by_test_id("unit-add").click()
    await page.get_by_test_id("unit-callsign").fill(site.demo.units[0].callsign)
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("problem")).to_contain_text("นามเรียกขาน")
    await page.get_by_test_id("unit-callsign").fill(LONG)
    await page.get_by_test_id("unit-kind").select_option("car")
    await page.get_by_test_id("unit-plate").fill("1กก 1234")
    await page.get_by_test_id("unit-capabilities").fill("english, diver")
    await look.at("equipment-unit-add")
    await page.get_by_test_id("save").click()
    row = page.get_by_test_id("unit").filter(has_text=LONG)
    await expect(row).to_contain_text("diver, english")
    await row.click()
    await page.get_by_test_id("unit-beat").select_option("เหนือ")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("unit-form").get_by_role("status")).to_contain_text("✓")
    await page.get_by_test_id("retire-ask").click()
    await page.get_by_test_id("retire").scroll_into_view_if_needed()
    await look.at("equipment-unit-retire")
    await page.get_by_test_id("retire").click()
    await expect(row).to_have_count(0)
    await page.get_by_test_id("unit-past").locator("summary").click()
    await expect(page.get_by_test_id("unit-past")).to_contain_text(LONG)
    (kept,) = [each for each in await units(site) if each["callsign"] == LONG]
    assert (kept["kind"], kept["beat"], kept["retired_at"] is None) == ("car", "เหนือ", False)
    assert look.faults + ours(browsers, "409") == []


async def test_a_unit_with_a_case_stays_and_says_why(site: Site, browsers: Browsers) -> None:
    (officer,), operator = await officers(site, HERE), await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    (offered,) = made["assignments"]
    assert (await officer.post(f"/v1/assignments/{offered['id']}/accept", json={})).status_code == 200
    page = await browsers.open(DESK)
    await at(page, site, "units")
    await page.locator(f'[data-testid="unit"][data-id="{offered["unit_id"]}"]').click()
    await page.get_by_test_id("retire-ask").click()
    await page.get_by_test_id("retire").click()
    await expect(page.get_by_test_id("retire-part").get_by_test_id("problem")).to_contain_text("มีเหตุค้างอยู่")
    assert ours(browsers, "409") == []


async def test_two_people_change_the_same_unit(site: Site, browsers: Browsers) -> None:
    """What was typed is kept, what the other one changed is shown, and the second save puts it in place."""
    unit = site.demo.units[0]
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at(page, site, "units")
    await page.locator(f'[data-testid="unit"][data-id="{unit.id}"]').click()
    await page.get_by_test_id("unit-plate").fill("1กก 1")
    commander = await site.sign_in("commander")
    other = {"version": 1, "plate": "2ขข 2", "beat": "ใต้"}
    assert (await commander.patch(f"/v1/units/{unit.id}", json=other)).status_code == 200
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("changed")).to_be_visible()
    await expect(page.get_by_test_id("other")).to_contain_text("2ขข 2")
    await expect(page.get_by_test_id("unit-plate")).to_have_value("1กก 1")
    await expect(page.get_by_test_id("unit-beat")).to_have_value("ใต้")
    await look.at("equipment-unit-changed")
    (now,) = [each for each in await units(site) if each["id"] == str(unit.id)]
    assert now["plate"] == "2ขข 2", "nothing was overwritten"
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("other")).to_have_count(0)
    (now,) = [each for each in await units(site) if each["id"] == str(unit.id)]
    assert (now["plate"], now["beat"], now["version"]) == ("1กก 1", "ใต้", 3)
    assert look.faults + ours(browsers, "409") == []


async def test_a_camera_is_placed_by_tapping_and_by_numbers(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at(page, site, "cameras")
    await expect(page.get_by_test_id("camera").first).to_be_visible()
    await look.at("equipment-cameras")
    await page.get_by_test_id("camera-add").click()
    await page.get_by_test_id("camera-name").fill("ปากซอย 23 🎥")
    await expect(page.get_by_role("application").locator("canvas")).to_be_visible()
    await page.get_by_role("application").click(position={"x": 90, "y": 80})
    await expect(page.get_by_test_id("camera-lat")).not_to_have_value("")
    tapped = float(await page.get_by_test_id("camera-lat").input_value())
    assert 0 < abs(tapped - HERE[0]) < 0.1
    await page.get_by_test_id("camera-lat").fill(str(HERE[0]))
    await page.get_by_test_id("camera-lon").fill(str(HERE[1]))
    await page.get_by_test_id("camera-direction").fill("135")
    await look.at("equipment-camera-add")
    await page.get_by_test_id("save").click()
    row = page.get_by_test_id("camera").filter(has_text="ปากซอย 23")
    await expect(row).to_contain_text("135°")
    camera_id = await row.get_attribute("data-id")
    await row.click()
    await page.get_by_test_id("camera-direction").fill("90")
    admin = await site.sign_in("admin")
    other = {"version": 1, "direction": 180}
    assert (await admin.patch(f"/v1/cameras/{camera_id}", json=other)).status_code == 200
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("other")).to_contain_text("180")
    await expect(page.get_by_test_id("camera-direction")).to_have_value("90")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("other")).to_have_count(0)
    (now,) = [each for each in (await admin.get("/v1/cameras")).json()["items"] if each["id"] == camera_id]
    assert (now["lat"], now["lon"], now["direction"]) == (*HERE, 90)
    await page.get_by_test_id("retire-ask").click()
    await page.get_by_test_id("retire").click()
    await expect(row).to_have_count(0)
    assert look.faults + ours(browsers, "409") == []


async def test_a_machines_token_is_shown_once_limited_replaced_and_revoked(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at(page, site, "machines")
    await expect(page.get_by_test_id("machine").first).to_be_visible()
    await look.at("equipment-machines")
    await page.get_by_test_id("machine-add").click()
    await page.get_by_test_id("machine-label").fill("กล่องหลังตลาด")
    await page.get_by_test_id("limit-cameras-some").check()
    await expect(page.get_by_test_id("save")).to_be_disabled()
    camera = site.demo.cameras[0]
    await page.locator(f'[data-testid="limit-cameras"] input[value="{camera.id}"]').check()
    await page.get_by_test_id("limit-kinds-some").check()
    await page.locator('[data-testid="limit-kinds"] input[value="sos"]').check()
    await look.at("equipment-machine-add")
    await page.get_by_test_id("save").click()
    first = await page.get_by_test_id("machine-token").text_content() or ""
    assert re.fullmatch(r"[\w-]{43}", first)
    await look.at("equipment-machine-token")
    worker = site.client(authorization=f"Bearer {first}")
    assert (await worker.post("/v1/alerts", json=alert(site, kind="sos"))).status_code < 300
    await page.get_by_test_id("machine-done").click()
    row = page.get_by_test_id("machine").filter(has_text="กล่องหลังตลาด")
    await row.click()
    assert first not in await page.content()
    await page.get_by_test_id("machine-label").fill("กล่องหน้าตลาด")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("machine-form").get_by_role("status")).to_contain_text("✓")
    await page.get_by_test_id("machine-replace-ask").click()
    await look.at("equipment-machine")
    await page.get_by_test_id("machine-replace").click()
    second = await page.get_by_test_id("machine-token").text_content() or ""
    assert second != first
    assert (await worker.post("/v1/alerts", json=alert(site, kind="sos"))).status_code == 401
    await page.get_by_test_id("machine-done").click()
    row = page.get_by_test_id("machine").filter(has_text="กล่องหน้าตลาด")
    await row.click()
    await page.get_by_test_id("retire-ask").click()
    await page.get_by_test_id("retire").click()
    await expect(row).to_have_count(0)
    await expect(page.get_by_test_id("machine-past")).to_be_visible()
    gone = site.client(authorization=f"Bearer {second}")
    assert (await gone.post("/v1/alerts", json=alert(site, kind="sos"))).status_code == 401
    assert look.faults + browsers.complaints == []
