"""The station's names and area on the commander's screen."""

import json
from typing import Any

from playwright.async_api import Page, expect

from api.db.pool import open_database
from tests import neighbour
from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.integration.test_station_area import BOW, SQUARE, polygon, put
from tests.site import Site

ACROSS = [[100.555, 13.755], [100.60, 13.755], [100.60, 13.80], [100.555, 13.80], [100.555, 13.755]]


async def at_the_area(page: Page, site: Site) -> None:
    await sign_in(page, site, "commander")
    await page.goto(f"{site.url}/station")
    await page.get_by_test_id("area-change").click()
    await expect(drawing(page).locator("canvas")).to_be_visible()


def drawing(page: Page) -> Any:
    return page.get_by_test_id("area-form").get_by_test_id("area-map")


async def paste(page: Page, text: str) -> None:
    if not await page.get_by_test_id("area-paste").is_visible():
        await page.get_by_test_id("area-text").locator("summary").click()
    await page.get_by_test_id("area-paste").fill(text)
    await page.get_by_test_id("area-use").click()


async def test_an_area_is_drawn_by_hand(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_the_area(page, site)
    await look.at("area")
    await page.set_viewport_size(PHONE)
    before = int(await drawing(page).get_attribute("data-corners") or 0)
    await page.get_by_test_id("area-clear").click()
    await expect(page.get_by_test_id("save")).to_be_disabled()
    await page.get_by_test_id("area-undo").click()
    await expect(drawing(page)).to_have_attribute("data-corners", str(before))
    await page.get_by_test_id("area-clear").click()
    for count, (x, y) in enumerate([(60, 60), (240, 60), (240, 240), (60, 240)], 1):
        await drawing(page).click(position={"x": x, "y": y})
        await expect(drawing(page)).to_have_attribute("data-corners", str(count))
    await drawing(page).click(position={"x": 240, "y": 240})
    await page.get_by_test_id("area-remove").click()
    await expect(drawing(page)).to_have_attribute("data-corners", "3")
    await page.get_by_test_id("area-undo").click()
    await expect(drawing(page)).to_have_attribute("data-corners", "4")
    await drawing(page).scroll_into_view_if_needed()
    frame = await drawing(page).bounding_box()
    await page.mouse.move(frame["x"] + 60, frame["y"] + 240)
    await page.mouse.down()
    await page.mouse.move(frame["x"] + 120, frame["y"] + 200, steps=4)
    await page.mouse.up()
    await page.get_by_test_id("name-en").fill("Sample station 🚓 with a name that is long enough to need a second line")
    await look.at("area-drawn")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("area-form").locator(".saved")).to_contain_text("✓")
    now = (await (await site.sign_in("commander")).get("/v1/station")).json()
    (ring,) = now["area"]["coordinates"]
    assert (len(ring), now["version"]) == (5, 2)
    assert ring[3][0] > ring[0][0] + 0.001, "the dragged corner has moved"
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("station-area")).to_contain_text("🚓")
    assert look.faults + ours(browsers) == []


async def test_a_border_that_crosses_itself_is_shown_on_the_map(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_the_area(page, site)
    await paste(page, "{")
    await expect(page.get_by_test_id("area-unreadable")).to_be_visible()
    await look.at("area-unreadable")
    await paste(page, json.dumps({"type": "Feature", "properties": {}, "geometry": polygon(BOW)}))
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("problem")).to_contain_text("ตัดกันเอง")
    await expect(drawing(page)).to_have_attribute("data-trouble", "13.785,100.575")
    await drawing(page).scroll_into_view_if_needed()
    await look.at("area-crosses")
    now = (await (await site.sign_in("commander")).get("/v1/station")).json()
    assert now["version"] == 1
    await paste(page, json.dumps(polygon(SQUARE)))
    await expect(drawing(page)).to_have_attribute("data-trouble", "")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("area-form").locator(".saved")).to_contain_text("✓")
    assert look.faults + ours(browsers, "422") == []


async def test_an_area_on_a_neighbours_is_refused_with_its_name(site: Site, browsers: Browsers) -> None:
    database = await open_database(site.settings.database_url, "sipha_app", size=2)
    await neighbour.found(site, database)
    await database.close()
    page = await browsers.open(DESK)
    look = Looking(page)
    await at_the_area(page, site)
    file = {"name": "area.geojson", "mimeType": "application/geo+json", "buffer": json.dumps(polygon(ACROSS)).encode()}
    await page.get_by_test_id("area-text").locator("summary").click()
    await page.get_by_test_id("area-file").set_input_files(file)
    await expect(drawing(page)).to_have_attribute("data-corners", "4")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("problem")).to_contain_text("สน.ข้างเคียง")
    await expect(drawing(page)).not_to_have_attribute("data-trouble", "")
    await look.at("area-overlaps")
    assert look.faults + ours(browsers, "422") == []


async def test_two_commanders_change_the_area(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_the_area(page, site)
    await paste(page, json.dumps(polygon(SQUARE)))
    theirs = [[100.56, 13.76], [100.59, 13.76], [100.59, 13.79], [100.56, 13.79], [100.56, 13.76]]
    commander = await site.sign_in("commander")
    assert (await put(commander, name_en="Theirs", area=polygon(theirs))).status_code == 200
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("changed")).to_be_visible()
    await expect(page.get_by_test_id("area-other")).to_be_visible()
    await expect(page.get_by_test_id("name-en")).to_have_value("Theirs")
    await page.get_by_test_id("area-other").scroll_into_view_if_needed()
    await look.at("area-changed")
    now = (await commander.get("/v1/station")).json()
    assert now["area"]["coordinates"] == [theirs], "nothing was overwritten"
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("area-form").locator(".saved")).to_contain_text("✓")
    now = (await commander.get("/v1/station")).json()
    assert (now["area"]["coordinates"], now["name_en"], now["version"]) == ([SQUARE], "Theirs", 3)
    assert look.faults + ours(browsers, "409") == []


async def test_an_area_asks_for_a_recent_proof(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await at_the_area(page, site)
    await page.get_by_test_id("name-en").fill("Proved")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    await page.get_by_test_id("save").click()
    await page.get_by_test_id("step-up-cancel").click()
    await expect(page.locator('[data-code="step_up"]')).to_be_visible()
    await expect(page.get_by_test_id("name-en")).to_have_value("Proved")
    await page.get_by_test_id("save").click()
    await page.get_by_test_id("step-up-password").fill(site.login("commander").password)
    await page.get_by_test_id("step-up-confirm").click()
    await expect(page.get_by_test_id("area-form").locator(".saved")).to_contain_text("✓")
    assert ours(browsers, "403") == []
