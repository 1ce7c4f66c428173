"""Simpler inputs: always simpler, of the same types, down to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.strategies.relations import Relation
from tasks.strategies.shrinking import complexity, simpler

VALUES = st.recursive(
    st.integers(-10_000, 10_000) | st.text("aZ9 é", max_size=6) | st.booleans() | st.floats(-100, 100),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_every_step_is_simpler_and_of_the_same_type(value: Any) -> None:
    for (smaller,) in simpler((value,)):
        assert complexity((smaller,)) < complexity((value,))
        assert type(smaller) is type(value)


def shrunk(args: tuple[Any, ...], wanted: Callable[..., bool], relations: tuple[Relation, ...] = ()) -> tuple[Any, ...]:
    while True:
        found = next((smaller for smaller in simpler(args, relations) if wanted(*smaller)), None)
        if found is None:
            return args
        args = found


@pytest.mark.parametrize(
    ("args", "wanted", "simplest"),
    [
        (([5, -73, 8, 12],), lambda numbers: any(number < 0 for number in numbers), ([-1],)),
        (([88, 3, 17],), lambda numbers: sum(numbers) > 20, ([21],)),
        (("Hello  World",), lambda text: "  " in text, ("  ",)),
        (("xQz",), lambda text: any(character.isupper() for character in text), ("A",)),
        ((3.75, 2), lambda number, _: number > 0, (1.0, 0)),
        (({"k": [1, 2], "m": []},), lambda pairs: len(pairs) > 0, ({"": []},)),
        ((("one", 9),), lambda pair: len(pair) == 2, (("", 0),)),
    ],
)
def test_the_simplest_is_reached(args: tuple[Any, ...], wanted: Callable[..., bool], simplest: tuple[Any, ...]) -> None:
    assert shrunk(args, wanted) == simplest


def test_related_arguments_shrink_together() -> None:
    relation = Relation("is the length of", 1, 0)
    found = shrunk(([4, 5, 6], 3), lambda items, count: count == len(items) >= 1, (relation,))
    assert found == ([0], 1)
