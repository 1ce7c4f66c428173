from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.intervals import (
    clean_trials_needed,
    clopper_pearson,
    jeffreys,
    most_failures_unseen,
    wilson,
)
from service.analysis.rates import mean_share, pass_at_k, pooled_ratio

counts = st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
)
def test_wilson_by_the_book(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(8, 10, 0.4439, 0.9748), (0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0)]
)
def test_clopper_pearson_by_the_book(successes: int, n: int, low: float, high: float) -> None:
    found = clopper_pearson(successes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_intervals_of_audits_by_the_book() -> None:
    """Four of fifteen, none of twenty, seven of two hundred; and what clean audits show."""
    worked = {
        (4, 15): (wilson, 0.108975, 0.519504),
        (0, 20): (wilson, 0.0, 0.161125),
        (7, 200): (wilson, 0.017056, 0.070471),
    }
    for (successes, n), (interval, low, high) in worked.items():
        found = interval(successes, n)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-7)
    exact = clopper_pearson(4, 15)
    assert (exact.low, exact.high) == pytest.approx((0.077872, 0.551003), abs=5e-7)
    assert clopper_pearson(0, 20).high == pytest.approx(0.168433, abs=5e-7)
    prior = jeffreys(4, 15)
    assert (prior.low, prior.high) == pytest.approx((0.097411, 0.516622), abs=5e-7)
    assert most_failures_unseen(59) < 0.05 < most_failures_unseen(58)
    assert clean_trials_needed(0.05) == 59


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 3), (4, 3)])
def test_counts_that_contradict_each_other_are_refused(successes: int, n: int) -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match="not a proportion"):
            interval(successes, n)


@given(counts)
def test_the_exact_interval_holds_wilsons_value(pair: tuple[int, int]) -> None:
    n, successes = pair
    for interval in (wilson(successes, n), clopper_pearson(successes, n)):
        assert 0.0 <= interval.low <= successes / n <= interval.high <= 1.0


def test_clopper_pearson_covers_what_it_says() -> None:
    for share in (0.05, 0.3, 0.5):
        covered = 0.0
        for successes in range(21):
            interval = clopper_pearson(successes, 20)
            if interval.low <= share <= interval.high:
                covered += math.comb(20, successes) * share**successes * (1 - share) ** (20 - successes)
        assert covered >= 0.95


@given(counts, st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_pass(pair: tuple[int, int], data: st.DataObject) -> None:
    n, passed = pair
    k = data.draw(st.integers(1, n))
    draws = list(itertools.combinations(range(n), k))
    expected = sum(any(sample < passed for sample in draw) for draw in draws) / len(draws)
    assert pass_at_k([n], [passed], k)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("n", "passed", "k", "expected"),
    [(10, 3, 5, 11 / 12), (200, 1, 100, 0.5), (5, 0, 3, 0), (5, 4, 2, 1), (100, 20, 10, 0.9048837275692)],
)
def test_pass_at_k_by_the_book(n: int, passed: int, k: int, expected: float) -> None:
    assert pass_at_k([n], [passed], k)[0] == pytest.approx(expected, abs=1e-13)


def test_pass_at_k_stays_exact_for_many_samples() -> None:
    assert pass_at_k([200], [1], 100)[0] == pytest.approx(0.5)
    assert pass_at_k([10], [3], 5)[0] == pytest.approx(1 - 21 / 252)


@pytest.mark.parametrize(("n", "passed", "k"), [([3], [1], 4), ([3], [4], 1), ([3], [1], 0), ([3, 3], [1], 1)])
def test_pass_at_k_refuses_what_it_cannot_know(n: list[int], passed: list[int], k: int) -> None:
    with pytest.raises(ValueError, match="samples"):
        pass_at_k(n, passed, k)


def test_the_mean_is_over_tasks_and_not_over_samples() -> None:
    found = mean_share([1, 0, 5, 0], [1, 4, 10, 0])
    assert found is not None
    assert found.value == pytest.approx((1 + 0 + 0.5) / 3)
    assert found.n == 3
    assert found.interval is not None
    half = 4.302653 * np.std([1, 0, 0.5], ddof=1) / math.sqrt(3)  # t quantile of two degrees of freedom
    odds = math.exp(half / 0.25)
    assert (found.interval.low, found.interval.high) == pytest.approx((1 / (1 + odds), odds / (1 + odds)), abs=1e-6)


def test_the_ratio_and_its_error_by_hand() -> None:
    found = pooled_ratio([1, 2, 0], [2, 4, 6])
    assert found is not None
    ratio = 3 / 12
    error = math.sqrt(3 / 2 * ((1 - ratio * 2) ** 2 + (2 - ratio * 4) ** 2 + (0 - ratio * 6) ** 2)) / 12
    assert found.value == ratio
    assert found.interval is not None
    factor = math.exp(4.302653 * error / (ratio * (1 - ratio)))
    low, high = (ratio / (1 - ratio) * each for each in (1 / factor, factor))
    assert (found.interval.low, found.interval.high) == pytest.approx((low / (1 + low), high / (1 + high)), abs=1e-6)


@pytest.mark.parametrize("estimator", [mean_share, pooled_ratio])
class TestEdges:
    def test_no_data_is_no_number(self, estimator: type[object]) -> None:
        assert estimator([], []) is None  # type: ignore[call-arg]
        assert estimator([0, 0], [0, 0]) is None  # type: ignore[call-arg]

    def test_counts_that_contradict_are_refused(self, estimator: type[object]) -> None:
        with pytest.raises(ValueError, match="contradict"):
            estimator([2], [1])  # type: ignore[call-arg]

    @pytest.mark.parametrize("value", [0, 1])
    def test_agreement_claims_no_certainty(self, estimator: type[object], value: int) -> None:
        found = estimator([3 * value] * 10, [3] * 10)  # type: ignore[call-arg]
        assert found.value == value  # type: ignore[attr-defined]
        width = found.interval.high - found.interval.low  # type: ignore[attr-defined]
        assert width == pytest.approx(0.3085, abs=1e-4)
        assert "Clopper-Pearson over tasks" in found.method  # type: ignore[attr-defined]

    def test_one_task_says_nothing_about_others(self, estimator: type[object]) -> None:
        found = estimator([1], [3])  # type: ignore[call-arg]
        assert found.interval is None  # type: ignore[attr-defined]
        assert "one task" in found.method  # type: ignore[attr-defined]

    def test_one_sample_per_task_is_wilsons(self, estimator: type[object]) -> None:
        found = estimator([1] * 8 + [0] * 2, [1] * 10)  # type: ignore[call-arg]
        assert found.interval == wilson(8, 10)  # type: ignore[attr-defined]

    @given(rows=st.lists(counts, max_size=20))
    def test_intervals_hold_their_value(self, estimator: type[object], rows: list[tuple[int, int]]) -> None:
        found = estimator([passed for _, passed in rows], [n for n, _ in rows])  # type: ignore[call-arg]
        if found is not None and found.interval is not None:  # type: ignore[attr-defined]
            interval = found.interval  # type: ignore[attr-defined]
            assert 0 <= interval.low <= found.value + 1e-12  # type: ignore[attr-defined]
            assert found.value - 1e-12 <= interval.high <= 1  # type: ignore[attr-defined]
            assert interval.low < interval.high


@pytest.mark.parametrize(("estimator", "tasks"), [(mean_share, 50), (pooled_ratio, 100)])
def test_intervals_over_tasks_cover_what_they_say(estimator: object, tasks: int) -> None:
    """Samples of one task share its difficulty; an interval over samples would cover far less."""
    rng = np.random.default_rng(20260101)
    rounds, covered = 1500, 0
    for _ in range(rounds):
        difficulty = rng.beta(2, 3, size=tasks)
        n = rng.integers(3, 11, size=tasks)
        passed = rng.binomial(n, difficulty)
        found = estimator(list(passed), list(n))  # type: ignore[operator]
        covered += found.interval.low <= 0.4 <= found.interval.high
    assert 0.93 <= covered / rounds <= 0.97
