"""`make mutants`: whether the unit tests of the rules notice a change of `api/domain`. `mutations.py` says which, one
at a time and only in memory: each mutant is a forked process with one changed function or module, which runs those
files of tests/unit that name the module and import nothing of `api` but the domain. Give modules to limit the run:
`scripts/mutants.py api/domain/incidents/sla.py`.
"""

import ast
import difflib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import itertools
import math
import os
import resource
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple, TextIO

import hypothesis
import msgspec
import numpy as np  # noqa: F401, as SciPy below: imported once here and not again by every mutant
import pytest
import scipy.optimize  # noqa: F401
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from mutations import Position, operators

ROOT = Path(__file__).resolve().parents[1]
DOMAIN, TESTS, ARGUED = ROOT / "api/domain", ROOT / "tests/unit", ROOT / "scripts/mutants.toml"
LEAST_SHARE = 0.9
CPU_SECONDS, CPU_FACTOR, WALL_SECONDS, MEMORY = 4, 4, 600, 4 << 30
"""Limits of one mutant, of CPU time by what its tests usually take; whoever exceeds one loops for ever and is
noticed."""

_BROKEN = 99


class Mutant(NamedTuple):
    """`was`, `becomes`: the changed lines, by which a mutant is argued to be equivalent."""

    module: str
    line: int
    was: str
    becomes: str
    source: str


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


class Tests:
    """A pytest plugin. It learns how long each test takes, and then runs the quickest first, against one mutant after
    the other; each is a copy of this process, so nothing is imported or collected anew."""

    def __init__(self, mutants: Sequence[Mutant] = (), seconds: dict[str, float] | None = None) -> None:
        self.mutants, self.seconds = mutants, seconds or {}
        self.found: list[tuple[Mutant, bool]] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if not self.mutants:
            return None
        jobs = [(mutant, functools.partial(self._against, mutant, session)) for mutant in self.mutants]
        self.found = list(in_parallel(jobs, sum(self.seconds.values())))
        return True

    def _against(self, mutant: Mutant, session: pytest.Session) -> int:
        swap(mutant)
        for item, following in itertools.zip_longest(session.items, session.items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
        return 0


def run_tests(files: Sequence[str], tests: Tests) -> int:
    options = ["-x", "-q", "--noconftest", "--no-header", "--tb=no", "-c", os.devnull, f"--rootdir={ROOT}"]
    return int(pytest.main([*options, "-p", "no:cacheprovider", *files], plugins=[tests]))


def functions(code: CodeType) -> Iterator[CodeType]:
    """Those of a module and of its classes, but not those inside functions."""
    for inner in (each for each in code.co_consts if isinstance(each, CodeType)):
        if inner.co_flags & inspect.CO_OPTIMIZED:
            yield inner
        else:
            yield from functions(inner)


def shape(code: CodeType) -> tuple[object, ...]:
    """Whatever runs on import: everything but the bodies of functions."""
    known = [each for each in code.co_consts if not isinstance(each, CodeType)]
    classes = [
        each for each in code.co_consts if isinstance(each, CodeType) and not each.co_flags & inspect.CO_OPTIMIZED
    ]
    return code.co_code, code.co_names, repr(known), [shape(each) for each in classes]


def changed_bodies(mutant: Mutant) -> list[CodeType] | None:
    """The functions that differ; None if the module must be imported anew, as for a constant."""
    before, after = (
        compile(text, mutant.module, "exec") for text in ((ROOT / mutant.module).read_text(), mutant.source)
    )
    if shape(before) != shape(after):
        return None
    differing = [new for old, new in zip(functions(before), functions(after), strict=True) if old != new]
    return None if any("<" in code.co_qualname for code in differing) else differing


def swap(mutant: Mutant) -> None:
    for code in changed_bodies(mutant) or ():
        owner: object = sys.modules[_module(mutant.module)]
        *outer, name = code.co_qualname.split(".")
        for each in outer:
            owner = getattr(owner, each)
        found = vars(owner)[name]
        found = found.fget if isinstance(found, property) else found
        getattr(found, "__func__", found).__code__ = code


def test_files(module: str) -> list[str]:
    """The unit tests of the domain that name this module."""
    found: list[str] = []
    for path in sorted(TESTS.rglob("test_*.py")):
        names = _imported(path)
        others = {name for name in names if name.startswith("api.") and not name.startswith("api.domain")}
        if module in names and not others:
            found.append(str(path.relative_to(ROOT)))
    return found


def _imported(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {name for node in nodes for name in (node.module or "", *(f"{node.module}.{a.name}" for a in node.names))}


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def in_parallel(
    jobs: Iterable[tuple[Mutant, Callable[[], int]]], usual_seconds: float
) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant in a process of its own, as many at once as there are cores; True if its job did not return 0."""
    waiting, running = iter(jobs), dict[int, Mutant]()
    try:
        while True:
            for mutant, job in itertools.islice(waiting, len(os.sched_getaffinity(0)) - len(running)):
                running[_forked(job, CPU_SECONDS + CPU_FACTOR * usual_seconds)] = mutant
            if not running:
                return
            child, status = os.wait()
            mutant = running.pop(child)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _BROKEN:
                print(f"could not be tried: {mutant.module}:{mutant.line} {mutant.becomes}", file=sys.stderr)
                sys.exit(1)
            yield mutant, status != 0
    finally:
        for child in running:
            os.kill(child, signal.SIGKILL)


def _forked(job: Callable[[], int], cpu_seconds: float) -> int:
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        used = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used + cpu_seconds), resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(WALL_SECONDS)
        os._exit(job())
    except BaseException:  # noqa: BLE001
        os._exit(_BROKEN)


def noticed(path: str) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant of a module, and whether a test noticed it."""
    mutants, files = list(mutants_of(path)), test_files(_module(path))
    if not files or not mutants:
        yield from ((mutant, False) for mutant in mutants)
        return
    swapped = [mutant for mutant in mutants if changed_bodies(mutant) is not None]
    seconds, found = _elsewhere(files, swapped)
    yield from ((swapped[index], killed) for index, killed in enumerate(found))
    anew = [mutant for mutant in mutants if mutant not in swapped]
    jobs = [(mutant, functools.partial(_imported_anew, mutant, files, seconds)) for mutant in anew]
    yield from in_parallel(jobs, sum(seconds.values()))


def _imported_anew(mutant: Mutant, files: Sequence[str], seconds: dict[str, float]) -> int:
    sys.meta_path.insert(0, Changed(_module(mutant.module), mutant.source))
    return run_tests(files, Tests(seconds=dict(seconds)))


def _elsewhere(files: Sequence[str], mutants: Sequence[Mutant]) -> tuple[dict[str, float], list[bool]]:
    """Seconds by test, and for each mutant whether it was noticed; in another process, since this one must never import
    the domain."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        learning = Tests()
        status = run_tests(files, learning)
        running = Tests(mutants, learning.seconds)
        if status == 0 and mutants:
            status = run_tests(files, running)
        killed = dict(running.found)
        found = [killed.get(mutant, False) for mutant in mutants]
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(msgspec.json.encode((status, learning.seconds, found)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    status, seconds, found = msgspec.json.decode(said, type=tuple[int, dict[str, float], list[bool]])
    if status != 0:
        sys.exit(f"these fail on the unchanged code, or could not try a mutant: {' '.join(files)}")
    return seconds, found


def argued() -> set[tuple[str, str, str]]:
    """Mutants that change nothing observable: module, lines before and after."""
    entries = tomllib.loads(ARGUED.read_text()).get("equivalent", [])
    return {(entry["module"], entry["was"], becomes) for entry in entries for becomes in entry["becomes"]}


def report(outcomes: Iterable[tuple[Mutant, bool]], said: TextIO) -> bool:
    """Survivors as they are found, then stale arguments and the figures; whether enough were noticed in each."""
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
    share = _share(total)
    print(" killed survived equivalent", file=said)
    for name, count in (*sorted(counts.items()), (f"{100 * share:.1f} % killed", total)):
        print(f"{count['killed']:7} {count['survived']:8} {count['equivalent']:10}  {name}", file=said)
    return min(map(_share, counts.values()), default=1.0) >= LEAST_SHARE


def _share(count: Counter[str]) -> float:
    """Of those that are not equivalent, how many were killed."""
    return count["killed"] / max(1, count["killed"] + count["survived"])


def main(paths: Sequence[str]) -> int:
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))  # and the mutants with it
    sys.path.insert(0, str(ROOT))
    quick = hypothesis.settings(max_examples=30, derandomize=True, deadline=None, database=None)
    hypothesis.settings.register_profile(
        "mutants", quick, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate]
    )
    hypothesis.settings.load_profile("mutants")
    chosen = [str(path.resolve().relative_to(ROOT)) for given in paths or [DOMAIN] for path in _files(Path(given))]
    with os.fdopen(os.dup(1), "w") as said:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # where pytest writes
        outcomes = itertools.chain.from_iterable(map(noticed, sorted(chosen)))
        return 0 if report(outcomes, said) else 1


def _files(given: Path) -> list[Path]:
    return sorted(given.rglob("*.py")) if given.is_dir() else [given]


if __name__ == "__main__":
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they would be half of the time
    sys.exit(main(sys.argv[1:]))
