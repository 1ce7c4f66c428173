"""Relations between arguments: which hold in every example, and how to make them hold again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Args = tuple[Any, ...]
_MIN_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two arguments.

    Attributes:
        name: One of ``RELATIONS``.
        left: Index of the argument that is changed to make it hold.
        right: Index of the other one.
    """

    name: str
    left: int
    right: int


def _sized(value: Any) -> bool:
    return isinstance(value, list | tuple | str | dict | set)


def _integer(value: Any) -> bool:
    return type(value) is int


def _same_length(left: Any, right: Any) -> bool:
    return _sized(left) and _sized(right) and len(left) == len(right)


def _is_length(left: Any, right: Any) -> bool:
    return _integer(left) and _sized(right) and left == len(right)


def _is_index(left: Any, right: Any) -> bool:
    return _integer(left) and _sized(right) and 0 <= left < len(right)


def _is_count(left: Any, right: Any) -> bool:
    return _integer(left) and _sized(right) and 0 <= left <= len(right)


def _is_member(left: Any, right: Any) -> bool:
    try:
        return isinstance(right, list | tuple) and left in right
    except (TypeError, ValueError):
        return False


def _at_most(left: Any, right: Any) -> bool:
    return type(left) in (int, float) and type(right) in (int, float) and left <= right


def _cut(left: Any, right: Any) -> Any:
    """The left value with the right one's length."""
    if not _sized(left) or not _sized(right) or isinstance(left, dict | set) or len(left) == len(right):
        return left
    if len(left) > len(right):
        return left[: len(right)]
    if not left:
        return left
    times = -(-len(right) // len(left))
    return (left * times)[: len(right)]


def _length_of(left: Any, right: Any) -> Any:
    return len(right) if _sized(right) else left


def _index_in(left: Any, right: Any) -> Any:
    return left % len(right) if _integer(left) and _sized(right) and len(right) > 0 else left


def _count_in(left: Any, right: Any) -> Any:
    return left % (len(right) + 1) if _integer(left) and _sized(right) else left


def _member_of(left: Any, right: Any) -> Any:
    if not isinstance(right, list | tuple) or not right or _is_member(left, right):
        return left
    return right[len(repr(left)) % len(right)]


def _lesser(left: Any, right: Any) -> Any:
    try:
        return min(left, right)
    except TypeError:
        return left


RELATIONS: dict[str, tuple[Callable[[Any, Any], bool], Callable[[Any, Any], Any]]] = {
    "is the length of": (_is_length, _length_of),
    "has the length of": (_same_length, _cut),
    "is an index of": (_is_index, _index_in),
    "is at most the length of": (_is_count, _count_in),
    "is an item of": (_is_member, _member_of),
    "is at most": (_at_most, _lesser),
}
"""Each relation's test and its repair, the stronger ones first."""
_COUNTED = frozenset({"is the length of", "is an index of", "is at most the length of"})


def relations_of(examples: Sequence[Args]) -> tuple[Relation, ...]:
    """Relations that hold in every example; of those between two arguments the strongest one.

    Args:
        examples: Argument tuples of equal length.
    """
    if len(examples) < _MIN_EXAMPLES:
        return ()
    arity = len(examples[0])
    found: list[Relation] = []
    bound: set[frozenset[int]] = set()
    for name, (holds, _) in RELATIONS.items():
        for left in range(arity):
            for right in range(arity):
                pair = frozenset((left, right))
                if left == right or pair in bound:
                    continue
                if all(holds(args[left], args[right]) for args in examples):
                    found.append(Relation(name, left, right))
                    bound.add(pair)
    return tuple(found)


def repair(args: Args, relations: Sequence[Relation]) -> Args:
    """The arguments, changed where a relation does not hold."""
    values = list(args)
    for relation in reversed(relations):
        holds, mend = RELATIONS[relation.name]
        if not holds(values[relation.left], values[relation.right]):
            values[relation.left] = mend(values[relation.left], values[relation.right])
    return tuple(values)


def counts_are_counts(args: Args, relations: Sequence[Relation]) -> bool:
    """Whether no argument is negative that is a length, an index or a count in every example.

    Such a number may be bolder than the examples', but a task that counts says nothing of counts below zero.
    """
    counts = (args[relation.left] for relation in relations if relation.name in _COUNTED)
    return not any(_integer(count) and count < 0 for count in counts)
