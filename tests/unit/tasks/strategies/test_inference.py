"""What is inferred from examples, annotations, prompts and contracts."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tasks.strategies.conformity import conforms, well_formed
from tasks.strategies.constants import constants_of
from tasks.strategies.descriptions import describe
from tasks.strategies.guard import GUARDED, guarded_reference
from tasks.strategies.hints import shape_of_hint
from tasks.strategies.prose import Prose, prose_of
from tasks.strategies.relations import Relation, relations_of, repair
from tasks.strategies.scale import Scale
from tasks.strategies.shapes import AnyOf, Items, Numbers, Record, Texts, shape_of
from tasks.strategies.signature import Parameter, parameters
from tasks.task import Task


def test_lists_show_order_and_distinctness_when_enough_of_them_tell() -> None:
    shape = shape_of([[1, 2, 5], [2, 3, 8, 9]])
    assert isinstance(shape, Items)
    assert (shape.shortest, shape.longest, shape.ascending, shape.descending, shape.distinct) == (
        3,
        4,
        True,
        False,
        True,
    )
    assert describe(shape) == "list of 3 to 4 (int 1 to 9) ascending distinct"
    few = shape_of([[1, 2, 5]])
    assert isinstance(few, Items)
    assert not few.ascending


def test_pairs_of_a_name_and_a_number_are_records() -> None:
    shape = shape_of([[("a", 1), ("b", 2)], [("c", 3)]])
    assert isinstance(shape, Items)
    assert isinstance(shape.item, Record)
    assert [type(item) for item in shape.item.items] == [Texts, Numbers]


def test_mixed_values_have_one_shape_for_each_type() -> None:
    shape = shape_of([1, "a", 2.5])
    assert isinstance(shape, AnyOf)
    assert len(shape.options) == 3


@pytest.mark.parametrize(
    ("examples", "value", "fits"),
    [
        ([[1, 2, 5], [2, 3, 8]], [1, 4], True),
        ([[1, 2, 5], [2, 3, 8]], [4, 1], False),
        ([[1, 2, 5], [2, 3, 8]], [1], False),
        ([[1, 2, 5], [2, 3, 8]], [0, 7], False),
        ([[1, 2, 5], [2, 3, 8]], [1.0, 7.0], False),
        ([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[1, 2], [3]], False),
        ([[0, 1, 0, 1, 0, 1], [1, 1, 0, 0, 0, 1]], [0, 2, 1], False),
        (["abc", "de"], "fg", True),
        (["abc", "de"], "f1", False),
        (["abc", "de"], "", False),
        ([{"a": 1}, {"b": 2}], {"c": 3}, True),
        ([{"a": 1}, {"b": 2}], {"c": "d"}, False),
    ],
)
def test_what_keeps_what_all_examples_keep(examples: list[Any], value: Any, fits: bool) -> None:
    shape = shape_of(examples)
    assert shape is not None
    assert all(conforms(shape, example) for example in examples)
    assert conforms(shape, value) is fits


@pytest.mark.parametrize(
    ("examples", "value", "fits"),
    [
        (["10", "14.5", "-3"], ".0", False),
        (["10", "14.5", "-3"], "0.25", True),
        (["10", "x"], "0y", True),
        (["10", "x"], ".0", False),
        (["ab", "cD"], "a b", False),
        (["a, b"], "x ! Y", True),
        (["a, b"], "x\ny", False),
        (["ab"], "", True),
        ([[1, 2], ["a", "b"]], [1, "a"], False),
        ([[1, 2], ["a", "b"]], [1, 2.5], True),
        ([[1, "a"], ["b"]], [2, "c"], True),
    ],
)
def test_form_is_kept_whatever_the_contract(examples: list[Any], value: Any, fits: bool) -> None:
    shape = shape_of(examples)
    assert shape is not None
    assert well_formed(shape, value) is fits


def test_relations_hold_in_every_example_and_are_mended() -> None:
    examples = [([4, 5, 6], 3, 2, "ab", "cd"), ([7, 8], 2, 0, "x", "y")]
    found = relations_of(examples)
    assert Relation("is the length of", 1, 0) in found
    assert Relation("has the length of", 3, 4) in found
    assert Relation("is an index of", 2, 0) in found
    numbers, count, index, one, other = repair(([1, 2, 3, 4], 9, 7, "abcd", "e"), found)
    assert count == len(numbers) == 4
    assert 0 <= index < 4
    assert len(one) == len(other)
    assert relations_of(examples[:1]) == ()


def test_a_prompt_counts_where_the_examples_agree() -> None:
    said = "Given a non-empty list of positive integers, return the least."
    assert prose_of(said, [([1, 2],)]) == Prose(not_empty=True, least=1)
    assert prose_of(said, [([-1, 2],)]) == Prose(not_empty=True)
    assert prose_of(said, [([],)]) == Prose(least=1)
    assert prose_of("Return the least.", [([1],)]) == Prose()


def test_annotations_tell_what_empty_lists_would_hold() -> None:
    shape = shape_of_hint("List[Tuple[str, int]]")
    assert isinstance(shape, Items)
    assert isinstance(shape.item, Record)
    assert isinstance(shape_of_hint("Optional[int]"), AnyOf)
    assert shape_of_hint("Any") is None
    assert shape_of_hint("list[") is None


def test_signatures_are_read_from_the_last_definition() -> None:
    source = "def f(a): pass\n\ndef f(numbers: list[int], /, k=1, *, flag): pass\n"
    assert parameters(source, "f") == (Parameter("numbers", "list[int]"), Parameter("k"))
    assert parameters(source, "g") is None
    assert parameters("def f(:", "f") is None


def test_words_and_numbers_of_the_task_are_gathered() -> None:
    found = constants_of('def f(x):\n    """9"""\n    return x == "apple" or x > 17 or True\n', "say 'pear' or `plum`")
    assert (found.integers, found.texts) == ((17,), ("apple", "pear", "plum"))


@pytest.mark.parametrize(("value", "large"), [(([3],), False), (([201],), True), (("x" * 50,), True), ((99,), False)])
def test_inputs_far_larger_than_the_examples_are_told(value: Any, large: bool) -> None:
    assert Scale.of(value).exceeds(Scale.of(([100, 2],))) is large


def test_the_guarded_reference_refuses_what_the_contract_refuses() -> None:
    reference = "def f(n, step=2):\n    return 0 if n == 0 else step + f(n - 1, step)\n"
    program = guarded_reference(Task("t", "1", "", "f", (), reference, contract="assert n >= 1\nassert step > 0"))
    assert program is not None
    space: dict[str, Any] = {}
    exec(compile(ast.parse(program), "guarded", "exec"), space)
    assert space[GUARDED](3, 2) == 6  # the reference's own calls with n = 0 are not checked
    with pytest.raises(AssertionError):
        space[GUARDED](0, 2)
    assert guarded_reference(Task("t", "1", "", "f", (), reference)) is None
    assert guarded_reference(Task("t", "1", "", "f", (), reference, contract="assert (")) is None
