"""Chromium as people use it: on a phone and at a desk. Collects every console complaint."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Playwright, ViewportSize

from tests.patience import patient
from tests.site import HERE, Site, until

EXECUTABLE = "/usr/bin/chromium"
_WITHOUT = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
"""Pages of the address bar, which nobody sees: to make them takes half of a start. Then Playwright's own list, since of
two lists the second one counts."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={_WITHOUT}",
]
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
_EXPECTED = {("/v1/me", "401"), ("/v1/demo", "404"), ("/v1/audit/head", "404")}
"""Calls that ask who is signed in, whether this is a demo, and for the signed head of an audit that has none yet: the
browser logs their answers as errors."""


class Browsers:
    """Each person has a separate browser with a profile on disk, which push and notifications need."""

    def __init__(self, playwright: Playwright, site: Site, home: Path) -> None:
        self._playwright, self._site, self._home = playwright, site, home
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def open(self, size: ViewportSize, at: tuple[float, float] | None = HERE, *, language: str = "th-TH") -> Page:
        context = await self._playwright.chromium.launch_persistent_context(
            self._home / f"profile-{len(self._contexts)}",
            executable_path=EXECUTABLE,
            timeout=patient(60_000),
            args=FLAGS,
            viewport=size,
            locale=language,
            timezone_id="Asia/Bangkok",
            geolocation=None if at is None else {"latitude": at[0], "longitude": at[1], "accuracy": 8},
        )
        self._contexts.append(context)
        granted = ["notifications"] if at is None else ["notifications", "geolocation"]
        await context.grant_permissions(granted, origin=self._site.url)
        context.set_default_timeout(patient(30_000))
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context.pages[0]

    async def close(self) -> None:
        await asyncio.gather(*(context.close() for context in self._contexts))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        path = urlsplit(message.location["url"]).path
        if not any(path == known and status in message.text for known, status in _EXPECTED):
            self.complaints.append(f"{path}: {message.text}")


async def sign_in(page: Page, site: Site, role: str, number: int = 0) -> None:
    """Through the form, as a person does."""
    login = site.login(role, number)
    await sign_in_as(page, site, login.username, login.password)


async def sign_in_as(page: Page, site: Site, username: str, password: str) -> None:
    await page.goto(f"{site.url}/sign-in")
    await page.get_by_test_id("username").fill(username)
    await page.get_by_test_id("password").fill(password)
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def go_on_duty(page: Page, site: Site, number: int = 0) -> None:
    """Takes the officer's own unit and waits until the radio room has the phone's position."""
    unit_id = site.login("officer", number).unit_id
    await page.locator(f'[data-testid="shift-unit"][data-unit="{unit_id}"]').click()
    await page.get_by_test_id("shift-start").click()
    await page.locator('[data-testid="officer-ready"][data-reachable="true"]').wait_for()
    operator = await site.sign_in("operator")

    async def placed() -> bool:
        units = (await operator.get("/v1/units")).json()["items"]
        return any(unit["id"] == str(unit_id) and unit["fix_age_s"] is not None for unit in units)

    await until(placed, 20)
