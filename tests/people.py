"""People of a station: added, invited, signed in."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
from pyotp.totp import TOTP

from tests.site import Site

GOOD = "ปลาทู-กับ-ข้าวเหนียว-7"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-A156E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile "
    "Safari/537.36"
)


def somebody(**changed: Any) -> dict[str, Any]:
    usual = {
        "id": str(uuid.uuid4()),
        "role": "officer",
        "username": f"u{uuid.uuid4().hex[:8]}",
        "display_name": "สมชาย",
    }
    return usual | changed


async def added(admin: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/accounts", json=somebody(**changed))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def invited(admin: httpx.AsyncClient, account: dict[str, Any]) -> str:
    answer = await admin.post(f"/v1/accounts/{account['id']}/invite", json={})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["link"].endswith(f"/invitation#{made['code']}")
    return made["code"]


async def accepted(site: Site, code: str, password: str = GOOD) -> httpx.Response:
    return await site.client().post(f"/v1/invitations/{code}", json={"password": password})


async def signed_in(site: Site, username: str, password: str = GOOD, **more: Any) -> httpx.AsyncClient:
    client = site.client(**{"user-agent": ANDROID})
    answer = await client.post("/v1/session", json={"username": username, "password": password} | more)
    assert answer.status_code == 200, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return client


async def a_person(site: Site, admin: httpx.AsyncClient, **changed: Any) -> tuple[dict[str, Any], httpx.AsyncClient]:
    account = await added(admin, **changed)
    assert (await accepted(site, await invited(admin, account))).status_code == 200
    return account, await signed_in(site, account["username"])


def code_of(factor: dict[str, Any], period: int) -> str:
    """Of this period of 30 s (0) or of the next (1), which a phone whose clock is ahead would show."""
    totp = TOTP(factor["secret"])
    return totp.generate_otp(totp.timecode(datetime.now(UTC)) + period)
