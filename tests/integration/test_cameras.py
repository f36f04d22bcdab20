"""A camera's state is what its worker reports, with the reason."""

from datetime import UTC, datetime

import pytest

from tests.site import Site

STATES = ("live", "overloaded", "not_matching", "stalled", "unreachable", "off")


@pytest.mark.parametrize("state", STATES)
async def test_every_state_is_taken_and_shown_with_its_reason(site: Site, state: str) -> None:
    camera, operator = site.demo.cameras[0], await site.sign_in("operator")
    said = {"state": state, "at": datetime.now(UTC).isoformat(), "detail": "the gallery is empty"}
    answer = await site.worker().post(f"/v1/cameras/{camera.id}/status", json=said)
    assert answer.status_code == 204, answer.text
    shown = {item["id"]: item for item in (await operator.get("/v1/cameras")).json()["items"]}[str(camera.id)]
    assert (shown["state"], shown["detail"]) == (state, "the gallery is empty")


async def test_a_state_that_is_none_is_refused(site: Site) -> None:
    said = {"state": "asleep", "at": datetime.now(UTC).isoformat()}
    answer = await site.worker().post(f"/v1/cameras/{site.demo.cameras[0].id}/status", json=said)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_the_server_says_its_version_to_workers(site: Site) -> None:
    answer = (await site.client().get("/healthz")).json()
    assert answer["status"] == "ok" and answer["version"]
