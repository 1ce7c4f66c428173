"""What can be said against a suite without running it: tests that cannot judge, and tests that judge little."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from tasks.names import BUILTIN_NAMES, bound_names, imported_as, used_names
from tasks.patching import MODULE_OF_CANDIDATE, WHERE, patches
from tasks.syntax import parse, syntax_problem
from tasks.task import AssertCase, CallCase, Comparison, ScriptCase, Suite, SuiteKind, Task

_PYTEST_NAMES = frozenset({"capsys", "tmp_path", "monkeypatch", "request"})
_MAX_EVIDENCE = 200
_MAX_SHOWN = 2000
"""Parts of a syntax tree that are written down to be cut; of a larger one the line is told."""


class Flaw(StrEnum):
    """Why a suite cannot judge (the first seven), or what it lets through."""

    NO_CASES = "no_cases"
    UNPARSABLE = "unparsable_tests"
    NO_CHECK = "no_check_function"
    NO_ENTRY_POINT = "no_entry_point"
    UNDECLARED_NAME = "undeclared_candidate_name"
    DECIDING_METHOD = "undeclared_deciding_method"
    PATCHED = "patches_candidate"
    TRUTHINESS = "bare_truthiness"
    NOT_NONE = "is_not_none"
    ANY_VALUE = "any_value"
    SELF_COMPARISON = "compared_with_itself"
    ROUND_TRIP = "round_trip"
    NEGATED_TOLERANCE = "negated_tolerance"
    SWALLOWED = "swallowed_exception"

    @property
    def invalid(self) -> bool:
        """The suite cannot judge at all, as against: it judges little."""
        return self in _INVALID


_INVALID = frozenset(
    {
        Flaw.NO_CASES,
        Flaw.UNPARSABLE,
        Flaw.NO_CHECK,
        Flaw.NO_ENTRY_POINT,
        Flaw.UNDECLARED_NAME,
        Flaw.DECIDING_METHOD,
        Flaw.PATCHED,
    }
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that speaks against a suite.

    Attributes:
        flaw: What it is.
        case: Index of the case, or None for set-up code or the suite as a whole.
        evidence: The words of the test it rests on, bounded, or a sentence.
    """

    flaw: Flaw
    case: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class OracleReport:
    """All that speaks against a suite.

    Attributes:
        invalid: Reasons why it cannot judge; with one of them the task is refused.
        weak: Tests that judge little.
    """

    invalid: tuple[Weakness, ...] = ()
    weak: tuple[Weakness, ...] = ()

    @property
    def reason(self) -> str | None:
        """A stable word for the first reason why the suite cannot judge, or None."""
        return self.invalid[0].flaw.value if self.invalid else None


def inspect_suite(task: Task, suite: Suite) -> OracleReport:
    """What speaks against a suite, from its text alone. Nothing is executed."""
    found = list(_inspect(task, suite))
    return OracleReport(
        invalid=tuple(weakness for weakness in found if weakness.flaw.invalid),
        weak=tuple(weakness for weakness in found if not weakness.flaw.invalid),
    )


def _inspect(task: Task, suite: Suite) -> Iterator[Weakness]:
    if not suite.cases:
        yield Weakness(Flaw.NO_CASES, None, "the suite has no cases")
    if suite.kind is not SuiteKind.STDIO and task.entry_point is None:
        yield Weakness(Flaw.NO_ENTRY_POINT, None, "the task names no function to call")
    for name, source in (("prelude", task.prelude), ("setup", suite.setup)):
        problem = syntax_problem(source)
        if problem is not None:
            yield Weakness(Flaw.UNPARSABLE, None, f"{name}: {problem}")
    for index, case in enumerate(suite.cases):
        match case:
            case CallCase():
                yield from _inspect_call(case, index)
            case AssertCase(source=source) | ScriptCase(source=source):
                yield from _inspect_source(source, index, suite, frozenset({task.entry_point or "", "candidate"}))
            case _:
                pass
    if suite.kind in (SuiteKind.ASSERTS, SuiteKind.CHECK, SuiteKind.PYTEST):
        yield from _inspect_names(task, suite)


def _inspect_call(case: CallCase, index: int) -> Iterator[Weakness]:
    flaw = {
        Comparison.TRUTHY: Flaw.TRUTHINESS,
        Comparison.PRESENCE: Flaw.NOT_NONE,
        Comparison.ANY: Flaw.ANY_VALUE,
    }.get(case.comparison)
    if flaw is not None:
        yield Weakness(flaw, index, case.source[:_MAX_EVIDENCE] or f"compared by {case.comparison.value}")


def _inspect_source(source: str, index: int, suite: Suite, ours: frozenset[str]) -> Iterator[Weakness]:
    problem = syntax_problem(source)
    tree = parse(source)
    if problem is not None or tree is None:
        yield Weakness(Flaw.UNPARSABLE, index, problem or "does not parse")
        return
    if suite.kind is SuiteKind.CHECK and not _defines(tree, "check"):
        yield Weakness(Flaw.NO_CHECK, index, "there is no function check(candidate)")
    if not any(isinstance(node, ast.Assert | ast.Raise | ast.Call) for node in ast.walk(tree)):
        yield Weakness(Flaw.NO_CASES, index, "nothing is asserted")
    for call in patches(tree):
        yield Weakness(Flaw.PATCHED, index, f"{_shown(call)} {WHERE}")
    for node in ast.walk(tree):
        flaw = _flaw_of(node, ours) if isinstance(node, ast.Assert | ast.ExceptHandler) else None
        if flaw is not None and isinstance(node, ast.Assert | ast.ExceptHandler):
            yield Weakness(flaw, index, _shown(node))


def _defines(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in tree.body)


def _shown(node: ast.stmt | ast.expr | ast.ExceptHandler) -> str:
    if isinstance(node, ast.ExceptHandler):
        return "except" if node.type is None else f"except {_shown(node.type)}"
    if not _has_at_most(node, _MAX_SHOWN):
        return f"line {node.lineno}"
    try:
        return ast.unparse(node)[:_MAX_EVIDENCE]
    except RecursionError:
        return f"line {node.lineno}"


def _has_at_most(node: ast.AST, parts: int) -> bool:
    """Whether a tree has no more parts than that, without a look at more of them."""
    waiting: list[Iterator[ast.AST]] = [iter((node,))]
    while waiting:
        for part in waiting[-1]:
            parts -= 1
            if parts < 0:
                return False
            waiting.append(ast.iter_child_nodes(part))
            break
        else:
            waiting.pop()
    return True


def _flaw_of(node: ast.stmt | ast.ExceptHandler, ours: frozenset[str]) -> Flaw | None:
    if isinstance(node, ast.ExceptHandler):
        return Flaw.SWALLOWED if _swallows(node) else None
    try:
        return _flaw_of_test(node.test, ours) if isinstance(node, ast.Assert) else None
    except RecursionError:
        return None  # nested too deeply to be compared with anything


def _swallows(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    wide = any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in caught)
    return wide and not any(isinstance(node, ast.Raise | ast.Assert) for node in ast.walk(handler))


def _flaw_of_test(test: ast.expr, ours: frozenset[str]) -> Flaw | None:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(ops=[ast.Gt() | ast.GtE()])):
            return Flaw.NEGATED_TOLERANCE
        case ast.Call() | ast.UnaryOp(op=ast.Not(), operand=ast.Call()):
            call = test.operand if isinstance(test, ast.UnaryOp) else test
            return Flaw.TRUTHINESS if _called(call) in ours else None
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return Flaw.NOT_NONE if _called(left) in ours else None
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _flaw_of_equality(left, right, ours)
        case _:
            return None


def _called(node: ast.expr) -> str | None:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def _flaw_of_equality(left: ast.expr, right: ast.expr, ours: frozenset[str]) -> Flaw | None:
    if _bare(left, ours) == _bare(right, ours) and any(
        _called(node) in ours for node in ast.walk(left) if _is_call(node)
    ):
        return Flaw.SELF_COMPARISON
    for outer, other in ((left, right), (right, left)):
        match outer:
            case ast.Call(args=[ast.Call(args=[inner]) as helper]) if ast.dump(inner) == ast.dump(other):
                return Flaw.ROUND_TRIP if {_called(outer), _called(helper)} & ours else None
            case _:
                pass
    return None


def _bare(node: ast.expr, ours: frozenset[str]) -> str:
    """The expression with all names of the candidate's function made one."""
    text = ast.dump(node)
    for name in ours:
        text = text.replace(f"Name(id={name!r},", "Name(id=?,")
    return text


def _is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


def _inspect_names(task: Task, suite: Suite) -> Iterator[Weakness]:
    trees = [_in_case(case) for case in suite.cases]
    setup, prelude = parse(suite.setup), parse(task.prelude)
    around = [tree for tree in (setup, prelude) if tree is not None]
    own = {task.entry_point or "", *task.candidate_names}
    shared = BUILTIN_NAMES | own | set().union(*map(bound_names, around))
    shared |= _PYTEST_NAMES if suite.kind is SuiteKind.PYTEST else set()
    for index, tree in [(None, setup), *enumerate(trees)]:
        if tree is None:
            continue
        bound = bound_names(tree)
        starred = "*" in shared or "*" in bound  # a star import of some module may bind anything
        used = set() if starred else used_names(tree)
        missing = sorted((used - shared - bound) | (_imported_from_candidate(tree) - own))
        for name in missing:
            yield Weakness(Flaw.UNDECLARED_NAME, index, f'"{name}" is neither defined here nor declared')
        if not task.candidate_decides:
            yield from _inspect_deciders(tree, index, set(task.candidate_names))


def _in_case(case: object) -> ast.Module | None:
    return parse(case.source) if isinstance(case, AssertCase | ScriptCase) else None


def _imported_from_candidate(tree: ast.Module) -> set[str]:
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == MODULE_OF_CANDIDATE and "*" not in imported_as(node)
        for alias in node.names
    }


def _inspect_deciders(tree: ast.Module, index: int | None, classes: set[str]) -> Iterator[Weakness]:
    """Comparisons that an object of the candidate's own class would answer."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or isinstance(node.ops[0], ast.Is | ast.IsNot):
            continue
        built = [part for part in (node.left, *node.comparators) if _builds(part, classes)]
        if built:
            yield Weakness(Flaw.DECIDING_METHOD, index, _shown(node))


def _builds(node: ast.expr, classes: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes
