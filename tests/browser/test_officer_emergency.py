"""An officer holds the button: the phone says who comes, and the radio room cannot miss it."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import DESK, PHONE, Browsers, go_on_duty, sign_in
from tests.browser.screens import Looking
from tests.site import HERE, Site, incident

NEAR = (HERE[0] + 0.004, HERE[1])


async def hold(button: Locator, milliseconds: int = 1200) -> None:
    await button.hover()
    mouse = button.page.mouse
    await mouse.down()
    await button.page.wait_for_timeout(milliseconds)
    await mouse.up()


async def on_duty(site: Site, browsers: Browsers, language: str = "th-TH") -> Page:
    phone = await browsers.open(PHONE, language=language)
    await sign_in(phone, site, "officer")
    await go_on_duty(phone, site)
    return phone


@pytest.mark.parametrize("language", ["th-TH", "en-GB"])
async def test_from_the_button_to_the_word_of_safety(site: Site, browsers: Browsers, language: str) -> None:
    await site.start_jobs()
    helper = await site.officer(1, NEAR)
    phone = await on_duty(site, browsers, language)
    desk = await browsers.open(DESK, language=language)
    await sign_in(desk, site, "operator")
    phone_looks, desk_looks = Looking(phone), Looking(desk)
    await phone_looks.at(f"emergency-buttons-{language}")

    await hold(phone.get_by_test_id("emergency-loud"), 400)
    await expect(phone.get_by_test_id("emergency-buttons")).to_be_visible()
    await hold(phone.get_by_test_id("emergency-loud"))
    own = phone.get_by_test_id("own-emergency")
    await expect(own).to_have_attribute("data-sent", "true")
    job = (await helper.get("/v1/assignments/current")).json()["offer"]["assignment"]["id"]
    assert (await helper.post(f"/v1/assignments/{job}/accept", json={})).status_code == 200
    await expect(own.get_by_test_id("helper")).to_have_count(1)
    await phone_looks.at(f"emergency-coming-{language}")

    alarm = desk.locator('[data-testid="alarm-card"][data-reason="officer_emergency"]')
    await expect(alarm).to_be_visible()
    await expect(desk.get_by_test_id("emergency-band")).to_be_visible()
    await alarm.get_by_test_id("alarm-acknowledge").click()
    await expect(desk.get_by_test_id("emergency")).to_be_visible()
    await desk_looks.at(f"emergency-desk-{language}")

    await hold(phone.get_by_test_id("emergency-safe"))
    await expect(phone.get_by_test_id("emergency-buttons")).to_be_visible()
    name = (await helper.get("/v1/me")).json()["user"]["display_name"]
    word = desk.get_by_test_id("emergency-word")
    await expect(word).to_contain_text(":")
    await expect(word).not_to_contain_text(name)
    await desk_looks.at(f"emergency-safe-{language}")
    assert not phone_looks.faults + desk_looks.faults
    assert not browsers.complaints


async def test_pressed_in_a_tunnel_it_arrives_once(site: Site, browsers: Browsers) -> None:
    phone, operator = await on_duty(site, browsers), await site.sign_in("operator")
    await expect(phone.get_by_test_id("emergency-buttons")).to_be_visible()
    await phone.context.set_offline(True)
    await hold(phone.get_by_test_id("emergency-silent"))
    await expect(phone.get_by_test_id("own-emergency")).to_have_attribute("data-sent", "false")
    await expect(phone.get_by_test_id("emergency-not-sent")).to_be_visible()
    looks = Looking(phone)
    await looks.at("emergency-tunnel")
    assert not looks.faults
    await phone.context.set_offline(False)
    await expect(phone.get_by_test_id("own-emergency")).to_have_attribute("data-sent", "true")
    found = (await operator.get("/v1/incidents", params={"active": True})).json()["items"]
    assert [(each["kind"], each["emergency"]["silent"]) for each in found] == [("officer_emergency", True)]


async def test_during_a_job_off_duty_and_at_the_desk_by_radio(site: Site, browsers: Browsers) -> None:
    phone, operator = await on_duty(site, browsers), await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    unit = str(site.login("officer", 0).unit_id)
    await operator.post(f"/v1/incidents/{case['id']}/dispatch", json={"unit_id": unit, "mode": "order"})
    await expect(phone.get_by_test_id("held-job")).to_be_visible()
    looks = Looking(phone)
    await looks.at("emergency-during-a-job")
    await hold(phone.get_by_test_id("emergency-silent"))
    await expect(phone.get_by_test_id("own-emergency")).to_have_attribute("data-sent", "true")
    await looks.at("emergency-silent")

    lost = await browsers.open(PHONE, at=None)
    await sign_in(lost, site, "officer", 2)
    await hold(lost.get_by_test_id("emergency-loud"))
    await expect(lost.get_by_test_id("emergency-unplaced")).to_be_visible()
    await Looking(lost).at("emergency-unplaced")

    desk = await browsers.open(DESK)
    await sign_in(desk, site, "operator")
    bands = desk.get_by_test_id("emergency-band")
    await expect(bands).to_have_count(2)
    await bands.first.click()
    await expect(desk.get_by_test_id("emergency")).to_be_visible()
    at_desk = Looking(desk)
    await at_desk.at("emergency-two-at-the-desk")
    await desk.get_by_test_id("emergency-record").click()
    await at_desk.at("emergency-record")
    await desk.get_by_test_id("emergency-record-send").click()
    await expect(desk.get_by_test_id("emergency-record")).to_have_count(0)
    assert not looks.faults + at_desk.faults
