"""Search over all cases on the screen."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, Browsers, sign_in
from tests.browser.screens import Looking
from tests.site import Site, incident


async def test_a_case_is_found_by_its_words_and_a_caller_for_a_reason(site: Site, browsers: Browsers) -> None:
    operator = await site.sign_in("operator")
    wanted = incident(dispatch=False, place="ซอยสุขุมวิท 23", caller="081-234-5678")
    case = (await operator.post("/v1/incidents", json=wanted)).json()
    await operator.post(f"/v1/incidents/{case['id']}/close", json={"disposition": "settled"})
    page = await browsers.open(DESK)
    await sign_in(page, site, "operator")
    await page.get_by_role("navigation").locator('a[href="/search"]').click()
    await page.get_by_test_id("search-words").fill("สุขุมวิท 99")
    await page.get_by_test_id("search-go").click()
    await expect(page.get_by_text("ไม่พบเหตุ")).to_be_visible()
    await page.get_by_test_id("search-words").fill("สุขุมวิท 23")
    await page.get_by_test_id("search-go").click()
    found = page.get_by_test_id("search-found")
    await expect(found).to_contain_text(case["reference"])
    await page.get_by_test_id("search-caller").fill("0812345678")
    await page.get_by_test_id("search-reason").fill("ตามคำร้องของผู้เสียหาย")
    await page.get_by_test_id("search-go").click()
    await expect(found).to_contain_text(case["reference"])
    await Looking(page).at("search")
    await found.get_by_role("link").click()
    await expect(page.get_by_test_id("incident-panel")).to_contain_text(case["reference"])
    assert not browsers.complaints
