"""Writes `api/db/bindings.py`: one class per named query, so that the type checker knows its arguments.

The types come from PostgreSQL itself, from a migrated database. `make bindings` regenerates the file;
`tests/integration/test_queries.py` checks that it is current.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import NamedTuple

import asyncpg

from api.db.migrate import upgrade
from api.db.queries import FILES, SQL
from api.demo.cluster import Cluster

TARGET = Path(__file__).parents[1] / "api" / "db" / "bindings.py"
ORDER: dict[str, list[str]] = vars(SQL.driver_adapter)["var_sorted"]
"""The names of each query's parameters, in the order of `$1`, `$2`."""

_HEADER = re.compile(r"^-- name: (\w+)(?:\(([^)]*)\))?([!^$]?)\n((?:--.*\n)*)", re.MULTILINE)
_KINDS = {"": ("Query", "all", "list[Row]"), "^": ("Query", "one", "Row | None"), "!": ("Command", "run", "int")}
_TYPES = {
    "uuid": "UUID", "text": "str", "varchar": "str", "name": "str", "bool": "bool", "bytea": "bytes",
    "int2": "int", "int4": "int", "int8": "int", "float4": "float", "float8": "float", "numeric": "Decimal",
    "timestamptz": "datetime", "date": "date", "interval": "timedelta", "json": "object", "jsonb": "object",
}  # fmt: skip
_HEAD = '''"""Made by `make bindings` from the files in `sql/`: do not edit.

A query is a class, made once with the struct that its rows become. None stands for NULL, which every type has.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from api.db.pool import Connection
from api.db.queries import Command, Query, Row, Value
'''


class Header(NamedTuple):
    name: str
    kind: str
    purpose: str


def headers() -> list[Header]:
    return [
        Header(found[1], found[3], " ".join(line.removeprefix("--").strip() for line in found[4].splitlines()))
        for file in FILES
        for found in _HEADER.finditer(file.read_text())
    ]


async def generated(url: str) -> str:
    """The module's text, from the types that the database reports. `url`: for a role that may prepare every
    statement."""
    connection = await asyncpg.connect(url)
    try:
        classes = [await _class(connection, header) for header in headers()]
    finally:
        await connection.close()
    return _formatted("\n\n".join([_HEAD, *classes]))


async def _class(connection: asyncpg.Connection, header: Header) -> str:
    statement = await connection.prepare(getattr(SQL, header.name).sql)
    names = ORDER.get(header.name, [])
    types = [_python(parameter.name) for parameter in statement.get_parameters()]
    given = "".join(f", {name}: {kind} | None" for name, kind in zip(names, types, strict=True))
    passed = "".join(f", {name}={name}" for name in names)
    if header.kind == "$":
        value = _python(statement.get_attributes()[0].type.name)
        base, method, answer = f"Value[{value}]", "get", f"{value} | None"
    else:
        base, method, answer = _KINDS[header.kind]
        base = f"{base}[Row]" if base == "Query" else base
    purpose = textwrap.fill(header.purpose, 110, subsequent_indent="    ", break_on_hyphens=False)
    return f'''class {class_of(header.name)}({base}):
    """{purpose}"""

    name = "{header.name}"

    async def {method}(self, connection: Connection{", *" if names else ""}{given}) -> {answer}:
        return await self._{method}(connection{passed})
'''


def class_of(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _python(kind: str) -> str:
    return f"Sequence[{_python(kind[:-2])} | None]" if kind.endswith("[]") else _TYPES.get(kind, "str")


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff"]
    for arguments in (["check", "--fix-only", "--quiet", "--select=I,F401"], ["format", "--quiet"]):
        command = [*ruff, *arguments, "--stdin-filename", str(TARGET), "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sipha-bindings-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder))
        cluster.start()
        try:
            upgrade(cluster.url("sipha_owner"))
            TARGET.write_text(asyncio.run(generated(cluster.url())))
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
