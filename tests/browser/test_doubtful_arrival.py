"""A patrol that says it is there and is not: no green tick on any screen, words instead."""

from playwright.async_api import expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, report


async def test_no_screen_shows_a_tick_for_a_doubtful_arrival(site: Site, browsers: Browsers) -> None:
    phone = await browsers.open(PHONE, at=HERE)
    await sign_in(phone, site, "officer")
    await go_on_duty(phone, site)
    told = report(kind="sos", lat=HERE[0] + 0.01)
    sent = (await site.client().post("/v1/reports", json=told)).json()
    await phone.get_by_test_id("offer-accept").click()
    await phone.get_by_test_id("step-arrived").click()
    await phone.get_by_test_id("arrived-far").click()
    await expect(phone.get_by_test_id("my-arrival-doubtful")).to_be_visible()
    await expect(phone.get_by_test_id("arrival-doubtful")).to_be_visible()
    on_phone = Looking(phone)
    await on_phone.at("doubtful-officer")

    for language in ("th-TH", "en-GB"):
        citizen = await browsers.open(PHONE, language=language)
        await citizen.goto(f"{site.url}/track#id={sent['id']}&token={sent['owner_token']}")
        status = citizen.get_by_test_id("track-status")
        await expect(status).to_have_attribute("data-doubtful", "true")
        looking = Looking(citizen)
        await looking.at(f"doubtful-citizen-{language}")
        on_phone.faults += looking.faults

    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    await desk.get_by_test_id("incident-card").first.click()
    await expect(desk.get_by_test_id("point-doubtful")).to_be_visible()
    await expect(desk.get_by_test_id("unit-doubtful")).to_have_count(1)
    await expect(desk.get_by_test_id("arrival-doubtful")).to_have_count(2)
    at_desk = Looking(desk)
    await at_desk.at("doubtful-operator")
    assert on_phone.faults + at_desk.faults + browsers.complaints == []
