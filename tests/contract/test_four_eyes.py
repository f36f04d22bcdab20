"""Four eyes: what an approval is based on, what ends it, and what a match needs before anybody is sent."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest

from api.db.pool import Database
from tests.site import Site, until
from tests.watchlist import MODEL, confirmed, draft, enrolled, entry, holds, looked, match, template


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def approve(site: Site, entry_id: str) -> httpx.Response:
    return await (await site.sign_in("commander")).post(f"/v1/watchlist/{entry_id}/approve")


async def gallery(site: Site, model: str = MODEL) -> list[str]:
    found = await site.worker().get(f"/v1/watchlist/gallery?model={model}")
    return [one["entry_id"] for one in found.json()["entries"]]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"warrant_number": None}, "warrant_number"),
        ({"warrant_number": "  "}, "warrant_number"),
        ({"court": None}, "court"),
        ({"born": None}, "born"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_what_is_not_on_paper_is_not_approved(site: Site, said: dict[str, Any], field: str) -> None:
    entry_id, _ = await draft(site, **said)
    answer = await approve(site, entry_id)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await gallery(site) == []


async def test_all_that_is_missing_is_named_at_once(site: Site) -> None:
    operator, body = await site.sign_in("operator"), entry(court=None, born=None)
    assert (await operator.post("/v1/watchlist", json=body)).status_code == 201
    answer = await approve(site, str(body["id"]))
    assert [error["field"] for error in answer.json()["errors"]] == ["court", "born", "pictures"]


async def test_a_group_photo_is_not_approved_and_matches_nobody(site: Site) -> None:
    entry_id, picture_id = await draft(site)
    told = {"model": MODEL, "problem": "several_faces"}
    assert (await site.enroller().put(f"/v1/watchlist/pictures/{picture_id}/template", json=told)).status_code == 204
    answer = await approve(site, entry_id)
    assert [error["field"] for error in answer.json()["errors"]] == ["pictures"]


async def test_past_its_review_date_an_entry_is_over(site: Site) -> None:
    entry_id, kept = await enrolled(site, review_at=in_days(20)), await enrolled(site)
    waiting, _ = await draft(site, review_at=in_days(20))
    assert set(await gallery(site)) == {entry_id, kept}
    async with administrator(site) as connection:
        await connection.execute("ALTER TABLE watchlist_entry DISABLE TRIGGER fact_changed")
        await connection.execute(
            "UPDATE watchlist_entry SET review_at = now() - interval '1 minute' WHERE id = ANY ($1::uuid[])",
            [entry_id, waiting],
        )
        await connection.execute("ALTER TABLE watchlist_entry ENABLE TRIGGER fact_changed")
    assert await gallery(site) == [kept]
    late = await approve(site, waiting)
    assert (late.status_code, late.json()["state"]) == (409, "expired")
    operator = await site.sign_in("operator")
    assert (await operator.get(f"/v1/watchlist/{entry_id}")).json()["state"] == "expired"
    assert (await operator.get(f"/v1/watchlist/{kept}")).json()["review_at"] is not None, "one is set where nobody says"


class administrator:  # noqa: N801 - reads as a sentence
    def __init__(self, site: Site) -> None:
        self._url = site.cluster.url(database=site.database)

    async def __aenter__(self) -> Any:
        self._connection = await asyncpg.connect(self._url)
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()


async def test_an_approved_template_is_never_replaced_one_for_a_further_model_may_come(site: Site) -> None:
    entry_id = await enrolled(site)
    (picture_id,) = await pictures(site, entry_id)
    path, enroller = f"/v1/watchlist/pictures/{picture_id}/template", site.enroller()
    same = {"model": MODEL, "quality": 0.9, "template": template(0.1, 0.2, 0.3, 0.4)}
    assert (await enroller.put(path, json=same)).status_code == 204, "a repeat"
    for other in ({**same, "template": template(9, 9, 9, 9)}, {"model": MODEL, "problem": "several_faces"}):
        answer = await enroller.put(path, json=other)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert (await enroller.put(path, json={**same, "model": "next@2"})).status_code == 204
    assert await gallery(site) == await gallery(site, "next@2") == [entry_id]


async def pictures(site: Site, entry_id: str) -> list[str]:
    operator = await site.sign_in("operator")
    return [one["id"] for one in (await operator.get(f"/v1/watchlist/{entry_id}")).json()["pictures"]]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE watchlist_entry SET warrant_number = 'another'",
        "UPDATE watchlist_entry SET court = NULL",
        "UPDATE watchlist_entry SET born = '2015-01-01'",
        "UPDATE watchlist_entry SET label = 'another'",
        "UPDATE watchlist_entry SET priority = 1",
        "UPDATE watchlist_entry SET expires_at = expires_at + interval '10 years'",
        "UPDATE watchlist_entry SET requested_by = approved_by, approved_by = requested_by",
        "UPDATE watchlist_picture SET jpeg = jpeg || '\\x00'",
        "INSERT INTO watchlist_picture (station_id, entry_id, jpeg) SELECT station_id, id, '' FROM watchlist_entry",
        "UPDATE watchlist_template SET template = template || template",
    ],
)
async def test_any_change_ends_the_approval(site: Site, change: str) -> None:
    """Even a change that bypasses all services, by the app's own role."""
    entry_id = await enrolled(site)
    assert await gallery(site) == [entry_id]
    seen = (await site.worker().post("/v1/alerts", json=match(site, entry_id))).json()
    async with site.as_station() as connection:
        await connection.execute(change)
        assert (
            await connection.fetchval("SELECT approved_hash FROM watchlist_entry WHERE id = $1", uuid.UUID(entry_id))
            is None
        )
    assert await gallery(site) == []
    operator = await site.sign_in("operator")
    assert (await operator.get(f"/v1/watchlist/{entry_id}")).json()["state"] == "draft"
    answer = await confirmed(operator, seen["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


async def test_a_change_that_hides_from_the_triggers_is_found_at_the_decision(site: Site) -> None:
    entry_id = await enrolled(site)
    seen = (await site.worker().post("/v1/alerts", json=match(site, entry_id))).json()
    async with administrator(site) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("UPDATE watchlist_picture SET jpeg = jpeg || '\\x00'")
    answer = await confirmed(await site.sign_in("operator"), seen["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


@pytest.fixture
async def pending(site: Site) -> AsyncIterator[str]:
    """A match waiting for a person, with an officer on duty."""
    entry_id = await enrolled(site)
    seen = (await site.worker().post("/v1/alerts", json=match(site, entry_id))).json()
    assert seen["state"] == "pending"
    yield seen["id"]


async def test_nobody_decides_without_having_opened_both_pictures(site: Site, pending: str) -> None:
    operator, other = await site.sign_in("operator"), await site.sign_in("commander")
    await looked(other, pending)
    path = f"/v1/alerts/{pending}"
    seen = (await operator.get(path)).json()
    reference = f"/v1/watchlist/pictures/{seen['watchlist_entry']['picture_ids'][0]}"

    async def missing() -> list[str]:
        answer = await operator.post(f"{path}/confirm", json=holds())
        assert (answer.status_code, answer.json()["code"]) == (409, "not_looked"), answer.text
        return answer.json()["missing"]

    assert await missing() == ["snapshot", "reference"], "somebody else's look is not ours"
    for small in (f"{path}/snapshot?preview=true", f"{reference}?preview=true"):
        assert (await operator.get(small)).status_code == 200
    assert await missing() == ["snapshot", "reference"], "a preview is no look"
    await operator.get(f"{path}/snapshot")
    assert await missing() == ["reference"]
    await operator.get(reference)
    assert (await operator.post(f"{path}/confirm", json=holds())).json()["state"] == "confirmed"


@pytest.mark.parametrize(
    ("check", "field"),
    [
        (None, "warrant_check"),
        ({"result": "ended"}, "warrant_check.result"),
        ({"result": "not_found"}, "warrant_check.result"),
        ({"at": in_days(-1)}, "warrant_check.at"),
        ({"at": in_days(1)}, "warrant_check.at"),
    ],
)
async def test_nobody_is_sent_unless_the_warrant_was_just_looked_up_and_holds(
    site: Site, pending: str, check: dict[str, str] | None, field: str
) -> None:
    operator = await site.sign_in("operator")
    await looked(operator, pending)
    body = {} if check is None else {"warrant_check": holds()["warrant_check"] | check}
    answer = await operator.post(f"/v1/alerts/{pending}/confirm", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await operator.get(f"/v1/alerts/{pending}")).json()["state"] == "pending"


@pytest.mark.parametrize("seconds", [-1, 1])
async def test_a_server_that_takes_the_time_wrongly_makes_no_match_undecidable(
    site: Site, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """An approval is bound to the templates made before it: both times are the database's."""
    entry_id, picture_id = await draft(site)
    operator, made = await site.sign_in("operator"), {"quality": 0.9, "template": template(0.1, 0.2, 0.3, 0.4)}
    put = partial(site.enroller().put, f"/v1/watchlist/pictures/{picture_id}/template")
    assert (await put(json=made | {"model": "other@1"})).status_code == 204
    with monkeypatch.context() as patch:
        patch.setattr(Database, "now", lambda db: db.clock.now() + timedelta(seconds=seconds))
        assert (await approve(site, entry_id)).status_code == 200
    assert (await put(json=made | {"model": MODEL})).status_code == 204
    seen = (await site.worker().post("/v1/alerts", json=match(site, entry_id))).json()
    answer = await confirmed(operator, seen["id"])
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed"), answer.text


async def test_who_looked_it_up_when_and_with_what_result_is_kept(site: Site, pending: str) -> None:
    operator = await site.sign_in("operator")
    assert (await confirmed(operator, pending)).status_code == 200
    async with site.as_station() as connection:
        row = await connection.fetchrow(
            "SELECT actor_id, facts->'warrant'->>'result' AS result, facts->'warrant'->>'at' AS at FROM audit "
            "WHERE action = 'alert.confirmed'"
        )
    assert (str(row["actor_id"]), row["result"]) == ((await operator.get("/v1/me")).json()["user"]["id"], "valid")
    assert row["at"]
    assert (await operator.get(f"/v1/alerts/{pending}")).json()["warrant_checked_at"] is not None


async def two_words(site: Site) -> httpx.AsyncClient:
    """The commander revokes what the demo's station has set."""
    commander = await site.sign_in("commander")
    written = (await commander.get("/v1/delegation")).json()
    assert written["face_words"] == 1
    wanted = {key: value for key, value in written.items() if not key.startswith("delegated_")} | {"face_words": 2}
    assert (await commander.put("/v1/delegation", json=wanted)).json()["face_words"] == 2
    return commander


async def test_a_face_takes_two_people_unless_the_station_has_written_otherwise(site: Site, pending: str) -> None:
    await site.start_jobs()
    officer, operator = await site.officer(0), await site.sign_in("operator")
    commander = await two_words(site)
    await looked(commander, pending)
    early = await commander.post(f"/v1/alerts/{pending}/confirm", json=holds())
    assert (early.status_code, early.json()["code"]) == (403, "forbidden"), "a commander's is the second word"
    me = (await operator.get("/v1/me")).json()["user"]["id"]
    for _ in range(2):
        first = (await confirmed(operator, pending)).json()
        assert (first["state"], first["first_word_by"], first["incident_id"]) == ("pending", me, None)
    assert (await officer.get("/v1/assignments/current")).json()["offer"] is None
    shown = (await commander.get(f"/v1/alerts/{pending}")).json()
    assert (shown["first_word"]["by"], bool(shown["first_word"]["name"])) == (me, True)
    done = await confirmed(commander, pending)
    assert done.json()["state"] == "confirmed", done.text

    async def offered() -> bool:
        return (await officer.get("/v1/assignments/current")).json()["offer"] is not None

    await until(offered)


async def test_what_nobody_has_written_is_two_people(site: Site) -> None:
    async with site.as_station() as connection:
        default = await connection.fetchval(
            "SELECT column_default FROM information_schema.columns "
            "WHERE table_name = 'station_policy' AND column_name = 'face_words'"
        )
    assert default == "2"


async def test_a_second_person_may_still_say_no(site: Site, pending: str) -> None:
    operator = await site.sign_in("operator")
    await two_words(site)
    assert (await confirmed(operator, pending)).json()["state"] == "pending"
    no = await operator.post(f"/v1/alerts/{pending}/reject", json={"reason": "different"})
    assert no.json()["state"] == "rejected"
