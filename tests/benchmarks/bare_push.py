"""The floor of `alert_to_push`: an HTTP call that commits a row, a claim of it by another process, an encrypted push.

No sender, no station, no decision. `python -m tests.benchmarks.bare_push serve <database> <port>`, and `… jobs
<database> <push endpoint> <p256dh> <auth>`.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import aiohttp
import asyncpg
import msgspec
import uvicorn
from litestar import Litestar, get, post
from litestar.datastructures import State
from pywebpush import WebPusher

_TABLE = "CREATE TABLE IF NOT EXISTS bare_push (id uuid PRIMARY KEY, sent boolean NOT NULL DEFAULT false)"
_CLAIM = """UPDATE bare_push SET sent = true
            WHERE id IN (SELECT id FROM bare_push WHERE NOT sent LIMIT 64 FOR UPDATE SKIP LOCKED) RETURNING id"""


class Alert(msgspec.Struct):
    id: UUID


@get("/readyz")
async def ready() -> None: ...


@post("/alert", status_code=201)
async def alert(data: Alert, state: State) -> Alert:
    async with state.pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute("INSERT INTO bare_push (id) VALUES ($1)", data.id)
        await connection.execute("NOTIFY bare_push")
    return data


@asynccontextmanager
async def _pool(app: Litestar) -> AsyncGenerator[None, None]:
    app.state.pool = await asyncpg.create_pool(sys.argv[2], min_size=4)
    yield


async def send(url: str, endpoint: str, keys: dict[str, str]) -> None:
    connection, listening = await asyncpg.connect(url), await asyncpg.connect(url)
    news = asyncio.Event()
    await listening.add_listener("bare_push", lambda *_: news.set())
    async with aiohttp.ClientSession() as session:
        while True:
            await news.wait()
            news.clear()
            for row in await connection.fetch(_CLAIM):
                body = WebPusher({"endpoint": endpoint, "keys": keys}).encode(b"x" * 400, "aes128gcm")["body"]
                headers = {"Topic": row["id"].hex, "TTL": "60", "Content-Encoding": "aes128gcm"}
                async with session.post(endpoint, data=body, headers=headers):
                    pass


async def prepare(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(_TABLE)
    await connection.close()


def main() -> None:
    what, url = sys.argv[1:3]
    if what == "jobs":
        endpoint, p256dh, auth = sys.argv[3:]
        asyncio.run(send(url, endpoint, {"p256dh": p256dh, "auth": auth}))
        return
    app = Litestar([ready, alert], lifespan=[_pool], openapi_config=None)
    uvicorn.run(app, port=int(sys.argv[3]), log_config=None, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
