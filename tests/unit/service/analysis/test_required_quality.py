"""How good a verifier must be: worked values, enumeration of everything that can happen, properties."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.decisions import first_accepted
from service.analysis.required_quality import (
    Sampler,
    budget_needed,
    passed_by_all,
    required_fpr,
    required_fpr_within,
    suites_needed,
)
from service.analysis.required_quality_of_tasks import Measure, cells_needed, required_of_tasks
from service.analysis.resampling_counts import TaskCounts

FOUR = [TaskCounts(10, 8, 8, 8), TaskCounts(10, 5, 3, 3), TaskCounts(10, 2, 0, 0), TaskCounts(10, 0, 0, 0)]
PROBABILITY = st.floats(0.01, 0.99)


def test_the_fpr_that_a_precision_needs() -> None:
    assert required_fpr(Sampler(0.3), 0.95) == pytest.approx(0.0225564, abs=5e-8)
    assert required_fpr(Sampler(0.3, 0.9), 0.95) == pytest.approx(0.0203008, abs=5e-8)
    assert required_fpr(Sampler(0.3), 0.8) == pytest.approx(0.3 / (4 * 0.7))
    assert required_fpr(Sampler(1.0), 0.99) == required_fpr(Sampler(0.3), 0.0) == 1.0
    assert required_fpr(Sampler(0.0), 0.5) == 0.0


def test_suites_and_budgets_that_it_takes() -> None:
    assert suites_needed(required_fpr(Sampler(0.3), 0.95), 0.3) == 4
    assert budget_needed(0.37, 0.95) == 7
    assert suites_needed(0.09, 0.3) == 2
    assert suites_needed(0.5, 0.5) == 1
    assert suites_needed(0.0, 0.3) == suites_needed(0.1, 1.0) == math.inf
    assert (budget_needed(0.0, 0.5), budget_needed(1.0, 0.5), budget_needed(0.3, 0.0)) == (math.inf, 1, 0)


def test_correlated_suites_let_more_pass() -> None:
    assert passed_by_all(0.2, 2, 0.5) == pytest.approx(0.12)
    assert suites_needed(0.04, 0.2) == 2
    assert passed_by_all(5e-324, 1, 0.999) == 5e-324
    many = suites_needed(0.04, 0.2, 0.5)
    assert passed_by_all(0.2, int(many), 0.5) <= 0.04 < passed_by_all(0.2, int(many) - 1, 0.5)


def test_one_kind_of_task_within_a_budget() -> None:
    sampler = Sampler(0.3)
    assert sampler.true_positive(0.1, 5) == pytest.approx(0.730342983, abs=1e-9)
    assert sampler.precision(0.1) == pytest.approx(0.8108108, abs=1e-7)
    assert required_fpr_within(sampler, 0.9, 5) is None
    assert required_fpr_within(sampler, 0.7, math.inf) == required_fpr(sampler, 0.7)
    assert required_fpr_within(sampler, 0.0, 0) == 1.0


@settings(deadline=None, max_examples=60)
@given(PROBABILITY, PROBABILITY, PROBABILITY)
def test_the_required_fpr_gives_the_precision(accuracy: float, completeness: float, precision: float) -> None:
    sampler = Sampler(accuracy, completeness)
    fpr = required_fpr(sampler, precision)
    found = sampler.precision(fpr)
    assert found is not None
    assert found == pytest.approx(precision) if fpr < 1 else found >= precision - 1e-12


@settings(deadline=None, max_examples=60)
@given(PROBABILITY, PROBABILITY, st.integers(1, 50))
def test_the_fpr_within_a_budget_gives_the_target(accuracy: float, target: float, budget: int) -> None:
    fpr = required_fpr_within(Sampler(accuracy), target, budget)
    if fpr is None:
        assert 1 - (1 - accuracy) ** budget < target
    elif fpr < 1:
        assert Sampler(accuracy).true_positive(fpr, budget) == pytest.approx(target)


@pytest.mark.parametrize(("n", "budget"), [(1, 1), (6, 3), (9, 9), (200, 7), (7, 200)])
def test_first_acceptance_is_hypergeometric(n: int, budget: int) -> None:
    n, budget = max(n, budget), min(n, budget)
    found = first_accepted(np.full(n + 1, n), np.arange(n + 1), budget)
    expected = [1 - math.comb(n - b, budget) / math.comb(n, budget) for b in range(n + 1)]
    assert found == pytest.approx(expected, abs=1e-12)


def thinned(task: TaskCounts, scale: float, budget: int) -> float:
    """P(right answer), every order of the samples and every subset of false positives that remains gone through."""
    kinds = "t" * task.accepted_correct + "f" * (task.accepted - task.accepted_correct)
    kinds += "r" * (task.samples - task.accepted)
    wrong = [place for place, kind in enumerate(kinds) if kind == "f"]
    orders = list(itertools.permutations(range(task.samples), budget))
    total = 0.0
    for kept in itertools.product((False, True), repeat=len(wrong)):
        weight = math.prod(scale if each else 1 - scale for each in kept)
        passing = {place for place, kind in enumerate(kinds) if kind == "t"}
        passing |= {place for place, each in zip(wrong, kept, strict=True) if each}
        firsts = [next((place for place in order if place in passing), None) for order in orders]
        total += weight * sum(first is not None and kinds[first] == "t" for first in firsts) / len(orders)
    return total


@pytest.mark.parametrize("budget", [1, 2, 4])
def test_the_scale_is_where_enumeration_meets_the_target(budget: int) -> None:
    tasks = [TaskCounts(5, 4, 2, 1), TaskCounts(5, 3, 1, 1), TaskCounts(6, 3, 3, 2)]
    middle = (0.5 * sum(thinned(task, 1.0, budget) + thinned(task, 0.0, budget) for task in tasks)) / 3
    found = required_of_tasks(tasks, middle, budget=budget)
    assert found.present == pytest.approx(sum(thinned(task, 1.0, budget) for task in tasks) / 3)
    assert found.perfect == pytest.approx(sum(thinned(task, 0.0, budget) for task in tasks) / 3)
    if budget == 1:
        assert found.scale is not None
        assert found.scale.value == 1.0
        return
    assert found.scale is not None
    met = sum(thinned(task, found.scale.value, budget) for task in tasks) / 3
    assert met == pytest.approx(middle, abs=1e-8)


def test_the_four_tasks_against_a_strong_model() -> None:
    out_of_reach = required_of_tasks(FOUR, 0.51, budget=10)
    assert out_of_reach.scale is None
    assert out_of_reach.perfect == pytest.approx(0.5)
    within = required_of_tasks(FOUR, 0.45, budget=None)
    assert within.scale is not None
    assert within.fdr_now == pytest.approx(4 / 15)
    assert within.fpr_now == pytest.approx(4 / 29)
    # 1 + 3 / (3 + 2x) = 4 · 0.45
    assert within.scale.value == pytest.approx((3 / 0.8 - 3) / 2)
    assert within.fdr == pytest.approx(4 * 0.375 / (11 + 4 * 0.375))
    precise = required_of_tasks(FOUR, 0.8, budget=1, measure=Measure.ANSWERED)
    assert precise.scale is not None
    assert precise.scale.value == pytest.approx(11 / 4 / 4)
    assert precise.fdr == pytest.approx(0.2)


def test_targets_of_the_same_tasks_are_paired() -> None:
    strong = [0.95, 0.5, 0.2, 0.1]
    found = required_of_tasks(FOUR, strong, budget=2)
    assert found.target == pytest.approx(0.4375)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(13 / 36 - 0.4375)


def test_tables_are_bounded_and_bad_input_is_refused() -> None:
    assert cells_needed(FOUR) == 4 * 3
    with pytest.raises(ValueError, match="at least 11"):
        required_of_tasks(FOUR, 0.5, budget=11)
    with pytest.raises(ValueError, match="at least 1"):
        required_of_tasks([], 0.5, budget=None)


def test_the_interval_of_the_difference_covers() -> None:
    rng = np.random.default_rng(5)
    rates = rng.beta(1, 2, size=(4000, 2)) * [1.0, 0.5]
    rates[:, 1] *= 1 - rates[:, 0]
    weak, strong = rates[:, 0], np.clip(rates[:, 0] + 0.1, 0, 1)
    q = rates.sum(axis=1)
    truth = float(np.mean((1 - (1 - q) ** 3) * weak / np.maximum(q, 1e-12)) - strong.mean())
    hits = 0
    for seed in range(30):
        chosen = rng.choice(4000, 60)
        draws = [rng.multinomial(8, [weak[i], rates[i, 1], 1 - q[i]]) for i in chosen]
        tasks = [TaskCounts(8, int(t + f), int(t), int(t)) for t, f, _ in draws]
        singles = [float(rng.random() < strong[i]) for i in chosen]
        found = required_of_tasks(tasks, singles, budget=3, seed=seed).difference
        assert found is not None
        assert found.interval is not None
        hits += found.interval.low <= truth <= found.interval.high
    assert hits >= 26
