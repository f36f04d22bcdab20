"""An allow-list keeps the rules pure: what they may import, and which of that would still read the clock or chance."""

import ast
from pathlib import Path

import pytest

import api.domain

DOMAIN = Path(api.domain.__file__).parent
IMPORTED = {"api.domain", "bisect", "collections", "datetime", "enum", "hashlib", "math", "msgspec", "numpy", "scipy"}
IMPORTED |= {"itertools", "re", "typing", "unicodedata", "uuid"}
ASKING = {"open", "print", "input", "eval", "exec", "__import__", "uuid1", "uuid4"}
OF_THE_CLOCK = {"now", "utcnow", "today", "fromtimestamp"}
"""Of `datetime` and `date`; elsewhere `now` is an argument."""


def impurities(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names if not _allowed(name.name)}
        elif isinstance(node, ast.ImportFrom):
            found |= set() if _allowed(node.module or "") else {node.module or "."}
            found |= {name.name for name in node.names if name.name in ASKING | {"random"}}
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            asks = node.attr in ASKING or (owner in {"datetime", "date"} and node.attr in OF_THE_CLOCK)
            found |= {ast.unparse(node)} if asks or node.attr == "random" else set()
        elif isinstance(node, ast.Name) and node.id in ASKING:
            found.add(node.id)
    return found


def _allowed(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in IMPORTED)


@pytest.mark.parametrize("file", sorted(DOMAIN.rglob("*.py")), ids=lambda file: str(file.relative_to(DOMAIN)))
def test_a_rule_asks_nobody(file: Path) -> None:
    assert impurities(file.read_text()) == set()


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import socket",
        "from time import monotonic",
        "from datetime import datetime\nat = datetime.now()",
        "from uuid import uuid4",
        "import numpy as np\nnp.random.rand()",
        "open('x')",
        "from api.db import pool",
        "from api.services.roads import in_service",
        "import apic",
    ],
)
def test_what_asks_somebody_is_found(line: str) -> None:
    assert impurities(line)
