"""A watchlist entry by the HTTP contract: requested, approved by another person, enrolled, matched, withdrawn."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx

from tests.patience import patient
from tests.site import Site
from tests.watchlist import MODEL, draft, enrolled, entry, match, portrait, template


async def state_of(caller: httpx.AsyncClient, entry_id: str) -> str:
    return (await caller.get(f"/v1/watchlist/{entry_id}")).json()["state"]


async def test_from_draft_to_withdrawal(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    worker, enroller = site.worker(), site.enroller()
    entry_id, picture_id = await draft(site)
    assert await state_of(operator, entry_id) == "draft"
    early = await worker.post("/v1/alerts", json=match(site, entry_id))
    assert (early.status_code, early.json()["state"]) == (201, "expired"), "a draft is matched by nobody"

    assert (await commander.post(f"/v1/watchlist/{entry_id}/approve")).json()["state"] == "approved"
    waiting = (await enroller.get(f"/v1/watchlist/enrolments?model={MODEL}")).json()["items"]
    assert picture_id in str(waiting)
    shown = await enroller.get(f"/v1/watchlist/pictures/{picture_id}")
    assert shown.headers["content-type"] == "image/jpeg"
    made = {"model": MODEL, "quality": 0.8, "template": template(1.0, 2.0)}
    assert (await enroller.put(f"/v1/watchlist/pictures/{picture_id}/template", json=made)).status_code == 204
    assert (await enroller.get(f"/v1/watchlist/enrolments?model={MODEL}")).json()["items"] == []

    gallery = await worker.get(f"/v1/watchlist/gallery?model={MODEL}")
    assert set(gallery.json()) == {"version", "valid_until", "entries"}
    assert [(one["entry_id"], one["template"]) for one in gallery.json()["entries"]] == [(entry_id, made["template"])]
    assert "บุคคล" not in gallery.text, "no names"
    same = await worker.get(f"/v1/watchlist/gallery?model={MODEL}", headers={"if-none-match": gallery.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert (await worker.get("/v1/watchlist/gallery?model=another@2")).json()["entries"] == []

    seen = (await worker.post("/v1/alerts", json=match(site, entry_id))).json()
    assert seen["state"] == "pending"
    pending = (await operator.get("/v1/alerts?state=pending")).json()["items"]
    assert [(one["id"], one["watchlist_entry"]["id"]) for one in pending] == [(seen["id"], entry_id)]

    ended = await operator.post(f"/v1/watchlist/{entry_id}/withdraw", json={"reason": "ถูกจับกุมแล้ว"})
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    gone = await worker.get(f"/v1/watchlist/gallery?model={MODEL}")
    assert gone.json()["entries"] == []
    assert gone.headers["etag"] != gallery.headers["etag"]
    assert (await operator.get(f"/v1/alerts/{seen['id']}")).json()["state"] == "expired"
    late = await operator.post(f"/v1/alerts/{seen['id']}/confirm", json={})
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (409, "wrong_state", "expired")


async def test_two_people_always(site: Site) -> None:
    commander, admin = await site.sign_in("commander"), await site.sign_in("admin")
    body = entry()
    assert (await commander.post("/v1/watchlist", json=body)).json() == {"id": body["id"], "state": "draft"}
    own = await commander.post(f"/v1/watchlist/{body['id']}/approve")
    assert (own.status_code, own.json()["code"]) == (403, "forbidden")
    theirs = await admin.post(f"/v1/watchlist/{body['id']}/approve")
    assert (theirs.status_code, theirs.json()["code"]) == (403, "forbidden")
    assert await state_of(commander, str(body["id"])) == "draft"


async def test_what_is_approved_gets_no_further_picture(site: Site) -> None:
    entry_id, operator = await enrolled(site), await site.sign_in("operator")
    answer = await operator.post(f"/v1/watchlist/{entry_id}/pictures", files={"picture": ("x.jpg", portrait())})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


async def test_nobody_under_18_without_a_written_permit(site: Site) -> None:
    operator, admin = await site.sign_in("operator"), await site.sign_in("admin")
    child = entry(born=(datetime.now(UTC).date() - timedelta(days=16 * 365)).isoformat())
    refused = await operator.post("/v1/watchlist", json=child)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert [error["field"] for error in refused.json()["errors"]] == ["born"]
    permit = await admin.post(f"/v1/watchlist/{child['id']}/minor-permit", json={"reason": "คำสั่งศาลเยาวชน"})
    assert permit.status_code == 204
    assert (await operator.post("/v1/watchlist", json=child)).status_code == 201


async def test_an_entry_that_ends_is_out_of_the_gallery_by_itself(site: Site) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=patient(4))
    entry_id, worker = await enrolled(site, expires_at=soon.isoformat()), site.worker()
    before = (await worker.get(f"/v1/watchlist/gallery?model={MODEL}")).json()["entries"]
    assert [one["entry_id"] for one in before] == [entry_id]
    await asyncio.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    assert (await worker.get(f"/v1/watchlist/gallery?model={MODEL}")).json()["entries"] == []
    late = await worker.post("/v1/alerts", json=match(site, entry_id))
    assert (late.status_code, late.json()["state"]) == (201, "expired")


async def test_a_match_is_decided_by_an_operator_with_a_reason(site: Site) -> None:
    operator, worker = await site.sign_in("operator"), site.worker()
    seen = match(site, await enrolled(site))
    await worker.post("/v1/alerts", json=seen)
    bare = await operator.post(f"/v1/alerts/{seen['id']}/reject", json={})
    assert (bare.status_code, bare.json()["code"]) == (422, "invalid")
    done = await operator.post(f"/v1/alerts/{seen['id']}/reject", json={"reason": "คนละคน"})
    assert (done.status_code, done.json()["state"], done.json()["incident_id"]) == (200, "rejected", None)
    assert (await worker.post("/v1/alerts", json=seen)).json()["state"] == "rejected", "the present state"
    assert (await operator.get("/v1/incidents")).json()["items"] == []
