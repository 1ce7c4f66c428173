"""Thresholds: worked values, enumeration of every draw, and what theory says of concave curves."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.thresholds import (
    OperatingPoint,
    PolygonCurve,
    PowerCurve,
    as_often_as,
    empirical_roc,
    one_shot,
    strictest_precision,
    unlimited,
)
from service.analysis.thresholds_of_tasks import ScoredSample, best_thresholds, smallest_task

ROOT = PowerCurve(0.5)
BINARY = PolygonCurve.of([(0.2, 0.9)])


@pytest.mark.parametrize(("samples", "accuracy"), [(1, 0.3), (2, 0.447), (4, 0.5849007), (16, 0.6584056)])
def test_best_of_n_with_a_binary_verifier(samples: int, accuracy: float) -> None:
    assert BINARY.best_of(0.3, samples) == pytest.approx(accuracy, abs=5e-8)
    q, pi = 0.41, 0.3
    closed = (1 - (1 - q) ** samples) * pi * 0.9 / q + (1 - q) ** samples * pi * 0.1 / (1 - q)
    assert BINARY.best_of(0.3, samples) == pytest.approx(closed)


def test_the_limit_of_a_binary_verifier() -> None:
    assert strictest_precision(BINARY, 0.3) == pytest.approx(0.6585366, abs=5e-8)
    assert BINARY.best_of(0.3, 5_000) == pytest.approx(0.6585366, abs=5e-8)


@pytest.mark.parametrize(
    ("samples", "best_of", "rejection"),
    [(2, 0.37, 0.394567), (4, 0.45834, 0.504702), (16, 0.66543, 0.736394), (64, 0.84692, 0.901282)],
)
def test_a_square_root_curve(samples: int, best_of: float, rejection: float) -> None:
    assert ROOT.best_of(0.3, samples) == pytest.approx(best_of, abs=5e-6)
    point = as_often_as(ROOT, 0.3, samples)
    assert point.precision == pytest.approx(rejection, abs=1e-6)
    assert point.expected_samples == pytest.approx(samples)


def test_thresholds_of_a_square_root_curve() -> None:
    point = one_shot(ROOT, 0.3, 1)
    assert point.fpr == pytest.approx(0.0459184, abs=5e-8)
    assert point.value == pytest.approx(0.0321429, abs=5e-8)
    point = unlimited(ROOT, 0.3, 1, 0.01)
    assert point.fpr == pytest.approx(0.0105698, abs=1e-7)
    assert point.value == pytest.approx(0.3515532, abs=5e-8)
    free = unlimited(ROOT, 0.3, 1, 0)
    assert (free.fpr, free.precision, free.expected_samples) == (0.0, 1.0, math.inf)


def test_never_answering_where_nothing_pays() -> None:
    never = OperatingPoint(0.0, 0.0, None, math.inf, 0.0)
    assert one_shot(BINARY, 0.3, 100) == unlimited(BINARY, 0.3, 5, 0) == unlimited(BINARY, 0.3, 0, 1) == never
    assert unlimited(PowerCurve(1.0), 0.3, 4, 0) == one_shot(PowerCurve(1.0), 0.3, 4) == never
    assert one_shot(BINARY, 0.0, 1).value == 0.0
    assert one_shot(BINARY, 0.3, math.inf).value == 0.0


def test_a_verifier_without_false_positives_at_the_top() -> None:
    curve = empirical_roc([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [True, False, True, True, False, False])
    assert strictest_precision(curve, 0.5) == 1.0
    assert unlimited(curve, 0.5, 10, 0.0).precision == 1.0
    assert list(curve.hull_fpr) == pytest.approx([0, 1 / 3, 1])
    with pytest.raises(ValueError):
        empirical_roc([0.5, 0.4], [True, True])
    with pytest.raises(ValueError):
        PolygonCurve.of([(0.2, 0.9), (0.5, 0.4)])
    with pytest.raises(ValueError):
        PolygonCurve.of([(0.2, 1.1)])


rocs = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=6).map(
    lambda points: list(zip(sorted(p[0] for p in points), sorted(p[1] for p in points), strict=True))
)


@settings(deadline=None, max_examples=60)
@given(rocs, st.floats(0.05, 0.95), st.integers(1, 30))
def test_rejection_sampling_is_no_worse_than_best_of_n(
    points: list[tuple[float, float]], prevalence: float, samples: int
) -> None:
    """On the hull, at equal expected draws."""
    curve = PolygonCurve.of(points)
    hull = PolygonCurve.of(list(zip(curve.hull_fpr.tolist(), curve.hull_recalls.tolist(), strict=True)))
    best = hull.best_of(prevalence, samples)
    sampled = as_often_as(hull, prevalence, samples).precision
    assert sampled is not None
    assert sampled >= best - 1e-9
    assert curve.best_of(prevalence, samples) <= best + 1e-9


@settings(deadline=None, max_examples=60)
@given(rocs, st.floats(0.05, 0.95), st.floats(0, 5), st.floats(0.001, 0.3))
def test_no_point_of_the_hull_earns_more(
    points: list[tuple[float, float]], prevalence: float, cost: float, sample_cost: float
) -> None:
    curve = PolygonCurve.of(points)
    grid = np.linspace(0, 1, 201)
    right = prevalence * np.array([curve.recall(float(f)) for f in grid])
    wrong = (1 - prevalence) * grid
    assert one_shot(curve, prevalence, cost).value >= float(np.max(right - cost * wrong)) - 1e-9
    accepted = right + wrong
    rewards = (right - cost * wrong - sample_cost)[accepted > 0] / accepted[accepted > 0]
    assert unlimited(curve, prevalence, cost, sample_cost).value >= float(np.max(rewards)) - 1e-9


def test_best_of_n_by_enumeration() -> None:
    scores, right = [3, 3, 2, 1, 1, 0], [True, False, True, True, False, False]
    curve, pool = empirical_roc(scores, right), list(zip(scores, right, strict=True))
    total = 0.0
    for drawn in itertools.product(pool, repeat=3):
        top = max(score for score, _ in drawn)
        ties = [good for score, good in drawn if score == top]
        total += sum(ties) / len(ties)
    assert curve.best_of(0.5, 3) == pytest.approx(total / 6**3)


SAMPLES = [
    ScoredSample("a", 0.9, True), ScoredSample("a", 0.8, False), ScoredSample("a", 0.7, True),
    ScoredSample("b", 0.6, False, 2), ScoredSample("b", 0.9, True),
    ScoredSample("c", 0.8, False), ScoredSample("c", 0.1, False), ScoredSample("c", 0.2, False),
]  # fmt: skip


def earned(threshold: float, budget: int, cost: float, sample_cost: float) -> list[float]:
    """Reward of each task, every order of its samples gone through."""
    rewards = []
    for task in "abc":
        pool = [each for each in SAMPLES if each.task_id == task for _ in range(each.count)]
        total, orders = 0.0, list(itertools.permutations(pool, budget))
        for order in orders:
            hit = next((place for place, each in enumerate(order) if each.score >= threshold), None)
            total -= sample_cost * (budget if hit is None else hit + 1)
            total += 0.0 if hit is None else (1.0 if order[hit].right else -cost)
        rewards.append(total / len(orders))
    return rewards


@pytest.mark.parametrize("budget", [1, 2, 3])
@pytest.mark.parametrize(("cost", "sample_cost"), [(0.5, 0.01), (1.5, 0.02), (40.0, 0.5)])
def test_the_best_threshold_by_enumeration(budget: int, cost: float, sample_cost: float) -> None:
    found = best_thresholds(SAMPLES, [budget], cost, sample_cost)[0]
    levels = [None, *sorted({each.score for each in SAMPLES}, reverse=True)]
    table = [[0.0] * 3 if level is None else earned(level, budget, cost, sample_cost) for level in levels]
    assert found.reward.value == pytest.approx(max(sum(row) for row in table) / 3)
    assert sum(table[levels.index(found.threshold)]) / 3 == pytest.approx(found.reward.value)
    left_out = []
    for task in range(3):
        others = [sum(row) - row[task] for row in table]
        left_out.append(table[int(np.argmax([each >= max(others) - 1e-12 for each in others]))][task])
    assert found.held_out == pytest.approx(sum(left_out) / 3)


def test_a_task_with_too_few_samples_is_refused() -> None:
    assert smallest_task(SAMPLES) == 3
    assert smallest_task([]) == 0
    with pytest.raises(ValueError, match="4"):
        best_thresholds(SAMPLES, [4], 1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_distinct_scores_are_thinned_to_quantiles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = [ScoredSample(str(n // 2), float(s), bool(rng.random() < s)) for n, s in enumerate(rng.random(500))]
    found = best_thresholds(samples, [1], 1.0)[0]
    exact = max(
        sum(1.0 if each.right else -1.0 for each in samples if each.score >= level.score) for level in samples
    ) / len(samples)
    assert exact - 0.02 <= found.reward.value <= exact + 1e-9
