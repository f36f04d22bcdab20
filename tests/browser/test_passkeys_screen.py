"""A passkey in Chromium's virtual authenticator: added, used at sign-in and to step up, declined, removed."""

import msgspec
from playwright.async_api import CDPSession, Page, expect

from tests.browser.chromium import PHONE, Browsers
from tests.browser.screens import Looking
from tests.browser.test_people import ours
from tests.people import GOOD, a_person
from tests.site import Site

_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def at_a_name(site: Site) -> str:
    """Passkeys belong to a host name; on this machine that is `localhost`."""
    address = f"http://localhost:{site.port}"
    site._litestar.state.settings = msgspec.structs.replace(site.settings, public_url=address)
    return address


async def with_key(page: Page) -> tuple[CDPSession, str]:
    protocol = await page.context.new_cdp_session(page)
    await protocol.send("WebAuthn.enable")
    made = await protocol.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
    return protocol, made["authenticatorId"]


async def verified(protocol: CDPSession, key: str, *, now: bool) -> None:
    await protocol.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": now})


async def enter(page: Page, address: str, username: str, *, with_passkey: bool) -> None:
    await page.goto(f"{address}/sign-in")
    await page.get_by_test_id("username").fill(username)
    await page.get_by_test_id("password").fill(GOOD)
    if with_passkey:
        await page.get_by_test_id("with-passkey").check()
    await page.get_by_test_id("sign-in").click()


async def test_a_passkey_from_the_first_to_the_last(site: Site, browsers: Browsers) -> None:
    account, _ = await a_person(site, await site.sign_in("admin"), role="auditor", display_name="พันตำรวจโท วิชัย")
    address, page = at_a_name(site), await browsers.open(PHONE)
    look = Looking(page)
    await enter(page, address, account["username"], with_passkey=False)
    await page.wait_for_url("**/audit")
    protocol, key = await with_key(page)
    await page.goto(f"{address}/account")
    await page.get_by_test_id("passkey-name").fill("โทรศัพท์ของฉัน")
    await page.get_by_test_id("passkey-add").click()
    await expect(page.get_by_test_id("passkey")).to_contain_text("โทรศัพท์ของฉัน")
    await page.get_by_test_id("passkeys").scroll_into_view_if_needed()
    await look.at("passkeys")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("sign-out").click()

    await enter(page, address, account["username"], with_passkey=False)
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await verified(protocol, key, now=False)
    await enter(page, address, account["username"], with_passkey=True)
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await look.at("passkey-declined")
    await page.set_viewport_size(PHONE)
    await verified(protocol, key, now=True)
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url("**/audit")

    await page.goto(f"{address}/account")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    await page.get_by_test_id("passkey-remove-ask").click()
    await page.get_by_test_id("passkey-remove").click()
    await expect(page.get_by_test_id("step-up-confirm")).to_be_visible()
    await look.at("passkey-step-up")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("step-up-confirm").click()
    await expect(page.get_by_test_id("passkey")).to_have_count(0)
    assert look.faults + ours(browsers, "401", "403") == []
