"""Comparators: the examiner's judgement of a returned value, on real built-in objects."""

from __future__ import annotations

import hashlib
import math
import reprlib
from typing import Any

from . import codec
from .handles import Handle, describe

_MAX_DIGITS_BITS = 4096


_HASHED = frozenset({type(None), str, bytes, int})
"""Types whose equality is that of their encodings; bool and float join them as numbers of equal value."""


def fingerprint(value: Any) -> bytes | None:
    """A digest that two values share exactly if they are equal.

    Equal numbers of different types (1, 1.0, True) count as equal, as they do for ``==``.

    Args:
        value: A plain value.

    Returns:
        32 bytes, or None where equality is not that of a canonical encoding: sets, dicts, NaN, other types.
    """
    try:
        return hashlib.sha256(codec.encode(_canonical(value))).digest()
    except (_NotCanonical, codec.NotPlain, codec.TooLarge, RecursionError):
        return None


class _NotCanonical(Exception):
    """Equality of this value is not that of its encoding."""


def _canonical(value: Any) -> Any:
    kind = type(value)
    if kind in _HASHED:
        return value
    if kind is bool:
        return int(value)
    if kind is float:
        if math.isnan(value):
            raise _NotCanonical
        return int(value) if value.is_integer() else value
    if kind is list or kind is tuple:
        if set(map(type, value)) <= _HASHED:
            return value
        return kind(map(_canonical, value))
    raise _NotCanonical


class Opaque(Exception):
    """The comparison would need an answer from an opaque object."""


def close(actual: Any, expected: Any, atol: float, rtol: float) -> bool:
    """Equality with tolerance, directed by exact built-in type.

    Numbers are compared by ``abs(actual - expected) <= atol + rtol * abs(expected)`` once both are finite;
    lists and tuples item by item with equal lengths, dicts key by key; everything else by equality.
    """
    if _is_number(actual) and _is_number(expected):
        try:
            if not (_finite(actual) and _finite(expected)):
                return _same(actual, expected)
            return bool(abs(actual - expected) <= atol + rtol * abs(expected))
        except (OverflowError, TypeError, ArithmeticError):
            return _same(actual, expected)
    if type(actual) is not type(expected):
        return False
    if type(expected) in (list, tuple):
        return len(actual) == len(expected) and all(
            close(mine, theirs, atol, rtol) for mine, theirs in zip(actual, expected, strict=True)
        )
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            close(actual[key], expected[key], atol, rtol) for key in expected
        )
    return _same(actual, expected)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float, bool, complex)


def _finite(value: Any) -> bool:
    if type(value) is complex:
        return math.isfinite(value.real) and math.isfinite(value.imag)
    return type(value) is not float or math.isfinite(value)


def _same(actual: Any, expected: Any) -> bool:
    try:
        return bool(actual == expected)
    except (ArithmeticError, TypeError, ValueError):  # a signalling NaN, among others
        return False


def _equal(actual: Any, expected: Any, atol: float, rtol: float) -> bool:
    if _same(actual, expected):
        return True
    if atol == 0 and rtol == 0:
        return False
    if atol != 0 and type(actual) is not type(expected):
        return False
    return close(actual, expected, atol, rtol)


def _as_set(actual: Any, expected: Any) -> bool:
    found = set()
    try:
        wanted = set(expected)
        for item in actual:  # only what is expected is gathered: any number of colliding others costs nothing
            if item not in wanted:
                return False
            found.add(item)
    except TypeError:
        return False
    return len(found) == len(wanted)


def _root(actual: Any, atol: float, args: tuple[Any, ...]) -> bool:
    if type(actual) not in (int, float, bool):
        return False
    try:
        total = sum(coefficient * math.pow(actual, power) for power, coefficient in enumerate(args[0]))
    except (OverflowError, ValueError):
        return False
    return math.isfinite(total) and abs(total) <= atol


def passes(
    rule: str, actual: Any, expected: Any, also: tuple[Any, ...], atol: float, rtol: float, args: tuple[Any, ...]
) -> bool:
    """Whether a returned value passes its case.

    Args:
        rule: A ``Rule`` of the exam's specification.
        actual: Plain value, or a ``Handle``.
        expected: Expected plain value.
        also: Further accepted values, compared by equality.
        atol: Absolute tolerance.
        rtol: Relative tolerance.
        args: The case's arguments (for ``root``).

    Raises:
        Opaque: If an opaque object would have to decide.
    """
    if rule == "any":
        return True
    if rule == "presence":
        return bool(expected == (actual if type(actual) is bool else actual is not None))
    if type(actual) is Handle:
        raise Opaque
    if rule == "root":
        return _root(actual, atol, args)
    if rule == "set":
        return _as_set(actual, expected)
    if rule == "truthy":
        return bool(actual) is expected
    if rule == "identical":
        return actual is expected
    return _equal(actual, expected, atol, rtol) or any(_same(actual, value) for value in also)


class _Shown(reprlib.Repr):
    def repr1(self, x: Any, level: int) -> str:
        return describe(x) if type(x) is Handle else super().repr1(x, level)

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 8
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = self.maxdict = 30
        self.maxstring = 300
        self.maxother = 300

    def repr_int(self, value: int, _level: int) -> str:
        if value.bit_length() > _MAX_DIGITS_BITS:
            return f"<integer of {value.bit_length()} bits>"
        return repr(value)

    def repr_bytes(self, value: bytes, _level: int) -> str:
        return repr(value[: self.maxother])

    def repr_bytearray(self, value: bytearray, _level: int) -> str:
        return repr(value[: self.maxother])


_SHOWN = _Shown()


def show(value: Any, limit: int = 600) -> str:
    """A value as bounded text for people; never parsed again."""
    try:
        text = _SHOWN.repr(value)
    except (ValueError, RecursionError, MemoryError):
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
