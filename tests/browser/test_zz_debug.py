import asyncio, time, pytest
from tests.browser.chromium import *
from tests.browser.service_worker import *
from tests.browser import service_worker

@pytest.mark.parametrize("n", range(4))
async def test_deliver(site, browsers, n):
    page = await browsers.open(PHONE)
    await page.goto(site.url)
    w = await live_worker(page)
    await w.evaluate("""() => { self.log = []; const o = ServiceWorkerRegistration.prototype.showNotification;
      ServiceWorkerRegistration.prototype.showNotification = async function(...a) { self.log.push('show ' + a[0]); try { const r = await o.apply(this, a); self.log.push('done ' + a[0]); return r } catch (e) { self.log.push('fail ' + e); throw e } };
      self.addEventListener('error', e => self.log.push('err ' + e.message)); self.addEventListener('unhandledrejection', e => self.log.push('rej ' + e.reason)); }""")
    for i in range(150):
        t = time.time()
        await deliver(page, {"web_push": 8030, "notification": {"title": f"t{i}", "body": "b", "tag": f"x{i}", "navigate": "/officer", "data": {"kind": "test"}}})
        ok = False
        for _ in range(40):
            if any(x["title"] == f"t{i}" for x in await notifications(page)): ok = True; break
            await asyncio.sleep(.05)
        if not ok:
            print("RUN", n, i, ok, round(time.time()-t,2), (await w.evaluate("self.log"))[-6:], [x["title"] for x in await notifications(page)])
            await deliver(page, {"web_push": 8030, "notification": {"title": f"again{i}", "body": "b", "tag": f"x{i}", "navigate": "/officer", "data": {"kind": "test"}}})
            await asyncio.sleep(1)
            print("RUN again", [x["title"] for x in await notifications(page)], (await w.evaluate("self.log"))[-6:])
    print("RUN done", n)
