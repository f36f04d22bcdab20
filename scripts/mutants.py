"""`make mutants`: whether the unit tests of the rules notice a change of `api/domain`. Cosmic Ray's operators and the
few below make the changes, one at a time and only in memory: each mutant is a forked process that imports the changed
module and runs those files of tests/unit that name it and import nothing of `api` but the domain. Give modules to limit
the run: `scripts/mutants.py api/domain/incidents/sla.py`.
"""

import ast
import difflib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import math
import os
import resource
import signal
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, TextIO

import hypothesis
import msgspec  # noqa: F401, as the two below: imported once here and not again by every mutant
import numpy as np  # noqa: F401
import parso
import pytest
import scipy.optimize  # noqa: F401
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

ROOT = Path(__file__).resolve().parents[1]
DOMAIN, TESTS, ARGUED = ROOT / "api/domain", ROOT / "tests/unit", ROOT / "scripts/mutants.toml"
LEAST_SHARE = 0.9
CPU_SECONDS, CPU_FACTOR, WALL_SECONDS, MEMORY = 4, 4, 600, 4 << 30
"""Limits of one mutant, of CPU time by what its tests usually take; whoever exceeds one loops for ever and is
noticed."""

Position = tuple[tuple[int, int], tuple[int, int]]

_SWAPPED = {
    "Binary": "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_FloorDiv Pow_Mul BitOr_BitAnd BitAnd_BitOr "
    "RShift_LShift LShift_RShift",
    "Comparison": "Lt_LtE Lt_Gt LtE_Lt LtE_Gt Gt_GtE Gt_Lt GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is",
    "Unary": "USub_UAdd UAdd_USub",
}
_NAMES = (
    *(f"Replace{kind}Operator_{pair}" for kind, pairs in _SWAPPED.items() for pair in pairs.split()),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr"),
    *("ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "AddNot", "NumberReplacer"),
    *("ZeroIterationForLoop", "RemoveDecorator"),
)


class _Own(Operator):
    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class RemoveRule(_Own):
    """An `if` that never holds, or a comprehension without its condition."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Position]:
        if node.type == "comp_if":
            yield node.start_pos, node.end_pos
        elif node.type == "if_stmt":
            yield from ((node.children[at].start_pos, node.children[at].end_pos) for at in self._conditions(node))

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf | None:
        if node.type == "comp_if":
            return None
        node.children[self._conditions(node)[index]] = parso.parse(" False").children[0]
        return node

    def _conditions(self, node: parso.tree.NodeOrLeaf) -> list[int]:
        return [at + 1 for at, child in enumerate(node.children) if getattr(child, "value", None) in {"if", "elif"}]


class RemoveTerm(_Own):
    """One term of an `and` or `or` less."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Position]:
        if node.type in {"and_test", "or_test"}:
            yield from ((term.start_pos, term.end_pos) for term in node.children[::2])

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        at = max(0, 2 * index - 1)
        del node.children[at : at + 2]
        if at == 0:
            node.children.insert(0, parso.parse(" None or" if node.type == "or_test" else " True and").children[0])
        return node


class RemoveMember(_Own):
    """One member of a set less."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Position]:
        if node.type == "atom" and node.children[0].value == "{" and len(node.children) == 3:
            yield from ((member.start_pos, member.end_pos) for member in self._members(node))

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        inner = node.children[1]
        if inner.type != "dictorsetmaker":
            del node.children[1]
        else:
            del inner.children[2 * index : 2 * index + 2]
        return node

    def _members(self, node: parso.tree.NodeOrLeaf) -> list[parso.tree.NodeOrLeaf]:
        inner = node.children[1]
        if inner.type != "dictorsetmaker":
            return [inner]
        values = [getattr(child, "value", None) for child in inner.children]
        return [] if ":" in values or inner.children[-1].type == "sync_comp_for" else inner.children[::2]


class Mutant(NamedTuple):
    """`was`, `becomes`: the changed lines, by which a mutant is argued to be equivalent."""

    module: str
    line: int
    was: str
    becomes: str
    source: str


class Module(NamedTuple):
    path: str
    name: str


class TestFile(NamedTuple):
    """`modules`: those that it imports by name; `seconds`: its CPU time on the unchanged code."""

    path: str
    modules: frozenset[str]
    seconds: float


def operators() -> list[Operator]:
    known = OperatorProvider()
    return [*(known[name]() for name in _NAMES), RemoveRule(), RemoveTerm(), RemoveMember()]


def mutants_of(path: str) -> Iterator[Mutant]:
    source = (ROOT / path).read_text()
    seen = {_meaning(source)}
    typed = _annotations(source)
    for operator in operators():
        nodes = list(ast_nodes(get_ast(source)))
        signatures = {node.start_pos for node in nodes if node.parent is not None and node.parent.type == "parameters"}
        positions = [at for node in nodes for at in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(positions):
            if "Binary" in type(operator).__name__ and (
                start in signatures or any(first <= start < last for first, last in typed)
            ):
                continue
            changed = mutate_code(source, operator, occurrence)
            try:
                meaning = _meaning(changed or source)
            except SyntaxError:
                continue
            was, becomes = _difference(source, changed or "")
            if meaning not in seen and "frozen=True" not in was:  # a guard against slips, no rule
                seen.add(meaning)
                yield Mutant(path, start[0], was, becomes, changed or "")


class _Positive(ast.NodeTransformer):
    """`not a is b` means `a is not b`."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        compared = node.operand
        if not (isinstance(node.op, ast.Not) and isinstance(compared, ast.Compare) and len(compared.ops) == 1):
            return node
        return ast.Compare(compared.left, [_OPPOSITE[type(compared.ops[0])]()], compared.comparators)


_PAIRS = ((ast.Is, ast.IsNot), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Lt, ast.GtE), (ast.Gt, ast.LtE))
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}


def _meaning(source: str) -> str:
    return ast.dump(_Positive().visit(ast.parse(source)))


def _annotations(source: str) -> list[Position]:
    """Where types are written: `int | None` is no arithmetic."""
    found: list[Position] = []
    for node in ast.walk(ast.parse(source)):
        types = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        found += [
            ((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0))
            for each in types
            if isinstance(each, ast.expr)
        ]
    return found


def _difference(before: str, after: str) -> tuple[str, str]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    was, becomes = (" ".join(" ".join(line[2:] for line in lines if line[0] == sign).split()) for sign in "-+")
    return was, becomes


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the one changed module; everything else comes from the disk."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102


def run_tests(files: Sequence[str]) -> int:
    options = ["-x", "-q", "--noconftest", "--no-header", "--tb=no", "-c", os.devnull, f"--rootdir={ROOT}"]
    return int(pytest.main([*options, "-p", "no:cacheprovider", *files])) if files else 0


def test_files(modules: Collection[str]) -> list[TestFile]:
    """The unit tests of the domain that name any of these modules, the quickest first."""
    found: list[TestFile] = []
    for path in sorted(TESTS.rglob("test_*.py")):
        names = _imported(path)
        others = {name for name in names if name.startswith("api.") and not name.startswith("api.domain")}
        if not (names.isdisjoint(modules) or others):
            found.append(TestFile(str(path.relative_to(ROOT)), frozenset(names), _seconds(path)))
    return sorted(found, key=lambda file: file.seconds)


def _imported(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {name for node in nodes for name in (node.module or "", *(f"{node.module}.{a.name}" for a in node.names))}


def _seconds(path: Path) -> float:
    child = os.fork()
    if child == 0:
        os._exit(run_tests([str(path)]))
    _, status, used = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{path} fails on the unchanged code")
    return used.ru_utime + used.ru_stime


def start(mutant: Mutant, files: Iterable[TestFile]) -> int:
    """The process id of one that ends with 0 if no test notices."""
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    able = [file for file in files if _module(mutant.module) in file.modules]
    allowed = CPU_SECONDS + CPU_FACTOR * sum(file.seconds for file in able)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(allowed), resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(WALL_SECONDS)
    sys.meta_path.insert(0, Changed(_module(mutant.module), mutant.source))
    os._exit(run_tests([file.path for file in able]))


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def noticed(mutants: Iterator[Mutant], files: Sequence[TestFile]) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant and whether a test failed; as many processes as there are cores."""
    running = dict[int, Mutant]()
    try:
        while True:
            for mutant in itertools.islice(mutants, len(os.sched_getaffinity(0)) - len(running)):
                running[start(mutant, files)] = mutant
            if not running:
                return
            child, status = os.wait()
            yield running.pop(child), status != 0
    finally:
        for child in running:
            os.kill(child, signal.SIGKILL)


def argued() -> set[tuple[str, str, str]]:
    """Mutants that change nothing observable: module, lines before and after."""
    entries = tomllib.loads(ARGUED.read_text()).get("equivalent", [])
    return {(entry["module"], entry["was"], becomes) for entry in entries for becomes in entry["becomes"]}


def report(outcomes: Iterable[tuple[Mutant, bool]], said: TextIO) -> bool:
    """Survivors as they are found, then stale arguments and the figures; whether enough were noticed."""
    equivalent = argued()
    stale, counts = set(equivalent), defaultdict[str, Counter[str]](Counter)
    for mutant, killed in outcomes:
        key = (mutant.module, mutant.was, mutant.becomes)
        fate = "killed" if killed else "equivalent" if key in equivalent else "survived"
        counts[mutant.module][fate] += 1
        done = sum(map(Counter[str].total, counts.values()))
        if done % 100 == 0:
            print(f"{done} mutants", file=sys.stderr, flush=True)
        if not killed:
            stale.discard(key)
        if fate == "survived":
            print(f"{mutant.module}:{mutant.line}\n- {mutant.was}\n+ {mutant.becomes}\n", file=said, flush=True)
    for module, _, becomes in sorted(key for key in stale if key[0] in counts):
        print(f"stale in {ARGUED.name}, as no such mutant survives: {module}: {becomes}", file=said)
    total = sum(counts.values(), Counter[str]())
    share = total["killed"] / max(1, total["killed"] + total["survived"])
    print(" killed survived equivalent", file=said)
    for name, count in (*sorted(counts.items()), (f"{100 * share:.1f} % killed", total)):
        print(f"{count['killed']:7} {count['survived']:8} {count['equivalent']:10}  {name}", file=said)
    return share >= LEAST_SHARE


def main(paths: Sequence[str]) -> int:
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the mutants end as well
    sys.path.insert(0, str(ROOT))
    quick = hypothesis.settings(max_examples=30, derandomize=True, deadline=None, database=None)
    hypothesis.settings.register_profile(
        "mutants", quick, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate]
    )
    hypothesis.settings.load_profile("mutants")
    chosen = [str(path.resolve().relative_to(ROOT)) for given in paths or [DOMAIN] for path in _files(Path(given))]
    with os.fdopen(os.dup(1), "w") as said:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # where pytest writes
        mutants = itertools.chain.from_iterable(map(mutants_of, sorted(chosen)))
        files = test_files({_module(path) for path in chosen})
        return 0 if report(noticed(mutants, files), said) else 1


def _files(given: Path) -> list[Path]:
    return sorted(given.rglob("*.py")) if given.is_dir() else [given]


if __name__ == "__main__":
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they would be half of the time
    sys.exit(main(sys.argv[1:]))
