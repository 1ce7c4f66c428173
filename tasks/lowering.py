"""Asserts of the form ``f(literals) == literal`` turned into input → output cases, without running anything.

A lowered suite accepts exactly the candidates that the script accepts: one resident comparator judges it and no
test code runs. A suite is lowered only when every one of its cases is of such a form, and when nothing around the
cases (set-up code, helpers of the prompt) binds a name that a case uses.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from tasks.budget import NotLiteral, shared_budget
from tasks.literals import PLAIN_CALLS, evaluate
from tasks.names import BUILTIN_NAMES, bound_names
from tasks.syntax import parse
from tasks.task import AssertCase, CallCase, Comparison, ScriptCase, Suite, SuiteKind, TestCase

_Calls = Mapping[str, Callable[..., object]]


def lower(suite: Suite, entry_point: str, prelude: str = "") -> Suite:
    """The suite as input → output cases where that keeps its meaning, else the suite as it is.

    Args:
        suite: Any suite; only ``asserts`` and ``check`` are looked at.
        entry_point: The function that the cases call.
        prelude: Helpers of the prompt, which the examiner would run first.

    Returns:
        A suite of kind ``cases`` with the same name and visibility, or ``suite`` itself.
    """
    try:
        with shared_budget():
            return _lowered(suite, entry_point, prelude)
    except RecursionError:
        return suite  # an expression too deep to be written down for a person


def _lowered(suite: Suite, entry_point: str, prelude: str) -> Suite:
    around = _quiet_names(prelude), _quiet_names(suite.setup)
    if suite.setup_uses_candidate or around[0] is None or around[1] is None:
        return suite
    taken = around[0] | around[1]
    match suite.kind:
        case SuiteKind.ASSERTS:
            cases = _lowered_asserts(suite.cases, entry_point, taken)
        case SuiteKind.CHECK:
            cases = _lowered_check(suite.cases, entry_point, taken)
        case _:
            cases = None
    if not cases:
        return suite
    return replace(suite, kind=SuiteKind.CASES, cases=cases, setup="", version="")


def _lowered_asserts(cases: tuple[TestCase, ...], entry_point: str, taken: set[str]) -> tuple[CallCase, ...] | None:
    lowered = []
    for case in cases:
        tree = parse(case.source) if isinstance(case, AssertCase) else None
        statement = tree.body[0] if tree is not None and len(tree.body) == 1 else None
        if not isinstance(statement, ast.Assert):
            return None
        found = lower_assert(statement, entry_point, taken)
        if found is None:
            return None
        lowered.append(replace(found, source=case.source.strip() if isinstance(case, AssertCase) else ""))
    return tuple(lowered)


def _lowered_check(cases: tuple[TestCase, ...], entry_point: str, taken: set[str]) -> tuple[CallCase, ...] | None:
    if len(cases) != 1 or not isinstance(cases[0], ScriptCase):
        return None
    tree = parse(cases[0].source)
    if tree is None:
        return None
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check"]
    quiet = _quiet_statements([node for node in tree.body if node not in checks[:1]])
    if quiet is None or len(checks) != 1:
        return None
    parameter = _only_parameter(checks[0])
    if parameter is None or checks[0].decorator_list:
        return None
    return _lowered_body(checks[0].body, parameter, entry_point, taken | quiet)


def _lowered_body(
    body: list[ast.stmt], parameter: str, entry_point: str, taken: set[str]
) -> tuple[CallCase, ...] | None:
    asserts = [node for node in body if isinstance(node, ast.Assert)]
    quiet = _quiet_statements([node for node in body if not isinstance(node, ast.Assert)])
    if quiet is None or parameter in quiet:
        return None
    lowered = []
    around = (taken | quiet) - {parameter}
    for node in asserts:
        if isinstance(node.test, ast.Constant) and node.test.value:
            continue  # ``assert True`` says nothing
        found = lower_assert(node, parameter, around)
        if found is None:
            return None
        lowered.append(replace(found, source=_renamed(node, parameter, entry_point)))
    return tuple(lowered)


def _only_parameter(node: ast.FunctionDef) -> str | None:
    arguments = node.args
    others = (arguments.posonlyargs, arguments.kwonlyargs, arguments.vararg, arguments.kwarg, arguments.defaults)
    return arguments.args[0].arg if len(arguments.args) == 1 and not any(others) else None


def _renamed(node: ast.Assert, parameter: str, entry_point: str) -> str:
    """The assert as a person reads it: the entry point under its own name."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == parameter]
    for part in names:
        part.id = entry_point
    text = ast.unparse(node)
    for part in names:
        part.id = parameter
    return text


def lower_assert(node: ast.Assert, callee: str, taken: set[str]) -> CallCase | None:
    """One assert as a case, or None if it is not of a form that keeps its meaning.

    Args:
        node: The statement.
        callee: The name under which the statement calls the candidate.
        taken: Names that surrounding code binds, so that they may not mean the built-ins.
    """
    if callee in taken or callee in PLAIN_CALLS:
        return None
    calls = {name: function for name, function in PLAIN_CALLS.items() if name not in taken}
    try:
        return _lower_test(node.test, callee, calls)  # a message speaks only after the case has failed
    except NotLiteral:
        return None


def _lower_test(test: ast.expr, callee: str, calls: _Calls) -> CallCase:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            call, other = (left, right) if _is_call(left, callee) else (right, left)
            return CallCase(_arguments(call, callee, calls), evaluate(other, calls))
        case ast.Compare(left=call, ops=[ast.Is()], comparators=[ast.Constant(value=(None | True | False) as only)]):
            return CallCase(_arguments(call, callee, calls), only, comparison=Comparison.IDENTICAL)
        case ast.UnaryOp(op=ast.Not(), operand=call):
            return CallCase(_arguments(call, callee, calls), False, comparison=Comparison.TRUTHY)
        case _:
            return CallCase(_arguments(test, callee, calls), True, comparison=Comparison.TRUTHY)


def _is_call(node: ast.expr, callee: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == callee


def _arguments(node: ast.expr, callee: str, calls: _Calls) -> tuple[object, ...]:
    if not isinstance(node, ast.Call) or not _is_call(node, callee) or node.keywords:
        raise NotLiteral("not a call of the entry point with positional arguments")
    return tuple(evaluate(argument, calls) for argument in node.args)


def _quiet_names(source: str) -> set[str] | None:
    """The names that a source binds, or None if it may do more than bind names."""
    if not source.strip():
        return set()
    tree = parse(source)
    return None if tree is None else _quiet_statements(tree.body)


def _quiet_statements(body: list[ast.stmt]) -> set[str] | None:
    bound: set[str] = set()
    for node in body:
        if not _is_quiet(node):
            return None
        bound |= bound_names(node)
    return None if "*" in bound else bound


def _is_quiet(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Name(id=name)):
            return name in BUILTIN_NAMES
        case ast.FunctionDef(decorator_list=[]):
            return all(_is_literal(default) for default in node.args.defaults)
        case ast.Assign(targets=[ast.Name()], value=value):
            return _is_literal(value)
        case _:
            return False


def _is_literal(node: ast.expr) -> bool:
    try:
        evaluate(node)
    except NotLiteral:
        return False
    return True
