"""What `make mutants` changes: each kind of change is made where it can be, and gives code that still parses."""

import ast
import importlib.util

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from api.settings import ROOT

SPEC = importlib.util.spec_from_file_location("mutations", ROOT / "scripts/mutations.py")
assert SPEC is not None and SPEC.loader is not None
mutations = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mutations)


@pytest.mark.parametrize(
    ("operator", "source", "becomes"),
    [
        ("RemoveRule", "if a:\n    b\nelif c:\n    d\n", ["if False", "if True", "elif False", "elif True"]),
        ("RemoveRule", "x = a if b else c\n", ["x = a if False else c", "x = a if True else c"]),
        ("RemoveRule", "x = [a for a in b if c]\n", ["x = [a for a in b]"]),
        ("RemoveTerm", "x = a and b and c\n", ["x = b and c", "x = a and c", "x = a and b"]),
        ("RemoveTerm", "x = a or b\n", ["x = b", "x = a"]),
        ("OutsideForInside", "x = a in b\n", ["x = a not in b"]),
        ("OutsideForInside", "x = a not in b\n", ["x = a in b"]),
        ("RemoveMember", "x = {a, b}\n", ["x = { b}", "x = {a,}"]),
        ("RemoveMember", "x = {a: 1, b: 2}\n", ["x = { b: 2}", "x = {a: 1,}"]),
        ("RemoveMember", "x = {a for a in b}\n", []),
        ("RemoveStatement", "def f(a):\n    a.b()\n    return a\n", ["    pass\n    return a", "    a.b()\n    pass"]),
        ("RemoveStatement", "def f(a):\n    b = a\n    return None\n", []),  # it would be missing; it says nothing
        (
            "RemoveStatement",
            "def f(a):\n    b = a\n    b = 2\n    ...\n",
            ["    pass\n    b = 2", "    b = a\n    pass"],
        ),
        ("SwapArguments", "f(a, b, c=d)\n", ["f(b, a, c=d)"]),
        ("SwapArguments", "max(a, b)\n", []),
        ("RemoveArgument", "f(a, b=c, d=e)\n", ["f(a, d=e)", "f(a, b=c,)"]),
        ("RemoveArgument", "f(b=c)\n", ["f()"]),
        ("RemoveArgument", "zip(a, b, strict=True)\n", []),
        ("OtherChoice", "x = min(a, key=b)\n", ["x = max(a, key=b)"]),
        ("RemoveCall", "x = sorted(a, key=b)\n", ["x = a"]),
        ("OtherField", "x = call.received_at\n", ["x = call.due_at", "x = call.at"]),
        ("OtherField", "x = Delegated.AUTOMATIC\n", ["x = Delegated.PROPOSED"]),
    ],
)
def test_what_becomes_of_it(operator: str, source: str, becomes: list[str]) -> None:
    change = getattr(mutations, operator)()
    positions = [at for node in ast_nodes(get_ast(source)) for at in change.mutation_positions(node)]
    made = [mutate_code(source, change, number) or "" for number in range(len(positions))]
    assert len(made) == len(becomes)
    for code, part in zip(made, becomes, strict=True):
        assert part in code
        assert code != source
        ast.parse(code)
