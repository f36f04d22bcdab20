"""How much a phone loads before a page is usable, and what a reload costs somebody who was typing."""

from dataclasses import dataclass, field

from playwright.async_api import CDPSession, Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.site import Site, until

CITIZEN_BYTES, OFFICER_BYTES = 60_000, 75_000
ON_DUTY_BYTES = 95_000
"""With the screens of a job, fetched before there is one. `pwa/sizes.mjs` limits the page without them."""


@dataclass
class Scripts:
    """The scripts sent to the page itself, in bytes over the wire, without headers."""

    sizes: dict[str, float] = field(default_factory=dict)
    encodings: set[str] = field(default_factory=set)
    _asked: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def watch(self, page: Page) -> None:
        session: CDPSession = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        # The service worker fetches ahead too; whatever it had first would not be counted.
        await session.send("Network.setBypassServiceWorker", {"bypass": True})
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        if "javascript" in headers.get("content-type", "") and "/assets/" in event["response"]["url"]:
            self._asked[event["requestId"]] = event["response"]["url"], event["response"]["encodedDataLength"]
            self.encodings.add(headers.get("content-encoding", "plain"))

    def _finished(self, event: dict) -> None:
        url, headers = self._asked.get(event["requestId"], ("", 0))
        if url and event["encodedDataLength"] > headers:  # cached scripts cost nothing over the wire
            self.sizes[url] = event["encodedDataLength"] - headers


async def test_a_citizens_first_page_is_light(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    scripts = Scripts()
    await scripts.watch(page)
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-sos").wait_for()
    assert 10_000 < sum(scripts.sizes.values()) <= CITIZEN_BYTES, scripts.sizes
    assert scripts.encodings <= {"br", "gzip", "plain"}
    assert {"br", "gzip"} & scripts.encodings
    assert browsers.complaints == []


async def test_an_officers_first_page_is_light(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    scripts = Scripts()
    await scripts.watch(page)
    await sign_in(page, site, "officer")
    await page.get_by_test_id("shift-start").wait_for()
    assert 10_000 < sum(scripts.sizes.values()) <= OFFICER_BYTES, scripts.sizes
    await go_on_duty(page, site)
    await until(lambda: any("/JobScreens-" in url for url in scripts.sizes))
    await page.wait_for_load_state("networkidle")
    assert sum(scripts.sizes.values()) <= ON_DUTY_BYTES, scripts.sizes
    assert browsers.complaints == []


async def test_a_report_survives_a_reload_and_leaves_nothing_once_sent(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE)
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-theft").click()
    await page.get_by_test_id("report-description").fill("กระเป๋าสีแดง")
    await page.get_by_test_id("report-contact").fill("0812345678")
    await kept(page, "0812345678")
    await page.reload()
    await expect(page.get_by_test_id("draft-restored")).to_be_visible()
    await expect(page.get_by_test_id("report-description")).to_have_value("กระเป๋าสีแดง")
    await expect(page.get_by_test_id("report-contact")).to_have_value("0812345678")
    await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/track#*token=*")
    left = await everything_kept(page)
    assert "0812345678" not in left
    assert "กระเป๋าสีแดง" not in left
    await page.goto(f"{site.url}/report")
    await expect(page.get_by_test_id("report-send")).to_have_count(0)
    assert browsers.complaints == []


async def test_beginning_anew_forgets_what_was_typed(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE, language="en-GB")
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("report-kind-other").click()
    await page.get_by_test_id("report-contact").fill("0812345678")
    await kept(page, "0812345678")
    await page.reload()
    await page.get_by_test_id("draft-anew").click()
    await expect(page.get_by_test_id("report-send")).to_have_count(0)
    await gone(page, "0812345678")


async def test_a_call_at_the_desk_survives_a_reload_but_not_the_sign_out(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    await page.get_by_test_id("incident-create").click()
    await page.get_by_test_id("create-note").fill("รถชนกันหน้าตลาด")
    await page.get_by_test_id("create-caller").fill("0898765432")
    await kept(page, "0898765432")
    await page.reload()
    await expect(page.get_by_test_id("draft-restored")).to_be_visible()
    await expect(page.get_by_test_id("create-note")).to_have_value("รถชนกันหน้าตลาด")
    await expect(page.get_by_test_id("create-caller")).to_have_value("0898765432")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("sign-out").click()
    await page.wait_for_url(f"{site.url}/")
    await gone(page, "0898765432")


async def test_the_browsers_language_counts_on_the_first_visit(site: Site, browsers: Browsers) -> None:
    for language, spoken in (("en-GB", "en"), ("th-TH", "th"), ("de-DE", "en")):
        page = await browsers.open(PHONE, language=language)
        await page.goto(f"{site.url}/report")
        await expect(page.locator("html")).to_have_attribute("lang", spoken)
    for spoken in ("zh", "th"):
        await page.get_by_test_id("language-switch").click()
        await expect(page.locator("html")).to_have_attribute("lang", spoken)
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "th")


async def kept(page: Page, text: str) -> None:
    async def there() -> bool:
        return text in await everything_kept(page)

    await until(there)


async def gone(page: Page, text: str) -> None:
    async def lost() -> bool:
        return text not in await everything_kept(page)

    await until(lost)


async def everything_kept(page: Page) -> str:
    """Everything this browser stores for our pages, as one text."""
    return await page.evaluate(
        """async () => {
          const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
          for (const { name } of await indexedDB.databases()) {
            const db = await new Promise((done) => (indexedDB.open(name).onsuccess = (e) => done(e.target.result)));
            for (const store of db.objectStoreNames) {
              const all = db.transaction(store).objectStore(store).getAll();
              kept.push(JSON.stringify(await new Promise((done) => (all.onsuccess = () => done(all.result)))));
            }
            db.close();
          }
          return kept.join('\\n');
        }"""
    )
