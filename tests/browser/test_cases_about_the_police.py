"""A case about the police on the screens: hidden by the desk, watched by the auditor; and what one must not handle."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.people import a_person, signed_in
from tests.site import Site, incident, until


async def test_the_desk_hides_a_case_and_the_auditor_sees_who_looks(site: Site, browsers: Browsers) -> None:
    admin = await site.sign_in("admin")
    other, _ = await a_person(site, admin, role="operator", display_name="ร.ต.อ. สมศักดิ์ ตั้งใจ")
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(note="ถูกตำรวจทำร้าย", dispatch=False))).json()
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "operator")
    await page.locator(f'[data-testid="incident-card"][data-id="{case["id"]}"]').click()
    await page.get_by_test_id("restrict-open").click()
    officer = next(each for each in site.demo.accounts if each.role == "officer")
    named = page.get_by_test_id("choose-named")
    await expect(named).to_be_visible()
    account_id = (await (await site.sign_in("officer", 0)).get("/v1/me")).json()["user"]["id"]
    await named.select_option(account_id)
    await page.get_by_test_id("choose-readers").select_option(other["id"])
    await page.get_by_test_id("restrict-reason").fill("ผู้แจ้งระบุว่าเป็นเจ้าหน้าที่")
    await look.at("restrict")
    await page.get_by_test_id("restrict-save").click()
    await expect(page.get_by_test_id("looks")).to_be_visible()
    await look.at("restricted-handlers")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("restrict-band")).to_be_visible()
    await look.at("restricted")
    colleague = await signed_in(site, other["username"])
    assert (await colleague.get(f"/v1/incidents/{case['id']}")).json()["about_police"] is True
    assert officer.unit_id is not None

    auditing = await browsers.open(PHONE)
    await sign_in(auditing, site, "auditor")
    await auditing.goto(f"{site.url}/oversight")
    await expect(auditing.get_by_test_id("overseen")).to_contain_text(case["reference"])
    await expect(auditing.get_by_test_id("looks")).to_contain_text("สมศักดิ์")
    await Looking(auditing).at("oversight")
    assert not browsers.complaints


async def test_somebody_declares_what_they_must_not_handle(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await sign_in(page, site, "operator")
    await page.goto(f"{site.url}/account")
    mine = page.get_by_test_id("declarations")
    await mine.get_by_test_id("declare-words").fill("สมหญิง ใจดี")
    await mine.get_by_test_id("declare-phone").fill("081-234-5678")
    await mine.get_by_test_id("declare-add").click()
    await expect(mine).to_contain_text("0812345678")
    await Looking(page).at("declarations")
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(caller="0812345678", dispatch=False))).json()
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{site.url}/operator")
    await page.locator(f'[data-testid="incident-card"][data-id="{case["id"]}"]').click()
    await expect(page.get_by_test_id("conflict-band")).to_be_visible()
    await Looking(page).at("conflict")


async def test_a_reporter_says_that_it_is_about_an_officer(site: Site, browsers: Browsers) -> None:
    commander = await site.sign_in("commander")
    page = await browsers.open(PHONE)
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-violence").click()
    await page.get_by_test_id("report-about-police").check()
    await Looking(page).at("report-about-police")
    await page.get_by_test_id("report-send").click()

    async def hidden() -> bool:
        return any(each["about_police"] for each in (await commander.get("/v1/incidents")).json()["items"])

    await until(hidden)
