"""The process that holds the road network: `python -m api.services.roads.process`, asked over its standard input.

A process of its own, because SciPy's Dijkstra holds Python's lock: in a thread it would stall the event loop for as
long as it runs. It ends when its standard input does, so it outlives nobody.
"""

import asyncio
import os
import signal
import sys
import time
from typing import IO, assert_never

import asyncpg
import msgspec
import numpy as np
import structlog

from api import telemetry
from api.roads import messages
from api.roads.coverage import soonest
from api.roads.messages import LENGTH, Answer, Asked, as_array, as_bytes
from api.roads.network import Network, Places
from api.roads.route import find_route
from api.services.roads.loading import NotThere, load

_log = structlog.get_logger()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input
    telemetry.configure(os.environ.get("SIPHA_LOG_LEVEL", "info"))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    first = _read(incoming)
    if first is None:
        return
    wanted = msgspec.msgpack.decode(first, type=messages.Load)
    begun = time.monotonic()
    try:
        network = asyncio.run(load(wanted.database_url, wanted.role, wanted.network_id))
    except (NotThere, OSError, asyncpg.PostgresError) as error:
        sys.exit(f"road network not loaded: {error}")
    network.prepare()
    edges = len(network.stretches.source)
    _write(outgoing, messages.Ready(edges, round(time.monotonic() - begun, 2)))
    decoder = msgspec.msgpack.Decoder(Asked)
    while (content := _read(incoming)) is not None:
        _write(outgoing, _answer(network, decoder.decode(content)))


def _read(stream: IO[bytes]) -> bytes | None:
    """None at the end of the stream."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    return stream.read(*LENGTH.unpack(length))


def _write(stream: IO[bytes], message: object) -> None:
    try:
        stream.write(messages.packed(message))
        stream.flush()
    except BrokenPipeError:
        os._exit(0)


def _answer(network: Network, asked: Asked) -> Answer:
    if time.monotonic() > asked.until:
        return messages.Refused(asked.id)
    try:
        return _compute(network, asked)
    except Exception:  # noqa: BLE001 - one question that cannot be answered must not take the network away
        _log.exception("road network could not answer")
        return messages.Refused(asked.id)


def _compute(network: Network, asked: Asked) -> Answer:
    match asked:
        case messages.TimesAsked():
            reach = network.travel_times(as_array(asked.goals.lat), as_array(asked.goals.lon), _starts(asked.starts))
            return messages.Times(asked.id, as_bytes(reach.seconds), as_bytes(reach.off_road_m))
        case messages.SoonestAsked():
            lat, lon = as_array(asked.places.lat), as_array(asked.places.lon)
            found = soonest(network, _starts(asked.starts), lat, lon, asked.within_seconds)
            on = (as_bytes(found.starts_on), as_bytes(found.places_on))
            return messages.Soonest(asked.id, as_bytes(found.seconds), *on)
        case messages.RouteAsked():
            return messages.RouteFound(asked.id, find_route(network, asked.start, asked.goal, asked.profile))
        case messages.CloseAsked():
            return messages.Closed(asked.id, network.close(asked.closings))
        case _:
            assert_never(asked)


def _starts(places: messages.Places) -> Places:
    return Places(as_array(places.lat), as_array(places.lon), np.frombuffer(places.profiles, dtype=np.int8))


if __name__ == "__main__":
    main()
