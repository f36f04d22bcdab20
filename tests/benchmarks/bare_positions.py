"""The floor of `positions`: a route that stores what has gathered in one statement. No sender, no judging, no units."""

import asyncio
import sys

import asyncpg
import uvicorn
from litestar import Litestar, get, post

from api.routes.units.units import PositionsIn

waiting: list[tuple[PositionsIn, asyncio.Future[None]]] = []
news = asyncio.Event()


@get("/readyz")
async def ready() -> None: ...


@post("/v1/positions", status_code=200)
async def take(data: PositionsIn) -> dict[str, int]:
    stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiting.append((data, stored))
    news.set()
    await stored
    return {"accepted": len(data.fixes)}


async def store(url: str) -> None:
    pool = await asyncpg.create_pool(url, min_size=1)
    await pool.execute("CREATE TABLE IF NOT EXISTS bare (id uuid, at timestamptz, lat float8, lon float8)")
    while True:
        await news.wait()
        news.clear()
        calls, waiting[:] = list(waiting), []
        fixes = [(data.id, fix) for data, _ in calls for fix in data.fixes]
        await pool.execute(
            "INSERT INTO bare SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::float8[], $4::float8[])",
            [key for key, _ in fixes],
            [fix.at for _, fix in fixes],
            [fix.lat for _, fix in fixes],
            [fix.lon for _, fix in fixes],
        )
        for _, stored in calls:
            stored.set_result(None)
        await asyncio.sleep(0.05)


async def serve(url: str, port: int) -> None:
    storing = asyncio.create_task(store(url))
    app = Litestar([ready, take], openapi_config=None)
    await uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, log_level="error", access_log=False)).serve()
    storing.cancel()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
