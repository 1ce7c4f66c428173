from __future__ import annotations

import numpy as np
import pytest

from service.analysis.adherence_style import StyledSample, adherence


def sample(task: str, verdicts: str, adheres: int) -> StyledSample:
    return StyledSample(task, "w" in verdicts, "s" in verdicts, bool(adheres))


SAMPLES = [
    sample("a", "ws", 1), sample("a", "ws", 0), sample("a", "w", 0), sample("a", "", 1),
    sample("b", "ws", 1), sample("b", "w", 1), sample("b", "w", 0), sample("b", "w", 0),
    sample("c", "", 1),
]  # fmt: skip


def test_shares_per_task_are_averaged_over_the_tasks_that_have_any() -> None:
    found = adherence(SAMPLES, np.random.default_rng(1))

    assert found.weak is not None
    assert found.weak.value == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert found.strong is not None
    assert found.strong.value == pytest.approx((1 / 2 + 1) / 2)
    assert found.false_positive is not None
    assert found.false_positive.value == pytest.approx((0 + 1 / 3) / 2)
    assert [each.n for each in (found.weak, found.strong, found.false_positive)] == [2, 2, 2]


def test_a_group_without_samples_is_none_and_one_task_has_no_interval() -> None:
    found = adherence([sample("a", "ws", 1)], np.random.default_rng(1))

    assert found.false_positive is None
    assert found.strong is not None
    assert (found.strong.value, found.strong.interval, found.strong.n) == (1.0, None, 1)


def test_tasks_that_all_agree_claim_no_certainty() -> None:
    found = adherence([sample(f"t{number}", "ws", 1) for number in range(10)], np.random.default_rng(1)).strong

    assert found is not None
    assert found.interval is not None
    assert (found.value, found.interval.high) == (1.0, 1.0)
    assert found.interval.low == pytest.approx(0.6915, abs=5e-5)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng, covered = np.random.default_rng(7), 0
    for _ in range(100):
        drawn = [
            StyledSample(str(task), True, True, bool(rng.random() < rate))
            for task, rate in enumerate(rng.beta(3, 2, 40))
            for _ in range(5)
        ]
        estimate = adherence(drawn, rng).strong
        assert estimate is not None
        assert estimate.interval is not None
        covered += estimate.interval.low <= 0.6 <= estimate.interval.high
    assert covered >= 88
