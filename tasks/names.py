"""Names in source text: what is defined, what is used, and which of it the tests want from a candidate."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.syntax import parse

BUILTIN_NAMES = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__"}


def _targets(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id


def imported_as(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names that an import binds (``*`` for a star)."""
    return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]


def defined_names(tree: ast.Module) -> dict[str, ast.stmt]:
    """Names bound at top level by ``def``, ``class``, assignment or import, with their last binding statement."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = node
            case ast.Import() | ast.ImportFrom():
                found.update(dict.fromkeys(imported_as(node), node))
            case ast.Assign(targets=targets):
                found.update({name: node for target in targets for name in _targets(target)})
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                found.update(dict.fromkeys(_targets(target), node))
            case _:
                pass
    return found


def bound_names(tree: ast.AST) -> set[str]:
    """Every name that is bound anywhere in a tree: assignments, imports, definitions, arguments, handlers."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found.update(imported_as(node))
            case ast.arg(arg=name):
                found.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
            case _:
                pass
    return found


def used_names(tree: ast.AST) -> set[str]:
    """Every name that is read anywhere in a tree."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def free_names(sources: Sequence[str]) -> set[str]:
    """Names that the sources read and none of them binds; sources that do not parse are passed over."""
    trees = [tree for tree in map(parse, sources) if tree is not None]
    bound = set().union(*map(bound_names, trees))
    return set().union(*map(used_names, trees)) - bound


def called_names(tree: ast.AST) -> list[str]:
    """Names of functions called in a tree, outermost first."""
    return [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]


def entry_point_of(tests: Sequence[str], reference: str | None, setup: str = "") -> str | None:
    """The function that the tests are about.

    With a reference: the function defined there that most tests call, the outermost first in a tie; a class only
    if no function is called. Without one: the only name called that nothing else defines.

    Returns:
        The name, or None if it cannot be told.
    """
    trees = [tree for tree in map(parse, tests) if tree is not None]
    order: Counter[str] = Counter()
    for tree in trees:
        order.update(dict.fromkeys(called_names(tree), 1))
    if reference is None:
        ours = free_names([setup, *tests]) - BUILTIN_NAMES
        candidates = [name for name in order if name in ours]
        return candidates[0] if len(candidates) == 1 else None
    solution = parse(reference)
    defined = {} if solution is None else defined_names(solution)
    called = [name for name, _ in order.most_common() if name in defined]
    functions = [name for name in called if isinstance(defined[name], ast.FunctionDef | ast.AsyncFunctionDef)]
    return next(iter(functions or called), None)


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What tests take from a solution besides its entry point.

    Attributes:
        names: Definitions that a candidate has to have too.
        imports: Import statements that only the reference makes although the tests need them: they belong
            to the tests, so that no candidate can stand in for a module.
    """

    names: tuple[str, ...]
    imports: tuple[str, ...]


def borrowed_names(tests: Sequence[str], setup: str, prelude: str, reference: str | None, entry_point: str) -> Borrowed:
    """What tests and set-up take from the reference besides the entry point.

    Args:
        tests: Test sources.
        setup: Set-up code of the tests.
        prelude: Helpers that the prompt defines.
        reference: The reference solution.
        entry_point: Its entry point.
    """
    tree = parse(reference) if reference is not None else None
    if tree is None:
        return Borrowed((), ())
    defined = defined_names(tree)
    wanted = (free_names([prelude, setup, *tests]) - BUILTIN_NAMES - {entry_point}) & set(defined)
    modules = {name for name in wanted if isinstance(defined[name], ast.Import | ast.ImportFrom)}
    imports = sorted({ast.unparse(defined[name]) for name in modules})
    return Borrowed(tuple(sorted(wanted - modules)), tuple(imports))


def prompt_prelude(prompt: str, entry_point: str) -> str:
    """The imports and helpers that a prompt defines, without the stub of the entry point.

    A line of prose may happen to be an expression (``Add``): only calls of what the prompt itself brings are code.

    Returns:
        Source text, or "" if the prompt has none or is not Python.
    """
    tree = parse(prompt)
    if tree is None:
        return ""
    defined = defined_names(tree)
    kept = []
    for node in tree.body:
        stub = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == entry_point
        prose = isinstance(node, ast.Expr) and _root_of(node.value) not in defined
        if not (stub or prose):
            kept.append(ast.unparse(node))
    return "\n\n".join(kept) + "\n" if kept else ""


def _root_of(node: ast.expr) -> str | None:
    """The name that a call begins with; None for anything else."""
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    while isinstance(function, ast.Attribute):
        function = function.value
    return function.id if isinstance(function, ast.Name) else None
