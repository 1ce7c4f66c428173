"""What kind of input an input is: the structural features that a suite ought to cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_SIZES = (0, 1, 2, 3, 5, 8, 13, 30)
_DEPTH = 3


def features_of(args: Sequence[Any], answer: object) -> frozenset[str]:
    """Structural features of one input and its answer.

    Emptiness, size, duplicates, order, signs, zero, magnitude, kinds of characters, equal arguments, and what the
    answer looks like; each alone, and those of the arguments together with the answer's.
    """
    inputs = {f"{place}:{feature}" for place, value in enumerate(args) for feature in _of(value, _DEPTH)}
    for left in range(len(args)):
        for right in range(left + 1, len(args)):
            inputs.update(f"{left}~{right}:{feature}" for feature in _between(args[left], args[right]))
    outputs = set(_of(answer, 2))
    kind = min(outputs)
    return frozenset(inputs | {f"→{feature}" for feature in outputs} | {f"{feature}→{kind}" for feature in inputs})


def _of(value: object, depth: int) -> Iterator[str]:
    match value:
        case None | bool():
            yield repr(value)
        case int() | float():
            yield from _number(value)
        case str():
            yield from _text(value)
        case list() | tuple() | set() | frozenset():
            yield from _items(list(value), type(value).__name__, depth)
        case dict():
            yield from _items(list(value.values()), "dict", depth)
        case _:
            yield type(value).__name__


def _number(value: int | float) -> Iterator[str]:
    kind = type(value).__name__
    sign = "zero" if value == 0 else "negative" if value < 0 else "positive"
    yield f"{kind} {sign}"
    yield f"{kind} {_bucket(abs(value))} {sign}"
    if isinstance(value, int):
        yield f"{'even' if value % 2 == 0 else 'odd'} {sign}"
    elif value == value and abs(value) < 2**53:
        yield f"float {'whole' if value == int(value) else 'broken'} {sign}"


def _bucket(value: float) -> str:
    for bound in (1, 2, 10, 100, 1000, 10**6):
        if value <= bound:
            return f"≤{bound}"
    return "large"


def _size(count: int) -> str:
    return next((f"{bound}" for bound in _SIZES if count <= bound), "many")


def _text(value: str) -> Iterator[str]:
    yield f"str {_size(len(value))}"
    kinds = "".join(
        mark
        for mark, test in (("l", str.islower), ("u", str.isupper), ("d", str.isdigit), ("s", str.isspace))
        if any(map(test, value))
    )
    yield f"str {kinds or 'other'}"
    if value != value.strip():
        yield "str padded"
    if "  " in value:
        yield "str gaps"
    if len(set(value)) < len(value):
        yield "str repeats"
    if len(value) > 1 and value == value[::-1]:
        yield "str palindrome"
    if len(value) > 1 and len(set(value)) == 1:
        yield "str uniform"
    if not value.isascii():
        yield "str beyond ascii"


def _items(items: list[Any], kind: str, depth: int) -> Iterator[str]:
    yield f"{kind} {_size(len(items))}"
    distinct = {repr(item) for item in items}
    if len(distinct) < len(items):
        yield f"{kind} {'uniform' if len(distinct) == 1 else 'duplicates'}"
    try:
        ordered = sorted(items)
    except TypeError:
        yield f"{kind} mixed" if items else f"{kind} empty"
    else:
        if len(items) > 1:
            up, down = items == ordered, items == ordered[::-1]
            yield f"{kind} {'even' if up and down else 'ascending' if up else 'descending' if down else 'unordered'}"
    if depth > 0:
        inner = [frozenset(_of(item, depth - 1)) for item in items[:20]]
        for feature in frozenset().union(*inner):
            yield f"{kind} of {feature}"
            if all(feature in each for each in inner):
                yield f"{kind} of only {feature}"


def _between(left: object, right: object) -> Iterator[str]:
    if type(left) is type(right):
        yield "equal" if left == right else "different"
        if isinstance(left, int | float) and isinstance(right, int | float):
            yield "less" if left < right else "not less"
        if isinstance(left, list | tuple | str) and isinstance(right, list | tuple | str):
            yield f"lengths {(len(left) > len(right)) - (len(left) < len(right))}"
        if isinstance(left, str) and isinstance(right, str):
            yield "contained" if left in right or right in left else "apart"
    elif isinstance(left, list | tuple | set | dict):
        try:
            yield "member" if right in left else "no member"
        except TypeError:
            return
    elif isinstance(right, list | tuple | set | dict):
        try:
            yield "member" if left in right else "no member"
        except TypeError:
            return
    if isinstance(left, list | tuple | str) and isinstance(right, int):
        yield f"length {(len(left) > right) - (len(left) < right)}"
    if isinstance(right, list | tuple | str) and isinstance(left, int):
        yield f"length {(len(right) > left) - (len(right) < left)}"
