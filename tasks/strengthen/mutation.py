"""Mutants of a program: one small change each, made on its syntax tree."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.syntax import parse

Change = ast.AST | list[ast.stmt]
"""What stands in a node's place."""
Operator = Callable[[ast.AST, "Scope"], Iterable[Change]]
"""Replacements of one node, each of which makes a mutant; the node itself is never changed."""
_MAX_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program that differs from another one in one place.

    Attributes:
        operator: Name of what changed it.
        source: The program.
        line: Where, in the original; 0 for the program as a whole.
        change: The place before and after, for people.
    """

    operator: str
    source: str
    line: int
    change: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a node stands.

    Attributes:
        names: Names of the innermost function: parameters and what it assigns, sorted.
        last_return: What the function returns at its end, or None.
    """

    names: tuple[str, ...] = ()
    last_return: ast.expr | None = None


def mutants_of(
    source: str, operators: Mapping[str, Operator], *, at_most: int, rng: random.Random
) -> tuple[Mutant, ...]:
    """Mutants of a program, each different from it and from every other one.

    Args:
        source: A program that parses; otherwise there is no mutant.
        operators: By name.
        at_most: Mutants of one operator; more are thinned out at random.
        rng: Source of randomness.
    """
    tree = parse(source)
    if tree is None:
        return ()
    nodes = list(_nodes(tree))
    seen = {ast.unparse(tree)}
    found: list[Mutant] = []
    for name, operator in operators.items():
        made = [(index, change) for index, (node, scope) in enumerate(nodes) for change in operator(node, scope)]
        rng.shuffle(made)
        kept = 0
        for index, change in made:
            if kept == at_most:
                break
            mutant = _mutant(tree, nodes[index][0], change, name)
            if mutant is not None and mutant.source not in seen:
                seen.add(mutant.source)
                found.append(mutant)
                kept += 1
    return tuple(found)


def _mutant(tree: ast.Module, node: ast.AST, change: Change, operator: str) -> Mutant | None:
    changed = _Replacing(node, change).visit(tree)
    assert isinstance(changed, ast.Module)
    try:
        text = ast.unparse(ast.fix_missing_locations(changed))
        compile(text, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    after = ast.unparse(change) if isinstance(change, ast.AST) else "; ".join(map(ast.unparse, change))
    shown = f"{ast.unparse(node)[:_MAX_SHOWN]} → {after[:_MAX_SHOWN]}"
    return Mutant(operator, text, getattr(node, "lineno", 0), shown)


class _Replacing(ast.NodeTransformer):
    """Copies a tree on the way to one node, which is replaced; the rest is shared."""

    def __init__(self, node: ast.AST, change: Change) -> None:
        self._node = node
        self._change = change

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        """The node's copy, or what replaces it."""
        if node is self._node:
            return self._change
        return self.generic_visit(copy.copy(node))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Copy the lists before the base class changes them in place."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, name, list(value))
        return super().generic_visit(node)


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, Scope]]:
    """Nodes of functions with their scopes, in order of the text; documentation is left out."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _within(node, Scope())
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.If | ast.For | ast.While):
            yield from _below(node, Scope())


def _within(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope = _scope_of(node)
    body = [each for each in getattr(node, "body", ()) if not _is_text(each)]
    for each in body:
        yield from _below(each, scope)


def _below(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    yield node, scope
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from _within(node, scope)
        return
    if isinstance(node, ast.JoinedStr):
        return
    for child in ast.iter_child_nodes(node):
        yield from _below(child, scope)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _scope_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Scope:
    arguments = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    assigned = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    last = node.body[-1]
    returned = last.value if isinstance(last, ast.Return) else None
    return Scope(tuple(sorted({*arguments, *assigned})), returned)
