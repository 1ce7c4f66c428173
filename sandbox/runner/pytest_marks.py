"""Which tests of a pytest file its author excused: by marks that no candidate can have a hand in.

A mark counts only where its condition asks nothing but the interpreter and the machine. What skips or is
expected to fail while a test runs may be the candidate's doing, and never excuses anything.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

_MARKS = frozenset({"skip", "skipif", "skipIf", "skipUnless", "xfail", "expectedFailure"})
_FACTS = {
    "sys": {"version_info", "version", "platform", "implementation", "hexversion", "maxsize", "byteorder"},
    "os": {"name", "environ", "getenv", "cpu_count", "uname", "sep"},
    "platform": None,
}
"""What a condition may ask; None: anything."""
_PLAIN = (
    ast.Expression, ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp,
    ast.Tuple, ast.List, ast.Set, ast.Subscript, ast.Slice, ast.cmpop, ast.boolop, ast.unaryop, ast.operator,
    ast.expr_context,
)  # fmt: skip


def are_static(source: str, foreign: Collection[str]) -> bool:
    """Whether every mark stands where it is always made, and asks only the interpreter and the machine.

    Args:
        source: The pytest file, which compiles.
        foreign: Names that come from the candidate.
    """
    tree = ast.parse(source)
    if _rebinds(tree) or any(name in foreign for name in _FACTS):
        return False
    names = _MARKS | {node.targets[0].id for node in tree.body if _is_alias(node, _MARKS)}  # type: ignore[attr-defined]
    placed = {id(mark) for mark in _placed(tree, names)}
    for node in ast.walk(tree):
        if _is_mark(node, names) and id(node) not in placed:
            return False
        if isinstance(node, ast.Constant) and node.value in _MARKS:  # asked for by getattr
            return False
        if isinstance(node, ast.Call) and _is_mark(node.func, names) and not all(map(_is_static, _conditions(node))):
            return False
    return True


def _is_alias(node: ast.AST, names: Collection[str]) -> bool:
    """Whether a statement gives a mark a name of its own."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=made) | made):
            return _is_mark(made, names)
        case _:
            return False


def _placed(body: ast.Module | ast.ClassDef, names: Collection[str]) -> Iterator[ast.expr]:
    """Marks that decorate, or are given to, the tests of a module or class, whatever the candidate does."""
    for node in body.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from _marks_in(decorator, names)
        if isinstance(node, ast.ClassDef):
            yield from _placed(node, names)
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                if name in names and name not in _MARKS:
                    yield target
                if name == "pytestmark" or _is_alias(node, names):
                    yield from _marks_in(value, names)


def _marks_in(expression: ast.expr, names: Collection[str]) -> Iterator[ast.expr]:
    if _is_mark(expression, names):
        yield expression
    elif isinstance(expression, ast.Call) and _is_mark(expression.func, names):
        yield expression.func
    elif isinstance(expression, ast.Call):
        for part in (*expression.args, *(word.value for word in expression.keywords)):
            yield from _marks_in(part, names)
    elif isinstance(expression, ast.List | ast.Tuple):
        for part in expression.elts:
            yield from _marks_in(part, names)


def _rebinds(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in _FACTS:
            return True
        if isinstance(node, ast.ImportFrom) and any((alias.asname or alias.name) in _FACTS for alias in node.names):
            return True
    return False


def _is_mark(node: ast.AST, names: Collection[str]) -> bool:
    if isinstance(node, ast.Attribute):  # ``pytest.skip()`` and ``pytest.xfail()`` act while a test runs
        return node.attr in _MARKS and not (isinstance(node.value, ast.Name) and node.value.id == "pytest")
    return isinstance(node, ast.Name) and node.id in names


def _conditions(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in ("skip", "expectedFailure"):
        yield from call.args[:1] if name in ("skipIf", "skipUnless") else call.args
    yield from (word.value for word in call.keywords if word.arg in ("condition", None))


def _is_static(condition: ast.expr) -> bool:
    if isinstance(condition, ast.Constant) and isinstance(condition.value, str):
        try:
            return _asks_facts(ast.parse(condition.value, mode="eval"))
        except (SyntaxError, ValueError):
            return False
    return _asks_facts(condition)


def _asks_facts(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if not isinstance(node, _PLAIN) or (isinstance(node, ast.Name) and node.id not in _FACTS):
            return False
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            facts = _FACTS.get(node.value.id, set())
            if facts is not None and node.attr not in facts:
                return False
    return True


def is_skipped(item: Any) -> bool:
    """Whether marks on a collected test skip it."""
    from _pytest.skipping import evaluate_skip_marks

    owners = (getattr(item, "obj", None), getattr(item, "cls", None))
    return any(getattr(owner, "__unittest_skip__", False) for owner in owners) or bool(evaluate_skip_marks(item))


def may_fail(item: Any) -> bool:
    """Whether a mark on a collected test expects it to fail."""
    from _pytest.skipping import evaluate_xfail_marks

    owners = (getattr(item, "obj", None), getattr(item, "cls", None))
    expecting = any(getattr(owner, "__unittest_expecting_failure__", False) for owner in owners)
    return expecting or evaluate_xfail_marks(item) is not None
