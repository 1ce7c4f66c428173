from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from service.analysis.bootstrap import (
    FloatArray,
    bca_interval,
    bca_of,
    cluster_bootstrap,
    difference,
    jackknife,
    means_over_tasks,
    percentile_interval,
)

counts = st.lists(st.integers(0, 9), min_size=2, max_size=12)


def itself(means: FloatArray) -> FloatArray:
    return means


def ratio(means: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return means[:, :1] / means[:, 1:2]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_replicates_spread_like_all_resamples() -> None:
    tops, bottoms = [1.0, 0.0, 3.0, 2.0], [2.0, 1.0, 3.0, 5.0]
    every = [
        sum(tops[task] for task in drawn) / sum(bottoms[task] for task in drawn)
        for drawn in itertools.product(range(4), repeat=4)
    ]
    found = cluster_bootstrap(ratio, np.column_stack([tops, bottoms]), 40_000, rng())
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert np.mean(found <= np.quantile(every, level)) == pytest.approx(
            np.mean(every <= np.quantile(every, level)), abs=0.01
        )


def test_bca_is_scipys_but_for_the_widening(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = rng(3).exponential(size=60)
    theirs = stats.bootstrap((sample,), np.mean, n_resamples=20_000, method="BCa", rng=rng(1)).confidence_interval
    point, left_out = np.array([sample.mean()]), jackknife(itself, sample)
    found = bca_interval(point, cluster_bootstrap(itself, sample, 20_000, rng(2)), left_out).interval()
    monkeypatch.setattr("service.analysis.bootstrap._edge", lambda confidence, tasks: 1.959964)
    plain = bca_interval(point, cluster_bootstrap(itself, sample, 20_000, rng(2)), left_out).interval()
    assert found is not None
    assert plain is not None
    assert (plain.low, plain.high) == pytest.approx((theirs.low, theirs.high), abs=0.015)
    assert found.low < plain.low < plain.high < found.high


@given(counts)
def test_leaving_one_out_is_leaving_one_out(values: list[int]) -> None:
    matrix = np.column_stack([values, np.arange(1, len(values) + 1)])
    for index, found in enumerate(jackknife(ratio, matrix)):
        rest = np.delete(matrix, index, axis=0)
        assert found[0] == pytest.approx(rest[:, 0].sum() / rest[:, 1].sum())


@given(counts)
def test_tasks_given_once_with_their_multiplicity_are_the_same_tasks(values: list[int]) -> None:
    distinct, times = np.unique(values, return_counts=True)
    assert means_over_tasks(distinct, times) == pytest.approx(np.mean(values))
    apart, grouped = jackknife(itself, np.sort(values)), jackknife(itself, distinct, times)
    assert np.repeat(grouped, times) == pytest.approx(apart[:, 0])


def test_multiplicities_give_the_same_interval() -> None:
    values = rng(4).binomial(6, 0.3, size=120)
    distinct, times = np.unique(values, return_counts=True)
    apart = bca_of(itself, values, rng(), replicates=20_000)
    grouped = bca_of(itself, distinct, rng(), replicates=20_000, multiplicity=times)
    assert (grouped.low[0], grouped.high[0]) == pytest.approx((apart.low[0], apart.high[0]), abs=0.02)


def test_chunks_do_not_change_the_replicates(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = rng(5).random((7, 3))
    whole = cluster_bootstrap(itself, matrix, 50, rng(9))
    monkeypatch.setattr("service.analysis.bootstrap._CHUNK_BYTES", 8 * 7 * 4)
    assert np.array_equal(cluster_bootstrap(itself, matrix, 50, rng(9)), whole)


def test_a_difference_is_paired() -> None:
    same = rng(5).random((30, 1))
    band = bca_of(difference(itself, 1), np.hstack([same + 0.25, same]), rng())
    assert (band.low[0], band.high[0]) == pytest.approx((0.25, 0.25))


def test_undefined_replicates_are_left_out_and_undefined_quantities_have_no_interval() -> None:
    matrix = np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    found = cluster_bootstrap(ratio, matrix, 2_000, rng())
    assert 0 < np.isnan(found).sum() < 200
    band = bca_of(ratio, matrix, rng())
    assert 0.5 <= band.low[0] <= band.high[0] <= 1.0
    percentile = percentile_interval(found)
    assert 0.5 <= percentile.low[0] <= percentile.high[0] <= 1.0
    nothing = bca_of(ratio, np.zeros((4, 2)), rng())
    assert nothing.interval() is None
    assert bca_of(itself, [0.5], rng()).interval() is None


def test_no_task_is_refused() -> None:
    with pytest.raises(ValueError, match="one row per task"):
        cluster_bootstrap(itself, np.zeros((0, 2)), 10, rng())
    with pytest.raises(ValueError, match="one row per task"):
        means_over_tasks(np.zeros((3, 2)), [1, 1])


def test_the_interval_covers_what_it_says() -> None:
    """A skewed mean and a ratio of sums over 50 tasks, 95 % ± 2 points."""
    truth, tasks = np.array([0.3, 0.25 / 0.4]), 50
    generator, hits, rounds = rng(11), np.zeros(2), 600

    def both(means: FloatArray) -> FloatArray:
        return np.hstack([means[:, :1], ratio(means[:, 1:])])

    for _ in range(rounds):
        first = generator.beta(0.6, 1.4, size=tasks)
        accepted = generator.binomial(10, generator.beta(2, 3, size=tasks))
        matrix = np.column_stack([first, generator.binomial(accepted, 0.625), accepted])
        band = bca_of(both, matrix, generator, replicates=400)
        hits += (band.low <= truth) & (truth <= band.high)
    assert hits / rounds == pytest.approx([0.95, 0.95], abs=0.02)
