from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.roc import Roc, roc_of

Row = tuple[int, int, bool, int]
ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 6), st.booleans(), st.integers(1, 3)), min_size=1, max_size=25
)


def roc(rows: list[Row], **more: int) -> Roc:
    tasks, scores, good, counts = zip(*rows, strict=True)
    return roc_of(tasks, np.array(scores) / 6, good, counts, **more)


@given(ROWS)
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows: list[Row]) -> None:
    good = [score for _, score, truth, count in rows if truth for _ in range(count)]
    bad = [score for _, score, truth, count in rows if not truth for _ in range(count)]
    found = roc(rows)
    assert (found.good, found.bad) == (len(good), len(bad))
    if not good or not bad:
        assert (found.auc, found.best, found.points) == (None, None, ())
        return
    assert found.auc is not None
    assert found.auc.value == pytest.approx(np.mean([(g > b) + (g == b) / 2 for g in good for b in bad]))
    for point in found.points:
        limit = point.threshold * 6 - 1e-9
        assert point.recall == pytest.approx(np.mean([score >= limit for score in good]))
        assert point.fpr == pytest.approx(np.mean([score >= limit for score in bad]))
        accepted = [True for score in good if score >= limit] + [False for score in bad if score >= limit]
        assert point.fdr == pytest.approx(1 - np.mean(accepted))
    assert found.best is not None
    gains = [point.recall - point.fpr for point in found.points]
    assert found.best.recall - found.best.fpr == pytest.approx(max(gains))


def test_many_thresholds_are_thinned_and_keep_their_ends() -> None:
    rows = [(score % 5, score, score % 3 > 0, 1) for score in range(500)]
    found, whole = roc(rows, most_points=50), roc(rows, most_points=10_000)
    assert len(found.points) <= 50
    assert (found.points[0], found.points[-1]) == (whole.points[0], whole.points[-1])
    assert (found.auc, found.best) == (whole.auc, whole.best)


def test_the_interval_covers_the_area_as_often_as_it_says() -> None:
    """Tasks share a shift of .5, so that samples of one task resemble each other."""
    source = np.random.default_rng(7)
    true = 0.7607  # Φ(1.118 / √2.5) for pairs of two tasks, Φ(1.118 / √2) for one pair in sixty
    tasks, size, hits, rounds = 60, 8, 0, 300
    for _ in range(rounds):
        shift = source.normal(0, 0.5, tasks).repeat(size)
        good = source.random(tasks * size) < 0.5
        scores = source.normal(0, 1, tasks * size) + shift + good * 1.118
        auc = roc_of(np.arange(tasks).repeat(size), scores, good, np.ones(tasks * size)).auc
        assert auc is not None
        assert auc.interval is not None
        hits += auc.interval.low <= true <= auc.interval.high
    assert 0.915 <= hits / rounds <= 0.985
