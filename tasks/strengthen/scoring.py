"""Operators that score suites: the mistakes a suite ought to find. No input is ever chosen by them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tasks.strengthen.mutation import Change, Operator, Scope

OVERFIT = "overfit"
"""The operator that hard-codes the visible answers; see ``tasks.strengthen.overfit``."""

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
_RELATIONAL: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _arithmetic(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
            if not isinstance(left, ast.JoinedStr) and not _is_string(left):
                yield ast.BinOp(left, _ARITHMETIC[type(operator)](), right)
        case ast.AugAssign(target=target, op=operator, value=value) if type(operator) in _ARITHMETIC:
            yield ast.AugAssign(target, _ARITHMETIC[type(operator)](), value)


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _relational(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if not isinstance(node, ast.Compare):
        return
    for place, operator in enumerate(node.ops):
        if type(operator) in _RELATIONAL:
            changed = [*node.ops[:place], _RELATIONAL[type(operator)](), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, changed, node.comparators)


def _constant(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        for step in (1, -1):
            yield ast.Constant(node.value + step)


def _return_value(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None:
        for value in (ast.Constant(None), ast.Constant(0), ast.Constant(""), ast.List([], ast.Load())):
            if ast.dump(value) != ast.dump(node.value):
                yield ast.Return(value)


def _dropped_statement(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Assign() | ast.AugAssign() | ast.Delete() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.AnnAssign(value=value) if value is not None:
            yield ast.Pass()


def _swapped_arguments(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Call(func=function, args=[first, second, *rest], keywords=keywords):
            if not any(isinstance(each, ast.Starred) for each in node.args):
                yield ast.Call(function, [second, first, *rest], keywords)


def _off_by_one_range(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[stop]):
            yield _range(ast.Constant(1), stop)
            yield _range(_moved(stop, -1))
            yield _range(_moved(stop, 1))
        case ast.Call(func=ast.Name(id="range"), args=[start, stop, *step]):
            yield _range(_moved(start, 1), stop, *step)
            yield _range(start, _moved(stop, -1), *step)
            yield _range(start, _moved(stop, 1), *step)


def _range(*arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("range", ast.Load()), list(arguments), [])


def _moved(node: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))


def _removed_guard(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.If(body=[*_, last], orelse=[]) if isinstance(last, _EXITS):
            yield ast.Pass()
        case ast.If(body=[*_, last], orelse=[_, *_] as other) if isinstance(last, _EXITS):
            yield other


def _wrong_variable(node: ast.AST, scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.names:
        place = scope.names.index(node.id)
        for step in (1, -1):
            other = scope.names[(place + step) % len(scope.names)]
            if other != node.id:
                yield ast.Name(other, ast.Load())


def _early_return(node: ast.AST, scope: Scope) -> Iterator[Change]:
    if scope.last_return is None:
        return
    match node:
        case ast.For(body=body) | ast.While(body=body) if not isinstance(body[-1], ast.Return):
            left = ast.Return(scope.last_return)
            if isinstance(node, ast.For):
                yield ast.For(node.target, node.iter, [*body, left], node.orelse)
            else:
                yield ast.While(node.test, [*body, left], node.orelse)


SCORING: Mapping[str, Operator] = {
    "arithmetic": _arithmetic,
    "relational": _relational,
    "constant": _constant,
    "return_value": _return_value,
    "dropped_statement": _dropped_statement,
    "swapped_arguments": _swapped_arguments,
    "off_by_one_range": _off_by_one_range,
    "removed_guard": _removed_guard,
    "wrong_variable": _wrong_variable,
    "early_return": _early_return,
}
"""By name. ``overfit`` belongs to them, and is made of a suite instead of a program."""
