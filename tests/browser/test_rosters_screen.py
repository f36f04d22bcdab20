"""The roster: a week at a glance, who is in the way, and a week copied ahead."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.integration.test_rosters import account_id
from tests.site import Site


def monday(weeks: int) -> str:
    """Of a week to come."""
    today = datetime.now(ZoneInfo("Asia/Bangkok")).date()
    return (today + timedelta(days=7 * weeks - today.weekday())).isoformat()


def of_unit(page: Page, unit_id: object) -> Locator:
    return page.locator(f'[data-testid="roster-unit"][data-unit="{unit_id}"]')


async def planned(site: Site, day: str) -> list[dict[str, Any]]:
    until = datetime.fromisoformat(day).date() + timedelta(days=7)
    query = f"from={day}T00:00:00%2B07:00&to={until}T00:00:00%2B07:00"
    return (await (await site.sign_in("commander")).get(f"/v1/shifts?{query}")).json()["items"]


async def test_a_week_is_planned_and_says_who_is_in_the_way(site: Site, browsers: Browsers) -> None:
    first, second = site.login("officer", 0).unit_id, site.login("officer", 1).unit_id
    crew = await account_id(site, 0)
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "commander")
    await page.get_by_role("navigation").locator('a[href="/rosters"]').click()
    await page.get_by_test_id("week-after").click()
    await expect(page.get_by_test_id("week")).to_have_attribute("data-from", monday(1))
    await expect(of_unit(page, first)).to_be_visible()
    await look.at("rosters-empty")
    await page.set_viewport_size(PHONE)
    one = of_unit(page, first).get_by_test_id("planned")
    await of_unit(page, first).get_by_test_id("shift-add-here").first.click()
    await expect(page.get_by_test_id("shift-day")).to_have_value(monday(1))
    await page.get_by_test_id("shift-usual").nth(1).click()
    person = page.locator(f'[data-testid="shift-crew"] input[value="{crew}"]')
    await look.at("rosters-add")
    await person.check()
    await page.get_by_test_id("save").click()
    await expect(one).to_contain_text("16:00–00:00")

    await of_unit(page, first).get_by_test_id("shift-add-here").first.click()
    await page.get_by_test_id("shift-from").fill("20:00")
    await page.get_by_test_id("shift-to").fill("22:00")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("problem")).to_contain_text("16:00–00:00")
    await page.get_by_test_id("shift-unit").select_option(str(second))
    await person.check()
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("problem")).to_contain_text("16:00–00:00")
    await look.at("rosters-taken")
    await person.uncheck()
    await page.get_by_test_id("save").click()
    await expect(of_unit(page, second).get_by_test_id("planned")).to_contain_text("20:00–22:00")
    await look.at("rosters")

    assert look.faults + ours(browsers, "409") == []


async def test_shifts_are_changed_and_copied(site: Site, browsers: Browsers) -> None:
    first, second = site.login("officer", 0).unit_id, site.login("officer", 1).unit_id
    commander, crew = await site.sign_in("commander"), [await account_id(site, 0)]
    for unit_id, account_ids, begin in ((first, crew, 16), (second, [], 20)):
        hours = {"starts_at": f"{monday(1)}T{begin}:00:00+07:00", "ends_at": f"{monday(1)}T22:00:00+07:00"}
        made = {"id": str(uuid.uuid4()), "unit_id": str(unit_id), "account_ids": account_ids} | hours
        assert (await commander.post("/v1/shifts", json=made)).status_code == 201
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "admin")
    await page.goto(f"{site.url}/rosters")
    await page.get_by_test_id("week-after").click()
    one = of_unit(page, first).get_by_test_id("planned")
    await one.click()
    await page.get_by_test_id("shift-usual").first.click()
    (before,) = [each for each in await planned(site, monday(1)) if each["unit_id"] == str(first)]
    path = f"/v1/shifts/{before['id']}"
    assert (await commander.patch(path, json={"version": 1, "account_ids": []})).status_code == 200
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("changed")).to_be_visible()
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("shift-form").get_by_role("status")).to_contain_text("✓")
    await page.keyboard.press("Escape")
    await expect(one).to_contain_text("08:00–16:00")
    (now,) = [each for each in await planned(site, monday(1)) if each["unit_id"] == str(first)]
    assert (now["people"], now["version"]) == ([], 3), "what the other one changed stays"
    await page.get_by_test_id("roster-copy").locator("summary").click()
    await page.get_by_test_id("copy-day-go").click()
    await expect(page.get_by_test_id("copied")).to_contain_text("2")
    await expect(one).to_have_count(2)
    await page.get_by_test_id("copy-day-go").click()
    await expect(page.get_by_test_id("copy-refused").locator("li")).to_have_count(2)
    await look.at("rosters-copied")
    await page.get_by_test_id("copy-week-go").click()
    await expect(page.get_by_test_id("week")).to_have_attribute("data-from", monday(2))
    await expect(one).to_have_count(2)
    assert len(await planned(site, monday(2))) == 4

    await one.first.click()
    await page.get_by_test_id("shift-remove-ask").click()
    await page.get_by_test_id("shift-remove").scroll_into_view_if_needed()
    await look.at("rosters-remove")
    await page.get_by_test_id("shift-remove").click()
    await expect(one).to_have_count(1)
    assert look.faults + ours(browsers, "409") == []
