from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.intervals import wilson
from service.analysis.pass_at_k import passes_at, solved
from service.analysis.rates import pass_at_k

tasks = st.lists(st.tuples(st.integers(3, 8), st.integers(0, 8)).map(lambda pair: (pair[0], min(pair))), min_size=2)


@given(tasks)
def test_several_ks_are_single_ones(rows: list[tuple[int, int]]) -> None:
    samples, passed = [n for n, _ in rows], [c for _, c in rows]
    found = passes_at(samples, passed, (3, 1), replicates=0)
    for each, k in zip(found, (3, 1), strict=True):
        per_task = pass_at_k(samples, passed, k)
        assert each.k == k
        assert each.value == pytest.approx(per_task.mean())
        assert each.variance == pytest.approx(per_task.var(ddof=1) / len(rows))
        assert each.interval is not None
        assert 0 <= each.interval.low <= each.value + 1e-12
        assert each.value - 1e-12 <= each.interval.high <= 1


def test_it_is_every_draw() -> None:
    for n, c, k in itertools.product(range(1, 7), range(7), range(1, 7)):
        if c <= n and k <= n:
            draws = list(itertools.combinations(range(n), k))
            expected = sum(min(draw) < c for draw in draws) / len(draws)
            assert passes_at([n], [c], (k,), replicates=0)[0].value == pytest.approx(expected)


def test_intervals_say_where_they_come_from() -> None:
    rng = np.random.default_rng(0)
    passed = rng.binomial(10, rng.beta(1, 1, size=60)).tolist()
    boot, single = (passes_at([10] * 60, passed, (1,), replicates=each)[0] for each in (500, 0))
    assert "BCa" in boot.method
    assert "Student" in single.method
    assert boot.interval is not None
    assert single.interval is not None
    assert (boot.interval.low, boot.interval.high) == pytest.approx(
        (single.interval.low, single.interval.high), abs=0.02
    )
    one = passes_at([1] * 10, [1] * 8 + [0] * 2, (1,))[0]
    assert (one.interval, one.method) == (wilson(8, 10), "Wilson, one sample per task")
    sure = passes_at([5] * 10, [5] * 10, (1, 5))
    assert all("all of which agree" in each.method for each in sure)
    assert sure[0].interval is not None
    assert sure[0].interval.low == pytest.approx(0.6915, abs=5e-5)
    alone = passes_at([5], [2], (1,))[0]
    assert (alone.interval, alone.variance) == (None, None)


@pytest.mark.parametrize(("samples", "passed", "k"), [([3, 4], [1, 1], 4), ([3], [4], 1), ([3], [1], 0)])
def test_what_cannot_be_known_is_refused(samples: list[int], passed: list[int], k: int) -> None:
    with pytest.raises(ValueError, match="samples of every task"):
        passes_at(samples, passed, (k,))


def test_mbpps_own_two_numbers() -> None:
    found = solved([4, 2, 4], [1, 0, 4])
    assert found.tasks_solved is not None
    assert found.samples_that_solve is not None
    assert found.tasks_solved.value == pytest.approx(2 / 3)
    assert found.samples_that_solve.value == pytest.approx(5 / 10)
    assert solved([], []).tasks_solved is None
