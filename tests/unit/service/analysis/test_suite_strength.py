"""The formulas of suite strength, by hand and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.suite_strength import (
    MutationCount,
    false_alarm_rate,
    lower_outliers,
    pooled,
    score_over_tasks,
    strength,
)
from service.errors import InvalidInput


def test_score_blind_spots_and_false_alarms() -> None:
    found = strength(MutationCount(total=12, killed=6, equivalent=2))
    assert found.score == pytest.approx(0.6)
    assert found.blind_spot_rate == pytest.approx(0.4)
    assert false_alarm_rate(8, 2) == pytest.approx(0.25)


def test_no_data_is_none() -> None:
    assert strength(MutationCount(3, 0, 3)).score is None
    assert strength(MutationCount(0, 0)).blind_spot_rate is None
    assert false_alarm_rate(0, 0) is None
    assert score_over_tasks([]) is None


@pytest.mark.parametrize("counts", [(3, 4, 0), (3, 2, 2), (-1, 0, 0)])
def test_counts_that_do_not_go_together(counts: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput):
        MutationCount(*counts)
    with pytest.raises(InvalidInput):
        false_alarm_rate(2, 3)
    with pytest.raises(InvalidInput):
        lower_outliers([])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=5))
def test_pooling_adds_counts(parts: list[tuple[int, int, int]]) -> None:
    counts = {str(index): MutationCount(a + b + c, a, b) for index, (a, b, c) in enumerate(parts)}
    total = sum(a + c for a, b, c in parts)
    expected = sum(a for a, _, _ in parts) / total if total else None
    assert pooled(counts).score == (None if expected is None else pytest.approx(expected))


def test_the_interval_is_over_tasks() -> None:
    counts = [MutationCount(10, killed) for killed in (10, 9, 8, 4, 10, 7, 9, 10)] + [MutationCount(2, 0, 2)]
    found = score_over_tasks(counts, seed=1)
    assert found is not None
    assert found.value == pytest.approx(67 / 80)
    assert found.n == 8
    assert found.interval is not None
    assert found.interval.low < found.value < found.interval.high
    alone = score_over_tasks(counts[:1])
    assert alone is not None
    assert alone.interval is None


def test_outliers_are_far_below_the_median() -> None:
    assert lower_outliers([0.9] * 20, spread=5) == pytest.approx(0.65)
    assert lower_outliers([0.5, 0.7, 0.9], spread=1) == pytest.approx(0.7 - 1.4826 * 0.2)
