"""Every main screen: no serious axe-core violation, nothing wider than the phone, no console complaint."""

import uuid

from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, alert, incident, now, report
from tests.watchlist import draft, enrolled, match

FAR = (13.7869, 100.5801)


async def test_what_citizens_see(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    look = Looking(page)
    await page.goto(f"{site.url}/")
    await look.at("home")
    await page.goto(f"{site.url}/sign-in")
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await look.at("sign-in")
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-theft").click()
    await look.at("report")
    await page.get_by_test_id("report-pin").click()
    await expect(page.get_by_role("application")).to_be_visible()
    await look.at("report-pin")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("report-sos").click()
    await page.get_by_test_id("report-send").click()
    await expect(page.get_by_test_id("track-uncovered")).to_be_visible()
    await look.at("track-uncovered")
    await site.officer(0, phone=False)
    told = (await site.client().post("/v1/reports", json=report(kind="theft", description="กระเป๋าหาย"))).json()
    await page.goto(f"{site.url}/track#id={told['id']}&token={told['owner_token']}")
    await expect(page.get_by_test_id("track-safe")).to_be_visible()
    await look.at("track")
    await page.goto(f"{site.url}/nothing-here")
    await look.at("not-found")
    assert look.faults + browsers.complaints == []


async def test_what_an_officer_sees(site: Site, browsers: Browsers) -> None:
    await unhurried(site)
    page = await browsers.open(PHONE)
    look = Looking(page)
    await sign_in(page, site, "officer")
    await expect(page.get_by_test_id("shift-unit").first).to_be_visible()
    await look.at("officer-shift")
    await go_on_duty(page, site)
    await look.at("officer-ready")
    operator = await site.sign_in("operator")
    made = incident(kind="violence", place="ซอยตัวอย่าง 5", note="ชายสองคนทะเลาะกันหน้าร้าน", lat=HERE[0] + 0.004)
    assert (await operator.post("/v1/incidents", json=made)).status_code == 201
    await expect(page.get_by_test_id("offer")).to_be_visible()
    await look.at("officer-offer")
    await page.get_by_test_id("offer-decline").click()
    await look.at("officer-decline")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("offer-accept").click()
    await expect(page.get_by_test_id("step-en-route")).to_be_visible()
    await look.at("officer-accepted")
    await page.get_by_test_id("step-arrived").click()
    await look.at("officer-far")
    await page.get_by_test_id("arrived-far").click()
    await page.get_by_test_id("step-clear").click()
    await look.at("officer-clear")
    assert look.faults + browsers.complaints == []


async def test_what_the_radio_room_sees(site: Site, browsers: Browsers) -> None:
    await unhurried(site)
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    await expect(page.get_by_test_id("incident-create")).to_be_visible()
    await look.at("operator-empty")
    await a_busy_evening(site)
    await page.goto(f"{site.url}/operator")
    await page.get_by_test_id("alert-card").first.click()
    await expect(page.get_by_test_id("alert-confirm")).to_be_visible()
    await look.at("operator-match")
    await page.get_by_test_id("open-snapshot").click()
    await expect(page.get_by_test_id("open-snapshot-large")).to_be_visible()
    await look.at("operator-match-large")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("incident-card").first.click()
    await expect(page.get_by_test_id("incident-panel")).to_be_visible()
    await expect(page.get_by_test_id("candidate").first).to_be_visible()
    await look.at("operator-incident")
    await page.get_by_test_id("incident-create").click()
    await look.at("operator-create")
    await page.goto(f"{site.url}/watchlist")
    await page.get_by_test_id("watchlist-entry").first.click()
    await expect(page.get_by_test_id("watchlist-detail")).to_be_visible()
    await look.at("watchlist")
    await page.get_by_test_id("watchlist-new").click()
    await look.at("watchlist-draft")
    await page.goto(f"{site.url}/cameras")
    await expect(page.get_by_test_id("camera-list")).to_be_visible()
    await look.at("cameras")
    assert look.faults + browsers.complaints == []


async def test_what_commanders_admins_and_auditors_see(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    look = Looking(page)
    await unhurried(site)
    await a_busy_evening(site)
    for role, path in (
        ("commander", "/commander"),
        ("commander", "/operator"),
        ("commander", "/station"),
        ("admin", "/cameras"),
        ("admin", "/equipment"),
        ("auditor", "/audit"),
        ("auditor", "/watchlist"),
        ("auditor", "/commander"),
    ):
        await in_turn(page, site, role, path)
        await look.at(f"{role}{path.replace('/', '-')}")
    assert look.faults + browsers.complaints == []


async def in_turn(page: Page, site: Site, role: str, path: str) -> None:
    await page.context.clear_cookies()
    await sign_in(page, site, role)
    await page.goto(f"{site.url}{path}")
    await expect(page.get_by_test_id("sign-out")).to_be_visible()
    await expect(page.locator("main")).not_to_be_empty()
    if path == "/operator":
        await page.get_by_test_id("alert-card").first.click()
        await expect(page.get_by_test_id("alert-decision")).to_be_visible()
        await page.get_by_test_id("incident-card").first.click()
        await expect(page.get_by_test_id("timeline")).to_be_visible()
    if path == "/commander":
        await expect(page.get_by_test_id("heatmap")).not_to_have_attribute("data-cells", "0")


async def unhurried(site: Site) -> None:
    """With jobs, and with offers that outlast a long check."""
    async with site.as_station() as connection:
        await connection.execute("UPDATE station_policy SET delivery_seconds = 60, offer_seconds = 120")
    await site.start_jobs()


async def a_busy_evening(site: Site) -> None:
    """A match to decide, one job under way, one waiting, a citizen's report, cameras in every state."""
    entry_id = await enrolled(site)
    await draft(site, label="รออนุมัติ")
    worker, operator = site.worker(), await site.sign_in("operator")
    assert (await worker.post("/v1/alerts", json=match(site, entry_id))).status_code == 201
    near, _ = await site.officer(0), await site.officer(1, FAR)
    for ended in (True, False):
        going = (await worker.post("/v1/alerts", json=alert(site, occurred_at=now()))).json()
        offered = (await operator.get(f"/v1/incidents/{going['incident_id']}")).json()["assignments"][0]
        work = f"/v1/assignments/{offered['id']}"
        for step, body in (("accept", {}), ("arrived", {}), ("clear", {"disposition": "resolved"}))[
            : 3 if ended else 1
        ]:
            assert (await near.post(f"{work}/{step}", json=body)).status_code == 200
    await operator.post("/v1/incidents", json=incident(dispatch=False, place="ตลาดตัวอย่าง", caller="ผู้โทร"))
    said = report(kind="suspicious", description="ชายยืนอยู่นาน", id=str(uuid.uuid4()), lat=FAR[0], lon=FAR[1])
    assert (await site.client().post("/v1/reports", json=said)).status_code == 201
    for camera, state in zip(site.demo.cameras, ("live", "stalled", "unreachable"), strict=True):
        told = await worker.post(f"/v1/cameras/{camera.id}/status", json={"state": state, "at": now()})
        assert told.status_code < 300, told.text
