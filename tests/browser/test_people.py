"""People from the invitation to the locked account, one's own account, and proving once more who one is."""

import re

from playwright.async_api import Page, expect
from pyotp.totp import TOTP

from tests.browser.chromium import DESK, PHONE, Browsers, sign_in
from tests.browser.screens import Looking
from tests.patience import patient
from tests.people import GOOD, a_person, accepted, added, code_of, invited
from tests.site import Site

NEW = "มะม่วงดิบ 4 ลูก บนหลังคา"


async def at_people(page: Page, site: Site) -> None:
    await sign_in(page, site, "admin")
    await page.get_by_role("navigation").locator('a[href="/people"]').click()
    await expect(page.get_by_test_id("people-officer")).to_be_visible()


async def enter(page: Page, site: Site, username: str, password: str, code: str | None = None) -> None:
    await page.goto(f"{site.url}/sign-in")
    await page.get_by_test_id("username").fill(username)
    await page.get_by_test_id("password").fill(password)
    if code is not None:
        await page.get_by_test_id("with-code").check()
        if "-" in code:
            await page.get_by_test_id("code-recovery").click()
        await page.get_by_test_id("code").fill(code)
    await page.get_by_test_id("sign-in").click()


def ours(browsers: Browsers, *statuses: str) -> list[str]:
    """Complaints without refusals that the test provokes; the browser logs them as errors."""
    return [said for said in browsers.complaints if not any(f"status of {status}" in said for status in statuses)]


async def test_a_person_is_added_chooses_a_password_and_is_signed_out(site: Site, browsers: Browsers) -> None:
    admin = await browsers.open(DESK)
    look = Looking(admin)
    await at_people(admin, site)
    await look.at("people")
    await admin.get_by_test_id("person-add").click()
    await admin.get_by_test_id("person-name").fill("ดาบตำรวจ สมปอง ใจเย็น")
    await admin.get_by_test_id("person-username").fill("sompong")
    unit = site.demo.units[0]
    await admin.get_by_test_id("person-unit").select_option(str(unit.id))
    await look.at("people-add")
    await admin.get_by_test_id("person-send").click()
    link = await admin.get_by_test_id("link").text_content() or ""
    assert re.fullmatch(r".+/invitation#[\w-]{22}", link)
    await expect(admin.get_by_test_id("qr").locator("path")).to_be_attached()
    await look.at("people-link")
    await admin.get_by_test_id("link-done").click()
    await expect(admin.get_by_test_id("person-add")).to_be_focused()
    row = admin.locator('[data-testid="person"][data-username="sompong"]')
    await expect(admin.get_by_test_id("people-not_yet").locator(row)).to_contain_text(unit.callsign)

    phone = await browsers.open(PHONE)
    looking_on = Looking(phone)
    await phone.goto(f"{site.url}/invitation#{link.partition('#')[2]}")
    await expect(phone.get_by_test_id("invitation")).to_be_visible()
    assert await phone.evaluate("location.href") == f"{site.url}/invitation"
    await looking_on.at("invitation")
    await phone.get_by_test_id("invitation-password").fill("sompong2526")
    await phone.get_by_test_id("invitation-choose").click()
    await expect(phone.get_by_test_id("problem")).to_be_visible()
    await looking_on.at("invitation-weak")
    await phone.get_by_test_id("invitation-password").fill(NEW)
    await phone.get_by_test_id("invitation-password-show").click()
    await phone.get_by_test_id("invitation-choose").click()
    await phone.wait_for_url("**/officer")
    await expect(phone.get_by_test_id("shift-unit").first).to_be_visible()
    await phone.goto(f"{site.url}/account")
    await expect(phone.get_by_test_id("session")).to_have_attribute("data-current", "true")

    await admin.reload()
    await row.click()
    await expect(admin.get_by_test_id("person-sessions").get_by_test_id("session")).to_have_count(1)
    await look.at("people-person")
    await admin.get_by_test_id("session-end").click()
    await phone.wait_for_url("**/sign-in?ended=1**", timeout=patient(5_000))
    await expect(admin.get_by_test_id("session")).to_have_count(0)
    await admin.keyboard.press("Escape")
    await expect(row).to_be_focused()
    assert look.faults + looking_on.faults + ours(browsers, "422") == []


async def test_a_link_that_has_been_used_says_whom_to_ask(site: Site, browsers: Browsers) -> None:
    admin = await site.sign_in("admin")
    code = await invited(admin, await added(admin))
    assert (await accepted(site, code)).status_code == 200
    page = await browsers.open(PHONE)
    look = Looking(page)
    await page.goto(f"{site.url}/invitation#{code}")
    await page.get_by_test_id("invitation-password").fill(NEW)
    await page.get_by_test_id("invitation-choose").click()
    await expect(page.get_by_test_id("invitation")).to_have_count(0)
    await look.at("invitation-over")
    assert look.faults + ours(browsers, "404") == []


async def test_a_person_is_locked_and_let_in_again_and_the_last_administrator_stays(
    site: Site, browsers: Browsers
) -> None:
    account, _ = await a_person(site, await site.sign_in("admin"), role="operator", display_name="อรทัย")
    page = await browsers.open(PHONE)
    look = Looking(page)
    await at_people(page, site)
    row = page.locator(f'[data-testid="person"][data-username="{account["username"]}"]')
    await row.click()
    await page.get_by_test_id("person-lock-ask").click()
    await page.get_by_test_id("person-lock").scroll_into_view_if_needed()
    await look.at("people-lock")
    await page.get_by_test_id("person-lock").click()
    await expect(page.get_by_test_id("person-unlock")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("people-locked").locator(row)).to_be_visible()
    await row.click()
    await page.get_by_test_id("person-unlock").click()
    await expect(page.get_by_test_id("person-lock-ask")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("people-locked")).to_have_count(0)

    await page.locator(f'[data-testid="person"][data-username="{site.login("admin").username}"]').click()
    await page.get_by_test_id("person-lock-ask").click()
    await page.get_by_test_id("person-lock").click()
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await look.at("people-last-admin")
    await expect(page.get_by_test_id("problem")).to_contain_text("ผู้ดูแลระบบคนสุดท้าย")
    assert look.faults + ours(browsers, "409") == []


async def test_two_administrators_change_the_same_person(site: Site, browsers: Browsers) -> None:
    """What was typed is kept, what the other one changed is shown, and the second save puts it in place."""
    admin = await site.sign_in("admin")
    account, _ = await a_person(site, admin, display_name="สมชาย")
    page = await browsers.open(DESK)
    look = Looking(page)
    await at_people(page, site)
    await page.locator(f'[data-testid="person"][data-username="{account["username"]}"]').click()
    await page.get_by_test_id("person-name").fill("สมชาย ใจดี")
    other = {"version": account["version"], "display_name": "สมชาย ใจร้อน", "language": "en"}
    assert (await admin.patch(f"/v1/accounts/{account['id']}", json=other)).status_code == 200
    await page.get_by_test_id("person-sheet").get_by_test_id("save").click()
    await expect(page.get_by_test_id("changed")).to_be_visible()
    await expect(page.get_by_test_id("other")).to_contain_text("สมชาย ใจร้อน")
    await expect(page.get_by_test_id("person-name")).to_have_value("สมชาย ใจดี")
    await expect(page.get_by_test_id("person-language")).to_have_value("en")
    await look.at("people-changed")
    await page.get_by_test_id("person-sheet").get_by_test_id("save").click()
    await expect(page.get_by_test_id("other")).to_have_count(0)
    (now,) = [each for each in (await admin.get("/v1/accounts")).json()["items"] if each["id"] == account["id"]]
    assert (now["display_name"], now["language"], now["version"]) == ("สมชาย ใจดี", "en", 3)
    assert look.faults + ours(browsers, "409") == []


async def test_an_important_change_asks_for_the_password_once_more(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "commander")
    await page.goto(f"{site.url}/station")
    await page.get_by_test_id("beat-floor").fill("2")
    await page.get_by_test_id("beat-floor").press("Tab")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    sign = page.get_by_test_id("delegation-sign")
    await sign.click()
    await expect(page.get_by_test_id("step-up-password")).to_be_focused()
    await look.at("step-up")
    await page.get_by_test_id("step-up-cancel").click()
    await expect(page.get_by_test_id("delegation").locator('[data-code="step_up"]')).to_be_visible()
    await expect(sign).to_be_focused()
    await expect(page.get_by_test_id("beat-floor")).to_have_value("2")
    await sign.click()
    await page.get_by_test_id("step-up-password").fill("not it, surely")
    await page.get_by_test_id("step-up-confirm").click()
    await expect(page.get_by_test_id("step-up").get_by_test_id("problem")).to_be_visible()
    await page.get_by_test_id("step-up-password").fill(site.login("commander").password)
    await page.get_by_test_id("step-up-confirm").click()
    await expect(page.get_by_test_id("step-up")).to_have_count(0)
    await expect(sign).to_have_count(0)
    commander = await site.sign_in("commander")
    written = (await commander.get("/v1/delegation")).json()
    assert written["beat_floor"] == 2
    assert look.faults + ours(browsers, "403", "422") == []


async def test_a_second_factor_is_set_up_and_asked_for(site: Site, browsers: Browsers) -> None:
    account, _ = await a_person(site, await site.sign_in("admin"), role="auditor", display_name="พันตำรวจโท วิชัย")
    page = await browsers.open(PHONE)
    look = Looking(page)
    await enter(page, site, account["username"], GOOD)
    await page.get_by_test_id("own-account").click()
    await expect(page.get_by_test_id("second-factor")).to_be_visible()
    await look.at("account")
    await page.get_by_test_id("factor-begin").click()
    secret = (await page.get_by_test_id("factor-secret").text_content() or "").replace(" ", "")
    recovery = (await page.get_by_test_id("recovery-codes").locator("li").all_text_contents())[0]
    await expect(page.get_by_test_id("qr").locator("path")).to_be_attached()
    await look.at("account-factor")
    async with page.expect_download() as downloading:
        await page.get_by_test_id("recovery-download").click()
    assert recovery in (await (await downloading.value).path()).read_text()
    await page.get_by_test_id("factor-code").fill("000 000")
    await page.get_by_test_id("factor-confirm").click()
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await page.get_by_test_id("factor-code").fill(TOTP(secret).now())
    await page.get_by_test_id("factor-confirm").click()
    await expect(page.get_by_test_id("second-factor")).to_have_attribute("data-set-up", "true")
    await page.get_by_test_id("sign-out").click()

    await enter(page, site, account["username"], GOOD)
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await enter(page, site, account["username"], GOOD, code_of({"secret": secret}, 1))
    await page.wait_for_url("**/audit")
    await page.get_by_test_id("sign-out").click()
    await page.goto(f"{site.url}/sign-in")
    await expect(page.get_by_test_id("with-code")).to_be_checked()
    await look.at("sign-in-code")
    await enter(page, site, account["username"], GOOD, recovery.upper())
    await page.wait_for_url("**/audit")

    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    await page.goto(f"{site.url}/account")
    await page.get_by_test_id("factor-removing").click()
    await page.get_by_test_id("factor-remove").click()
    await expect(page.get_by_test_id("step-up").get_by_test_id("code")).to_be_focused()
    await look.at("step-up-code")
    await page.get_by_test_id("code-recovery").click()
    await page.get_by_test_id("code").fill("abcde-23456")
    await page.get_by_test_id("step-up-confirm").click()
    await expect(page.get_by_test_id("step-up").get_by_test_id("problem")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("second-factor")).to_have_attribute("data-set-up", "true")
    assert look.faults + ours(browsers, "401", "403", "422") == []


async def test_ones_own_password_and_sessions(site: Site, browsers: Browsers) -> None:
    account, elsewhere = await a_person(site, await site.sign_in("admin"), role="operator", display_name="อรทัย")
    page = await browsers.open(PHONE)
    look = Looking(page)
    await enter(page, site, account["username"], GOOD)
    await page.wait_for_url("**/operator")
    await page.goto(f"{site.url}/account")
    await expect(page.get_by_test_id("session")).to_have_count(2)
    await page.get_by_test_id("session-end").click()
    await expect(page.get_by_test_id("session")).to_have_count(1)
    assert (await elsewhere.get("/v1/me")).status_code == 401
    await page.get_by_test_id("password-old").fill("not it, surely")
    await page.get_by_test_id("password-new").fill(NEW)
    await page.get_by_test_id("password-change").click()
    await expect(page.get_by_test_id("change-password").get_by_test_id("problem")).to_be_visible()
    await look.at("account-password-wrong")
    await page.get_by_test_id("password-old").fill(GOOD)
    await page.get_by_test_id("password-change").click()
    await expect(page.get_by_test_id("password-old")).to_have_value("")
    await site.sign_in_as(account["username"], NEW)
    assert look.faults + ours(browsers, "422") == []


async def test_a_role_that_needs_a_second_factor_is_led_to_it(site: Site, browsers: Browsers) -> None:
    site.leave_the_demo()
    page = await browsers.open(DESK)
    look = Looking(page)
    await sign_in(page, site, "admin")
    await page.wait_for_url("**/account?required=1")
    await expect(page.get_by_test_id("factor-required")).to_be_visible()
    await expect(page.get_by_test_id("session")).to_have_count(1)
    await look.at("account-required")
    await page.get_by_test_id("factor-begin").click()
    secret = (await page.get_by_test_id("factor-secret").text_content() or "").replace(" ", "")
    await page.get_by_test_id("factor-code").fill(TOTP(secret).now())
    await page.get_by_test_id("factor-confirm").click()
    await expect(page.get_by_test_id("factor-required")).to_have_count(0)
    await page.get_by_role("navigation").locator('a[href="/people"]').click()
    await expect(page.get_by_test_id("people-officer")).to_be_visible()
    assert look.faults + ours(browsers, "403") == []
