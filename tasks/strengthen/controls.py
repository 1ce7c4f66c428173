"""Programs that do the same as a reference by construction: a suite that refuses one raises a false alarm."""

from __future__ import annotations

import ast

from tasks.strengthen.mutation import Mutant
from tasks.syntax import parse

RENAME, REFORMAT, REORDER = "rename", "reformat", "reorder"
CONTROLS = (RENAME, REFORMAT, REORDER)
"""Names of the ways to write the same program otherwise."""

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_TELLING = frozenset({"locals", "globals", "vars", "eval", "exec", "dir"})


def controls_of(source: str) -> tuple[Mutant, ...]:
    """The program with other names, in another layout, and with operands exchanged where that means nothing."""
    tree = parse(source)
    if tree is None:
        return ()
    plain = ast.unparse(tree)
    found = [Mutant(REFORMAT, plain, 0, "laid out afresh, without comments")]
    for name, transformer, told in (
        (RENAME, _Renaming(tree), "local names changed"),
        (REORDER, _Reordering(), "operands exchanged"),
    ):
        fresh = parse(source)
        assert fresh is not None
        text = ast.unparse(ast.fix_missing_locations(transformer.visit(fresh)))
        if text != plain:
            found.append(Mutant(name, text, 0, told))
    return tuple(found)


class _Renaming(ast.NodeTransformer):
    """Gives local names of simple functions other names."""

    def __init__(self, tree: ast.Module) -> None:
        self._by_keyword = {
            keyword.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords
        }
        self._taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rename what belongs to the function alone."""
        if not _simple(node):
            return node
        own = {each.arg for each in (*node.args.posonlyargs, *node.args.args)} - self._by_keyword
        own |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        own -= _bound_otherwise(node) | {each.arg for each in node.args.kwonlyargs} | self._by_keyword
        names = {name: f"{name}_other" for name in own if f"{name}_other" not in self._taken}
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                each.id = names.get(each.id, each.id)
            elif isinstance(each, ast.arg):
                each.arg = names.get(each.arg, each.arg)
        return node


def _simple(node: ast.FunctionDef) -> bool:
    """Whether every name in a function means the same everywhere in it."""
    for each in ast.walk(node):
        if each is not node and isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return False
        if isinstance(each, ast.Global | ast.Nonlocal | ast.Match) or (
            isinstance(each, ast.Name) and each.id in _TELLING
        ):
            return False
    return not (node.args.defaults and any(isinstance(each, ast.Name) for each in node.args.defaults))


def _bound_otherwise(node: ast.FunctionDef) -> set[str]:
    """Names that imports and handlers bind: they stand there as text."""
    found = {each.name for each in ast.walk(node) if isinstance(each, ast.ExceptHandler) and each.name}
    for each in ast.walk(node):
        if isinstance(each, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in each.names}
    return found


class _Reordering(ast.NodeTransformer):
    """Exchanges operands of comparisons and of sums and products with a number."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """``a < b`` as ``b > a``, for operands whose evaluation has no effect."""
        self.generic_visit(node)
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _MIRRORED:
                if _quiet(left) and _quiet(right):
                    return ast.Compare(right, [_MIRRORED[type(operator)]()], [left])
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """``x + 1`` as ``1 + x``."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Mult) and _number(node.left) != _number(node.right):
            return ast.BinOp(node.right, node.op, node.left)
        return node


def _quiet(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Constant)


def _number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
