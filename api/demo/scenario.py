"""What people do when the demo starts, over HTTP as themselves: an operator requests, a commander approves."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from api.services.stations.demo_file import DemoFile

_NAMESPACE = uuid.UUID("5e15a000-0000-4000-8000-000000000015")


class Person:
    """A signed-in user: `async with Person(demo, "operator", url) as operator`, then get and post."""

    def __init__(self, demo: DemoFile, role: str, url: str) -> None:
        self._login = next(login for login in demo.accounts if login.role == role)
        self._http = httpx.AsyncClient(base_url=url, timeout=30)

    async def __aenter__(self) -> Self:
        body = {"username": self._login.username, "password": self._login.password}
        answer = await self._http.post("/v1/session", json=body)
        answer.raise_for_status()
        self._http.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self._http.delete("/v1/session")
        await self._http.aclose()

    async def get(self, path: str) -> httpx.Response:
        return (await self._http.get(path)).raise_for_status()

    async def post(self, path: str, **content: object) -> httpx.Response:
        return (await self._http.post(path, **content)).raise_for_status()  # type: ignore[arg-type]


async def enrol_sample(demo: DemoFile, picture: Path) -> None:
    """One entry with a picture that is not the camera's; the enroller then computes the template."""
    entry_id = uuid.uuid5(_NAMESPACE, f"{demo.station_id} with a birth date")  # an old demo has one without
    async with Person(demo, "operator", demo.url) as operator:
        known = {entry["id"] for entry in (await operator.get("/v1/watchlist")).json()["items"]}
        if str(entry_id) in known:
            return
        now = datetime.now(UTC)
        draft = {
            "id": str(entry_id),
            "label": "บุคคลตัวอย่าง (ข้อมูลสาธิต)",
            "legal_basis": "หมายจับ (ตัวอย่าง)",
            "warrant_number": "จ.15/2569",
            "court": "ศาลอาญา (ตัวอย่าง)",
            "born": "1990-01-15",
            "picture_source": "ภาพตัวอย่างจากแพ็กเกจ @vladmandic/face-api (MIT)",
            "expires_at": (now + timedelta(days=90)).isoformat(),
            "review_at": (now + timedelta(days=30)).isoformat(),
            "priority": 2,
        }
        await operator.post("/v1/watchlist", json=draft)
        files = {"picture": ("picture.jpg", await asyncio.to_thread(picture.read_bytes), "image/jpeg")}
        await operator.post(f"/v1/watchlist/{entry_id}/pictures", files=files)
    async with Person(demo, "commander", demo.url) as commander:
        await commander.post(f"/v1/watchlist/{entry_id}/approve")
