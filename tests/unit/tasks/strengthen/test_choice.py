"""A small suite: greedy cover, features of inputs, tests that contradict, tasks that are alike."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tasks.formats.native import task_from_row
from tasks.strengthen.choice import Material, choose_inputs, killed
from tasks.strengthen.contradiction import contradictions
from tasks.strengthen.cover import Goal, choose
from tasks.strengthen.features import features_of
from tasks.strengthen.likeness import near_duplicates
from tasks.task import Task

SETS = st.lists(st.frozensets(st.integers(0, 6)), min_size=1, max_size=7)


@given(SETS, st.integers(1, 4))
def test_the_greedy_choice_is_close_to_the_best(achieved: list[frozenset[int]], size: int) -> None:
    goals: dict[Hashable, Goal] = {number: Goal(1.0) for number in range(7)}
    chosen = choose(achieved, goals, at_most=size)
    covered = len(frozenset().union(*(achieved[place] for place in chosen)))
    some_of = [some for count in range(min(size, len(achieved)) + 1) for some in combinations(achieved, count)]
    best = max(len(frozenset().union(*some)) for some in some_of)
    assert covered >= (1 - 1 / 2.718281828) * best
    assert len(chosen) == len(set(chosen)) <= size


def test_what_is_given_is_not_chosen_again_nor_achieved_again() -> None:
    goals: dict[Hashable, Goal] = {"a": Goal(1.0), "b": Goal(1.0)}
    achieved = [frozenset({"a"}), frozenset({"a"}), frozenset({"b"})]
    assert choose(achieved, goals, at_most=3, given=(0,)) == (2,)


def test_inputs_that_kill_and_tell_apart_come_first() -> None:
    features = [frozenset({f"f{place}"}) for place in range(4)]
    material = Material(features, mutants=["pppw", "pptt"], candidates=["pwpp", "ppps"], given=(0,))
    chosen = choose_inputs(material, at_most=2)
    assert set(chosen) == {1, 3}
    assert killed("pppw", chosen)
    assert not killed("pptt", range(4))


def test_features_tell_kinds_of_input_apart() -> None:
    assert features_of(([],), 0) != features_of(([1],), 0)
    assert features_of(([1, 1],), 0) != features_of(([1, 2],), 0)
    assert features_of((-1,), 0) != features_of((1,), 0)
    assert features_of(("a b",), 0) != features_of(("a  b",), 0)
    assert features_of(([3, 1],), 0) == features_of(([3, 1],), 0)


def task(local: str = "1", prompt: str = "Double a number.", **fields: object) -> Task:
    row = {
        "set": "s",
        "local": local,
        "prompt": prompt,
        "entry_point": "f",
        "reference": "def f(x):\n    return 2 * x\n",
    }
    base = {"name": "base", "kind": "asserts", "cases": ["assert f(1) == 2", "assert f(2) == 4"]}
    return task_from_row({**row, "suites": [base], **fields}, "s")


def test_tests_that_expect_different_things_of_one_input() -> None:
    assert contradictions(task()) == ()
    base = {"name": "base", "kind": "asserts", "cases": ["assert f(1) == 2", "assert f(1) == 3"]}
    plus = {"name": "plus", "kind": "cases", "cases": [{"args": [1], "expected": 5}]}
    within, across = contradictions(task(suites=[base, plus]))
    assert within.within
    assert (within.first.case, within.second.case) == (0, 1)
    assert not across.within
    (shown,) = contradictions(replace(task(), prompt="Double.\n\nassert f(2) == 5"))
    assert (shown.first.suite, shown.second.suite) == ("base", "prompt")


def test_close_floats_do_not_contradict() -> None:
    base = {"name": "base", "kind": "asserts", "cases": ["assert f(1) == 0.3", "assert f(1) == 0.30000000000000004"]}
    assert contradictions(task(suites=[base])) == ()


def test_near_duplicates() -> None:
    text = "Write a function to find the largest number in a list of numbers"
    alike = [task("1", f"{text}."), task("2", f"{text} please."), task("3", "Reverse the words of a sentence.")]
    (found,) = near_duplicates(alike)
    assert (found.first, found.second) == (0, 1)
    other = replace(alike[1], reference="def f(x):\n    while x:\n        x = [y for y in x if y]\n    return None\n")
    assert near_duplicates([alike[0], other]) == ()
