"""Somebody whose phone speaks Chinese is helped in Chinese; the police read the report in their own language."""

from playwright.async_api import expect

from tests.browser.chromium import PHONE, Browsers
from tests.browser.screens import Looking
from tests.site import HERE, Site


async def test_a_chinese_phone_is_spoken_to_in_chinese(site: Site, browsers: Browsers) -> None:
    await site.officer(0, at=HERE, phone=False)
    page = await browsers.open(PHONE, language="zh-TW")
    looking = Looking(page)
    await page.goto(f"{site.url}/")
    await expect(page.get_by_test_id("home-help")).to_contain_text("求助报警")
    await expect(page.locator("html")).to_have_attribute("lang", "zh")
    await looking.at("zh-home")
    await page.goto(f"{site.url}/report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("发生了什么事？")
    await looking.at("zh-report")
    await page.get_by_test_id("report-kind-theft").click()
    await page.get_by_test_id("report-description").fill("钱包被抢")
    await looking.at("zh-details")
    await page.get_by_test_id("report-send").click()
    await expect(page.get_by_test_id("track-status").get_by_role("status")).to_have_text("我们已收到您的报警")
    await looking.at("zh-track")
    await page.goto(f"{site.url}/here")
    await expect(page.get_by_role("heading", level=1)).to_have_text("请输入警方告诉您的验证码")
    await looking.at("zh-here")
    await page.goto(f"{site.url}/sign-in")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.goto(f"{site.url}/report")
    await page.get_by_test_id("language-switch").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("เกิดอะไรขึ้น")
    assert looking.faults == []
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    (report,) = (await operator.get(f"/v1/incidents/{case['id']}/reports")).json()["items"]
    assert (report["language"], report["description"]) == ("zh", "钱包被抢")
    assert browsers.complaints == []


async def test_without_the_chinese_texts_the_page_speaks_english(site: Site, browsers: Browsers) -> None:
    page = await browsers.open(PHONE, language="zh-CN")
    await page.route("**/citizens-*.js", lambda route: route.abort())
    await page.goto(f"{site.url}/report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("What is happening?")
    await page.get_by_test_id("report-sos").click()
    await expect(page.get_by_test_id("report-send")).to_be_visible()
