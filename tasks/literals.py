"""Values written as Python expressions: evaluated from the syntax tree, never executed."""

from __future__ import annotations

import ast
import math
import operator
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sized
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks.budget import MAX_BITS, Budget, NotLiteral, bits, shared_budget
from tasks.exact import decimal_problem, made_fraction
from tasks.syntax import parse_expression

_IMMUTABLE = (bool, int, float, complex, str, bytes, type(None))

PLAIN_CALLS: Mapping[str, Callable[..., object]] = {
    "bytearray": bytearray,
    "bytes": bytes,
    "complex": complex,
    "dict": dict,
    "float": float,
    "frozenset": frozenset,
    "list": list,
    "set": set,
    "tuple": tuple,
}
"""Built-ins that a test may use to write a value."""

VALUE_CALLS: Mapping[str, Callable[..., object]] = {
    **PLAIN_CALLS,
    "Counter": Counter,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "OrderedDict": OrderedDict,
    "deque": deque,
    "range": range,
}
"""Calls that the text of a stored value may use."""

VALUE_NAMES: Mapping[str, object] = {"inf": math.inf, "nan": math.nan}


_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], object]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def evaluate(
    node: ast.expr,
    calls: Mapping[str, Callable[..., object]] = PLAIN_CALLS,
    names: Mapping[str, object] | None = None,
) -> object:
    """The value of a literal expression.

    Displays, constants, constant arithmetic of numbers, concatenation and repetition of sequences, and calls of
    the given functions with literal arguments, within the budget that all literals of a task share
    (``tasks.budget``). The result is what Python would have built: an expression whose
    value would hold the same mutable object twice is refused, since a copy could not be told apart from it.

    Args:
        node: The expression.
        calls: Functions that may be called, by name.
        names: Constants, by name.

    Raises:
        NotLiteral: For anything else.
    """
    try:
        with shared_budget() as budget:
            return _Evaluation(calls, names or {}, budget).value(node)
    except NotLiteral:
        raise
    except (ArithmeticError, TypeError, ValueError, RecursionError, MemoryError, AttributeError) as error:
        raise NotLiteral(str(error)) from None


class _Evaluation:
    def __init__(self, calls: Mapping[str, Callable[..., object]], names: Mapping[str, object], budget: Budget) -> None:
        self._calls = calls
        self._names = names
        self._budget = budget

    def value(self, node: ast.expr) -> object:
        match node:
            case ast.Constant(value=value) if value is not Ellipsis:
                return value
            case ast.Tuple(elts=items):
                return tuple(self._items(items))
            case ast.List(elts=items):
                return self._items(items)
            case ast.Set(elts=items):
                return self._called("set", [self._items(items)])
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return self._unary(type(op), self.value(operand))
            case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _BINARY:
                return self._binary(type(operation), self.value(left), self.value(right))
            case ast.Name(id=name) if name in self._names:
                return self._names[name]
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in self._calls:
                return self._called(name, self._items(args))
        raise NotLiteral(type(node).__name__)

    def _items(self, nodes: list[ast.expr]) -> list[object]:
        return [self.value(node) for node in nodes]

    def _dict(self, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[object, object]:
        pairs = []
        for key, value in zip(keys, values, strict=True):
            if key is None:
                raise NotLiteral("unpacking")
            pairs.append((self.value(key), self.value(value)))
        self._budget.hashed(key for key, _ in pairs)
        return dict(pairs)

    def _called(self, name: str, args: list[object]) -> object:
        # bytes(10 ** 9) and list(range(10 ** 9)) would be built here
        if name in ("bytes", "bytearray") and not all(isinstance(arg, bytes | list) for arg in args):
            raise NotLiteral(name)
        if any(isinstance(arg, range) for arg in args):
            raise NotLiteral("a range is not spelt out")
        for arg in args:
            self._budget.work(len(arg) if isinstance(arg, Sized) else 1)
        if name in _TABLES and args and isinstance(args[0], Iterable):
            self._budget.hashed(_keys(name, args[0]))
        if name == "Decimal" and (problem := decimal_problem(args)) is not None:
            raise NotLiteral(problem)
        if name == "Fraction":
            return made_fraction(args, self._budget)
        return (self._calls.get(name) or PLAIN_CALLS[name])(*args)

    def _unary(self, kind: type[ast.unaryop], operand: Any) -> object:
        _number(operand)
        if isinstance(operand, int):
            self._budget.work(1 + operand.bit_length() // 64)
        return _UNARY[kind](operand)

    def _binary(self, kind: type[ast.operator], left: Any, right: Any) -> object:
        sequences = (str, bytes, list, tuple)
        if type(left) in sequences or type(right) in sequences:
            return self._joined(kind, left, right)
        _number(left)
        _number(right)
        sizes = [bits(number) if isinstance(number, int) else 64 for number in (left, right)]
        if isinstance(left, int) and isinstance(right, int) and kind in _GROWTH:
            if kind is not ast.Mult and right.bit_length() > _MAX_EXPONENT_BITS:
                raise NotLiteral("the exponent is too large")
            grown = _GROWTH[kind](left, right)
            if grown > MAX_BITS + 1:
                raise NotLiteral("the number is too large")
            sizes = [max(grown, *sizes)] * 2 if kind is ast.Pow else sizes
        self._budget.multiply(*sizes)
        result = _BINARY[kind](left, right)
        self._budget.number(result)
        return result

    def _joined(self, kind: type[ast.operator], left: Any, right: Any) -> object:
        if kind is ast.Add and type(left) is type(right):
            self._budget.work(len(left) + len(right))
            return left + right
        if kind is not ast.Mult:
            raise NotLiteral("sequence arithmetic")
        sequence, times = (right, left) if isinstance(left, int) else (left, right)
        if not isinstance(times, int):
            raise NotLiteral("repetition")
        self._budget.work(len(sequence))
        if isinstance(sequence, list | tuple) and not all(isinstance(item, _IMMUTABLE) for item in sequence):
            raise NotLiteral("repetition of parts that are not simple")
        self._budget.make(_weight(sequence) * max(times, 0))
        return sequence * times


_TABLES = frozenset({"set", "frozenset", "dict", "Counter", "OrderedDict"})
_MAX_EXPONENT_BITS = 20
_GROWTH: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Mult: lambda left, right: left.bit_length() + right.bit_length(),
    ast.Pow: lambda left, right: left.bit_length() * max(right, 0),
    ast.LShift: lambda left, right: left.bit_length() + max(right, 0),
}
"""Operations whose results are longer than their operands, and how long they may become."""


def _keys(name: str, source: Iterable[Any]) -> Iterable[object]:
    if name in ("dict", "OrderedDict") and not isinstance(source, Mapping):
        return [next(iter(pair)) for pair in source if pair]
    return source


def _number(value: object) -> object:
    if type(value) not in (bool, int, float, complex):
        raise NotLiteral("arithmetic on something else than numbers")
    return value


def _weight(value: object) -> int:
    if isinstance(value, list | tuple):
        return sum(_weight(item) for item in value)
    if isinstance(value, str | bytes):
        return len(value)
    return 1 + value.bit_length() // 8 if isinstance(value, int) else 1


def parse_value(text: str) -> object:
    """The value that ``literal_text`` wrote.

    Raises:
        NotLiteral: If the text is not a literal.
    """
    try:
        tree = parse_expression(text)
    except ValueError as error:
        raise NotLiteral(str(error)) from None
    return evaluate(tree, VALUE_CALLS, VALUE_NAMES)
