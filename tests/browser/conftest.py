"""Browsers over the real server, which serves the built PWA.

All of it runs in one event loop per process: Playwright's driver takes a second of processor time to start, and belongs
to the loop that started it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright, expect

from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile
from tests.browser.chromium import Browsers
from tests.conftest import receiving, serving
from tests.patience import patient
from tests.push_receiver import PushReceiver
from tests.site import Site

expect.set_options(timeout=patient(30_000))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def push_receiver() -> AsyncIterator[PushReceiver]:
    async with receiving() as receiver:
        yield receiver


@pytest_asyncio.fixture(loop_scope="session")
async def site(
    cluster: Cluster, model_station: DemoFile, station_database: str, push_receiver: PushReceiver, tmp_path: Path
) -> AsyncIterator[Site]:
    async with serving(cluster, station_database, model_station, push_receiver, tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def browsers(playwright: Playwright, site: Site, tmp_path: Path) -> AsyncIterator[Browsers]:
    built = site.settings.pwa / "index.html"
    assert built.exists(), "the PWA is not built: run `make build`"
    running = Browsers(playwright, site, tmp_path)
    yield running
    await running.close()
