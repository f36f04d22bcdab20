"""A push all the way through a real browser: subscribe, encrypt, deliver, decrypt, show, receipt, reachable."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.browser.autopush import Autopush
from tests.browser.firefox import Firefox
from tests.site import Site, until

_SHOWN = """navigator.serviceWorker.ready.then((it) => it.getNotifications())
  .then((all) => all.map(({ title, body, data }) => ({ title, body, kind: data.data.kind })))"""


@pytest_asyncio.fixture(loop_scope="session")
async def push_receiver() -> AsyncIterator[Autopush]:
    """What `site` uses as its push service."""
    service = Autopush()
    await service.start()
    yield service
    await service.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def firefox(site: Site, tmp_path: Path) -> AsyncIterator[Firefox]:
    browser = Firefox(tmp_path / "firefox", site.receiver.host)
    try:
        await browser.start()
        yield browser
    finally:
        await browser.stop()


async def test_a_push_goes_all_the_way(site: Site, firefox: Firefox, push_receiver: Autopush) -> None:
    await site.start_jobs()
    login = site.login("officer")
    await firefox.go(f"{site.url}/sign-in")
    await until(lambda: firefox.attribute("sign-in", "class"), 30)
    await firefox.fill("username", login.username)
    await firefox.fill("password", login.password)
    await firefox.click("sign-in")
    await until(lambda: firefox.attribute("shift-unit", "data-unit"), 30)
    await firefox.run(f"document.querySelector('[data-unit=\"{login.unit_id}\"]').click()")
    await firefox.click("shift-start")
    await until(lambda: firefox.attribute("push-enable", "class"), 30)
    await firefox.click("push-enable")

    async def card_says(state: str) -> bool:
        return await firefox.attribute("push-card", "data-state") == state

    await until(lambda: card_says("on"), 30)
    await firefox.click("push-test")
    await until(lambda: firefox.attribute("push-test-arrived", "class"), 30)
    assert [sent["Urgency"] for sent in push_receiver.passed_on] == ["high"]

    async with site.as_station() as connection:

        async def receipts() -> bool:
            row = await connection.fetchrow("SELECT delivered_at, shown_at FROM push_delivery WHERE kind = 'test'")
            return None not in (row["delivered_at"], row["shown_at"])

        await until(receipts)
        seen = "SELECT push_seen_at FROM unit_live WHERE unit_id = $1"
        assert await connection.fetchval(seen, login.unit_id) is not None, "the receipt alone makes it reachable"
    shown = await firefox.run(_SHOWN)
    assert [(one["kind"], one["title"]) for one in shown] == [("test", "ทดสอบการแจ้งเตือน")]
    operator = await site.sign_in("operator")
    units = (await operator.get("/v1/units")).json()["items"]
    assert next(unit for unit in units if unit["id"] == str(login.unit_id))["reachable"] is True
