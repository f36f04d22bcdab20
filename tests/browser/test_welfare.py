"""At the scene the phone asks whether all is well; one tap answers, or the desk after a word on the radio."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.integration.test_welfare import time_passes
from tests.site import HERE, Site, incident, until


async def test_who_else_comes_and_cleared_in_two_taps(site: Site, browsers: Browsers) -> None:
    phone, operator = await browsers.open(PHONE), await site.sign_in("operator")
    await sign_in(phone, site, "officer")
    await go_on_duty(phone, site)
    other = await site.officer(1, (HERE[0] + 0.01, HERE[1]), phone=False)
    name = (await other.get("/v1/me")).json()["shift"]["callsign"]
    case = (await operator.post("/v1/incidents", json=incident(dispatch=False, units_wanted=2))).json()
    for number in (0, 1):
        body = {"unit_id": str(site.login("officer", number).unit_id), "mode": "order"}
        assert (await operator.post(f"/v1/incidents/{case['id']}/dispatch", json=body)).status_code == 200
    await expect(phone.get_by_test_id("also-coming")).to_contain_text(name)
    looks = Looking(phone)
    await looks.at("also-coming")
    await phone.get_by_test_id("step-arrived").click()
    await phone.get_by_test_id("step-clear").click()
    await expect(phone.get_by_test_id("disposition-report_taken")).to_be_enabled()
    await looks.at("clear-sheet")
    await phone.get_by_test_id("disposition-report_taken").click()
    await expect(phone.get_by_test_id("officer-ready")).to_be_visible()
    assert not looks.faults
    assert not browsers.complaints


async def test_asked_and_answered(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    phone = await browsers.open(PHONE)
    await sign_in(phone, site, "officer")
    await go_on_duty(phone, site)
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    body = {"unit_id": str(site.login("officer", 0).unit_id), "mode": "order"}
    sent = (await operator.post(f"/v1/incidents/{case['id']}/dispatch", json=body)).json()
    held = sent["assignments"][0]["id"]
    assert (await operator.post(f"/v1/assignments/{held}/arrived", json={})).status_code == 200
    await expect(phone.get_by_test_id("step-clear")).to_be_visible()
    await time_passes(site, held)
    await expect(phone.get_by_test_id("welfare")).to_be_visible()
    looks = Looking(phone)
    await looks.at("welfare-phone")

    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await desk.locator(f'[data-testid="incident-card"][data-id="{case["id"]}"]').click()
    row = desk.get_by_test_id("unit-welfare")
    await expect(row).to_be_visible()
    asked = await row.inner_text()
    await phone.get_by_test_id("welfare-well").click()
    await expect(phone.get_by_test_id("welfare")).to_have_count(0)
    await expect(row).not_to_have_text(asked)
    await expect(row).to_contain_text(":")

    for _ in range(3):
        await time_passes(site, held)

        async def gone_by() -> bool:
            async with site.as_station() as connection:
                due = "SELECT count(*) FROM deadline WHERE subject_id = $1 AND due_at <= now()"
                return await connection.fetchval(due, held) == 0

        await until(gone_by)
    await expect(desk.locator('[data-testid="alarm-card"][data-reason="officer_silent"]')).to_be_visible()
    at_desk = Looking(desk)
    await at_desk.at("welfare-desk")
    await desk.get_by_test_id("behalf-well").click()
    await expect(desk.locator('[data-testid="alarm-card"][data-reason="officer_silent"]')).to_have_count(0)
    assert not looks.faults + at_desk.faults
    assert not browsers.complaints
