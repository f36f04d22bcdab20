"""A cut stream loses nothing: an id goes out only with, or after, everything up to it."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest

from api.cli.listening import limit_unread
from api.domain.access.permissions import Actor, Role
from api.live import messages
from api.live.subscriber import Subscriber
from tests.patience import patient
from tests.site import HERE, Site, incident, send_position, until


class Heard(NamedTuple):
    kind: str
    id: str | None
    subject: str | None
    unit_id: str | None


async def listen(client: httpx.AsyncClient, last_id: str | None = None) -> AsyncGenerator[Heard, None]:
    """Complete messages, as a browser dispatches them: at the empty line."""
    headers = {} if last_id is None else {"last-event-id": last_id}
    async with client.stream("GET", "/v1/stream", headers=headers) as stream:
        fields: dict[str, str] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif fields:
                data = json.loads(fields["data"])
                yield Heard(fields["event"], fields.get("id"), data.get("subject"), data.get("unit_id"))
                fields = {}


async def some(client: httpx.AsyncClient, last_id: str | None, count: int) -> list[Heard]:
    """The first `count` messages; then the line is cut."""
    heard: list[Heard] = []
    async with asyncio.timeout(patient(10)), aclosing(listen(client, last_id)) as messages:
        async for message in messages:
            heard.append(message)
            if len(heard) == count:
                break
    return heard


def last(heard: list[Heard], before: str | None = None) -> str | None:
    return ([message.id for message in heard if message.id] or [before])[-1]


async def opened(client: httpx.AsyncClient, how_many: int) -> set[str]:
    made = [(await client.post("/v1/incidents", json=incident(dispatch=False))).json()["id"] for _ in range(how_many)]
    return set(made)


@pytest.mark.parametrize("cut_after", [1, 2, 3])
async def test_a_stream_that_is_cut_again_and_again_loses_nothing(site: Site, cut_after: int) -> None:
    operator = await site.sign_in("operator")
    cursor = last(await some(operator, None, 1))
    assert cursor is not None, "a fresh stream says where news begin"
    missed = await opened(operator, 3)
    heard: set[str | None] = set()
    for _ in range(4):
        if missed <= heard:
            break
        messages = await some(operator, cursor, cut_after)
        heard |= {message.subject for message in messages}
        cursor = last(messages, cursor)
    if not missed <= heard:
        heard |= {message.subject for message in await some(operator, cursor, 1 + len(missed - heard))}
    assert missed <= heard


async def test_a_heartbeat_before_the_replay_has_no_id(site: Site) -> None:
    operator = await site.sign_in("operator")
    cursor = last(await some(operator, None, 1))
    await opened(operator, 1)
    first, second = await some(operator, cursor, 2)
    assert (first.kind, first.id, second.kind) == ("heartbeat", None, "incident")


@pytest.mark.parametrize("cursor", ["deadbeef-1-1-1", "nonsense"])
async def test_after_a_resync_the_stream_goes_on_from_its_id(site: Site, cursor: str) -> None:
    operator = await site.sign_in("operator")
    await opened(operator, 1)
    beat, resync = await some(operator, cursor, 2)
    assert (beat.id, resync.kind) == (None, "resync"), "cut before the resync, the next attempt must hear of it again"
    assert resync.id is not None
    missed = await opened(operator, 2)
    assert missed <= {message.subject for message in await some(operator, resync.id, 3)}


async def test_who_missed_more_than_is_replayed_is_told_with_an_id_to_go_on_from(site: Site) -> None:
    operator = await site.sign_in("operator")
    cursor = last(await some(operator, None, 1))
    async with site.as_station() as connection:
        await connection.executemany(
            "INSERT INTO event (station_id, kind, subject, payload, at) VALUES ($1, 'camera', $2, '{}', now())",
            [(site.demo.station_id, uuid.uuid4()) for _ in range(501)],
        )
    beat, resync = await some(operator, cursor, 2)
    assert (beat.id, resync.kind) == (None, "resync")
    missed = await opened(operator, 1)
    assert missed <= {message.subject for message in await some(operator, resync.id, 2)}


async def test_what_is_committed_while_a_stream_opens_is_not_behind_its_id(site: Site) -> None:
    """The officer's stream is paused between joining the readers and its first byte, while the station goes on."""
    operator, officer = await site.sign_in("operator"), await site.officer(phone=False)
    unit_id = site.login("officer").unit_id
    told: list[Heard] = []

    async def watch() -> None:
        async for message in listen(operator):
            told.append(message)

    watching = asyncio.create_task(watch())
    await until(lambda: told)
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    await administrator.execute("BEGIN")
    await administrator.execute("LOCK TABLE unit_live IN SHARE MODE")
    opening = asyncio.create_task(some(officer, None, 1))
    await until(lambda: _waits(administrator))
    subject = uuid.uuid4()
    async with site.as_station() as connection:
        await connection.execute(
            "INSERT INTO event (station_id, kind, subject, payload, at) "
            "VALUES ($1, 'assignment', $2, jsonb_build_object('unit_id', $3::text), now())",
            site.demo.station_id,
            subject,
            str(unit_id),
        )
    await until(lambda: str(subject) in {message.subject for message in told})
    await administrator.execute("COMMIT")
    first = (await opening)[0]
    assert first.id is not None
    await administrator.close()
    watching.cancel()
    assert str(subject) in {message.subject for message in await some(officer, first.id, 2)}


async def test_an_officer_who_takes_another_unit_is_told_to_load_what_was_not_theirs_before(site: Site) -> None:
    officer = await site.sign_in("officer")
    told: list[Heard] = []

    async def watch() -> None:
        async for message in listen(officer):
            told.append(message)

    watching = asyncio.create_task(watch())
    await until(lambda: told)
    unit_id = str(site.login("officer").unit_id)
    assert (await officer.post("/v1/shift", json={"unit_id": unit_id})).status_code == 200
    await until(lambda: "resync" in {message.kind for message in told})
    watching.cancel()


async def _waits(administrator: asyncpg.Connection) -> bool:
    return await administrator.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


async def positions_heard(client: httpx.AsyncClient, heard: list[dict[str, Any]]) -> None:
    async with client.stream("GET", "/v1/stream") as stream:
        kind = ""
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            kind = value if name == "event" else kind
            if name == "id":
                assert kind != "positions"
            elif name == "data" and kind == "positions":
                heard += json.loads(value)["items"]


async def test_the_radio_room_is_sent_where_units_have_moved_and_officers_are_not(site: Site) -> None:
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    await site.officer(1, phone=False)
    desk: list[dict[str, Any]] = []
    phone: list[dict[str, Any]] = []
    listening = [
        asyncio.create_task(positions_heard(client, heard)) for client, heard in ((operator, desk), (officer, phone))
    ]
    await until(lambda: len(desk) >= 2)  # those that moved just before
    desk.clear()
    await send_position(officer, HERE[0] + 0.0004, HERE[1])
    await until(lambda: desk)
    await asyncio.sleep(2.5)
    for task in listening:
        task.cancel()
    assert [(each["id"], each["lat"], each["lon"]) for each in desk] == [
        (str(site.login("officer").unit_id), HERE[0] + 0.0004, HERE[1])
    ], "once, and no unit that stood still"
    assert 0 <= desk[0]["fix_age_s"] <= patient(1.5)
    assert phone == []


async def test_nobody_hears_where_another_stations_units_are(site: Site) -> None:
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET moved_at = now(), fix_at = now(), position = 'POINT(100 13)'")
        other = await connection.fetch(
            "SELECT * FROM moved_units(ARRAY[$1::uuid], now() - interval '1 minute')", uuid.uuid4()
        )
        ours = await connection.fetch(
            "SELECT * FROM moved_units(ARRAY[$1::uuid], now() - interval '1 minute')", site.demo.station_id
        )
    assert (other, len(ours)) == ([], len(site.demo.units))


async def test_one_account_may_not_open_streams_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.live.fanout.MOST_STREAMS", 3)
    operator = await site.sign_in("operator")
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(operator.stream("GET", "/v1/stream")) for _ in range(3)]
        open_lines = [stream.aiter_lines() for stream in streams]
        for lines in open_lines:
            await anext(lines)
        refused = await operator.get("/v1/stream")
        assert (refused.status_code, refused.json()["code"]) == (429, "slow_down")
        assert int(refused.headers["retry-after"]) > 0
        commander = await site.sign_in("commander")
        async with commander.stream("GET", "/v1/stream") as another:
            assert another.status_code == 200


async def test_a_reader_that_never_reads_is_cut_off_and_costs_little(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its queue is bounded, and the kernel closes a connection that takes nothing for a while."""
    monkeypatch.setattr("api.live.subscriber._QUEUE", 20)
    operator = await site.sign_in("operator")
    limit_unread(site._server.servers[0].sockets, seconds=3)
    [(name, value)] = operator.cookies.items()
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", site.port))
    request = f"GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {name}={value}\r\n\r\n"
    reader.send(request.encode())
    fanout = site._litestar.state.fanout
    await until(lambda: fanout._watching.get(site.demo.station_id))
    group = fanout._watching[site.demo.station_id]
    [stuck] = group
    filler = messages.Live(b"event: x\ndata: " + b"x" * 1_000_000 + b"\n\n")

    def fill() -> bool:
        stuck.put(filler)
        return stuck.overflowed

    await until(fill)
    assert stuck.queue.qsize() <= 20
    await until(lambda: stuck not in group)
    reader.close()


async def test_who_opens_a_stream_while_sessions_are_checked_is_not_signed_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.sign_in("operator")
    async with site.as_station() as connection:
        session = await connection.fetchrow("SELECT id, account_id FROM session")
    fanout = site._litestar.state.fanout
    actor = Actor(session["account_id"], Role.OPERATOR, site.demo.station_id, session_id=session["id"])
    ask, newcomers = fanout.look_at_jobs, list[Subscriber]()

    async def and_somebody_joins() -> None:
        newcomers.append((await fanout.subscribe(actor))[0])
        await ask()

    monkeypatch.setattr(fanout, "look_at_jobs", and_somebody_joins)
    await fanout._watch()
    assert newcomers
    assert all(newcomer.queue.empty() for newcomer in newcomers)
