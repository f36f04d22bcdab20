"""Who is let in first, and who is asked to come back."""

import asyncio

import pytest
from litestar.types import Message, Receive, Scope, Send

from api.routes.http import admission
from api.routes.http.admission import Admission, Traffic, traffic_of
from tests.site import until


@pytest.mark.parametrize(
    ("method", "path", "traffic"),
    [
        ("POST", "/v1/alerts", Traffic.VITAL),
        ("POST", "/v1/alerts/4a1c/confirm", Traffic.VITAL),
        ("GET", "/v1/alerts", Traffic.ORDINARY),
        ("POST", "/v1/reports", Traffic.VITAL),
        ("POST", "/v1/reports/4a1c/position", Traffic.VITAL),
        ("POST", "/v1/incidents", Traffic.VITAL),
        ("GET", "/v1/incidents", Traffic.ORDINARY),
        ("POST", "/v1/assignments/4a1c/accept", Traffic.VITAL),
        ("GET", "/v1/assignments/current", Traffic.VITAL),
        ("POST", "/v1/officer-emergency", Traffic.VITAL),
        ("POST", "/v1/push/receipts", Traffic.VITAL),
        ("GET", "/healthz", Traffic.VITAL),
        ("GET", "/readyz", Traffic.VITAL),
        ("POST", "/v1/positions", Traffic.POSITIONS),
        ("GET", "/v1/ingest/osmand", Traffic.POSITIONS),
        ("POST", "/v1/ingest/owntracks", Traffic.POSITIONS),
        ("GET", "/v1/tiles/12/3189/1888.mvt", Traffic.FIGURES),
        ("GET", "/v1/stats/response", Traffic.FIGURES),
        ("GET", "/v1/heatmap", Traffic.FIGURES),
        ("GET", "/v1/coverage", Traffic.FIGURES),
        ("GET", "/v1/transparency", Traffic.FIGURES),
        ("POST", "/v1/session", Traffic.ORDINARY),
        ("GET", "/v1/units", Traffic.ORDINARY),
        ("GET", "/", Traffic.ORDINARY),
    ],
)
def test_how_urgent_a_call_is(method: str, path: str, traffic: Traffic) -> None:
    assert traffic_of(method, path) is traffic


def test_a_trackers_call_for_help_does_not_wait_with_its_positions() -> None:
    assert traffic_of("GET", "/v1/ingest/osmand", b"id=x&alarm=sos&lat=1") is Traffic.VITAL
    assert traffic_of("GET", "/v1/ingest/osmand", b"id=x&alarm=lowBattery") is Traffic.POSITIONS


class Server:
    """Answers 200 to each call once it is told to; `log` has what reached it, in order."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.free = asyncio.Event()
        self.app = Admission(self._serve)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.log.append(scope["path"])
        await self.free.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def call(self, path: str, method: str = "POST") -> tuple[int, dict[bytes, bytes]]:
        told: list[Message] = []

        async def receive() -> None:  # nothing of a refused call is read
            raise AssertionError("read")

        async def send(message: Message) -> None:
            told.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
        await self.app(scope, receive, send)  # type: ignore[arg-type]
        return told[0]["status"], dict(told[0]["headers"])  # type: ignore[typeddict-item]


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_REFUSAL_SECONDS", 0.05)


async def test_positions_beyond_the_limit_are_refused_and_alerts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MOST_POSITIONS", 3)
    server = Server()
    positions = [asyncio.create_task(server.call("/v1/positions")) for _ in range(8)]
    alerts = [asyncio.create_task(server.call("/v1/alerts")) for _ in range(8)]
    await settle()
    assert server.log.count("/v1/alerts") == 8
    server.free.set()
    assert {status for status, _ in await asyncio.gather(*alerts)} == {200}
    answers = await asyncio.gather(*positions)
    refused = [headers for status, headers in answers if status == 503]
    assert len(refused) == 5
    assert all(3 <= int(headers[b"retry-after"]) <= 8 for headers in refused)
    assert server.log.count("/v1/positions") == 3


async def test_a_refusal_is_held_back_but_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MOST_POSITIONS", 0)
    monkeypatch.setattr(admission, "_MOST_REFUSED", 2)
    server = Server()
    calls = [asyncio.create_task(server.call("/v1/positions")) for _ in range(3)]
    await settle()
    assert [call.done() for call in calls] == [False, False, True]
    await asyncio.gather(*calls)
    assert server.log == []
    late = asyncio.create_task(server.call("/v1/positions"))
    await settle()
    assert not late.done(), "the two have been answered"
    await late


async def alert_and_positions(server: Server) -> list[asyncio.Task[tuple[int, dict[bytes, bytes]]]]:
    """An alert that is being served, and then four calls with positions."""
    calls = [asyncio.create_task(server.call("/v1/alerts"))]
    await settle()
    calls += [asyncio.create_task(server.call("/v1/positions")) for _ in range(4)]
    await settle()
    return calls


async def test_positions_wait_while_anything_vital_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_PATIENCE_SECONDS", 60)
    server = Server()
    calls = await alert_and_positions(server)
    assert server.log == ["/v1/alerts", "/v1/positions"], "one, and no other before the alert is done"
    server.free.set()
    await asyncio.gather(*calls)
    assert len(server.log) == 5


async def test_positions_go_on_slowly_if_something_vital_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_PATIENCE_SECONDS", 0.001)
    server = Server()
    calls = await alert_and_positions(server)
    await until(lambda: len(server.log) == 5)
    assert not any(call.done() for call in calls), "the alert is still being served"
    server.free.set()
    assert {status for status, _ in await asyncio.gather(*calls)} == {200}


async def test_positions_let_everything_else_run_between_them() -> None:
    server, ticks = Server(), 0
    server.free.set()
    calls = [asyncio.create_task(server.call("/v1/positions")) for _ in range(20)]

    async def tick() -> None:
        nonlocal ticks
        while len(server.log) < 20:
            ticks += 1
            await asyncio.sleep(0)

    await tick()
    await asyncio.gather(*calls)
    assert ticks >= 20


async def test_figures_are_refused_before_anything_else_but_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MOST_FIGURES", 2)
    server = Server()
    tiles = [asyncio.create_task(server.call("/v1/tiles/1/1/1.mvt", "GET")) for _ in range(5)]
    reads = [asyncio.create_task(server.call("/v1/units", "GET")) for _ in range(5)]
    await settle()
    assert (server.log.count("/v1/tiles/1/1/1.mvt"), server.log.count("/v1/units")) == (2, 5)
    server.free.set()
    assert sorted(status for status, _ in await asyncio.gather(*tiles)) == [200, 200, 503, 503, 503]
    assert {status for status, _ in await asyncio.gather(*reads)} == {200}
