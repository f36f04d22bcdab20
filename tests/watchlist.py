"""A watchlist entry, and a camera's match with it."""

import base64
import io
import struct
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from PIL import Image

from tests.site import Site, alert

MODEL = "test-model@1"


def entry(**more: object) -> dict[str, object]:
    expires = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    said = {"label": "บุคคลตัวอย่าง", "legal_basis": "หมายจับ", "picture_source": "ทะเบียน", "warrant_number": "จ.1/2569"}
    said |= {"court": "ศาลอาญา", "born": "1990-01-15"}
    return {"id": str(uuid.uuid4()), "expires_at": expires, **said, **more}


async def looked(caller: httpx.AsyncClient, alert_id: str) -> None:
    """Both pictures opened at full size."""
    seen = (await caller.get(f"/v1/alerts/{alert_id}")).json()
    if seen["has_snapshot"]:
        assert (await caller.get(f"/v1/alerts/{alert_id}/snapshot")).status_code == 200
    for picture_id in seen["watchlist_entry"]["picture_ids"]:
        assert (await caller.get(f"/v1/watchlist/pictures/{picture_id}")).status_code == 200


def holds() -> dict[str, Any]:
    """The operator's record that the warrant has just been looked up."""
    return {"warrant_check": {"at": datetime.now(UTC).isoformat(), "result": "valid"}}


async def confirmed(caller: httpx.AsyncClient, alert_id: str) -> httpx.Response:
    await looked(caller, alert_id)
    return await caller.post(f"/v1/alerts/{alert_id}/confirm", json=holds())


def portrait(size: tuple[int, int] = (240, 240)) -> bytes:
    """Noise: no face is needed, because the tests bring their own templates."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def template(*values: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


async def draft(site: Site, **more: object) -> tuple[str, str]:
    """The operator's draft with one picture: ids of both."""
    operator, body = await site.sign_in("operator"), entry(**more)
    assert (await operator.post("/v1/watchlist", json=body)).status_code == 201
    path = f"/v1/watchlist/{body['id']}/pictures"
    added = await operator.post(path, files={"picture": ("picture.jpg", portrait(), "image/jpeg")})
    assert added.status_code == 201, added.text
    return str(body["id"]), added.json()["id"]


async def enrolled(site: Site, **more: object) -> str:
    """An entry that cameras look for: drafted, approved by the commander, with a template."""
    entry_id, picture_id = await draft(site, **more)
    commander = await site.sign_in("commander")
    assert (await commander.post(f"/v1/watchlist/{entry_id}/approve")).status_code == 200
    made = {"model": MODEL, "quality": 0.9, "template": template(0.1, 0.2, 0.3, 0.4)}
    saved = await site.enroller().put(f"/v1/watchlist/pictures/{picture_id}/template", json=made)
    assert saved.status_code == 204, saved.text
    return entry_id


def match(site: Site, entry_id: str, **more: object) -> dict[str, Any]:
    name, _, version = MODEL.partition("@")
    seen = {
        "watchlist_entry_id": entry_id,
        "confidence": 0.93,
        "model": {"name": name, "version": version, "threshold": 0.8},
        "snapshot": base64.b64encode(portrait((160, 160))).decode(),
    }
    return alert(site, "watchlist_face", **seen, **more)
