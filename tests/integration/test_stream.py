"""A cut stream loses nothing: an id goes out only with, or after, everything up to it."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple

import asyncpg
import httpx
import pytest

from tests.patience import patient
from tests.site import Site, incident, until


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
