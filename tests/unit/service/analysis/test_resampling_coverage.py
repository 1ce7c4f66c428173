"""Intervals of resampling and of pass@k hold the true value as often as they say, over tasks."""

from __future__ import annotations

import pytest

from scripts import coverage_of_intervals as simulation

WITHIN_TWO_POINTS = (
    "accuracy", "macro", "pooled", "fdr_pooled", "fpr", "break_even_cost", "TP(5)", "FP(5)", "E[samples] (5)",
    "reward(5), cost 1", "reward(5), cost 4", "fdr at draw 2", "reward(5) − reward(1), cost 1", "pass@5",
)  # fmt: skip


@pytest.fixture(autouse=True)
def quick_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "MANY", 400_000)


@pytest.mark.parametrize(("replicates", "rounds"), [(300, 400), (0, 500)])
def test_with_fifty_tasks_intervals_cover_what_they_say(replicates: int, rounds: int) -> None:
    found = simulation.simulated(simulation.POPULATIONS[0], 50, rounds, replicates, seed=8)
    assert {name: found[name] for name in WITHIN_TWO_POINTS} == pytest.approx(
        dict.fromkeys(WITHIN_TWO_POINTS, 0.95), abs=0.02
    )
    assert found["completeness"] >= 0.93


def test_single_rates_never_cover_less_than_they_say_if_exact() -> None:
    for tasks in (10, 20, 50):
        for share in (0.02, 0.05, 0.3, 0.5):
            wilson, exact = simulation.exact(share, tasks)
            assert exact >= 0.95
            assert wilson >= 0.83
