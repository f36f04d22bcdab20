"""Anything of the desk by its name: a case, a unit, a place, an action."""

import uuid

from playwright.async_api import expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, incident


async def test_found_by_name_and_taken_by_key(site: Site, browsers: Browsers) -> None:
    caller, page = await site.sign_in("operator"), await browsers.open(DESK)
    own = {"id": str(uuid.uuid4()), "name": "ตลาดเช้าบ้านสวน", "kind": "market", "lat": HERE[0], "lon": HERE[1]}
    assert (await caller.post("/v1/places", json=own)).status_code == 201
    made = [
        (await caller.post("/v1/incidents", json=incident(kind=kind, dispatch=False))).json()
        for kind in ("theft", "nuisance")
    ]
    await sign_in(page, site, "operator")
    await expect(page.get_by_test_id("incident-card")).to_have_count(2)
    words, rows = page.get_by_test_id("palette-words"), page.get_by_test_id("palette-row")
    look = Looking(page)
    for case in made:
        await page.keyboard.press("Control+k")
        await expect(words).to_be_focused()
        await words.fill(case["reference"])
        await expect(rows).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(words).to_have_count(0)
        await expect(page).to_have_url(f"{site.url}/operator?incident={case['id']}")

    await page.keyboard.press("Control+k")
    await look.at("palette")
    await words.fill("ตลาดเช้า")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_have_attribute("data-group", "places")
    await page.keyboard.press("Enter")
    await expect(words).to_have_count(0)
    await page.keyboard.press("Control+k")
    await words.fill("รับสายใหม่")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("create-place")).to_be_visible()
    assert not look.faults
    assert not browsers.complaints
