"""Two radio rooms: one hands a case over, the other takes it on."""

from playwright.async_api import expect

from api.db.pool import open_database
from tests import neighbour as next_door
from tests.browser.chromium import DESK, Browsers, sign_in, sign_in_as
from tests.browser.screens import Looking
from tests.site import Site, incident


async def test_a_case_goes_to_the_station_next_door(site: Site, browsers: Browsers) -> None:
    await site.start_jobs()
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    there = await next_door.found(site, db)
    await db.close()
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(note="ทะเลาะกัน", dispatch=False))).json()
    giving = await browsers.open(DESK)
    await sign_in(giving, site, "operator")
    await giving.locator(f'[data-testid="incident-card"][data-id="{made["id"]}"]').click()
    await giving.get_by_test_id("incident-hand-over").click()
    await expect(giving.get_by_test_id("hand-over-station")).to_contain_text("สน.ข้างเคียง")
    await giving.get_by_test_id("hand-over-reason").fill("เกิดในพื้นที่ของท่าน")
    await Looking(giving).at("hand-over-asking")
    await giving.get_by_test_id("hand-over-send").click()
    await expect(giving.get_by_test_id("hand-over-state")).to_contain_text("สน.ข้างเคียง")
    await Looking(giving).at("hand-over-waits")

    taking = await browsers.open(DESK)
    await sign_in_as(taking, site, "next-operator", there.passwords["next-operator"])
    await taking.get_by_test_id("incident-card").click()
    await expect(taking.get_by_test_id("hand-over-asked")).to_contain_text(made["reference"])
    await expect(taking.get_by_test_id("incident-close")).to_have_count(0)
    await Looking(taking).at("hand-over-asked")
    await taking.get_by_test_id("hand-over-accept").click()
    await expect(taking.get_by_test_id("hand-over-taken")).to_be_visible()
    await expect(taking.get_by_test_id("incident-close")).to_be_visible()
    await expect(giving.get_by_test_id("hand-over-state")).to_contain_text("รับเหตุแล้ว")
    await Looking(giving).at("handed-over")
    assert not browsers.complaints
