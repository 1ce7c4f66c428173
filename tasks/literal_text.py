"""Plain values written down as Python expressions."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks.budget import NotLiteral, bits
from tasks.exact import decimal_problem


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


def _decimal_text(value: Decimal) -> str:
    problem = decimal_problem([value])
    if problem is not None:
        raise NotLiteral(problem)
    return f"Decimal({str(value)!r})"


def _fraction_text(value: Fraction) -> str:
    bits(value.numerator), bits(value.denominator)
    return f"Fraction({_int_text(value.numerator)}, {_int_text(value.denominator)})"


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
    Decimal: _decimal_text,
    Fraction: _fraction_text,
    range: lambda value: f"range({value.start}, {value.stop}, {value.step})",
}
