"""Inputs that are proposed for a task: seeded, new, of the examples' types and relations."""

from __future__ import annotations

import random

import pytest

from tasks.strategies import NoModel, model_of, mutate_input, propose
from tasks.task import AssertCase, CallCase, ScriptCase, Suite, SuiteKind, Task, Visibility


def task_of(*examples: tuple[object, ...], contract: str = "", reference: str = "def f(a, b=0): return a") -> Task:
    cases = tuple(CallCase(args, 0) for args in examples)
    return Task("t", "1", "", "f", (Suite("base", SuiteKind.CASES, cases),), reference, contract=contract)


def test_equal_seeds_give_equal_inputs_and_others_give_others() -> None:
    task = task_of(([3, 1, 2], "ab"), ([5], "b"), contract="assert True")
    first = propose(task, seed=1, examples=150)
    assert first == propose(task, seed=1, examples=150)
    assert first != propose(task, seed=2, examples=150)
    assert len(first) == 150


def test_nothing_is_proposed_twice_and_no_example_again() -> None:
    task = task_of(([3, 1, 2],), ([5],), contract="assert True")
    texts = [repr(args) for args in propose(task, seed=0, examples=200)]
    assert len(set(texts)) == len(texts)
    assert "([3, 1, 2],)" not in texts


def test_without_a_contract_inputs_stay_near_the_examples() -> None:
    task = task_of(([1, 2, 5], 2), ([2, 8, 9, 11], 3), ([1, 4, 7], 1))
    for numbers, index in propose(task, seed=0, examples=200):
        assert len(numbers) >= 2
        assert numbers == sorted(set(numbers))
        assert all(type(number) is int and number >= 1 for number in numbers)
        assert 0 <= index < len(numbers)


def test_with_a_contract_edges_are_tried() -> None:
    task = task_of(([1, 2, 5],), ([2, 8, 9],), contract="assert isinstance(a, list)")
    inputs = [args[0] for args in propose(task, seed=0, examples=200)]
    assert [] in inputs
    assert any(number < 0 for numbers in inputs for number in numbers)
    assert any(len(set(numbers)) < len(numbers) for numbers in inputs)
    assert all(type(number) is int for numbers in inputs for number in numbers)


def test_with_a_contract_lengths_and_counts_may_be_others_and_are_never_negative() -> None:
    for examples in ((([1, 2, 1], 3), ([4, 4], 2)), (([1, 2, 1], 2), ([4, 4], 2)), (([1, 2, 1], 0), ([4, 4], 1))):
        task = task_of(*examples, contract="assert isinstance(b, int)")
        assert model_of(task).relations
        counts = [(len(numbers), count) for numbers, count in propose(task, seed=0, examples=300)]
        assert min(count for _, count in counts) == 0
        assert any(count > length for length, count in counts)
    unrelated = task_of(([1, 2, 1], 7), ([4, 4], 9), contract="assert isinstance(b, int)")
    assert any(number < 0 for _, number in propose(unrelated, seed=0, examples=300))


def test_hidden_suites_are_not_looked_at() -> None:
    hidden = Suite("plus", SuiteKind.CASES, (CallCase((987654,), 0),), Visibility.HIDDEN)
    task = task_of((1,), (2,))
    with_hidden = Task(task.set_name, task.local, "", "f", (*task.suites, hidden), task.reference)
    assert propose(with_hidden, seed=0, examples=50) == propose(task, seed=0, examples=50)


def test_inputs_are_read_from_asserts() -> None:
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f('ab', 3) == 1"), AssertCase("assert f('', 0) == 0")))
    model = model_of(Task("t", "1", "", "f", (suite,), "def f(text, count): return 0"))
    assert model.examples == (("ab", 3), ("", 0))
    assert model.names == ("text", "count")


@pytest.mark.parametrize(
    "task",
    [
        Task("t", "1", "", None, (Suite("base", SuiteKind.STDIO, ()),)),
        Task("t", "1", "", "f", (Suite("base", SuiteKind.PYTEST, (ScriptCase("import solution"),)),)),
    ],
)
def test_a_task_without_readable_inputs_has_no_model(task: Task) -> None:
    with pytest.raises(NoModel, match="t/1"):
        model_of(task)


def test_mutated_inputs_differ_and_keep_their_types() -> None:
    task = task_of(([1, 2, 3], "a b"), ([4], "c"), contract="assert True")
    found = [mutate_input(task, ([1, 2, 3], "a b"), random.Random(seed)) for seed in range(40)]
    assert sum(args != ([1, 2, 3], "a b") for args in found) > 25
    assert all(type(args[0]) is list and type(args[1]) is str for args in found)
