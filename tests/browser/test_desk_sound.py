"""The radio room hears what waits, is told when it cannot, and is muted only for a reason and a while."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.patience import patient
from tests.site import Site, incident, until

_LISTEN = """() => {
  window.notes = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    window.notes.push(this.frequency.value);
    return start.call(this, at);
  };
}"""
"""Every note that the page plays, by its frequency."""
SOS_HZ = 988


_TELL = """() => new MutationObserver((_, self) => {
  if (!document.querySelector('[data-testid="sound-refused"]')) return;
  self.disconnect();
  window.told();
}).observe(document, { childList: true, subtree: true })"""


async def heard(page: Page, hertz: int) -> int:
    return sum(round(note) == hertz for note in await page.evaluate("window.notes"))


async def desk(site: Site, browsers: Browsers, language: str = "th-TH") -> Page:
    page = await browsers.open(DESK, language=language)
    await page.add_init_script(f"({_LISTEN})()")
    await sign_in(page, site, "operator")
    await expect(page.get_by_test_id("desk-bar")).to_be_visible()
    if language == "en-GB":  # an account's own language decides
        await page.get_by_test_id("language-switch").click()
        await expect(page.get_by_test_id("sound-state")).to_contain_text("Sound")
    return page


@pytest.mark.parametrize("language", ["th-TH", "en-GB"])
async def test_refused_turned_on_and_heard_until_acknowledged(site: Site, browsers: Browsers, language: str) -> None:
    caller, touched = await site.sign_in("operator"), await desk(site, browsers, language)
    # Nobody has touched the tab since it was opened, so that the browser refuses.
    page, told = await touched.context.new_page(), asyncio.Event()
    await page.expose_function("told", told.set)
    await page.add_init_script(f"({_LISTEN})(); ({_TELL})()")
    await touched.close()
    await page.goto(f"{site.url}/operator")
    # Whatever asks the page counts as a touch for Chromium, so the page itself says when the band is there.
    await asyncio.wait_for(told.wait(), patient(30))
    look = Looking(page)
    await page.get_by_test_id("sound-state").click()
    await page.keyboard.press("Escape")
    assert (await caller.post("/v1/incidents", json=incident(kind="sos", priority=1))).status_code == 201
    await expect(page.get_by_test_id("sounding")).to_have_attribute("data-sound", "sos")
    await expect(page.get_by_test_id("sound-refused")).to_have_count(0)
    await expect(page.get_by_test_id("desk-bar")).to_have_attribute("data-heard", "here")

    async def again() -> bool:
        return await heard(page, SOS_HZ) >= 6

    await until(again, 15)
    await look.at(f"sounding-{language}")
    await page.get_by_test_id("sound-acknowledge").click()
    await expect(page.get_by_test_id("sounding")).to_have_count(0)
    before = await heard(page, SOS_HZ)
    await page.wait_for_timeout(3500)
    assert await heard(page, SOS_HZ) == before
    assert not look.faults
    assert not browsers.complaints


async def test_while_a_call_is_taken_the_band_is_above_it(site: Site, browsers: Browsers) -> None:
    caller, page = await site.sign_in("operator"), await desk(site, browsers)
    await page.get_by_test_id("incident-create").click()
    await caller.post("/v1/incidents", json=incident(kind="sos", priority=1))
    band = page.locator("dialog").get_by_test_id("sounding")
    await expect(band).to_be_visible()
    await until(lambda: _any(page, SOS_HZ), 15)
    box = await band.bounding_box()
    assert box is not None
    assert box["width"] == DESK["width"]
    look = Looking(page)
    await look.at("sounding-in-a-call")
    await band.get_by_test_id("sound-acknowledge").click()
    await expect(band).to_have_count(0)
    assert not look.faults


async def test_muted_for_a_reason_in_every_tab_and_not_for_ever(site: Site, browsers: Browsers) -> None:
    caller, page = await site.sign_in("operator"), await desk(site, browsers)
    second = await page.context.new_page()
    await second.add_init_script(f"({_LISTEN})()")
    await second.goto(f"{site.url}/operator")
    await expect(second.get_by_test_id("desk-bar")).to_have_attribute("data-heard", "elsewhere")
    await page.bring_to_front()
    await page.get_by_test_id("sound-state").click()
    look = Looking(page)
    await look.at("sound-mute-sheet")
    await page.get_by_test_id("mute-5").click()
    for tab in (page, second):
        await expect(tab.get_by_test_id("sound-muted")).to_be_visible()
    await caller.post("/v1/incidents", json=incident(kind="sos", priority=1))
    await expect(page.get_by_test_id("sounding")).to_be_visible()
    await page.wait_for_timeout(3000)
    assert await heard(page, SOS_HZ) == 0
    await look.at("sound-muted")
    # Five minutes later, without waiting for them.
    await page.evaluate("""() => {
      const kept = JSON.parse(localStorage.getItem('sipha-desk-sound'));
      kept.mute.until -= 5 * 60_000 - 2000;
      localStorage.setItem('sipha-desk-sound', JSON.stringify(kept));
      dispatchEvent(new StorageEvent('storage', { key: 'sipha-desk-sound' }));
    }""")
    await until(lambda: _any(page, SOS_HZ), 15)
    for tab in (page, second):
        await expect(tab.get_by_test_id("sound-muted")).to_have_count(0)
    assert await heard(second, SOS_HZ) == 0, "one tab of the desk's is enough"
    await page.close()
    await second.get_by_test_id("desk-bar").click(position={"x": 700, "y": 20})
    await until(lambda: _any(second, SOS_HZ), 15)
    assert not look.faults


async def test_a_locked_screen_goes_on_sounding(site: Site, browsers: Browsers) -> None:
    caller, page = await site.sign_in("operator"), await desk(site, browsers)
    await page.get_by_test_id("lock").click()
    await expect(page.get_by_test_id("locked-screen")).to_be_visible()
    assert (await caller.post("/v1/incidents", json=incident(kind="sos", priority=1))).status_code == 201
    await until(lambda: _any(page, SOS_HZ), 15)


async def _any(page: Page, hertz: int) -> bool:
    return await heard(page, hertz) > 0


async def test_keys_are_shown_and_dead_in_a_field(site: Site, browsers: Browsers) -> None:
    caller, page = await site.sign_in("operator"), await desk(site, browsers, "en-GB")
    for kind in ("theft", "nuisance"):
        assert (await caller.post("/v1/incidents", json=incident(kind=kind, dispatch=False))).status_code == 201
    cards = page.get_by_test_id("incident-card")
    await expect(cards).to_have_count(2)
    await page.keyboard.press("Shift+Slash")
    await expect(page.get_by_test_id("keys").locator("dt")).to_have_count(14)
    look = Looking(page)
    await look.at("keys")
    await page.keyboard.press("n")
    await expect(page.get_by_test_id("create-place")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.get_by_test_id("create-place").press_sequentially("snake ?")
    await expect(page.get_by_test_id("create-place")).to_have_value("snake ?")
    await expect(page.get_by_test_id("keys")).to_have_count(0)
    assert not look.faults
