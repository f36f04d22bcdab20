"""One private PostgreSQL per process; every test that needs a database gets its own, cloned from a
migrated template. `site` is the real server on its own port, with a database that holds the model station."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile
from tests import clusters, slow_work
from tests.homes import home
from tests.patience import patient
from tests.push_receiver import PushReceiver
from tests.site import Site, free_port
from tests.workload import Workload

_numbers = itertools.count(1)
_TIMEOUT = 180

hypothesis.settings.register_profile("patient", deadline=None)  # a slow machine must not fail tests
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("timeout") is None:
        config.option.timeout = patient(_TIMEOUT)
    if not hasattr(config, "workerinput"):
        clusters.make_room(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Workload:
    return Workload(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with home("test") as folder:
        running = clusters.copied_to(folder)
        running.start(free_port())
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(autouse=True)
def nothing_slow_inside_a_transaction() -> Iterator[None]:
    with slow_work.watched():
        yield


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    """An empty, migrated database."""
    yield from _cloned(cluster, "template_sipha")


@pytest.fixture(scope="session")
def model_station() -> DemoFile:
    """What `template_station` holds; its tests share ids, never rows."""
    return clusters.model_station()


@pytest.fixture
def station_database(cluster: Cluster, model_station: DemoFile) -> Iterator[str]:
    yield from _cloned(cluster, "template_station")


@pytest.fixture
async def push_receiver() -> AsyncIterator[PushReceiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def site(
    cluster: Cluster, model_station: DemoFile, station_database: str, push_receiver: PushReceiver, tmp_path: Path
) -> AsyncIterator[Site]:
    async with serving(cluster, station_database, model_station, push_receiver, tmp_path) as running:
        yield running


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[PushReceiver]:
    receiver = PushReceiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


@contextlib.asynccontextmanager
async def serving(
    cluster: Cluster, database: str, model: DemoFile, receiver: PushReceiver, folder: Path
) -> AsyncIterator[Site]:
    running = Site(cluster, database, msgspec.convert(msgspec.to_builtins(model), DemoFile), receiver, folder)
    await running.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_site(
    cluster: Cluster, model_station: DemoFile, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """One server for a module's tests that leave nothing behind; they run in the module's event loop."""
    folder = tmp_path_factory.mktemp("shared-site")
    with contextlib.contextmanager(_cloned)(cluster, "template_station") as database:
        async with receiving() as receiver, serving(cluster, database, model_station, receiver, folder) as running:
            yield running


def _cloned(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    clusters.clone(cluster, template, name)
    yield name
    clusters.administer(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def gateway() -> Any:
    """A minimal SMS gateway over HTTP: accepts Apprise's JSON, and can be told to refuse."""
    taken: list[dict[str, Any]] = []
    answers: list[int] = []

    async def take(request: web.Request) -> web.Response:
        status = answers.pop(0) if answers else 200
        if status == 200:
            taken.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/sms", take)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"json://127.0.0.1:{port}/sms", taken, answers
    await runner.cleanup()
