"""Annotations as shapes, for places of which the examples say nothing."""

from __future__ import annotations

import ast

from tasks.strategies.shapes import AnyOf, Choice, Items, Numbers, Pairs, Record, Shape, Texts
from tasks.syntax import parse_expression

_ITEMS = {"list": list, "List": list, "Sequence": list, "Iterable": list, "set": set, "Set": set}
_LETTERS = "abcdefgxyz"


def shape_of_hint(annotation: str) -> Shape | None:
    """The shape that an annotation describes; None where it says nothing."""
    if not annotation:
        return None
    try:
        return _shape(parse_expression(annotation))
    except ValueError:
        return None


def _shape(node: ast.expr) -> Shape | None:
    match node:
        case ast.Constant(value=None):
            return Choice((None,))
        case ast.Constant(value=str(text)):
            return shape_of_hint(text)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _named(name)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _any_of([_shape(left), _shape(right)])
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return _subscripted(name, inner)
        case _:
            return None


def _named(name: str) -> Shape | None:
    if name in _ITEMS:
        return Items(_ITEMS[name], None, 0, 5)
    found: dict[str, Shape] = {
        "int": Numbers(int, 0, 20, ()),
        "float": Numbers(float, 0.0, 20.0, ()),
        "str": Texts(_LETTERS, 0, 8, ()),
        "bool": Choice((False, True)),
        "dict": Pairs(None, None, (), 0, 3),
        "Dict": Pairs(None, None, (), 0, 3),
    }
    return found.get(name)


def _subscripted(name: str, inner: ast.expr) -> Shape | None:
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    if name in _ITEMS:
        return Items(_ITEMS[name], _shape(parts[0]), 0, 5)
    if name in ("dict", "Dict") and len(parts) == 2:
        return Pairs(_shape(parts[0]), _shape(parts[1]), (), 0, 3)
    if name == "Optional":
        return _any_of([_shape(parts[0]), Choice((None,))])
    if name == "Union":
        return _any_of([_shape(part) for part in parts])
    if name in ("tuple", "Tuple"):
        if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
            return Items(tuple, _shape(parts[0]), 0, 5)
        shapes = [_shape(part) for part in parts]
        return Record(tuple, tuple(shape for shape in shapes if shape)) if all(shapes) else None
    return None


def _any_of(shapes: list[Shape | None]) -> Shape | None:
    known = tuple(shape for shape in shapes if shape is not None)
    return AnyOf(known) if len(known) == len(shapes) else None
