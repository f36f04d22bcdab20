"""The radio room closes a street by tapping it, sees it on its map, and opens it again; a neighbour's it only sees."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.integration.test_road_closures import closure
from tests.site import Site, until
from tests.streets import grid, place, put


async def with_streets(site: Site, tmp_path: Path) -> None:
    await put(site.cluster, site.database, grid(30).write(tmp_path / "grid.osm"))
    await until(lambda: site.roads.ready)


async def at_closed_streets(page: Page, site: Site) -> None:
    await sign_in(page, site, "operator")
    if (page.viewport_size or DESK)["width"] < 1100:
        await page.get_by_role("tab").last.click()
    await page.get_by_test_id("closed-streets").click()
    await expect(page.get_by_test_id("close-street")).to_be_visible()


async def listed(site: Site) -> list[dict[str, Any]]:
    return (await (await site.sign_in("operator")).get("/v1/roads/closures")).json()["items"]


async def test_a_street_is_closed_by_a_tap_and_opened_again(site: Site, browsers: Browsers, tmp_path: Path) -> None:
    await with_streets(site, tmp_path)
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_closed_streets(page, site)
    await look.at("closures-none")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("close-street").click()
    picker = page.get_by_test_id("street-picker")
    await expect(picker).to_have_attribute("data-ready", "true")
    chosen = page.get_by_test_id("streets-chosen")

    async def taken() -> bool:
        await page.get_by_test_id("take-street").click()
        return await chosen.get_attribute("data-count") == "1"

    await until(taken)
    await page.get_by_test_id("closure-reason").fill("รถชนกัน รอรถยก")
    await look.at("closure-form")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("save").click()
    row = page.get_by_test_id("closure")
    await expect(row).to_contain_text("รถชนกัน รอรถยก")
    (made,) = await listed(site)
    assert (made["kind"], made["speed_factor"], len(made["streets"])) == ("crash", 0, 1)
    await look.at("closures")
    await page.keyboard.press("Escape")
    await look.at("closures-on-the-map")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("closed-streets").click()
    await page.get_by_test_id("closure-lift-ask").click()
    await look.at("closure-lift")
    await page.get_by_test_id("closure-lift").click()
    await expect(row).to_have_count(0)
    assert await listed(site) == []
    assert look.faults + ours(browsers) == []


async def test_what_others_close_appears_by_itself(site: Site, browsers: Browsers, tmp_path: Path) -> None:
    await with_streets(site, tmp_path)
    page = await browsers.open(DESK, language="en-GB")
    look = Looking(page)
    await sign_in(page, site, "operator")
    lat, lon = place(0, 0)
    area = {"type": "Polygon", "coordinates": [[[lon + x, lat + y] for x, y in _ROUND]]}
    commander = await site.sign_in("commander")
    for wrong in (
        closure(geometry=area, kind="flood", speed_factor=0.2, reason="Water to the knee in Soi 6"),
        closure(geometry={"type": "Point", "coordinates": [lon + 0.004, lat]}, reason="Fallen tree"),
    ):
        assert (await commander.post("/v1/roads/closures", json=wrong)).status_code == 201
    await expect(page.get_by_test_id("closed-streets")).to_contain_text("2")
    await look.at("closures-desk")
    await page.set_viewport_size(DESK)
    await page.get_by_test_id("closed-streets").click()
    await expect(page.get_by_test_id("closure")).to_have_count(2)
    await look.at("closures-desk-list")
    assert look.faults + ours(browsers) == []


_ROUND = [(-0.002, -0.002), (0.002, -0.002), (0.002, 0.002), (-0.002, 0.002), (-0.002, -0.002)]
