"""Values written as Python expressions: evaluated from the syntax tree, never executed."""

from __future__ import annotations

import ast
import math
import operator
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks.syntax import parse_expression

_MAX_ITEMS = 1_000_000
_MAX_BITS = 1 << 17
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


class NotLiteral(Exception):
    """The expression is not a literal, or not one that can be evaluated within bounds."""


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
    the given functions with literal arguments. The result is what Python would have built: an expression whose
    value would hold the same mutable object twice is refused, since a copy could not be told apart from it.

    Args:
        node: The expression.
        calls: Functions that may be called, by name.
        names: Constants, by name.

    Raises:
        NotLiteral: For anything else.
    """
    try:
        return _Evaluation(calls, names or {}).value(node)
    except NotLiteral:
        raise
    except (ArithmeticError, TypeError, ValueError, RecursionError, MemoryError, AttributeError) as error:
        raise NotLiteral(str(error)) from None


class _Evaluation:
    def __init__(self, calls: Mapping[str, Callable[..., object]], names: Mapping[str, object]) -> None:
        self._calls = calls
        self._names = names

    def value(self, node: ast.expr) -> object:
        match node:
            case ast.Constant(value=value) if value is not Ellipsis:
                return value
            case ast.Tuple(elts=items):
                return tuple(self._items(items))
            case ast.List(elts=items):
                return self._items(items)
            case ast.Set(elts=items):
                return set(self._items(items))
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return _UNARY[type(op)](_number(self.value(operand)))
            case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _BINARY:
                return _binary(type(operation), self.value(left), self.value(right))
            case ast.Name(id=name) if name in self._names:
                return self._names[name]
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in self._calls:
                return self._called(name, self._items(args))
        raise NotLiteral(type(node).__name__)

    def _items(self, nodes: list[ast.expr]) -> list[object]:
        return [self.value(node) for node in nodes]

    def _dict(self, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[object, object]:
        built: dict[object, object] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                raise NotLiteral("unpacking")
            built[self.value(key)] = self.value(value)
        return built

    def _called(self, name: str, args: list[object]) -> object:
        # bytes(10 ** 9) and list(range(10 ** 9)) would be built here
        if name in ("bytes", "bytearray") and not all(isinstance(arg, bytes | list) for arg in args):
            raise NotLiteral(name)
        if any(isinstance(arg, range) for arg in args):
            raise NotLiteral("a range is not spelt out")
        return self._calls[name](*args)


def _number(value: object) -> object:
    if type(value) not in (bool, int, float, complex):
        raise NotLiteral("arithmetic on something else than numbers")
    return value


def _binary(kind: type[ast.operator], left: Any, right: Any) -> object:
    sequences = (str, bytes, list, tuple)
    if type(left) in sequences or type(right) in sequences:
        return _joined(kind, left, right)
    _number(left)
    _number(right)
    if kind is ast.Pow and isinstance(left, int) and isinstance(right, int):
        too_large = right > 0 and left.bit_length() * right > _MAX_BITS
    elif kind is ast.LShift:
        too_large = right > _MAX_BITS
    else:
        too_large = False
    if too_large:
        raise NotLiteral("the number is too large")
    return _BINARY[kind](left, right)


def _joined(kind: type[ast.operator], left: Any, right: Any) -> object:
    if kind is ast.Add and type(left) is type(right):
        return left + right
    if kind is not ast.Mult:
        raise NotLiteral("sequence arithmetic")
    sequence, times = (right, left) if isinstance(left, int) else (left, right)
    if not isinstance(times, int):
        raise NotLiteral("repetition")
    if isinstance(sequence, list | tuple) and not all(isinstance(item, _IMMUTABLE) for item in sequence):
        raise NotLiteral("repetition of parts that are not simple")
    if _weight(sequence) * times > _MAX_ITEMS:
        raise NotLiteral("the sequence is too long")
    return sequence * times


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


def literal_text(value: object) -> str:
    """A plain value as Python text from which ``parse_value`` builds an equal value of equal types.

    Sets are written in a fixed order, so that equal values give equal text.

    Raises:
        NotLiteral: If the value, or a part of it, is of another type than the plain ones.
    """
    try:
        return _text(value)
    except RecursionError:
        raise NotLiteral("nested too deeply") from None


def _text(value: Any) -> str:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise NotLiteral(f"a value of type {type(value).__name__} cannot be written down")
    return writer(value)


def _float_text(value: float) -> str:
    return repr(value)  # "inf", "-inf" and "nan" are names that parse_value knows


def _int_text(value: int) -> str:
    return repr(value) if value.bit_length() <= 4096 else hex(value)


def _pairs(value: Mapping[Any, Any]) -> str:
    return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"


def _tuple_text(value: tuple[Any, ...]) -> str:
    items = [_text(item) for item in value]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _list_text(value: Any) -> str:
    return f"[{', '.join(_text(item) for item in value)}]"


def _set_text(value: Any) -> str:
    return "{" + ", ".join(sorted(_text(item) for item in value)) + "}" if value else "set()"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    type(None): repr,
    bool: repr,
    int: _int_text,
    float: _float_text,
    complex: lambda value: f"complex({_float_text(value.real)}, {_float_text(value.imag)})",
    str: repr,
    bytes: repr,
    bytearray: lambda value: f"bytearray({bytes(value)!r})",
    tuple: _tuple_text,
    list: _list_text,
    set: _set_text,
    frozenset: lambda value: f"frozenset({_set_text(value)})" if value else "frozenset()",
    dict: _pairs,
    Counter: lambda value: f"Counter({_pairs(value)})",
    OrderedDict: lambda value: f"OrderedDict({_list_text(list(value.items()))})",
    deque: lambda value: f"deque({_list_text(value)})",
    Decimal: lambda value: f"Decimal({str(value)!r})",
    Fraction: lambda value: f"Fraction({_int_text(value.numerator)}, {_int_text(value.denominator)})",
    range: lambda value: f"range({value.start}, {value.stop}, {value.step})",
}
