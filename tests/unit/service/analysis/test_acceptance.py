"""Thresholds with a guarantee: worked values, and that the guarantee holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.acceptance import (
    PValue,
    audit,
    binomial_p_value,
    clean_audits_needed,
    control_risk,
    hoeffding_bentkus_p_value,
    learn_then_test,
    upper_bound,
)
from service.analysis.thresholds_of_tasks import ScoredSample


def test_p_values() -> None:
    assert binomial_p_value(4, 100, 0.1) == pytest.approx(0.023711, abs=5e-7)
    assert binomial_p_value(5, 100, 0.1) == pytest.approx(0.057577, abs=5e-7)
    assert hoeffding_bentkus_p_value(0.04, 100, 0.1) == pytest.approx(0.064453, abs=5e-7)
    assert binomial_p_value(0, 0, 0.1) == hoeffding_bentkus_p_value(0.0, 0, 0.1) == 1.0


def test_audits() -> None:
    assert clean_audits_needed(0.05, 0.05) == 59
    assert upper_bound(0, 59, 0.05) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert upper_bound(0, 59, 0.05) < 0.05 < upper_bound(0, 58, 0.05)
    clean = audit(0, 59, 0.05, 0.05)
    assert (clean.certified, clean.needed, clean.fdr) == (True, 59, 0.0)
    early = audit(0, 20, 0.05, 0.05)
    assert (early.certified, early.needed) == (False, 59)
    two = audit(2, 59, 0.05, 0.05)
    assert binomial_p_value(2, two.needed, 0.05) <= 0.05 < binomial_p_value(2, two.needed - 1, 0.05)
    assert audit(0, 0, 0.05, 0.05).fdr is None
    assert audit(3, 3, 0.05, 0.05).upper == 1.0


@settings(deadline=None, max_examples=60)
@given(st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_the_feasibility_bound_is_the_smallest(alpha: float, delta: float) -> None:
    n = clean_audits_needed(alpha, delta)
    assert (1 - alpha) ** n <= delta * (1 + 1e-9)
    assert (1 - alpha) ** (n - 1) > delta * (1 - 1e-9)


def scored(right: list[bool], per_task: int = 1) -> list[ScoredSample]:
    """Scores fall from 1 in the order given."""
    return [ScoredSample(str(place // per_task), 1 - place / len(right), good) for place, good in enumerate(right)]


def test_conformal_risk_control_allows_nine_losses_of_a_hundred() -> None:
    found = control_risk(scored([place % 5 != 0 for place in range(100)]), 0.1)
    assert found.loss == pytest.approx(0.09)
    assert found.accepted == pytest.approx(0.45)
    assert found.bound <= 0.1
    assert (found.tasks, found.tasks_needed) == (100, 9)
    assert control_risk(scored([True] * 9), 0.1).threshold is not None
    few = control_risk(scored([True] * 8), 0.1)
    assert (few.threshold, few.accepted) == (None, 0.0)


def test_fixed_sequence_stops_at_the_first_failure() -> None:
    right = [True] * 96 + [False] * 4 + [False] * 20 + [True] * 880
    thresholds = [1 - 99.5 / 1000, 1 - 119.5 / 1000, 0.0]
    found = learn_then_test(scored(right), 0.1, 0.05, thresholds)
    assert [(each.accepted, each.wrong, each.certified) for each in found.tested] == [(100, 4, True), (120, 24, False)]
    assert found.threshold == thresholds[0]
    assert found.test is PValue.EXACT_BINOMIAL
    assert found.clean_needed == 29
    assert learn_then_test([], 0.1, 0.05).threshold is None


def test_several_samples_of_a_task_are_not_counted_as_independent() -> None:
    found = learn_then_test(scored([True] * 400, per_task=4), 0.1, 0.05, [0.0])
    assert found.test is PValue.HOEFFDING_BENTKUS
    assert found.tested[0].p_value == pytest.approx(hoeffding_bentkus_p_value(0.0, 100, 0.1))


def drawn(rng: np.random.Generator, tasks: int, per_task: int) -> list[ScoredSample]:
    """Score s is right with probability 0.7 + 0.3 s; samples of a task share their luck half of the time."""
    found = []
    for task in range(tasks):
        luck = rng.random()
        for _ in range(per_task):
            score = float(rng.random())
            chance = luck if per_task > 1 and rng.random() < 0.5 else rng.random()
            found.append(ScoredSample(str(task), score, bool(chance < 0.7 + 0.3 * score)))
    return found


def true_fdr(threshold: float) -> float:
    """Mean of 0.3 (1 - s) over s above the threshold."""
    return 0.3 * (1 - threshold) / 2


@pytest.mark.parametrize(("tasks", "per_task"), [(400, 1), (300, 3)])
def test_certified_thresholds_keep_the_promise(tasks: int, per_task: int) -> None:
    rng, broken, certified, repeats = np.random.default_rng(11), 0, 0, 150
    for seed in range(repeats):
        found = learn_then_test(drawn(rng, tasks, per_task), 0.1, 0.1, seed=seed)
        certified += found.threshold is not None
        broken += found.threshold is not None and true_fdr(found.threshold) > 0.1
    assert certified > 0.5 * repeats
    assert broken <= 0.1 * repeats + 3 * (0.09 * repeats) ** 0.5


def test_controlled_risk_is_kept_in_expectation() -> None:
    rng, losses = np.random.default_rng(3), []
    for _ in range(400):
        found = control_risk(drawn(rng, 60, 1), 0.1)
        share = 0.0 if found.threshold is None else 1 - found.threshold
        losses.append(share * 0.3 * share / 2)
    assert np.mean(losses) <= 0.1
    assert np.mean(losses) >= 0.07
