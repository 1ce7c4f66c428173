"""A candidate as rules see it: its nodes by type, with parents, scopes and what names stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.Module)
_LEAVES = (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)


class Module:
    """One parsed candidate.

    Attributes:
        tree: The syntax tree.
        by_type: Its nodes in order of their text, by class.
        names: Each use of a name, by name.
        aliases: Imported name → what it stands for, dotted.
        depth: Deepest nesting of nodes.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Index the tree: every node gets ``parent_`` and ``scope_``."""
        self.tree = tree
        self.by_type: dict[type[ast.AST], list[Any]] = {}
        self.names: dict[str, list[ast.Name]] = {}
        self.aliases: dict[str, str] = {}
        self._index()
        for node in self.by_type.get(ast.Import, ()):
            for alias in node.names:
                self.aliases[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        for node in self.by_type.get(ast.ImportFrom, ()):
            for alias in node.names:
                self.aliases[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"

    def _index(self) -> None:
        by_type, names = self.by_type, self.names
        stack: list[tuple[Any, Any, Any]] = [(self.tree, None, self.tree)]
        while stack:
            node, parent, scope = stack.pop()
            node.parent_, node.scope_ = parent, scope
            kind = type(node)
            if kind in by_type:
                by_type[kind].append(node)
            else:
                by_type[kind] = [node]
            if kind is ast.Name:
                names.setdefault(node.id, []).append(node)
                continue
            inner = node if isinstance(node, _SCOPES) else scope
            children = []
            for field in node._fields:
                value = getattr(node, field, None)
                if isinstance(value, list):
                    children += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                    children.append(value)
            for child in reversed(children):
                stack.append((child, node, inner))

    def dotted(self, node: ast.AST | None) -> str:
        """What a name or a chain of attributes stands for, such as ``os.path.join``; empty for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        parts.append(self.aliases.get(node.id, node.id))
        return ".".join(reversed(parts))

    def called(self, node: ast.AST | None) -> str:
        """What a call calls, dotted; empty if the node is no call or calls something else."""
        return self.dotted(node.func) if isinstance(node, ast.Call) else ""

    def uses(self, name: str, scope: ast.AST) -> list[ast.Name]:
        """Uses of a name in one scope, in order of their text."""
        return [use for use in self.names.get(name, ()) if scope_of(use) is scope]


def parent_of(node: ast.AST) -> Any:
    """The node above; None above the module."""
    return node.parent_  # type: ignore[attr-defined]  # set by Module


def scope_of(node: ast.AST) -> Any:
    """The function, class or module that a node belongs to."""
    return node.scope_  # type: ignore[attr-defined]  # set by Module


def ancestors(node: ast.AST) -> Iterator[Any]:
    """The nodes above, nearest first."""
    above = parent_of(node)
    while above is not None:
        yield above
        above = parent_of(above)


def statement_of(node: ast.AST) -> ast.stmt:
    """The statement that a node is part of."""
    while not isinstance(node, ast.stmt):
        node = parent_of(node)
    return node


def function_of(node: ast.AST) -> Function | None:
    """The function that a node is in; None at module level."""
    return next((above for above in ancestors(node) if isinstance(above, FUNCTIONS)), None)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """A call's keyword argument."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def is_constant(node: ast.AST | None, value: object) -> bool:
    """Whether a node is the literal ``value``."""
    return isinstance(node, ast.Constant) and node.value is value


def is_built(node: ast.AST | None) -> bool:
    """Whether a node builds a string from parts that are not all literals: f-string, ``%``, ``+``, ``.format``."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        texts = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right))
        both = isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
        return (texts and not both) or is_built(node.left) or is_built(node.right)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and isinstance(node.func.value, ast.Constant)
        and bool(node.args or node.keywords)
    )


def bound_name(call: ast.AST) -> str | None:
    """The name that a statement ``name = call`` gives a value to; None in any other position."""
    above = parent_of(call)
    if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        return above.targets[0].id
    if isinstance(above, ast.AnnAssign | ast.NamedExpr) and isinstance(above.target, ast.Name):
        return above.target.id
    return None


def method_calls(module: Module, name: str, scope: ast.AST, methods: frozenset[str]) -> list[ast.Call]:
    """Calls ``name.method(...)`` in a scope."""
    found = []
    for use in module.uses(name, scope):
        above = parent_of(use)
        if isinstance(above, ast.Attribute) and above.attr in methods:
            call = parent_of(above)
            if isinstance(call, ast.Call) and call.func is above:
                found.append(call)
    return found


def escapes(module: Module, name: str, scope: ast.AST) -> bool:
    """Whether a name's value leaves the scope: returned, yielded, stored elsewhere or handed to somebody."""
    for use in module.uses(name, scope):
        if not isinstance(use.ctx, ast.Load):
            continue
        above = parent_of(use)
        if isinstance(above, ast.Return | ast.Yield | ast.keyword | ast.Tuple | ast.List | ast.Dict | ast.Set):
            return True
        if isinstance(above, ast.Call) and use in above.args:
            return True
        if isinstance(above, ast.Assign) and above.value is use:
            return True
    return any(use for use in module.names.get(name, ()) if scope_of(use) is not scope)
