"""Shapes in words, for people."""

from __future__ import annotations

from tasks.strategies.shapes import AnyOf, Choice, Items, Numbers, Pairs, Record, Shape, Texts


def describe(shape: Shape | None) -> str:
    """A shape in a few words, for people."""
    match shape:
        case None:
            return "nothing"
        case Numbers(kind, low, high):
            return f"{kind.__name__} {low:g} to {high:g}"
        case Texts(alphabet, shortest, longest):
            return f"str of {shortest} to {longest} characters out of {alphabet[:40]!r}"
        case Items():
            marks = ("ascending", "descending", "distinct", "even_rows", "uniform")
            said = "".join(f" {mark}" for mark in marks if getattr(shape, mark))
            return f"{shape.kind.__name__} of {shape.shortest} to {shape.longest} ({describe(shape.item)}){said}"
        case Record(kind, items):
            return f"{kind.__name__} ({', '.join(map(describe, items))})"
        case Pairs(key, value):
            return f"dict of {shape.shortest} to {shape.longest} ({describe(key)}: {describe(value)})"
        case Choice(values):
            return f"one of {len(values)} examples"
        case AnyOf(options):
            return " or ".join(map(describe, options))
