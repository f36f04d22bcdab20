"""A unit at a scene is asked whether all is well, asked again, and then others are alarmed."""

from typing import Any

import httpx

from tests.integration.test_officer_emergency import case, unit
from tests.site import Site, incident, until


async def at_the_scene(site: Site, officer: httpx.AsyncClient, **more: Any) -> tuple[str, str]:
    """The case and the assignment."""
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))).json()
    body = {"unit_id": unit(site, 0), "mode": "order"}
    assert (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json=body)).status_code == 200
    held = (await officer.get("/v1/assignments/current")).json()["held"]["assignment"]["id"]
    assert (await officer.post(f"/v1/assignments/{held}/arrived", json={})).status_code == 200
    return made["id"], held


async def seconds_left(site: Site, assignment_id: str) -> float | None:
    async with site.as_station() as connection:
        left = (
            "SELECT extract(epoch FROM due_at - now())::float8 FROM deadline WHERE kind = 'welfare' AND subject_id = $1"
        )
        return await connection.fetchval(left, assignment_id)


async def time_passes(site: Site, assignment_id: str) -> None:
    async with site.as_station() as connection:
        await connection.execute("UPDATE deadline SET due_at = now() WHERE subject_id = $1", assignment_id)


async def checked(client: httpx.AsyncClient, incident_id: str) -> dict[str, Any] | None:
    found = (await case(client, incident_id))["welfare"]
    return found[0] if found else None


async def test_asked_asked_again_and_then_the_radio_room(site: Site) -> None:
    await site.start_jobs()
    operator, officer = await site.sign_in("operator"), await site.officer(0)
    case_id, held = await at_the_scene(site, officer)
    left = await seconds_left(site, held)
    assert left is not None and 1100 < left <= 1200, "20 minutes for a priority 2"
    assert await checked(operator, case_id) is None
    rung = len(site.receiver.of("broadcast"))

    await time_passes(site, held)
    await until(lambda: len(site.receiver.of("broadcast")) > rung)
    asked = await checked(officer, case_id)
    assert asked and asked["asked_at"] and asked["asked_again_at"] is None
    await time_passes(site, held)
    await until(lambda: len(site.receiver.of("broadcast")) > rung + 1)
    await site.stop_jobs()
    await time_passes(site, held)
    await site.start_jobs()

    async def alarmed() -> list[str]:
        return [alarm["reason"] for alarm in (await case(operator, case_id))["alarms"] if not alarm["acknowledged_at"]]

    await until(alarmed)
    assert await alarmed() == ["officer_silent"]
    silent = await checked(operator, case_id)
    assert silent and silent["silent_at"]
    left = await seconds_left(site, held)
    assert left is not None and left > 1000, "and it begins anew"

    well = await officer.post(f"/v1/assignments/{held}/well")
    assert (well.status_code, well.json()["state"]) == (200, "arrived")
    answered = await checked(operator, case_id)
    assert answered and answered["answered_at"] and answered["by_radio"] is False
    assert await alarmed() == []
    assert (await officer.post(f"/v1/assignments/{held}/well")).status_code == 200, "unasked, and twice"


async def test_the_desk_answers_after_a_word_on_the_radio(site: Site) -> None:
    await site.start_jobs()
    operator, officer = await site.sign_in("operator"), await site.officer(0, phone=False)
    case_id, held = await at_the_scene(site, officer, kind="domestic")
    left = await seconds_left(site, held)
    assert left is not None and 200 < left <= 300
    await time_passes(site, held)
    await until(lambda: checked(operator, case_id))
    assert (await operator.post(f"/v1/assignments/{held}/well")).status_code == 200
    answered = await checked(operator, case_id)
    assert answered and answered["by_radio"] is True


async def test_nobody_is_asked_who_has_left_and_strangers_cannot_answer(site: Site) -> None:
    await site.start_jobs()
    operator, officer = await site.sign_in("operator"), await site.officer(0, phone=False)
    other = await site.officer(1, phone=False)
    case_id, held = await at_the_scene(site, officer)
    assert (await other.post(f"/v1/assignments/{held}/well")).status_code == 404
    assert (await (await site.sign_in("commander")).post(f"/v1/assignments/{held}/well")).status_code == 403
    await time_passes(site, held)
    await until(lambda: checked(operator, case_id))
    assert (await officer.post(f"/v1/assignments/{held}/not-arrived", json={})).status_code == 200
    assert await seconds_left(site, held) is None
    gone = await checked(operator, case_id)
    assert gone and gone["over_at"] and gone["answered_at"] is None
    refused = await officer.post(f"/v1/assignments/{held}/well")
    assert (refused.status_code, refused.json()["state"]) == (409, "en_route")
    assert (await officer.post(f"/v1/assignments/{held}/arrived", json={})).status_code == 200
    assert await seconds_left(site, held) is not None
    assert (await officer.post(f"/v1/assignments/{held}/clear", json={"disposition": "resolved"})).status_code == 200
    assert await seconds_left(site, held) is None


async def test_a_station_sets_the_minutes_by_kind(site: Site) -> None:
    commander, officer = await site.sign_in("commander"), await site.officer(0, phone=False)
    written = (await commander.get("/v1/delegation")).json()
    written["needs"]["theft"] = {"units": 1, "crew": 1, "welfare_minutes": 3}
    changed = {key: value for key, value in written.items() if key not in {"delegated_at", "delegated_by"}}
    answer = await commander.put("/v1/delegation", json=changed)
    assert answer.status_code == 200, answer.text
    _, held = await at_the_scene(site, officer)
    left = await seconds_left(site, held)
    assert left is not None and 120 < left <= 180


async def test_a_crew_that_calls_for_help_is_not_asked(site: Site) -> None:
    await site.start_jobs()
    operator, officer = await site.sign_in("operator"), await site.officer(0)
    case_id, held = await at_the_scene(site, officer)
    call = await officer.post("/v1/officer-emergency", json={"id": case_id[:-4] + "ffff", "silent": True})
    assert call.status_code == 201, call.text
    await time_passes(site, held)

    async def put_off() -> bool:
        return (await seconds_left(site, held) or 0) > 1000

    await until(put_off)
    assert await checked(operator, case_id) is None
