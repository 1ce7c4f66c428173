from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.ensembles import (
    VerifierErrors,
    at_least,
    both_accept,
    combined,
    correlated_and,
    optimal_vote,
    voted,
)
from service.analysis.ensembles_of_tasks import Judged, ensemble_of_tasks

ONE = VerifierErrors(0.9, 0.2)
RATE = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("count", "needed", "precision", "accepted"),
    [(1, 1, 0.658537, 0.41), (3, 2, 0.800220, 0.3644), (2, 2, 0.896679, 0.271), (3, 3, 0.975033, 0.2243)],
)
def test_combinations_of_independent_verifiers(count: int, needed: int, precision: float, accepted: float) -> None:
    found = combined([ONE] * count, 0.3, needed)
    assert found.precision == pytest.approx(precision, abs=5e-7)
    assert found.accepted == pytest.approx(accepted)


def test_a_majority_and_correlated_errors() -> None:
    found = combined([ONE] * 3, 0.3, 2)
    assert found.recall == pytest.approx(0.972)
    assert found.fpr == pytest.approx(0.104)
    assert both_accept(0.2, 0.2, 0.5) == pytest.approx(0.12)
    assert correlated_and([ONE, ONE], 0.3, 0.5).fpr == pytest.approx(0.12)
    assert correlated_and([ONE, ONE], 0.3, 0.0).fpr == pytest.approx(0.04)
    assert 0.008 < correlated_and([ONE] * 3, 0.3, 0.5).fpr < 0.12
    with pytest.raises(ValueError, match="correlation"):
        both_accept(0.9, 0.2, 0.9)
    with pytest.raises(ValueError, match="equal"):
        correlated_and([ONE, ONE, VerifierErrors(0.5, 0.5)], 0.3, 0.5)


@settings(deadline=None, max_examples=60)
@given(st.lists(RATE, min_size=1, max_size=6), st.data())
def test_at_least_is_a_sum_over_patterns(rates: list[float], data: st.DataObject) -> None:
    needed = data.draw(st.integers(0, len(rates) + 1))
    patterns = itertools.product((False, True), repeat=len(rates))
    total = sum(
        math.prod(rate if yes else 1 - rate for rate, yes in zip(rates, pattern, strict=True))
        for pattern in patterns
        if sum(pattern) >= needed
    )
    assert at_least(rates, needed) == pytest.approx(total)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(RATE, RATE), min_size=1, max_size=4), st.floats(0.05, 0.95), st.floats(0.1, 5))
def test_no_vote_earns_more_than_the_weighted_one(
    rates: list[tuple[float, float]], prevalence: float, cost: float
) -> None:
    verifiers = [VerifierErrors(*each) for each in rates]
    found = voted(verifiers, optimal_vote(verifiers, prevalence, cost), prevalence)

    def earned(recall: float, fpr: float) -> float:
        return prevalence * recall - cost * (1 - prevalence) * fpr

    for needed in range(len(verifiers) + 2):
        other = combined(verifiers, prevalence, needed)
        assert earned(found.recall, found.fpr) >= earned(other.recall, other.fpr) - 1e-9


def test_equal_error_rates_weigh_as_log_odds() -> None:
    vote = optimal_vote([VerifierErrors(0.8, 0.2)], 0.5, 1.0)
    assert vote.if_accepted[0] == pytest.approx(math.log(0.8 / 0.2))
    assert vote.if_refused[0] == pytest.approx(-math.log(0.8 / 0.2))
    assert vote.threshold == 0


def drawn(correlation: float, samples: int, seed: int) -> list[Judged]:
    """Two verifiers of the same rates; with that probability the second repeats the first on wrong samples."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(samples):
        right = bool(rng.random() < 0.4)
        rate = 0.9 if right else 0.2
        first, second = (bool(each) for each in rng.random(2) < rate)
        if not right and rng.random() < correlation:
            second = first
        rows.append(Judged(str(number // 5), right, (first, second)))
    return rows


def test_measured_correlation_explains_what_independence_does_not() -> None:
    found = ensemble_of_tasks(["base", "static"], drawn(0.5, 6_000, 1))
    shared = found.shared[0].of_wrong
    assert shared is not None
    assert shared.interval is not None
    assert shared.interval.low < 0.5 < shared.interval.high
    both = next(each for each in found.combinations if each.rule.needed == 2)
    assert both.fpr is not None
    assert both.fpr_if_independent == pytest.approx(0.04, abs=0.01)
    assert both.fpr.value == pytest.approx(both_accept(0.2, 0.2, shared.value), abs=0.01)
    assert found.added[1].fpr == pytest.approx(both.fpr.value / 0.2, abs=0.05)


def test_measured_rates_are_sums_over_patterns() -> None:
    rows = [
        Judged("a", True, (True, True, False), 3), Judged("a", False, (True, False, False), 2),
        Judged("b", False, (True, True, True)), Judged("b", True, (False, True, True), 4),
    ]  # fmt: skip
    found = ensemble_of_tasks(["x", "y", "z"], rows)
    for each in found.combinations:
        if each.rule.needed is None:
            continue
        places = [["x", "y", "z"].index(name) for name in each.rule.members]
        accepted = [row for row in rows if sum(row.accepted[place] for place in places) >= each.rule.needed]
        right = sum(row.count for row in accepted if row.right)
        wrong = sum(row.count for row in accepted if not row.right)
        assert each.recall is not None
        assert each.fpr is not None
        assert each.recall.value == pytest.approx(right / 7)
        assert each.fpr.value == pytest.approx(wrong / 3)
    assert found.prevalence == pytest.approx(0.7)


def test_without_wrong_samples_there_is_no_fpr_and_no_vote() -> None:
    found = ensemble_of_tasks(["x", "y"], [Judged("a", True, (True, False))])
    assert found.vote is None
    assert {each.fpr for each in found.combinations} == {None}
    assert found.shared[0].of_wrong is None
    assert found.added[0].fpr is None
