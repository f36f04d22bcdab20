"""Liveness, readiness, and the demo's own start page."""

import hmac
from importlib.metadata import version
from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.params import HeaderParameter

from api.db.pool import Database
from api.db.stations import read_deployment
from api.domain.errors import NotFound, Unavailable
from api.services.stations.demo_file import DemoFile
from api.settings import Settings

_VERSION = version("sipha")


class Ok(msgspec.Struct):
    """`version`: workers retry what an older version refused."""

    version: str
    status: str = "ok"


class Ready(msgspec.Struct):
    """`restored`: the database was restored from a backup, and nothing is dispatched until `sipha resume`."""

    restored: bool
    status: str = "ok"


class DemoAccount(msgspec.Struct):
    role: str
    username: str
    display_name: str
    callsign: str | None
    password: str | None


class DemoOut(msgspec.Struct):
    accounts: list[DemoAccount]


class Health(Controller):
    tags = ("Running it",)

    @get("/healthz", summary="Liveness: the process answers", opt={"public": True})
    async def alive(self) -> Ok:
        return Ok(_VERSION)

    @get("/readyz", summary="Readiness: the database answers too", opt={"public": True})
    async def ready(self, db: Database) -> Ready:
        async with db.stationless() as connection:
            deployment = await read_deployment.one(connection)
        if deployment is None:
            raise Unavailable(because="the database is not set up: run `sipha migrate`")
        return Ready(deployment.restored_at is not None)

    @get("/v1/demo", summary="Accounts to sign in as, in the demo only", opt={"public": True, "secret": True})
    async def demo(
        self, settings: Settings, key: Annotated[str | None, HeaderParameter(name="X-Demo-Key")] = None
    ) -> DemoOut:
        file = settings.home / "demo.json"
        if not settings.demo or not file.exists():
            raise NotFound
        known = msgspec.json.decode(file.read_bytes(), type=DemoFile)
        invited = (
            settings.demo_key is not None
            and key is not None
            and hmac.compare_digest(key.encode(), settings.demo_key.encode())
        )
        callsigns = {unit.id: unit.callsign for unit in known.units}
        return DemoOut(
            [
                DemoAccount(
                    account.role,
                    account.username,
                    account.display_name or account.username,
                    callsigns.get(account.unit_id) if account.unit_id else None,
                    account.password if invited else None,
                )
                for account in known.accounts
            ]
        )
