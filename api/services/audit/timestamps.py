"""RFC 3161 time-stamps over the audit's heads: somebody else says that a head was there at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import aiohttp
import structlog
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from api.db import audit
from api.db.pool import Database
from api.services.every_station import at_every_station

_EVERY = timedelta(hours=1)
_PATIENCE = aiohttp.ClientTimeout(total=20)
_MOST_BYTES = 64 * 1024
_log = structlog.get_logger()


class NoTimestamp(Exception):
    """One sentence: why the authority's answer is of no use."""


async def stamp_all(db: Database, url: str, now: datetime) -> int:
    """A time-stamp for the newest head of every station that had none for an hour; returns how many were stored."""
    added = 0
    for actor in await at_every_station(db):
        station_id = actor.station_id
        async with db.looking(actor) as connection:
            head = await audit.last_head.one(connection, station_id=station_id)
            last = await audit.last_timestamp.one(connection, station_id=station_id)
        if head is None or (last is not None and (last.size == head.size or last.at > now - _EVERY)):
            continue
        token = await _asked(url, head.note)
        async with db.transaction(actor) as connection:
            added += await audit.add_timestamp.run(
                connection, station_id=station_id, size=head.size, token=token, now=now
            )
        _log.info("audit time-stamped", station_id=str(station_id), size=head.size)
    return added


async def _asked(url: str, note: str) -> bytes:
    request = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"content-type": "application/timestamp-query"}
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.post(url, data=request.as_bytes(), headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200 or (answer.content_length or 0) > _MOST_BYTES:
                raise NoTimestamp(f"the time-stamp authority answered {answer.status}, {answer.content_length} bytes")
            token = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NoTimestamp(f"the time-stamp authority cannot be reached: {error or type(error).__name__}") from None
    response = _response(token)
    if PKIStatus(response.status) not in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}:
        raise NoTimestamp(f"the time-stamp authority refused: {response.status}")
    if response.tst_info.nonce != request.nonce:
        raise NoTimestamp("the time-stamp authority answered another question")
    return token


def said_by(token: bytes, note: str, roots: Iterable[x509.Certificate]) -> datetime:
    """When the authority saw the note; raises NoTimestamp when the token is of something or somebody else."""
    response, builder = _response(token), VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(response, note.encode())
    except VerificationError as error:
        raise NoTimestamp(f"a time-stamp does not hold: {error}") from None
    return response.tst_info.gen_time


def _response(token: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise NoTimestamp(f"the time-stamp authority's answer cannot be read: {error}") from None
