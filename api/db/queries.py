"""Named SQL queries, each bound to the struct its rows become. A test prepares every one against the real schema."""

from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import aiosql
import msgspec

from api.db.pool import Connection

Row = TypeVar("Row", bound=msgspec.Struct)
Scalar = TypeVar("Scalar")

FILES = sorted((Path(__file__).parent / "sql").rglob("*.sql"))
SQL = aiosql.from_str("\n".join(file.read_text() for file in FILES), "asyncpg")


class _Named:
    """Each subclass in `bindings.py` has a query's `name` and a method with its arguments."""

    registry: ClassVar[list["_Named"]] = []
    name: ClassVar[str]

    def __init__(self) -> None:
        self._run_it = getattr(SQL, self.name)
        self.sql: str = self._run_it.sql
        self.registry.append(self)


class Query(_Named, Generic[Row]):
    """Rows come back as `row_type`, by column name. In the file: `^` for one(), nothing for all()."""

    def __init__(self, row_type: type[Row]) -> None:
        super().__init__()
        self.row_type = row_type

    async def _one(self, connection: Connection, **values: object) -> Row | None:
        row = await self._run_it(connection, **values)
        return None if row is None else msgspec.convert(dict(row), self.row_type)

    async def _all(self, connection: Connection, **values: object) -> list[Row]:
        return [msgspec.convert(dict(row), self.row_type) async for row in self._run_it(connection, **values)]


class Value(_Named, Generic[Scalar]):
    """A single value (`$` in the file), None when there is no row."""

    async def _get(self, connection: Connection, **values: object) -> Scalar | None:
        return await self._run_it(connection, **values)


class Command(_Named):
    """A statement without rows (`!` in the file). `run` tells how many rows it touched."""

    async def _run(self, connection: Connection, **values: object) -> int:
        status = await self._run_it(connection, **values)
        last = str(status).rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0
