"""What `scripts/mutants.py` changes: operators of Cosmic Ray, and our own for what an error in a rule looks like: a
condition, a statement, an argument or a member too few, two arguments swapped, the wrong choice or field of two.
"""

import ast
import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import parso
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

DOMAIN = Path(__file__).resolve().parents[1] / "api/domain"

Node = parso.tree.NodeOrLeaf
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

_OTHER_CHOICE = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
_SAME_EITHER_WAY = {*_OTHER_CHOICE, "hypot", "metres_between", "fits", "_within_reach"}
"""Functions whose arguments may be swapped."""
_PASSED_ON = {"abs", "reversed", "sorted"}
"""Functions whose argument could stand for the result."""
_GUARDS = {"strict", "frozen", "kw_only", "forbid_unknown_fields"}
"""Arguments against slips of the programmer: they are no rules."""


class _Own(Operator):
    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class OutsideForInside(_Own):
    """`not in` instead of `in`, and the other way round."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "comparison" and node.children[1].get_code().strip() in {"in", "not in"}:
            yield _span(node)

    def mutate(self, node: Node, _index: int) -> Node:
        other = "a in b" if node.children[1].type == "comp_op" else "a not in b"
        node.children[1] = parso.parse(other).children[0].children[1]
        return node


class RemoveRule(_Own):
    """An `if` that always or never holds, or a comprehension without its condition."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "comp_if":
            yield _span(node)
        for at in self._conditions(node):
            yield from [_span(node.children[at])] * 2

    def mutate(self, node: Node, index: int) -> Node | None:
        if node.type == "comp_if":
            return None
        which, always = divmod(index, 2)
        node.children[self._conditions(node)[which]] = _leaf("True" if always else "False", " ")
        return node

    def _conditions(self, node: Node) -> list[int]:
        if node.type == "test":
            return [2]
        if node.type != "if_stmt":
            return []
        return [at + 1 for at, child in enumerate(node.children) if _value(child) in {"if", "elif"}]


class RemoveTerm(_Own):
    """One term of an `and` or `or` less."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type in {"and_test", "or_test"}:
            yield from map(_span, node.children[::2])

    def mutate(self, node: Node, index: int) -> Node:
        at = max(0, 2 * index - 1)
        del node.children[at : at + 2]
        return node


class RemoveMember(_Own):
    """One member of a set, or one entry of a dictionary, less."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "atom" and _value(node.children[0]) == "{" and len(node.children) == 3:
            yield from [(members[0].start_pos, members[-1].end_pos) for members in self._members(node)]

    def mutate(self, node: Node, index: int) -> Node:
        inner = node.children[1]
        if inner.type != "dictorsetmaker":
            del node.children[1]
            return node
        gone = self._members(node)[index]
        at = inner.children.index(gone[0])
        del inner.children[at : at + len(gone) + 1]  # and the comma behind it
        return node

    def _members(self, node: Node) -> list[Sequence[Node]]:
        inner = node.children[1]
        if inner.type != "dictorsetmaker":
            return [[inner]]
        if inner.children[-1].type == "sync_comp_for":
            return []
        found: list[list[Node]] = [[]]
        for child in inner.children:
            found.append([]) if _value(child) == "," else found[-1].append(child)
        return [each for each in found if each]


class RemoveStatement(_Own):
    """One statement of a function less, unless what it defines would then be missing."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "simple_stmt" and node.children[0].type not in {"string", "import_from", "import_name"}:
            function = _around(node, "funcdef")
            if function is not None and not self._defines(node, function) and not self._says_nothing(node, function):
                yield _span(node.children[0])

    def mutate(self, node: Node, _index: int) -> Node:
        node.children[0] = _leaf("pass", node.get_first_leaf().prefix)
        return node

    def _says_nothing(self, node: Node, function: Node) -> bool:
        """Whether it is `...`, cannot be reached, or is a `return None` that ends the function."""
        code, body = node.children[0].get_code().strip(), function.children[-1]
        last = body.type == "suite" and body.children[-1] is node
        return code == "..." or code.startswith("assert_never(") or (code == "return None" and last)

    def _defines(self, node: Node, function: Node) -> bool:
        """Whether the statement alone gives a name its value."""
        defined = [leaf.value for leaf in _leaves(node) if leaf.type == "name" and leaf.is_definition()]
        everywhere = [leaf.value for leaf in _leaves(function) if leaf.type == "name" and leaf.is_definition()]
        return any(everywhere.count(name) == defined.count(name) for name in defined)


class SwapArguments(_Own):
    """Two arguments that follow each other, swapped."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "arglist" and _called(node) not in _SAME_EITHER_WAY and node.parent.type != "classdef":
            yield from [(node.children[at].start_pos, node.children[at + 2].end_pos) for at in self._pairs(node)]

    def mutate(self, node: Node, index: int) -> Node:
        at = self._pairs(node)[index]
        first, second = node.children[at].get_first_leaf(), node.children[at + 2].get_first_leaf()
        first.prefix, second.prefix = second.prefix, first.prefix
        node.children[at], node.children[at + 2] = node.children[at + 2], node.children[at]
        return node

    def _pairs(self, node: Node) -> list[int]:
        plain = [child.type != "argument" for child in node.children]
        return [at for at in range(0, len(plain) - 2, 2) if plain[at] and plain[at + 2]]


class RemoveArgument(_Own):
    """One named argument less."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type in {"arglist", "trailer"} and _around(node, "classdef", within=1) is None:
            yield from [_span(node.children[at]) for at in self._named(node)]

    def mutate(self, node: Node, index: int) -> Node:
        at = self._named(node)[index]
        comma = at + 1 < len(node.children) and _value(node.children[at + 1]) == ","
        del node.children[at : at + 1 + comma]
        return node

    def _named(self, node: Node) -> list[int]:
        return [
            at
            for at, child in enumerate(node.children)
            if child.type == "argument" and _value(child.children[1]) == "=" and child.children[0].value not in _GUARDS
        ]


class OtherChoice(_Own):
    """The greatest instead of the least, all instead of any."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        following = node.get_next_leaf() if node.type == "name" and node.value in _OTHER_CHOICE else None
        if following is not None and following.value == "(":
            yield _span(node)

    def mutate(self, node: Node, _index: int) -> Node:
        node.value = _OTHER_CHOICE[node.value]
        return node


class RemoveCall(_Own):
    """What is sorted, reversed or made positive left as it is."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "atom_expr" and _value(node.children[0]) in _PASSED_ON and len(node.children) == 2:
            yield _span(node)

    def mutate(self, node: Node, _index: int) -> Node:
        argument = node.children[1].children[1]
        argument = argument.children[0] if argument.type == "arglist" else argument
        argument.get_first_leaf().prefix = node.get_first_leaf().prefix
        return argument


class OtherField(_Own):
    """The next field of the same struct and type, or the next member of the same enumeration."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "trailer" and _value(node.children[0]) == "." and node.get_next_leaf().value != "(":
            yield from [_span(node.children[1]) for _ in self._others(node)]

    def mutate(self, node: Node, index: int) -> Node:
        node.children[1].value = self._others(node)[index]
        return node

    def _others(self, node: Node) -> Sequence[str]:
        before, name = node.get_previous_leaf(), node.children[1].value
        return _alike().get(f"{before.value}.{name}") or ([] if name.isupper() else _alike().get(name, []))


@functools.cache
def _alike() -> dict[str, list[str]]:
    """For each field of the domain's structs, the one that follows it among those of its type, in each struct; for each
    member of an enumeration, the next one."""
    found: dict[str, list[str]] = {}
    modules = [ast.parse(path.read_text()) for path in sorted(DOMAIN.rglob("*.py"))]
    for one in (node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)):
        by_type: dict[str, list[str]] = {}
        for each in one.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                by_type.setdefault(ast.unparse(each.annotation).removesuffix(" | None"), []).append(each.target.id)
            elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                by_type.setdefault("", []).append(each.targets[0].id)
        for kind, names in by_type.items():
            for name, following in zip(names, [*names[1:], names[0]], strict=True):
                known = found.setdefault(name if kind else f"{one.name}.{name}", [])
                known += [following] if following not in {name, *known} else []
    return found


_OWN: tuple[Callable[[], Operator], ...] = (
    *(OutsideForInside, RemoveRule, RemoveTerm, RemoveMember, RemoveStatement),
    *(SwapArguments, RemoveArgument, OtherChoice, RemoveCall, OtherField),
)


def operators() -> list[Operator]:
    known = OperatorProvider()
    return [*(known[name]() for name in _NAMES), *(own() for own in _OWN)]


def _span(node: Node) -> Position:
    return node.start_pos, node.end_pos


def _value(node: object) -> str | None:
    return getattr(node, "value", None)


def _leaf(text: str, prefix: str) -> Node:
    leaf = parso.parse(text).get_first_leaf()
    leaf.prefix = prefix
    return leaf


def _leaves(node: Node) -> Iterator[Node]:
    if not hasattr(node, "children"):
        yield node
    for child in getattr(node, "children", ()):
        yield from _leaves(child)


def _around(node: Node, kind: str, within: int = 99) -> Node | None:
    """The nearest node of this kind that holds this one, at most so many steps up."""
    for _ in range(within):
        node = node.parent
        if node is None or node.type == kind:
            return node
    return None


def _called(arguments: Node) -> str | None:
    """The last name before the parentheses."""
    before = arguments.get_previous_leaf().get_previous_leaf()
    return _value(before)
