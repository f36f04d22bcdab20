"""What every staff screen must announce: that automatic dispatch is silent, that the session has ended."""

import time
from datetime import UTC, datetime

import asyncpg
from playwright.async_api import Page, expect

from api.db.pool import open_database
from api.services.recovery import restore
from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.patience import patient
from tests.site import Site, until


async def test_screens_say_when_jobs_is_silent_and_when_it_is_back(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    banner = page.get_by_test_id("jobs-silent")
    await expect(banner).to_have_count(0)
    await site.stop_jobs()
    await expect(banner).to_be_visible(timeout=patient(20_000))
    await site.start_jobs()
    await expect(banner).to_have_count(0, timeout=patient(20_000))
    assert browsers.complaints == []


async def test_screens_say_that_nothing_dispatches_after_a_restore(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    banner = page.get_by_test_id("restored")
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    await expect(banner).to_have_count(0)
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    await administrator.execute("UPDATE deployment SET restored_at = now()")
    await administrator.close()
    await expect(banner).to_be_visible(timeout=patient(20_000))
    jobs = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    assert await restore.resume(jobs, datetime.now(UTC))
    await jobs.close()
    await expect(banner).to_have_count(0, timeout=patient(20_000))


async def test_signing_out_elsewhere_ends_the_page(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await sign_in(page, site, "officer")
    await expect(page.get_by_test_id("shift-start")).to_be_visible()
    cookie = next(one for one in await page.context.cookies() if one["name"] == "sipha_session")
    twin = site.client()
    twin.cookies.set("sipha_session", cookie["value"])
    twin.headers["x-csrf-token"] = (await twin.get("/v1/me")).json()["csrf_token"]
    begun = time.monotonic()
    assert (await twin.delete("/v1/session")).status_code == 204
    await page.wait_for_url("**/sign-in?ended=1*", timeout=patient(5000))
    assert time.monotonic() - begun < patient(5)
    await expect(page.get_by_test_id("shift-start")).to_have_count(0)
    await until(lambda: forgotten(page))


async def test_a_phone_locked_out_while_it_slept_forgets_at_its_next_start(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await sign_in(page, site, "officer")
    await expect(page.get_by_test_id("shift-start")).to_be_visible()
    assert await kept_on(page) > 0
    await page.goto("about:blank")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET revoked_at = now()")
    await page.goto(site.url + "/sign-in")
    await expect(page.get_by_test_id("username")).to_be_visible()
    await until(lambda: forgotten(page))


async def forgotten(page: Page) -> bool:
    """Nothing of the station is left on a phone that was locked out."""
    return await kept_on(page) == 0


async def kept_on(page: Page) -> int:
    """How many last known values the phone has stored."""
    return await page.evaluate(
        """() => new Promise((found, failed) => {
            const opening = indexedDB.open('sipha')
            opening.onerror = () => failed(opening.error)
            opening.onsuccess = () => {
                const counted = opening.result.transaction('snapshots').objectStore('snapshots').count()
                counted.onsuccess = () => { opening.result.close(); found(counted.result) }
            }
        })"""
    )
