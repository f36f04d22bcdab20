import asyncio, time, pytest
from tests.browser.chromium import *
from tests.browser.service_worker import *
from tests.browser import service_worker


@pytest.mark.parametrize("n", range(4))
async def test_deliver(site, browsers, n):
    page = await browsers.open(PHONE)
    await page.goto(site.url)
    w = await live_worker(page)
    for i in range(25):
        t = time.time()
        await deliver(
            page,
            {
                "web_push": 8030,
                "notification": {
                    "title": f"t{i}",
                    "body": "b",
                    "tag": f"x{i}",
                    "navigate": "/officer",
                    "data": {"kind": "test"},
                },
            },
        )
        ok = False
        for _ in range(60):
            if any(x["title"] == f"t{i}" for x in await notifications(page)):
                ok = True
                break
            await asyncio.sleep(0.05)
        print("RUN", n, i, ok, round(time.time() - t, 2))
    await asyncio.sleep(0)
