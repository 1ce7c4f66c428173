"""Resampling from counts: worked values, enumeration, properties, and a simulation of the published procedure."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.resampling import Question, Resampling, analyse
from service.analysis.resampling_counts import Count, Counts, TaskCounts, contradiction
from service.analysis.resampling_curve import curve
from service.analysis.resampling_optimum import break_even_cost, optimum
from service.analysis.resampling_quantities import Rate

FOUR = [TaskCounts(10, 8, 8, 8), TaskCounts(10, 5, 3, 3), TaskCounts(10, 2, 0, 0), TaskCounts(10, 0, 0, 0)]
"""An easy task, a middling one, one that only wrong samples pass, one that none passes."""
COSTS = (0.0, 1.0, 2.0, 4.0, 8.0)


def asked(tasks: list[TaskCounts] = FOUR, *budgets: int, **more: object) -> Resampling:
    question = Question(budgets or (1, 2, 3, 5, 6, 10), COSTS, **{"replicates": 200, **more})  # type: ignore[arg-type]
    return analyse(Counts.of(tasks), question)


def value(found: Resampling, rate: Rate) -> float:
    answer = found.rates[rate].value
    assert answer is not None
    return answer


@st.composite
def task_counts(draw: st.DrawFn, samples: int | None = None) -> TaskCounts:
    n = samples or draw(st.integers(1, 7))
    both, false, missed = (draw(st.integers(0, n)) for _ in range(3))
    both = min(both, n)
    false = min(false, n - both)
    missed = min(missed, n - both - false)
    return TaskCounts(n, both + false, both + missed, both)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Rate.ACCURACY, 11 / 40),
        (Rate.ACCEPTANCE, 3 / 8),
        (Rate.MACRO, 8 / 15),
        (Rate.MACRO_IF_ABSTAIN_WRONG, 2 / 5),
        (Rate.MACRO_IF_ABSTAIN_RIGHT, 13 / 20),
        (Rate.POOLED, 11 / 15),
        (Rate.FDR_MACRO, 7 / 15),
        (Rate.FDR_POOLED, 4 / 15),
        (Rate.FPR, 4 / 29),
        (Rate.COMPLETENESS, 1.0),
        (Rate.BREAK_EVEN_COST, 2.75),
        (Rate.LIMIT_ABSTAIN, 0.25),
    ],
)
def test_rates_of_the_four_tasks(rate: Rate, expected: float) -> None:
    assert value(asked(), rate) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("budget", "right", "wrong", "abstain", "drawn", "rewards"),
    [
        (1, 11 / 40, 1 / 10, 0.625, 1.0, (0.175, 0.075, -0.125)),
        (2, 13 / 36, 31 / 180, 7 / 15, 13 / 8, (17 / 90, 1 / 60, -0.327778)),
        (3, 31 / 80, 9 / 40, 0.3875, 251 / 120, (0.1625, -0.0625, -0.5125)),
        (5, 671 / 1680, 247 / 840, 0.306548, 947 / 336, (0.105357, -0.188690, -0.776786)),
        (6, 2 / 5, 19 / 60, 0.283333, 25 / 8, (0.083333, -0.233333, -0.866667)),
        (10, 2 / 5, 7 / 20, 0.25, 301 / 72, (0.05, -0.3, -1.0)),
    ],
)
def test_the_curve_of_the_four_tasks(
    budget: int, right: float, wrong: float, abstain: float, drawn: float, rewards: tuple[float, ...]
) -> None:
    point = next(each for each in asked().points if each.budget == budget)
    outcomes = (point.true_positive, point.false_positive, point.abstain, point.expected_samples)
    assert [each.value for each in outcomes] == pytest.approx([right, wrong, abstain, drawn], abs=5e-7)
    assert [each.value for each in point.rewards[1:4]] == pytest.approx(rewards, abs=5e-7)


def test_the_best_budgets_of_the_four_tasks() -> None:
    best = [each.found for each in asked().best]
    assert [each.budget for each in best] == [6, 2, 1, 0, 0]
    assert [each.reward for each in best] == pytest.approx([0.4, 17 / 90, 0.075, 0.0, 0.0])
    assert not any(each.budget_limited for each in best)


def test_the_limit_of_the_four_tasks() -> None:
    limit = asked().limit
    assert limit is not None
    found = (limit.true_positive, limit.false_positive, limit.abstain, limit.expected_samples)
    assert found == pytest.approx((0.4, 0.35, 0.25, math.inf))
    assert limit.rewards == pytest.approx((0.4, 0.05, -0.3, -1.0, -2.4))


def test_the_fdr_grows_with_the_attempt() -> None:
    found = asked()
    by_attempt = {each.first: each.fdr for each, _ in found.attempts}
    expected = {1: 4 / 15, 2: 26 / 57, 3: 2 / 3, 4: 22 / 27, 6: 38 / 39, 10: None}
    assert {attempt: by_attempt[attempt] for attempt in expected} == pytest.approx(expected)
    assert [each.fdr for each in found.buckets] == pytest.approx([4 / 15, 10 / 19, 26 / 29, 1.0])
    assert [(each.first, each.last) for each in found.buckets] == [(1, 1), (2, 3), (4, 7), (8, 10)]


def test_the_published_average_over_attempts_and_what_it_does_to_early_ones() -> None:
    found = asked(published=True)
    assert [each.fdr for each in found.buckets] == pytest.approx([7 / 15, 7 / 15, 31 / 40, 1.0])
    assert found.buckets[0].standard_error is None
    assert found.buckets[0].fdr == pytest.approx(value(found, Rate.FDR_MACRO))


def test_linearised_errors_by_the_book() -> None:
    found = asked(replicates=0, compare=((2, 1),))
    assert found.rates[Rate.POOLED].standard_error == pytest.approx(0.205793, abs=5e-7)
    second = next(each for each in found.points if each.budget == 2)
    assert second.rewards[1].standard_error == pytest.approx(0.285810, abs=5e-7)
    paired = next(each for each in found.compared if each.contrast.cost == 1.0)
    assert paired.difference.value == pytest.approx(0.013889, abs=5e-7)
    assert paired.difference.standard_error == pytest.approx(0.073894, abs=5e-7)
    assert paired.difference.interval is not None
    assert paired.difference.interval.low < 0 < paired.difference.interval.high


def drawn_by_hand(task: TaskCounts, budget: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """TP, FP, expected draws and coverage over every order of the samples."""
    both, false = task.accepted_correct, task.accepted - task.accepted_correct
    missed = task.correct - task.accepted_correct
    samples = [(True, True)] * both + [(True, False)] * false + [(False, True)] * missed
    samples += [(False, False)] * (task.samples - len(samples))
    sums = [Fraction(0)] * 4
    orders = list(itertools.permutations(samples))
    for order in orders:
        drawn = order[:budget]
        accepted = next((place for place, (yes, _) in enumerate(drawn) if yes), None)
        sums[0] += accepted is not None and drawn[accepted][1]
        sums[1] += accepted is not None and not drawn[accepted][1]
        sums[2] += budget if accepted is None else accepted + 1
        sums[3] += any(good for _, good in drawn)
    one, two, three, four = (each / len(orders) for each in sums)
    return one, two, three, four


@given(st.lists(task_counts(samples=5), min_size=1, max_size=3))
def test_the_closed_form_is_every_order_of_the_samples(tasks: list[TaskCounts]) -> None:
    found = curve(Counts.of(tasks), 5)
    for budget in range(6):
        each = [drawn_by_hand(task, budget) for task in tasks]
        expected = [float(sum(column, Fraction(0)) / len(tasks)) for column in zip(*each, strict=True)]
        values = (found.true_positive, found.false_positive, found.expected_samples, found.coverage)
        assert [float(value[budget]) for value in values] == pytest.approx(expected)


def test_it_is_unbiased_for_independent_samples() -> None:
    """Six samples, three draws, a = .3 and g = .2: the mean over all outcomes is the value for independent draws."""
    right, wrong, drawn = 0.0, 0.0, 0.0
    for both, false in itertools.product(range(7), repeat=2):
        if both + false > 6:
            continue
        chance = math.factorial(6) / math.prod(map(math.factorial, (both, false, 6 - both - false)))
        chance *= 0.3**both * 0.2**false * 0.5 ** (6 - both - false)
        found = curve(Counts.of([TaskCounts(6, both + false, both, both)]), 3)
        right += chance * found.true_positive[3]
        wrong += chance * found.false_positive[3]
        drawn += chance * found.expected_samples[3]
    assert (right, wrong, drawn) == pytest.approx((0.525, 0.35, 1.75))


def test_a_thousand_permutations_come_to_the_same() -> None:
    rng, outcomes = np.random.default_rng(7), np.zeros((4, 3))
    rounds = 20_000
    for row, task in enumerate(FOUR):
        false = task.accepted - task.accepted_correct
        kinds = np.repeat([0, 1, 2], [task.accepted_correct, false, task.samples - task.accepted])
        orders = rng.permuted(np.tile(kinds, (rounds, 1)), axis=1)[:, :2]
        first = np.where(orders[:, 0] < 2, orders[:, 0], orders[:, 1])
        outcomes[row] = [np.mean(first == 0), np.mean(first == 1), np.mean(np.where(orders[:, 0] < 2, 1, 2))]
    point = asked(FOUR, 2).points[0]
    expected = (point.true_positive.value, point.false_positive.value, point.expected_samples.value)
    assert outcomes.mean(axis=0) == pytest.approx(expected, abs=0.005)


@given(st.lists(task_counts(), min_size=1, max_size=6))
def test_curves_rise_and_never_exceed_the_limit(tasks: list[TaskCounts]) -> None:
    counts = Counts.of(tasks)
    found = curve(counts, counts.largest_budget)
    limit = analyse(counts, Question((0,), (), replicates=0)).limit
    assert limit is not None
    for values, most in ((found.true_positive, limit.true_positive), (found.false_positive, limit.false_positive)):
        assert np.all(np.diff(values) >= -1e-12)
        assert values[-1] <= most + 1e-12
    assert np.all((found.abstain >= 0) & (found.abstain <= 1))
    assert np.all(found.expected_samples <= np.arange(counts.largest_budget + 1) + 1e-12)
    assert np.all(found.coverage >= found.true_positive - 1e-12)


@given(st.lists(task_counts(), min_size=1, max_size=6), st.sampled_from([*COSTS, math.inf]), st.sampled_from([0, 0.1]))
def test_the_best_budget_is_the_best_budget(tasks: list[TaskCounts], cost: float, sample_cost: float) -> None:
    counts = Counts.of(tasks)
    rewards = curve(counts, counts.largest_budget).rewards(cost, sample_cost)
    found = optimum(rewards, cost)
    assert found.reward >= max(rewards) - 1e-9
    assert all(each < found.reward - 1e-13 for each in rewards[: found.budget])
    last = len(rewards) - 1
    assert found.budget_limited == (found.budget == last and rewards[last] - rewards[last - 1] > 1e-12)


def test_a_best_budget_at_the_end_is_not_taken_for_an_optimum() -> None:
    rising = [TaskCounts(10, 5, 5, 5), TaskCounts(10, 1, 1, 1)]
    assert [each.found.budget_limited for each in asked(rising, 1, 8).best] == [True] * 5
    assert asked(rising, 1, 8).best[0].found.budget == 8
    flat = asked(rising, 1, 10).best[0].found
    assert (flat.budget, flat.budget_limited) == (10, True)
    assert not asked([TaskCounts(10, 8, 8, 8)] * 2, 1, 5).best[0].found.budget_limited


def test_the_published_scan_takes_the_first_largest_to_the_last_bit() -> None:
    rewards = np.array([0.0, -0.2, 0.1, 0.1 + 1e-13, 0.05])
    assert optimum(rewards, 1.0).budget == 2
    assert optimum(rewards, 1.0, published=True).budget == 3
    zero = np.array([0.0, 0.0, -0.1])
    assert optimum(zero, 1.0).budget == 0
    assert optimum(zero, 1.0, published=True).budget == 1
    assert optimum(-np.arange(3.0), 1.0, published=True).budget == 0


def test_infinite_costs_allow_only_what_is_never_wrong() -> None:
    question = Question((1, 2), (math.inf,), replicates=50)
    found = analyse(Counts.of(FOUR), question)
    assert [each.rewards[0].value for each in found.points] == [-math.inf, -math.inf]
    assert found.best[0].found.budget == 0
    sound = analyse(Counts.of([TaskCounts(4, 2, 2, 2), TaskCounts(4, 1, 1, 1)]), question)
    assert sound.best[0].found.budget == 2
    assert sound.points[1].rewards[0].value == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert sound.rates[Rate.BREAK_EVEN_COST].value == math.inf
    assert break_even_cost(0.0, 0.0) is None


@pytest.mark.parametrize("replicates", [0, 100])
def test_counts_at_the_edge_are_answered(replicates: int) -> None:
    nothing = asked([TaskCounts(5, 0, 2, 0), TaskCounts(5, 0, 0, 0)], 1, 5, replicates=replicates)
    assert nothing.rates[Rate.MACRO].value is None
    assert nothing.rates[Rate.BREAK_EVEN_COST].value is None
    assert nothing.macro_tasks == 0
    assert [each.found.budget for each in nothing.best] == [0] * 5
    everything = asked([TaskCounts(5, 5, 5, 5)] * 3, 1, 5, replicates=replicates)
    macro = everything.rates[Rate.MACRO]
    assert macro.value == 1.0
    assert macro.interval is not None
    assert 0.25 < macro.interval.low < 0.35
    assert macro.interval.high == 1.0
    assert everything.rates[Rate.FPR].value is None
    assert [each.found.budget for each in everything.best] == [1] * 5
    one = asked([TaskCounts(3, 2, 1, 1)], 1, 3, replicates=replicates)
    assert one.rates[Rate.POOLED].value == 0.5
    assert all(figure.interval is None for figure in one.rates.values())
    single = asked([TaskCounts(1, 1, 1, 1), TaskCounts(1, 1, 0, 0)], 1, replicates=replicates)
    assert single.points[0].true_positive.value == 0.5
    uneven = asked(
        [TaskCounts(4, 2, 2, 2), TaskCounts(9, 3, 1, 1), TaskCounts(0, 0, 0, 0)], 1, 4, replicates=replicates
    )
    assert uneven.counts.excluded == 1
    assert uneven.counts.largest_budget == 4
    empty = asked([TaskCounts(0, 0, 0, 0)], 1, replicates=replicates)
    assert (empty.points, empty.limit, empty.rates[Rate.ACCURACY].value) == ((), None, None)


def test_a_budget_above_the_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="11 needs at least 11 samples of every task"):
        asked(FOUR, 11)


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        ((5, 6, 0, 0), Count.ACCEPTED),
        ((5, 0, 6, 0), Count.CORRECT),
        ((5, 2, 3, 3), Count.ACCEPTED_CORRECT),
        ((5, 3, 2, 3), Count.ACCEPTED_CORRECT),
        ((5, 4, 4, 2), Count.ACCEPTED_CORRECT),
        ((5, 2, -1, 0), Count.CORRECT),
    ],
)
def test_contradictions_name_the_count(counts: tuple[int, int, int, int], field: Count) -> None:
    task = TaskCounts(*counts)
    found = contradiction(task)
    assert found is not None
    assert found.field is field
    with pytest.raises(ValueError, match="task 1"):
        Counts.of([FOUR[0], task])


@given(st.lists(task_counts(), min_size=1, max_size=8))
def test_consistent_counts_are_no_contradiction_and_equal_ones_share_a_row(
    tasks: list[TaskCounts],
) -> None:
    assert all(contradiction(task) is None for task in tasks)
    counts = Counts.of(tasks)
    assert counts.tasks == len(tasks)
    assert len(counts.samples) == len(set(tasks))


def test_the_same_seed_gives_the_same_answer_and_the_order_of_tasks_does_not_matter() -> None:
    assert asked().rates == asked(FOUR[::-1]).rates
    assert asked(seed=1).rates != asked(seed=2).rates


def test_the_spread_of_the_best_budget() -> None:
    best = asked(replicates=2_000).best[1]
    assert best.spread is not None
    assert sum(best.spread.shares.values()) == pytest.approx(1.0)
    assert best.spread.shares[2] > 0.1
    assert best.spread.low <= 2 <= best.spread.high
    assert {1, 2} <= set(best.spread.near)
    assert best.gain is not None
    assert best.gain.value == pytest.approx(0.013889, abs=5e-7)
