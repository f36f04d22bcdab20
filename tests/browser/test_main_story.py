"""A camera sees, a person decides, the phone rings, the patrol arrives, the numbers appear: all of it in browsers."""

import re
from typing import Any

import httpx
from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.service_worker import deliver, live_worker, notifications, touch
from tests.site import Site, until
from tests.watchlist import enrolled, match


async def test_from_the_camera_to_the_figures(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    phone, desk = await browsers.open(PHONE), await browsers.open(DESK)
    worker = await on_duty_with_a_phone(site, phone)
    await sign_in(desk, site, "operator")
    assert (await site.worker().post("/v1/alerts", json=match(site, await enrolled(site)))).status_code == 201

    await desk.get_by_test_id("alert-card").click()
    await compare(desk)
    await desk.get_by_test_id("alert-confirm").click()
    panel = desk.get_by_test_id("incident-panel")
    await expect(panel).to_have_attribute("data-state", "offering")

    offer = await until(lambda: next(iter(site.receiver.of("offer")), None))
    await deliver(phone, offer.content)
    operator = await site.sign_in("operator")
    await until(lambda: reached(operator, offer.data, {"delivered", "shown"}))
    shown = [(one["title"], one["actions"]) for one in await notifications(phone)]
    assert shown == [(offer.content["notification"]["title"], ["accept", "open"])]
    await expect(phone.get_by_test_id("offer")).to_have_attribute("data-assignment", offer.data["assignment_id"])

    await touch(worker, "accept")
    assert await notifications(phone) == []
    await expect(phone.get_by_test_id("held-job")).to_have_attribute("data-state", "accepted")
    await expect(panel).to_have_attribute("data-state", "assigned")
    await phone.get_by_test_id("step-en-route").click()
    await expect(panel).to_have_attribute("data-state", "en_route")
    await phone.get_by_test_id("step-arrived").click()
    await expect(panel).to_have_attribute("data-state", "on_scene")
    await phone.get_by_test_id("step-clear").click()
    await phone.locator('[data-testid^="disposition-"]').first.click()
    await expect(phone.get_by_test_id("officer-ready")).to_be_visible()
    await expect(panel).to_have_attribute("data-state", "closed")
    await until(lambda: reached(operator, offer.data, {"opened", "accepted", "en_route", "arrived", "cleared"}))

    await the_figures_are_there(site, await browsers.open(DESK))
    assert browsers.complaints == []


async def compare(desk: Page) -> None:
    """The decision is disabled until both pictures have been opened and the warrant has been looked up."""
    confirm, needs = desk.get_by_test_id("alert-confirm"), desk.get_by_test_id("alert-needs")
    await expect(confirm).to_be_disabled()
    await desk.keyboard.press("y")
    await expect(desk.locator(".scale, .left")).to_have_count(0)  # no score and no countdown before the decision
    for which in ("snapshot", "reference"):
        await expect(confirm).to_be_disabled()
        await desk.get_by_test_id(f"open-{which}").click()
        await expect(desk.get_by_test_id(f"open-{which}-large")).to_be_visible()
        await desk.keyboard.press("Escape")
    before = await needs.inner_text()
    await desk.get_by_test_id("warrant-ended").check()
    await expect(confirm).to_be_disabled()
    await desk.get_by_test_id("warrant-valid").check()
    await expect(confirm).to_be_enabled()
    assert await needs.inner_text() != before


async def on_duty_with_a_phone(site: Site, page: Page) -> Any:
    """The officer's page, on duty, with a push subscription that stands in for the one Chromium cannot make."""
    await sign_in(page, site, "officer")
    worker = await live_worker(page)
    await go_on_duty(page, site)
    officer = await site.sign_in("officer")
    await site.ring_and_answer(officer, "officer0")
    return worker


async def reached(operator: httpx.AsyncClient, data: dict[str, str], kinds: set[str]) -> bool:
    seen = (await operator.get(f"/v1/incidents/{data['incident_id']}")).json()
    return kinds <= {point["kind"] for point in seen["timeline"]}


async def the_figures_are_there(site: Site, page: Page) -> None:
    await sign_in(page, site, "commander")
    await page.goto(f"{site.url}/commander")
    leading = page.get_by_test_id("stats-totals").locator("> div").first.locator("dd")
    await expect(leading.nth(0)).to_have_text(re.compile(r"^100\s?%$"))
    await expect(leading.nth(1)).to_contain_text(re.compile(r"1 (จาก|of) 1"))
    await expect(page.get_by_test_id("heatmap")).to_have_attribute("data-cells", "1")
