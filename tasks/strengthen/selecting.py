"""Operators that choose inputs: what programs tend to assume of their input, and slips that no suite is scored by."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping

from tasks.strengthen.mutation import Change, Mutant, Operator, Scope, mutants_of
from tasks.strengthen.scoring import SCORING
from tasks.syntax import parse

_EXCHANGED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sum": "len",
    "sorted": "list",
    "int": "round",
    "round": "int",
    "set": "list",
    "floor": "ceil",
    "ceil": "floor",
}
_METHODS = {
    "lower": "upper",
    "upper": "lower",
    "strip": "lstrip",
    "lstrip": "strip",
    "rstrip": "strip",
    "startswith": "endswith",
    "endswith": "startswith",
    "find": "rfind",
    "index": "rindex",
    "isalpha": "isalnum",
    "isalnum": "isalpha",
    "isdigit": "isalnum",
    "isupper": "islower",
    "islower": "isupper",
    "union": "intersection",
    "intersection": "union",
    "append": "extend",
    "match": "search",
    "search": "match",
    "fullmatch": "match",
}
_UNWRAPPED = frozenset({"sorted", "set", "abs", "list", "tuple", "str", "int", "float", "reversed", "round", "bool"})


def _connective(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for place in range(len(node.values)):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _negated(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.If(test=test, body=body, orelse=other):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, other)
        case ast.IfExp(test=_, body=body, orelse=other):
            yield body
            yield other
        case ast.comprehension(target=target, iter=items, ifs=[_, *_] as tests, is_async=kind):
            for place in range(len(tests)):
                yield ast.comprehension(target, items, [*tests[:place], *tests[place + 1 :]], kind)


def _membership(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=others):
            yield ast.Compare(left, [ast.NotIn()], others)
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=others):
            yield ast.Compare(left, [ast.In()], others)


def _jump(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Continue):
        yield ast.Break()


def _unwrapped(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[only, *_]) if name in _UNWRAPPED:
            yield only
        case ast.Call(func=ast.Attribute(value=value), args=[]):
            yield value


def _exchanged(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _EXCHANGED:
            kept = [each for each in keywords if each.arg in ("key", "default")] if name in ("min", "max") else []
            kept = keywords if _EXCHANGED[name] in ("min", "max") else kept
            yield ast.Call(ast.Name(_EXCHANGED[name], ast.Load()), args, kept)
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args, keywords=keywords) if name in _METHODS:
            yield ast.Call(ast.Attribute(value, _METHODS[name], ast.Load()), args, keywords)


def _slice(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            for changed in ((None, upper, step), (lower, None, step), (lower, upper, None)):
                if changed != (lower, upper, step) and any(part is not None for part in changed):
                    yield ast.Slice(*changed)


def _ends(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    """Loops that miss the first or the last item."""
    match node:
        case ast.For(target=target, iter=items, body=body, orelse=other) if not _is_range(items):
            for part in (ast.Slice(ast.Constant(1)), ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)))):
                some = ast.Subscript(ast.Call(ast.Name("list", ast.Load()), [items], []), part, ast.Load())
                yield ast.For(target, some, body, other)


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def _overwritten(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            yield ast.Assign([ast.Name(name, ast.Store())], value)


def _keyword(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Call(func=function, args=args, keywords=[_, *_] as keywords):
            for place in range(len(keywords)):
                yield ast.Call(function, args, [*keywords[:place], *keywords[place + 1 :]])


def _other_branch(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.If(test=test, body=body, orelse=[_, *_]):
            yield ast.If(test, body, [])


def _text(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield ast.Constant(node.value[:-1])
        yield ast.Constant(node.value.swapcase())


def _sign(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _truncating(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            yield ast.Call(ast.Name("int", ast.Load()), [ast.BinOp(left, ast.Div(), right)], [])


def _first_index(node: ast.AST, _scope: Scope) -> Iterator[Change]:
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value=0), ctx=ast.Load()):
            yield ast.Subscript(value, ast.UnaryOp(ast.USub(), ast.Constant(1)), ast.Load())
        case ast.Subscript(value=value, slice=ast.UnaryOp(op=ast.USub()), ctx=ast.Load()):
            yield ast.Subscript(value, ast.Constant(0), ast.Load())


SELECTING: Mapping[str, Operator] = {
    "connective": _connective,
    "negated_condition": _negated,
    "membership": _membership,
    "jump": _jump,
    "unwrapped_call": _unwrapped,
    "exchanged_function": _exchanged,
    "slice_bound": _slice,
    "missed_end": _ends,
    "overwritten": _overwritten,
    "dropped_keyword": _keyword,
    "dropped_else": _other_branch,
    "text_literal": _text,
    "dropped_sign": _sign,
    "truncating_division": _truncating,
    "other_end": _first_index,
}
"""By name; none of them scores a suite."""

ASSUMPTIONS: Mapping[str, str] = {
    "assumes_distinct": "[v for i, v in enumerate(value) if v not in value[:i]] if type(value) in _ROWS else value",
    "assumes_sorted": "sorted(value) if type(value) is list else value",
    "assumes_not_negative": "abs(value) if type(value) in (int, float) else value",
    "assumes_whole": "int(value) if type(value) is float else value",
    "assumes_small": "min(value, 100) if type(value) in (int, float) else value",
    "assumes_short": "value[:6] if type(value) in (list, tuple, str) else value",
    "assumes_lower_case": "value.lower() if type(value) is str else value",
    "assumes_upper_case": "value.upper() if type(value) is str else value",
    "assumes_trimmed": "value.strip() if type(value) is str else value",
    "assumes_single_spaces": "' '.join(value.split()) if type(value) is str else value",
    "assumes_letters": "''.join(c for c in value if c.isalnum()) if type(value) is str else value",
    "assumes_no_zero": "(value or 1) if type(value) in (int, float) else value",
    "assumes_not_empty": "next(iter(())) if value in ([], (), '', {}) else value",
}
"""What programs assume of every part of their input: the value that they would treat it as."""
CONCLUSIONS: Mapping[str, str] = {
    "concludes_sorted": "sorted(value) if type(value) is list else value",
    "concludes_reversed": "value[::-1] if type(value) in (list, tuple, str) else value",
    "concludes_distinct": "[v for i, v in enumerate(value) if v not in value[:i]] if type(value) is list else value",
    "concludes_not_negative": "abs(value) if type(value) in (int, float) else value",
    "concludes_at_most_one": "min(value, 1) if type(value) in (int, float) else value",
    "concludes_lower_case": "value.lower() if type(value) is str else value",
    "concludes_trimmed": "value.strip() if type(value) is str else value",
    "concludes_short": "value[:3] if type(value) in (list, tuple, str) else value",
    "concludes_whole": "round(value) if type(value) is float else value",
    "concludes_something": "value or None",
    "concludes_truth": "True if type(value) is bool else value",
    "concludes_falsehood": "False if type(value) is bool else value",
}
"""What programs do wrongly to a right answer."""
_ASSUMING = """


_ROWS = (list, tuple)


def _assay_assumed(value):
    if type(value) in (list, tuple, set, frozenset):
        value = type(value)(map(_assay_assumed, value))
    elif type(value) is dict:
        value = {{key: _assay_assumed(item) for key, item in value.items()}}
    changed = {expression}
    return tuple(changed) if type(value) is tuple else changed


_assay_whole = {name}


def {name}(*args):
    return _assay_whole(*map(_assay_assumed, args))
"""
_CONCLUDING = """


_assay_whole = {name}


def {name}(*args):
    value = _assay_whole(*args)
    return {expression}
"""
FAMILY = frozenset({*SELECTING, *ASSUMPTIONS, *CONCLUSIONS})
"""Names of all operators that choose inputs."""


def selection_mutants(source: str, entry_point: str, *, at_most: int, rng: random.Random) -> tuple[Mutant, ...]:
    """Programs that a good suite refuses, made by operators that score no suite.

    Args:
        source: A reference.
        entry_point: The function that suites call.
        at_most: Mutants of one operator.
        rng: Source of randomness.
    """
    if parse(source) is None:
        return ()
    scored = {mutant.source for mutant in mutants_of(source, SCORING, at_most=1000, rng=rng)}
    slips = mutants_of(source, SELECTING, at_most=at_most, rng=rng)
    wrapped = [
        Mutant(name, source + template.format(name=entry_point, expression=expression), 0, name.replace("_", " "))
        for template, table in ((_ASSUMING, ASSUMPTIONS), (_CONCLUDING, CONCLUSIONS))
        for name, expression in table.items()
    ]
    return (*(mutant for mutant in slips if mutant.source not in scored), *wrapped)
