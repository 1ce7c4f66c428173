"""Test code that replaces what a candidate uses: it replaces it where the test runs, which the candidate does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

MODULE_OF_CANDIDATE = "solution"
"""The module from which a pytest file imports a candidate."""

_OF_MONKEYPATCH = frozenset({"setattr", "delattr", "setitem", "delitem", "setenv", "delenv", "syspath_prepend"})
_WITHOUT_TARGET = frozenset({"setenv", "delenv", "syspath_prepend"})
_OF_PATCH = frozenset({"object", "dict", "multiple"})
_PATCHERS = frozenset({"mock", "unittest", "mocker"})
_MOCKS = frozenset({"unittest.mock", "mock"})
_OWN_MODULE = "test_suite"
_FORWARDED = "sys.stdout"
"""What a candidate prints reaches the test's own ``sys.stdout``: replacing that works."""


WHERE = (
    "changes the process of the test, in which the candidate does not run: hand the value over as an argument, "
    "or test what the program reads and prints by stdio cases"
)


def patches(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of ``monkeypatch`` and ``mock.patch`` whose target is neither the test's own nor the candidate's object."""
    foreign, patch_names = _imports(tree)
    patching = any(_names_monkeypatch(node) for node in ast.walk(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if patching and method in _OF_MONKEYPATCH and isinstance(node.func, ast.Attribute):
            if method in _WITHOUT_TARGET or _is_foreign(node, foreign):
                yield node
        elif _is_patch(node.func, patch_names) and _is_foreign(node, foreign):
            yield node


def _names_monkeypatch(node: ast.AST) -> bool:
    names = (getattr(node, field, None) for field in ("arg", "attr", "name", "id"))
    return any(name in ("monkeypatch", "MonkeyPatch") for name in names)


def _imports(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names bound to what others own, and names of ``patch`` itself."""
    foreign: set[str] = set()
    patch_names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            foreign |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module != MODULE_OF_CANDIDATE:
            foreign |= {alias.asname or alias.name for alias in node.names}
            if node.module in _MOCKS:
                patch_names |= {alias.asname or alias.name for alias in node.names if alias.name == "patch"}
    return foreign, patch_names


def _is_patch(function: ast.expr, patch_names: set[str]) -> bool:
    if isinstance(function, ast.Attribute) and function.attr in _OF_PATCH:
        function = function.value
    if isinstance(function, ast.Name):
        return function.id in patch_names
    return isinstance(function, ast.Attribute) and function.attr == "patch" and _root(function) in _PATCHERS


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_foreign(call: ast.Call, foreign: set[str]) -> bool:
    if not call.args:
        return False
    target = call.args[0]
    if isinstance(target, ast.Constant):
        path = str(target.value)
        return "." in path and path != _FORWARDED and path.partition(".")[0] != _OWN_MODULE
    named = [part.value if isinstance(part, ast.Constant) else ast.unparse(part) for part in call.args[:2]]
    return _root(target) in foreign and named != _FORWARDED.split(".")
