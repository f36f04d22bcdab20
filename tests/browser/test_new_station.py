"""From an empty database to the first call at the scene: browsers alone, after the administrator's first password."""

import json
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect
from pyotp.totp import TOTP

from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile
from tests.browser.chromium import DESK, PHONE, Browsers
from tests.browser.service_worker import deliver, live_worker
from tests.browser.test_area_screen import drawing, paste
from tests.browser.test_people import enter, ours
from tests.conftest import serving
from tests.integration.test_founding import sipha
from tests.push_receiver import PushReceiver
from tests.site import HERE, Site, until
from tests.streets import grid, put

PLAN = f"""
name_th = "สน.ใหม่"
name_en = "New"
lat = {HERE[0]}
lon = {HERE[1]}
area = [[13.76, 100.56], [13.76, 100.59], [13.78, 100.59], [13.78, 100.56]]
delegated_by = "ผกก. สน.ใหม่"

[[account]]
role = "admin"
username = "admin"
display_name = "ผู้ดูแลระบบ"
"""
PEOPLE = {"commander": "ผกก. ประเสริฐ", "operator": "อรทัย วิทยุ", "officer": "ดาบตำรวจ สมปอง"}
PASSWORD = "มะม่วงดิบ 4 ลูก บนหลังคา"
AREA = [[100.555, 13.755], [100.595, 13.755], [100.595, 13.785], [100.555, 13.785], [100.555, 13.755]]
CAMERA = {"lat": "13.7720", "lon": "100.5750"}


@pytest_asyncio.fixture(loop_scope="session")
async def site(
    cluster: Cluster, model_station: DemoFile, database_name: str, push_receiver: PushReceiver, tmp_path: Path
) -> AsyncIterator[Site]:
    """Without any station yet, and no demo."""
    async with serving(cluster, database_name, model_station, push_receiver, tmp_path) as running:
        running.leave_the_demo()
        yield running


def founded(site: Site, folder: Path) -> str:
    """The administrator's first password."""
    plan = folder / "station.toml"
    plan.write_text(PLAN)
    made: subprocess.CompletedProcess[str] = sipha(site.cluster, site.database, "station", str(plan))
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)["passwords"]["admin"]


async def set_up_factor(page: Page) -> None:
    """Demanded of whoever runs a station before anything else."""
    await expect(page.get_by_test_id("factor-required")).to_be_visible()
    await page.get_by_test_id("factor-begin").click()
    secret = (await page.get_by_test_id("factor-secret").text_content() or "").replace(" ", "")
    await page.get_by_test_id("factor-code").fill(TOTP(secret).now())
    await page.get_by_test_id("factor-confirm").click()
    await expect(page.get_by_test_id("second-factor")).to_have_attribute("data-set-up", "true")


async def invite(admin: Page, role: str) -> str:
    """The link, as the administrator would hand it over."""
    await admin.get_by_test_id("person-add").click()
    await admin.get_by_test_id("person-name").fill(PEOPLE[role])
    await admin.get_by_test_id("person-username").fill(role)
    await admin.get_by_test_id("person-role").select_option(role)
    if role == "officer":
        await admin.get_by_test_id("person-unit").select_option(label="สายตรวจ 11")
    await admin.get_by_test_id("person-send").click()
    link = await admin.get_by_test_id("link").text_content() or ""
    await admin.get_by_test_id("link-done").click()
    return link


async def arrive(page: Page, site: Site, link: str, role: str) -> None:
    await page.goto(f"{site.url}/invitation#{link.partition('#')[2]}")
    await page.get_by_test_id("invitation-password").fill(PASSWORD)
    await page.get_by_test_id("invitation-choose").click()
    if "/sign-in" in page.url or await page.get_by_test_id("username").is_visible():
        await enter(page, site, role, PASSWORD)


async def add_unit(admin: Page) -> None:
    await admin.get_by_role("navigation").locator('a[href="/equipment"]').click()
    await admin.get_by_test_id("unit-add").click()
    await admin.get_by_test_id("unit-callsign").fill("สายตรวจ 11")
    await admin.get_by_test_id("unit-kind").select_option("motorcycle")
    await admin.get_by_test_id("save").click()
    await expect(admin.get_by_test_id("unit")).to_contain_text("สายตรวจ 11")


async def add_camera(admin: Page) -> None:
    await admin.locator('a[href="/equipment?part=cameras"]').click()
    await admin.get_by_test_id("camera-add").click()
    await admin.get_by_test_id("camera-name").fill("หน้าตลาด")
    for axis, degrees in CAMERA.items():
        await admin.get_by_test_id(f"camera-{axis}").fill(degrees)
    await admin.get_by_test_id("save").click()
    await expect(admin.get_by_test_id("camera")).to_contain_text("หน้าตลาด")


async def draw_area(commander: Page, site: Site) -> None:
    await commander.goto(f"{site.url}/station")
    await commander.get_by_test_id("area-change").click()
    await expect(drawing(commander).locator("canvas")).to_be_visible()
    await paste(commander, json.dumps({"type": "Polygon", "coordinates": [AREA]}))
    await commander.get_by_test_id("area-form").get_by_test_id("save").click()
    await expect(commander.get_by_test_id("area-form").locator(".saved")).to_contain_text("✓")


async def go_on_duty(phone: Page, site: Site) -> None:
    """With a subscription that stands in for the one that headless Chromium cannot make."""
    await phone.get_by_test_id("shift-unit").click()
    await phone.get_by_test_id("shift-start").click()
    officer = await site.sign_in_as("officer", PASSWORD)
    await site.ring_and_answer(officer, "officer")
    await phone.locator('[data-testid="officer-ready"][data-reachable="true"]').wait_for()


async def take_call(desk: Page) -> None:
    await desk.keyboard.press("n")
    await desk.get_by_test_id("create-place").fill("ถนน 6")
    await desk.get_by_test_id("place-option").first.click()
    await desk.get_by_test_id("create-send").click()


async def test_from_an_empty_database_to_the_first_call(site: Site, browsers: Browsers, tmp_path: Path) -> None:
    await site.start_jobs()
    await put(site.cluster, site.database, grid().write(tmp_path / "grid.osm"))
    password = founded(site, tmp_path)
    begun = time.monotonic()
    admin = await browsers.open(DESK)
    await enter(admin, site, "admin", password)
    await set_up_factor(admin)
    await add_unit(admin)
    await add_camera(admin)
    await admin.get_by_role("navigation").locator('a[href="/people"]').click()
    links = {role: await invite(admin, role) for role in PEOPLE}

    commander = await browsers.open(DESK)
    await arrive(commander, site, links["commander"], "commander")
    await set_up_factor(commander)
    await draw_area(commander, site)

    phone = await browsers.open(PHONE)
    await arrive(phone, site, links["officer"], "officer")
    await live_worker(phone)
    await go_on_duty(phone, site)

    desk = await browsers.open(DESK)
    await arrive(desk, site, links["operator"], "operator")
    await expect(desk.get_by_test_id("unit-list")).to_contain_text("สายตรวจ 11")
    await take_call(desk)
    panel = desk.get_by_test_id("incident-panel")
    await expect(panel).to_have_attribute("data-state", "offering")
    offer: Any = await until(lambda: next(iter(site.receiver.of("offer")), None))
    await deliver(phone, offer.content)
    await expect(phone.get_by_test_id("offer")).to_be_visible()
    await phone.get_by_test_id("offer-accept").click()
    await expect(panel).to_have_attribute("data-state", "assigned")
    seconds = time.monotonic() - begun
    print(f"from the first sign-in to the first call accepted: {seconds:.1f} s")
    assert seconds < 15 * 60
    await phone.get_by_test_id("step-arrived").click()
    await expect(panel).to_have_attribute("data-state", "on_scene")
    assert ours(browsers, "403") == [], "before the second factor is set up, everything else is refused"
