"""Comparing models: worked values, enumeration, and how often tests cry wolf."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from service.analysis.comparison import (
    cochran_q,
    holm,
    mcnemar,
    permutation_omnibus,
    sign_flip,
    two_sample_permutation,
)
from service.analysis.negative_flips import TaskPair, flips
from service.analysis.power import mcnemar_power, paired_power
from service.analysis.rankings import ranking_agreement
from service.analysis.regression import Line, regression

FIRST, SECOND = [689, 656, 668, 660, 679, 663, 664, 647], [657, 623, 652, 654, 658, 660, 670, 620]
PUBLISHED = json.loads((Path(__file__).parents[3] / "data" / "published_models.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("first_only", "second_only", "statistic", "chi2", "exact"),
    [(121, 59, 20.6722, 5.4501e-06, 4.4344e-06), (25, 15, 2.025, 0.1547, 0.1539), (11, 1, 6.75, 0.0094, 0.00635)],
)
def test_mcnemar(first_only: int, second_only: int, statistic: float, chi2: float, exact: float) -> None:
    found = mcnemar(first_only, second_only)
    assert found.statistic == pytest.approx(statistic, abs=5e-5)
    assert found.chi2_p_value == pytest.approx(chi2, rel=5e-3)
    assert found.exact_p_value == pytest.approx(exact, rel=1e-3)
    assert found.p_value == (found.exact_p_value if first_only + second_only < 25 else found.chi2_p_value)


def test_mcnemar_without_a_difference() -> None:
    assert mcnemar(0, 0).statistic is None
    assert mcnemar(0, 0).p_value == 1.0
    assert mcnemar(1, 0).statistic == 0.0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 8), st.integers(0, 8))
def test_the_exact_mcnemar_is_a_sign_flip(first_only: int, second_only: int) -> None:
    flipped = sign_flip([1.0] * first_only + [-1.0] * second_only + [0.0] * 3)
    assert flipped.exact
    assert mcnemar(first_only, second_only).exact_p_value == pytest.approx(flipped.p_value)


def test_cochran() -> None:
    solved = np.ones((100, 3), dtype=int)
    for model, wrong in enumerate((range(16), (*range(6), 20, 21), (0, 1, 2, 6, 20, 21, 98, 99))):
        solved[list(wrong), model] = 0
    found = cochran_q(solved)
    assert found.statistic == pytest.approx(7.529, abs=5e-4)
    assert found.p_value == pytest.approx(0.023, abs=5e-4)
    assert cochran_q([[1, 1], [0, 0]]).p_value is None
    two = cochran_q([[1, 0]] * 11 + [[0, 1]])
    assert two.statistic == pytest.approx(10**2 / 12)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_permutations_of_two_lists() -> None:
    found = two_sample_permutation(FIRST, SECOND)
    assert found.p_value_greater == pytest.approx(387 / 12870)
    assert found.arrangements == 12870
    assert found.exact is True
    paired = sign_flip([a - b for a, b in zip(FIRST, SECOND, strict=True)])
    assert paired.p_value_greater == pytest.approx(4 / 256)
    assert paired.arrangements == 256
    assert paired.difference == pytest.approx(16.5)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_two_samples_by_enumeration(first: list[int], second: list[int]) -> None:
    pool, observed = [*first, *second], sum(first) / len(first) - sum(second) / len(second)
    orders = list(itertools.permutations(pool))
    differences = [sum(o[: len(first)]) / len(first) - sum(o[len(first) :]) / len(second) for o in orders]
    found = two_sample_permutation([float(x) for x in first], [float(x) for x in second])
    share = sum(abs(each) >= abs(observed) - 1e-9 for each in differences) / len(orders)
    assert found.p_value == pytest.approx(share)


def test_drawn_permutations_agree_with_exact_ones() -> None:
    rng = np.random.default_rng(0)
    differences = rng.normal(0.4, 1, 30).tolist()
    drawn = sign_flip(differences, seed=1)
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.02)
    lists = rng.normal(0.5, 1, 20).tolist(), rng.normal(0, 1, 20).tolist()
    assert two_sample_permutation(*lists).p_value == pytest.approx(stats.ttest_ind(*lists).pvalue, abs=0.02)


def test_tests_reject_a_true_null_as_often_as_they_say() -> None:
    rng, rejected, repeats = np.random.default_rng(1), {"exact": 0, "flip": 0, "q": 0}, 400
    for _ in range(repeats):
        ease = rng.random((150, 1))
        solved = (rng.random((150, 3)) < ease).astype(int)
        both = solved[:, 0] - solved[:, 1]
        rejected["exact"] += mcnemar(int(np.sum(both > 0)), int(np.sum(both < 0))).exact_p_value <= 0.05
        found = cochran_q(solved).p_value
        rejected["q"] += found is not None and found <= 0.05
        rejected["flip"] += sign_flip(rng.normal(size=8).tolist()).p_value <= 0.05
    assert all(count <= 0.05 * repeats + 13 for count in rejected.values())
    assert rejected["q"] >= 8


def test_several_models_with_several_samples() -> None:
    rng = np.random.default_rng(3)
    same, better = rng.random((80, 3)), rng.random((80, 3)) + np.array([0, 0, 0.3])
    assert (permutation_omnibus(same).p_value or 0) > 0.05
    assert permutation_omnibus(better).p_value == pytest.approx(1e-4, abs=2e-3)
    assert permutation_omnibus(np.ones((4, 2))).p_value is None


def test_flips_of_single_samples() -> None:
    cells = {(1, 1): 50, (1, 0): 10, (0, 1): 20, (0, 0): 20}
    pairs = [TaskPair(f"{old}{new}-{number}", 1, old, 1, new) for (old, new), n in cells.items() for number in range(n)]
    found = flips(pairs)
    assert found.nfr == 0.1
    assert found.pfr == 0.2
    assert found.difference == pytest.approx(0.1)
    assert found.btc == pytest.approx(1 - 0.1 / 0.6)
    assert found.bec == pytest.approx(20 / 30)
    assert found.nfi == pytest.approx(0.1 / (1 - 0.7))
    assert len(found.negative) == 10
    assert {each.task_id[:2] for each in found.negative} == {"10"}
    assert {each.p_value for each in found.positive} == {None}


def test_a_flip_of_several_samples_is_what_fishers_test_calls_one() -> None:
    pairs = [TaskPair("sure", 10, 9, 10, 1), TaskPair("noise", 10, 6, 10, 4), TaskPair("won", 10, 0, 10, 8)]
    found = flips(pairs)
    assert found.by_test
    assert [each.task_id for each in found.negative] == ["sure"]
    assert [each.task_id for each in found.positive] == ["won"]
    assert found.negative[0].p_value == pytest.approx(0.001093, abs=1e-6)
    assert found.nfr == pytest.approx((0.9 * 0.9 + 0.6 * 0.6 + 0.0) / 3)
    assert flips([]).nfr is None
    assert flips([TaskPair("a", 1, 0, 1, 1)]).btc is None


def test_rankings_agree_with_themselves_and_their_monotone_images() -> None:
    scores = [0.1, 0.5, 0.3, 0.9, 0.7, 0.6]
    found = ranking_agreement(scores, [score**3 for score in scores])
    assert found.kendall == pytest.approx(1.0)
    assert found.repeats == 0
    assert found.drawn == 6
    assert found.pearson is not None
    assert found.pearson < 1
    assert ranking_agreement(scores, scores[::-1]).kendall == pytest.approx(
        float(stats.kendalltau(scores, scores[::-1]).statistic)
    )
    with pytest.raises(ValueError, match="at least 5"):
        ranking_agreement(scores[:4], scores[:4])
    assert ranking_agreement(scores, [0.5] * 6).kendall is None


def test_ten_models_at_random_repeatedly() -> None:
    rng = np.random.default_rng(0)
    one = rng.random(30)
    found = ranking_agreement(one.tolist(), (one + rng.normal(0, 0.1, 30)).tolist(), seed=7)
    assert (found.drawn, found.repeats) == (10, 1_000)
    assert found.kendall is not None
    assert found.kendall_drawn is not None
    assert found.kendall_drawn[0] == pytest.approx(found.kendall, abs=0.02)
    assert found.kendall_drawn[1] > 0.02


def test_a_line_through_models() -> None:
    rng = np.random.default_rng(2)
    x = rng.random(12)
    y = 0.7 + 0.2 * x + rng.normal(0, 0.02, 12)
    found, known = regression(x.tolist(), y.tolist()), stats.linregress(x, y)
    assert found is not None
    assert found.slope == pytest.approx(known.slope)
    assert found.intercept == pytest.approx(known.intercept)
    assert found.r == pytest.approx(known.rvalue)
    assert found.p_value == pytest.approx(known.pvalue)
    assert found.slope_interval is not None
    half = stats.t.ppf(0.975, 10) * known.stderr
    assert found.slope_interval.high - found.slope == pytest.approx(half)
    assert regression([0.5] * 3, [0.1, 0.2, 0.3]) is None
    flat = regression([0.1, 0.2, 0.3], [0.5] * 3)
    assert flat is not None
    assert (flat.slope, flat.r, flat.p_value) == (0.0, None, None)
    with pytest.raises(ValueError):
        regression([0.1, 0.2], [0.1, 0.2])


def line_of(benchmark: str) -> Line | None:
    points = PUBLISHED[benchmark].values()
    return regression([x for x, _ in points], [y for _, y in points])


def test_the_lines_of_the_published_figures() -> None:
    found = line_of("humaneval")
    assert found is not None
    assert found.models == 17
    assert found.slope == pytest.approx(0.2182854, abs=5e-8)
    assert found.intercept == pytest.approx(0.7247121, abs=5e-8)
    assert found.r == pytest.approx(0.9443631, abs=5e-8)
    assert found.r2 == pytest.approx(0.8918216, abs=5e-8)
    assert found.p_value == pytest.approx(1.21e-8, rel=5e-3)
    digitized = line_of("mbpp")
    assert digitized is not None
    assert digitized.slope == pytest.approx(0.2316, abs=5e-4)
    assert digitized.intercept == pytest.approx(0.6731, abs=5e-4)
    assert digitized.r == pytest.approx(0.9443, abs=5e-4)
    assert digitized.p_value == pytest.approx(3.9e-5, rel=0.02)


def test_what_a_sample_size_can_show() -> None:
    found = paired_power(0.02, 0.4, 150)
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert found.detectable == pytest.approx(reach * 0.4 / math.sqrt(150))
    assert found.tasks_for_observed == math.ceil((reach * 0.4 / 0.02) ** 2)
    assert "3140 tasks are needed" in found.statement
    assert paired_power(0.0, 0.0, 5).detectable is None
    assert paired_power(0.0, 0.1, 5).tasks_for_observed is None


def test_the_power_of_mcnemars_test_by_simulation() -> None:
    rng, repeats = np.random.default_rng(9), 3_000
    draws = rng.multinomial(60, [0.25, 0.08, 0.67], repeats)
    found = np.mean([mcnemar(int(b), int(c)).exact_p_value <= 0.05 for b, c, _ in draws])
    assert mcnemar_power(0.25, 0.08, 60) == pytest.approx(float(found), abs=0.03)
    assert mcnemar_power(0.0, 0.0, 60) == 0.0
    assert mcnemar_power(0.1, 0.1, 60) <= 0.05


def test_the_detectable_difference_is_detected_that_often() -> None:
    rng, tasks = np.random.default_rng(5), 120
    spread = 0.5
    detectable = paired_power(0.1, spread, tasks).detectable
    assert detectable is not None
    found = [stats.ttest_1samp(rng.normal(detectable, spread, tasks), 0).pvalue <= 0.05 for _ in range(1_000)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)
