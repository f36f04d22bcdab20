"""A station's beats: drawn, pasted, refused with the place, chosen for a unit, removed."""

import json
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_area_screen import paste
from tests.browser.test_people import ours
from tests.integration.test_rosters import BETWEEN, BOW, EAST, FAR, WEST, beat
from tests.site import Site


def drawing(page: Page) -> Locator:
    return page.get_by_test_id("beat-form").get_by_test_id("area-map")


def polygon(ring: list[list[float]]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


async def at_beats(page: Page, site: Site) -> None:
    await sign_in(page, site, "commander")
    await page.get_by_role("navigation").locator('a[href="/equipment"]').click()
    await page.locator('a[href="/equipment?part=beats"]').click()
    await expect(page.get_by_test_id("beat-add")).to_be_visible()


async def beats(site: Site) -> list[dict[str, Any]]:
    return (await (await site.sign_in("commander")).get("/v1/beats")).json()["items"]


async def test_a_beat_is_drawn_chosen_for_a_unit_renamed_and_removed(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_beats(page, site)
    await look.at("beats-none")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("beat-add").click()
    await page.get_by_test_id("beat-name").fill("ตลาด")
    await expect(drawing(page).locator("canvas")).to_be_visible()
    for count, (x, y) in enumerate([(150, 150), (200, 150), (200, 200), (150, 200)], 1):
        await drawing(page).click(position={"x": x, "y": y})
        await expect(drawing(page)).to_have_attribute("data-corners", str(count))
    await look.at("beat-drawn")
    await page.get_by_test_id("save").click()
    row = page.get_by_test_id("beat").filter(has_text="ตลาด")
    await expect(row).to_be_visible()
    await page.locator('a[href="/equipment?part=units"]').click()
    unit = site.demo.units[0]
    await page.locator(f'[data-testid="unit"][data-id="{unit.id}"]').click()
    present = page.get_by_test_id("unit-beat")
    await expect(present, "a beat that nobody has drawn stays a choice").not_to_have_value("")
    await page.get_by_test_id("unit-beat").select_option("ตลาด")
    await look.at("beat-of-unit")
    await page.get_by_test_id("unit-form").get_by_test_id("save").click()
    await expect(page.get_by_test_id("unit-form").get_by_role("status")).to_contain_text("✓")
    await page.keyboard.press("Escape")
    await page.locator('a[href="/equipment?part=beats"]').click()
    await expect(row).to_contain_text(unit.callsign)
    await row.click()
    await page.get_by_test_id("beat-name").fill("ตลาดเหนือ")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("beat-form").get_by_role("status").last).to_contain_text("✓")
    assert [(each["name"], each["callsigns"]) for each in await beats(site)] == [("ตลาดเหนือ", [unit.callsign])]
    await page.get_by_test_id("beat-remove-ask").click()
    await page.get_by_test_id("beat-remove").scroll_into_view_if_needed()
    await look.at("beat-remove")
    await page.get_by_test_id("beat-remove").click()
    await expect(page.get_by_test_id("beat")).to_have_count(0)
    assert await beats(site) == []
    assert look.faults + ours(browsers) == []


async def test_an_area_that_cannot_be_a_beats_is_shown_on_the_map(site: Site, browsers: Browsers) -> None:
    commander = await site.sign_in("commander")
    for each in (beat("เหนือ", WEST), beat("ตะวันออก", EAST)):
        assert (await commander.post("/v1/beats", json=each)).status_code == 201
    page = await browsers.open(DESK)
    look = Looking(page)
    await at_beats(page, site)
    await expect(page.get_by_test_id("area-map")).to_have_attribute("data-around", "3")
    await look.at("beats")
    await page.get_by_test_id("beat").filter(has_text="เหนือ").click()
    for name, ring, words in (("crosses", BOW, "ตัดกันเอง"), ("outside", FAR, "100 %"), ("overlaps", BETWEEN, "ตะวันออก")):
        await paste(page, polygon(ring))
        await expect(drawing(page)).to_have_attribute("data-trouble", "")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("problem")).to_contain_text(words)
        await expect(drawing(page)).not_to_have_attribute("data-trouble", "")
        await look.at(f"beat-{name}")
    await paste(page, polygon(WEST))
    await page.get_by_test_id("beat-name").fill("กลาง")
    (one, _) = sorted(await beats(site), key=lambda each: each["name"] != "เหนือ")
    assert (await commander.patch(f"/v1/beats/{one['id']}", json={"version": 1, "name": "ใต้"})).status_code == 200
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("changed")).to_be_visible()
    await expect(page.get_by_test_id("other")).to_contain_text("ใต้")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("other")).to_have_count(0)
    assert sorted(each["name"] for each in await beats(site)) == ["กลาง", "ตะวันออก"]
    assert look.faults + ours(browsers, "409", "422") == []
