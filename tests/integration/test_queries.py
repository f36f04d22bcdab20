"""Every named query is prepared against the migrated schema and compared with the struct that it fills."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest
import pytest_asyncio

import api.db
from api.db.queries import FILES, SQL, Command, Query, Value, _Named
from api.demo.cluster import Cluster
from scripts import bindings

for module in pkgutil.walk_packages(api.db.__path__, "api.db."):
    importlib.import_module(module.name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connection(cluster: Cluster) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(cluster.url("sipha_jobs", "template_sipha"))
    yield opened
    await opened.close()


@pytest.mark.parametrize("query", _Named.registry, ids=lambda query: query.name)
@pytest.mark.asyncio(loop_scope="module")
async def test_prepares_and_fills_its_struct(connection: asyncpg.Connection, query: _Named) -> None:
    prepared = await connection.prepare(query.sql)
    columns = [attribute.name for attribute in prepared.get_attributes()]
    if isinstance(query, Query):
        assert set(columns) == {field.name for field in msgspec.structs.fields(query.row_type)}
    elif isinstance(query, Value):
        assert len(columns) == 1
    else:
        assert isinstance(query, Command)
        assert columns == []


def test_a_name_is_given_once() -> None:
    """If two files had the same name, one would be called with the other's arguments."""
    texts = [file.read_text() for file in FILES]
    names = Counter(name for text in texts for name in re.findall(r"^-- name: (\w+)", text, re.MULTILINE))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_query_in_the_files_is_bound() -> None:
    listed = {name for name in SQL.available_queries if not name.endswith("_cursor")}
    assert listed == {query.name for query in _Named.registry}


async def test_the_bindings_are_todays(cluster: Cluster) -> None:
    url = cluster.url(database="template_sipha")
    assert bindings.TARGET.read_text() == await bindings.generated(url), "run `make bindings`"


def test_every_query_says_what_it_is_for() -> None:
    assert [header.name for header in bindings.headers() if not header.purpose] == []
