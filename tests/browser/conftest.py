"""Browsers over the real server, which serves the built PWA."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.browser.chromium import Browsers
from tests.patience import patient
from tests.site import Site

expect.set_options(timeout=patient(30_000))


@pytest.fixture
async def browsers(site: Site, tmp_path: Path) -> AsyncIterator[Browsers]:
    built = site.settings.pwa / "index.html"
    assert built.exists(), "the PWA is not built: run `make build`"
    async with async_playwright() as playwright:
        running = Browsers(playwright, site, tmp_path)
        yield running
        await running.close()
