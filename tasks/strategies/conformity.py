"""Whether a value keeps what all examples of its shape keep."""

from __future__ import annotations

import re
from typing import Any

from tasks.strategies.shapes import AnyOf, Choice, Items, Numbers, Pairs, Record, Shape, Texts, in_order, is_uniform

_FORMATS = (
    re.compile(r"-?[0-9]+"),
    re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    re.compile(r"-?[0-9]+([.,][0-9]+)?"),
)
"""Formats that all strings of one place may have in common."""
_SHORT = 2
"""Sequences may become this short although every example is longer."""
_GROUPS = (str.islower, str.isupper, str.isdigit)


def conforms(shape: Shape, value: Any) -> bool:
    """Whether a value could stand among the examples of a shape.

    Types, signs, order and distinctness are kept, and strings keep the characters or their classes;
    lengths and magnitudes may differ, emptiness may not.
    """
    match shape:
        case Numbers():
            return _number(shape, value)
        case Texts():
            return type(value) is str and _text(shape, value)
        case Items(kind=kind):
            return type(value) is kind and _items(shape, value)
        case Record():
            return _record(shape, value)
        case Pairs():
            return type(value) is dict and _pairs(shape, value)
        case Choice(values):
            return type(value) in set(map(type, values))
        case AnyOf(options):
            return any(conforms(option, value) for option in options)


def _number(shape: Numbers, value: Any) -> bool:
    if type(value) is not shape.kind or (shape.closed and not shape.low <= value <= shape.high):
        return False
    return bool(shape.low < 0 or value >= min(1, shape.low))


def _record(shape: Record, value: Any) -> bool:
    return type(value) is shape.kind and len(value) == len(shape.items) and all(map(conforms, shape.items, value))


def _text(shape: Texts, value: str) -> bool:
    if len(value) < min(shape.shortest, _SHORT) or (shape.longest == 1 and len(value) > 1):
        return False
    own = set(shape.alphabet)
    return all(mark in own or any(group(mark) and any(map(group, own)) for group in _GROUPS) for mark in value)


def _items(shape: Items, value: Any) -> bool:
    if len(value) < min(shape.shortest, _SHORT):
        return False
    if shape.item is None:
        return not value
    if not all(conforms(shape.item, item) for item in value):
        return False
    if shape.distinct and len(set(map(repr, value))) < len(value):
        return False
    if shape.even_rows and len(set(map(len, value))) > 1:
        return False
    if shape.ascending or shape.descending:
        return in_order(value if shape.ascending else value[::-1])
    return True


def _pairs(shape: Pairs, value: dict[Any, Any]) -> bool:
    if shape.key is None or shape.value is None:
        return not value
    if shape.fields and set(value) != set(shape.fields):
        return False
    if len(value) < min(shape.shortest, 1):
        return False
    return all(conforms(shape.key, key) and conforms(shape.value, item) for key, item in value.items())


def _class_of(mark: str) -> str:
    if mark.isalpha() or mark.isdigit():
        return "letter" if mark.isalpha() else "digit"
    return mark if mark.isspace() else "mark"


def _numeral(shape: Texts, value: str) -> bool:
    common = (each for each in _FORMATS if len(shape.values) > 1 and all(map(each.fullmatch, shape.values)))
    wanted = next(common, None)
    return wanted is None or wanted.fullmatch(value) is not None


def well_formed(shape: Shape, value: Any) -> bool:
    """Whether a value has the form of the examples, whatever a contract says of its content.

    Strings keep to the classes of characters that the examples show (letters, digits, spaces, other marks) and are
    numerals where all of those are; lists mix types only if examples do.
    """
    match shape:
        case Texts() if isinstance(value, str):
            return {*map(_class_of, value)} <= {*map(_class_of, shape.alphabet)} and _numeral(shape, value)
        case Items(item=item) if item is not None and isinstance(value, list | tuple | set | frozenset):
            return (not shape.uniform or is_uniform(value)) and all(well_formed(item, each) for each in value)
        case Record(items=items) if isinstance(value, list | tuple):
            return all(map(well_formed, items, value))
        case AnyOf(options=options):
            return any(well_formed(option, value) for option in options)
        case _:
            return True
