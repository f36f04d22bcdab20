"""Named SQL, each bound to the struct that its rows become. A test prepares every one against the real schema."""

from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import aiosql
import msgspec

from api.db.pool import Connection

Row = TypeVar("Row", bound=msgspec.Struct)
Scalar = TypeVar("Scalar")

_FILES = sorted((Path(__file__).parent / "sql").rglob("*.sql"))
_SQL = aiosql.from_str("\n".join(file.read_text() for file in _FILES), "asyncpg")


class _Named:
    registry: ClassVar[list["_Named"]] = []
    row_type: Any = None

    def __init__(self, name: str) -> None:
        self._run = getattr(_SQL, name)
        self.name, self.sql = name, self._run.sql
        self.registry.append(self)


class Query(_Named, Generic[Row]):
    """Rows come back as `row_type`, by column name. In the file: `^` for one(), nothing for all()."""

    def __init__(self, name: str, row_type: type[Row]) -> None:
        super().__init__(name)
        self.row_type = row_type

    async def one(self, connection: Connection, **values: object) -> Row | None:
        row = await self._run(connection, **values)
        return None if row is None else msgspec.convert(dict(row), self.row_type)

    async def all(self, connection: Connection, **values: object) -> list[Row]:
        return [msgspec.convert(dict(row), self.row_type) async for row in self._run(connection, **values)]


class Value(_Named, Generic[Scalar]):
    """A single value (`$` in the file), None when there is no row."""

    def __init__(self, name: str, value_type: type[Scalar]) -> None:
        super().__init__(name)
        self.value_type = value_type

    async def get(self, connection: Connection, **values: object) -> Scalar | None:
        return await self._run(connection, **values)


class Command(_Named):
    """A statement without rows (`!` in the file). `run` tells how many rows it touched."""

    async def run(self, connection: Connection, **values: object) -> int:
        status = await self._run(connection, **values)
        last = str(status).rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0
