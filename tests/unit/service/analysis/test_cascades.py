from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.cascades import Costs, StrongTask, cascade
from service.analysis.resampling_counts import TaskCounts

FOUR = [TaskCounts(10, 8, 8, 8), TaskCounts(10, 5, 3, 3), TaskCounts(10, 2, 0, 0), TaskCounts(10, 0, 0, 0)]
STRONG = [StrongTask(0.9, 0.05), StrongTask(0.8, 0.1), StrongTask(0.5, 0.2), StrongTask(0.4, 0.1)]


def test_the_four_tasks_handed_to_a_strong_model() -> None:
    found = cascade(FOUR, STRONG, [1, 2, 10], Costs(1))
    by_budget = {point.budget: point for point in found.points}
    assert by_budget[2].reward.value == pytest.approx(0.354167, abs=1e-6)
    assert found.strong_alone == pytest.approx(0.5375)
    assert found.best == 0
    assert by_budget[2].weak_only == pytest.approx(17 / 90)
    assert by_budget[2].escalated == pytest.approx(7 / 15)
    gain = by_budget[2].gain
    assert gain is not None
    assert gain.value == pytest.approx(0.354167 - 0.5375, abs=1e-6)


def test_a_dear_strong_model_is_asked_last() -> None:
    found = cascade(FOUR, STRONG, [1, 2, 5, 10], Costs(0.1, weak_sample=0.001, strong_call=0.5))
    assert found.best > 0


def enumerated(task: TaskCounts, strong: StrongTask, budget: int, costs: Costs) -> float:
    kinds = "t" * task.accepted_correct + "f" * (task.accepted - task.accepted_correct)
    kinds += "r" * (task.samples - task.accepted)
    total, orders = 0.0, list(itertools.permutations(kinds, budget))
    for order in orders:
        drawn = next((place for place, kind in enumerate(order) if kind != "r"), None)
        used = budget if drawn is None else drawn + 1
        if drawn is None:
            end = strong.right - costs.false_positive * strong.wrong - costs.strong_call
        else:
            end = 1.0 if order[drawn] == "t" else -costs.false_positive
        total += end - costs.weak_sample * used
    return total / len(orders)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3))
def test_every_order_of_samples(cells: list[tuple[int, int, int]]) -> None:
    tasks = [TaskCounts(t + f + r + 2, t + f, t, t) for t, f, r in cells]
    strong, costs = [StrongTask(0.6, 0.3)] * len(tasks), Costs(2.0, 0.05, 0.1)
    found = cascade(tasks, strong, [2], costs)
    expected = sum(enumerated(task, each, 2, costs) for task, each in zip(tasks, strong, strict=True)) / len(tasks)
    assert found.points[-1].reward.value == pytest.approx(expected, abs=1e-12)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="11"):
        cascade(FOUR, STRONG, [11], Costs(1))
    with pytest.raises(ValueError):
        cascade(FOUR, STRONG[:2], [1], Costs(1))
