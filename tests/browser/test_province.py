"""The office of a province: its stations side by side, and more of them from a file."""

from pathlib import Path

from playwright.async_api import expect

from api.db.pool import open_database
from api.services.administration import provinces
from api.services.figures import roll_ups
from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import enter
from tests.clusters import cheap_passwords
from tests.integration.test_provinces import CASES, office
from tests.site import HERE, Site

_STATION = """
[[station]]
name_th = "สภ.{number}"
name_en = "Station {number}"
lat = {lat}4
lon = 102.04
area = [[{lat}, 102.0], [{lat}, 102.08], [{north}, 102.08], [{north}, 102.0]]
delegated_by = "ผกก."

[[station.account]]
role = "admin"
username = "admin-{number}"
display_name = "ผู้ดูแลระบบ"
"""


def file(numbers: range, *more: str) -> str:
    parts = [
        _STATION.format(number=each, lat=f"{15 + each / 10:.1f}", north=f"{15.08 + each / 10:.2f}") for each in numbers
    ]
    return "\n".join([*parts, *more])


async def test_a_province_and_its_stations(site: Site, browsers: Browsers, tmp_path: Path) -> None:
    db = await open_database(site.settings.database_url, "sipha_app", size=2)
    with cheap_passwords():
        made = await provinces.found_office(db, office("one", adopts=[site.demo.station_id]), db.now())
        empty = await provinces.found_office(db, office("two"), db.now())
    await db.close()
    page = await browsers.open(DESK)
    look = Looking(page)
    await enter(page, site, "two-province", empty.passwords["two-province"])
    await page.wait_for_url("**/province")
    await expect(page.get_by_test_id("found-stations")).to_be_visible()
    await look.at("province-empty")

    phone = await browsers.open(PHONE)
    looking_on = Looking(phone)
    await enter(phone, site, "one-province", made.passwords["one-province"])
    await phone.get_by_test_id("found-stations").click()
    broken, stations = tmp_path / "broken.toml", tmp_path / "stations.toml"
    broken.write_text('name_th = "x\n')
    stations.write_text(file(range(11), _STATION.format(number=20, lat="15.0", north="15.08")))
    await phone.get_by_test_id("station-file").set_input_files(broken)
    await expect(phone.get_by_test_id("file-unreadable")).to_be_visible()
    await looking_on.at("province-unreadable")
    await phone.get_by_test_id("station-file").set_input_files(stations)
    await expect(phone.get_by_test_id("file-read")).to_contain_text("12")
    await phone.get_by_test_id("found-send").click()
    await expect(phone.get_by_test_id("founded")).to_have_count(12)
    await expect(phone.locator('[data-testid="founded"][data-state="refused"]')).to_contain_text("overlaps สภ.0")
    await looking_on.at("province-founded")
    async with phone.expect_download() as download:
        await phone.get_by_test_id("secrets-save").click()
    saved = (await (await download.value).path()).read_text()
    assert saved.count("/invitation#") == saved.count('"worker"') == 11
    await phone.keyboard.press("Escape")

    async with site.as_station() as connection:
        await connection.execute(CASES, site.demo.station_id, *HERE[::-1])
    jobs = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    await roll_ups.count_states(jobs, jobs.now())
    await roll_ups.count_days(jobs, jobs.now(), thoroughly=True)
    await jobs.close()
    await phone.reload()
    await expect(phone.get_by_test_id("station")).to_have_count(12)
    await expect(phone.get_by_test_id("station").first).to_contain_text("%")
    await looking_on.at("province")
    await phone.get_by_test_id("station-search").fill("Station 7")
    await expect(phone.get_by_test_id("station")).to_have_count(1)
    assert look.faults + looking_on.faults + browsers.complaints == []


async def test_an_offices_administrator_is_offered_no_equipment(site: Site, browsers: Browsers) -> None:
    db = await open_database(site.settings.database_url, "sipha_app", size=2)
    with cheap_passwords():
        made = await provinces.found_office(db, office("one"), db.now())
    await db.close()
    page = await browsers.open(DESK)
    await enter(page, site, "one-admin", made.passwords["one-admin"])
    offered = page.get_by_role("navigation")
    await expect(offered.locator('a[href="/people"]')).to_be_visible()
    for of_an_area in ("/equipment", "/rosters", "/cameras"):
        await expect(offered.locator(f'a[href="{of_an_area}"]')).to_have_count(0)
    await page.get_by_test_id("sign-out").click()
    await sign_in(page, site, "admin")
    await expect(offered.locator('a[href="/equipment"]')).to_be_visible()
    assert browsers.complaints == []
