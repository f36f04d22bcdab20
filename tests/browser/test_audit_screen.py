"""The audit on the auditor's screen."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser.chromium import PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.site import Site, incident


async def test_the_audit_is_read_narrowed_and_taken_away(site: Site, browsers: Browsers) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "auditor")
    await page.goto(f"{site.url}/audit")
    entry = page.get_by_test_id("audit-entry")
    await expect(entry.first).to_be_visible()
    await expect(page.get_by_test_id("audit-head")).not_to_contain_text("กำลัง")
    await look.at("audit")
    opened = page.locator('[data-testid="audit-entry"][data-action="incident.create"]')
    await expect(opened).to_contain_text("เปิดเหตุ")
    await opened.locator("summary").click()
    await opened.get_by_test_id("only-about").click()
    await expect(page.locator('[data-testid="audit-entry"]:not([data-action^="incident."])')).to_have_count(0)
    await expect(opened).to_contain_text(made["id"])
    await look.at("audit-subject")
    await page.get_by_test_id("audit-only").click()
    await page.get_by_test_id("audit-kind").select_option("session")
    await expect(page.locator('[data-testid="audit-entry"]:not([data-action^="session."])')).to_have_count(0)
    auditor = page.locator('[data-testid="audit-entry"][data-action="session.open"]').first
    await auditor.locator("summary").click()
    await auditor.get_by_test_id("only-by").click()
    await expect(page.get_by_test_id("audit-by")).to_be_visible()
    async with page.expect_download() as downloading:
        await page.get_by_test_id("audit-export").click()
    rows = list(csv.DictReader(io.StringIO((await (await downloading.value).path()).read_text())))
    assert rows
    assert {row["action"].partition(".")[0] for row in rows} == {"session"}
    assert len({row["actor_id"] for row in rows}) == 1
    await page.get_by_test_id("audit-kind").select_option("photo.view")
    await expect(entry).to_have_count(0)
    await look.at("audit-empty")
    await page.get_by_test_id("audit-from").fill((datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d"))
    await expect(page.get_by_test_id("audit-export")).to_have_count(0)
    assert look.faults + ours(browsers, "404") == []


async def test_an_export_asks_for_a_recent_proof(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await sign_in(page, site, "auditor")
    await page.goto(f"{site.url}/audit")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    await page.get_by_test_id("audit-export").click()
    await page.get_by_test_id("step-up-cancel").click()
    await expect(page.locator('[data-code="step_up"]')).to_be_visible()
    await page.get_by_test_id("audit-export").click()
    await page.get_by_test_id("step-up-password").fill(site.login("auditor").password)
    async with page.expect_download() as downloading:
        await page.get_by_test_id("step-up-confirm").click()
    assert (await downloading.value).suggested_filename.endswith(".csv")
    assert ours(browsers, "403", "404") == []


async def test_older_entries_come_by_pages_and_an_unknown_action_is_shown_as_it_is(
    site: Site, browsers: Browsers
) -> None:
    async with site.as_station() as connection:
        await connection.executemany(
            "INSERT INTO audit (station_id, actor_id, role, action, at) VALUES ($1, $2, 'system', 'test.row', now())",
            [(site.demo.station_id, uuid.uuid4())] * 450,
        )
    page = await browsers.open(PHONE)
    await sign_in(page, site, "auditor")
    await page.goto(f"{site.url}/audit")
    rows = page.locator('[data-testid="audit-entry"][data-action="test.row"]')
    await expect(rows.first).to_contain_text("test.row")
    for _ in range(2):
        seen = await page.get_by_test_id("audit-entry").count()
        await page.get_by_test_id("audit-more").click()
        await expect(page.get_by_test_id("audit-entry").nth(seen)).to_be_attached()
    await expect(rows).to_have_count(450)
    await expect(page.get_by_test_id("audit-more")).to_have_count(0)
    assert ours(browsers, "404") == []
