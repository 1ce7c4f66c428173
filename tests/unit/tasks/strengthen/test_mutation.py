"""Mutants, controls, and that what scores a suite never chooses its inputs."""

from __future__ import annotations

import ast
import random
from typing import Any

import pytest

from tasks.formats.native import task_from_row
from tasks.strengthen.controls import CONTROLS, REFORMAT, RENAME, REORDER, controls_of
from tasks.strengthen.mutation import Mutant, mutants_of
from tasks.strengthen.overfit import overfit_mutants
from tasks.strengthen.scoring import OVERFIT, SCORING
from tasks.strengthen.selecting import FAMILY, selection_mutants

REFERENCE = '''
def total(items, most):
    """Sum of the items up to a bound."""
    if not items:
        return 0
    found = 0
    for index in range(len(items)):
        if items[index] < most and index >= 0:
            found += max(items[index], 0) * 2
    return found
'''


def rng() -> random.Random:
    return random.Random(0)


def all_mutants(source: str) -> tuple[Mutant, ...]:
    return mutants_of(source, SCORING, at_most=1000, rng=rng())


def run(source: str, *args: Any) -> Any:
    names: dict[str, Any] = {}
    exec(source, names)  # programs of this file
    return names["total"](*args)


@pytest.mark.parametrize(
    ("operator", "change"),
    [
        ("relational", "items[index] < most → items[index] <= most"),
        ("arithmetic", "max(items[index], 0) * 2 → max(items[index], 0) + 2"),
        ("constant", "2 → 3"),
        ("return_value", "return found → return None"),
        ("return_value", "return found → return ''"),
        ("return_value", "return found → return []"),
        ("dropped_statement", "found = 0 → pass"),
        ("swapped_arguments", "max(items[index], 0) → max(0, items[index])"),
        ("off_by_one_range", "range(len(items)) → range(len(items) - 1)"),
        ("removed_guard", "if not items:\n    return 0 → pass"),
        ("wrong_variable", "most → items"),
    ],
)
def test_each_operator_makes_its_change(operator: str, change: str) -> None:
    assert change in {mutant.change for mutant in all_mutants(REFERENCE) if mutant.operator == operator}


def test_a_mutant_differs_in_its_one_place_and_does_what_it_says() -> None:
    early = next(mutant for mutant in all_mutants(REFERENCE) if mutant.operator == "early_return")
    assert run(REFERENCE, [1, 2, 3], 9) == 12
    assert run(early.source, [1, 2, 3], 9) == 2
    assert len({mutant.source for mutant in all_mutants(REFERENCE)}) == len(all_mutants(REFERENCE))
    assert all("Sum of the items" in mutant.source for mutant in all_mutants(REFERENCE))


def test_the_program_that_is_mutated_stays_as_it_is() -> None:
    tree = ast.unparse(ast.parse(REFERENCE))
    assert tree not in {mutant.source for mutant in all_mutants(REFERENCE)}
    assert all_mutants(REFERENCE) == all_mutants(REFERENCE)


def test_few_mutants_of_one_operator_are_a_seeded_choice() -> None:
    few = mutants_of(REFERENCE, SCORING, at_most=1, rng=rng())
    assert {mutant.operator for mutant in few} <= SCORING.keys()
    assert len({mutant.operator for mutant in few}) == len(few)
    assert mutants_of("def broken(:", SCORING, at_most=1, rng=rng()) == ()


def test_what_scores_suites_chooses_no_inputs() -> None:
    assert not FAMILY & {*SCORING, OVERFIT, *CONTROLS}
    scored = {mutant.source for mutant in all_mutants(REFERENCE)}
    chosen = {mutant.source for mutant in selection_mutants(REFERENCE, "total", at_most=1000, rng=rng())}
    assert len(chosen) > 20
    assert not scored & chosen


def test_controls_do_the_same() -> None:
    controls = controls_of(REFERENCE + "\n# a remark\n")
    assert [control.operator for control in controls] == [REFORMAT, RENAME, REORDER]
    for control in controls:
        for items in ([], [1], [5, -2, 9, 10]):
            assert run(control.source, items, 9) == run(REFERENCE, items, 9)
    assert "found_other" in controls[1].source
    assert "0 <= index" in controls[2].source


def test_names_that_are_text_elsewhere_are_not_renamed() -> None:
    source = "def f(a):\n    g = lambda b: a + b\n    return g(1)\n"
    assert RENAME not in {control.operator for control in controls_of(source)}


def test_overfit_programs_know_the_visible_answers_and_nothing_else() -> None:
    row = {
        "set": "s",
        "local": "1",
        "entry_point": "total",
        "suites": [
            {"name": "base", "kind": "asserts", "cases": ["assert total([1], 9) == 2", "assert total([2], 9) == 4"]},
            {"name": "plus", "kind": "cases", "visibility": "hidden", "cases": [{"args": [[3], 9], "expected": 6}]},
        ],
    }
    first, second = overfit_mutants(task_from_row(row, "s"))
    assert run(first.source, [1], 9) == 2
    assert run(first.source, [3], 9) is None
    assert run(second.source, [3], 9) == 2
