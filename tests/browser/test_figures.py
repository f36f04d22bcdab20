"""The commander's figures: each one's caveats are shown beside it, as large as the figure."""

import random
from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.integration.test_month_against_numpy import expected, month, write
from tests.site import Site


async def test_what_a_figure_does_not_say_stands_beside_it_in_the_same_size(site: Site, browsers: Browsers) -> None:
    cases = month(random.Random(20261126), datetime.now(UTC).replace(microsecond=0) - timedelta(days=6))
    await write(site, cases)
    reckoned = expected([known for known in cases if known.priority == 2])
    faults: list[str] = []
    for language, button in (("th-TH", None), ("en-GB", "language-switch")):
        page = await browsers.open(DESK, language=language)
        await sign_in(page, site, "commander")
        await page.goto(f"{site.url}/commander")
        if button:  # the account speaks Thai
            await page.get_by_test_id(button).click()
        card = page.get_by_test_id("stats-priority-2")
        for name, field in (("without", "without_arrival"), ("doubtful", "doubtful"), ("unchecked", "unchecked")):
            caveat = card.get_by_test_id(f"stats-{name}")
            await expect(caveat.locator(".num")).to_have_text(str(reckoned[field]))
            assert await size_of(caveat.locator(".num")) >= await size_of(card.locator("dd.num").first)
        await expect(page.get_by_test_id("heatmap")).not_to_have_attribute("data-cells", "0")
        look = Looking(page)
        await look.at(f"commander-figures-{language}")
        faults += look.faults
    assert faults + browsers.complaints == []


async def size_of(part: Locator) -> float:
    return await part.evaluate("part => parseFloat(getComputedStyle(part).fontSize)")
