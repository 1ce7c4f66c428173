"""When to stop: worked values, backward induction, and a simulation of the plan."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.stopping import (
    BetaTasks,
    Payoff,
    TaskType,
    after,
    best_plan,
    beta_budget,
    two_types,
)

BETA = BetaTasks(0.6, 0.4, 0.2)
PAPER = two_types(0.58, 0.87, 0.13, 1.0, 0.75)
LLAMA = two_types(0.56, 0.8738248665464701, 0.13823971665148135, 1.0, 0.7516008131097383)


@pytest.mark.parametrize(("cost", "budget"), [(0.5, 6), (1, 3), (2, 2), (4, 1), (8, 0)])
def test_beta_budgets(cost: float, budget: int) -> None:
    assert best_plan(BETA, Payoff(cost)).budget == budget


def test_beta_budgets_with_a_cost_of_samples() -> None:
    assert beta_budget(BETA, Payoff(1, 0.01)) == 3
    assert beta_budget(BETA, Payoff(1, 0.05)) == 2
    assert beta_budget(BETA, Payoff(0)) == math.inf
    assert beta_budget(BETA, Payoff(0, 1.0)) == 0


def test_the_beta_reward() -> None:
    plan = best_plan(BETA, Payoff(1))
    assert plan.reward == pytest.approx(0.578368)
    assert plan.steps[2].reached == pytest.approx(0.1792)
    assert best_plan(BetaTasks(0.6, 0.4, 0.0), Payoff(1)).reward == 1.0


@pytest.mark.parametrize(
    ("cost", "budget", "one", "two", "three"),
    [(0.7, 3, 0.48206, 0.523874, 0.524567), (1, 2, 0.449, 0.472381, 0.461352), (2, 1, 0.3388, 0.300737, 0.250637)],
)
def test_two_types(cost: float, budget: int, one: float, two: float, three: float) -> None:
    plan = best_plan(PAPER, Payoff(cost))
    assert plan.budget == budget
    assert [step.cumulated for step in plan.steps[:3]] == pytest.approx([one, two, three], abs=1e-6)
    assert plan.monotone


def test_rewards_far_out() -> None:
    plan = best_plan(PAPER, Payoff(2), shown=2000)
    assert plan.steps[14].cumulated == pytest.approx(0.149318, abs=1e-6)
    assert plan.steps[-1].cumulated == pytest.approx(0.148708, abs=1e-6)


def test_saturation_is_not_mistaken_for_an_optimum() -> None:
    costs = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.645, 0.647, 0.7, 0.8, 0.9, 1, 2, 4, 10)
    found = [best_plan(LLAMA, Payoff(cost)).budget for cost in costs]
    assert found == [math.inf] * 7 + [5, 3, 2, 2, 2, 1, 1, 0]


def test_what_is_believed_after_rejections() -> None:
    assert after(BETA, 3) == BetaTasks(0.6, 3.4, 0.2)
    believed = after(PAPER, 2)
    assert isinstance(believed, list)
    easy, hard = 0.58 * 0.0975**2, 0.42 * 0.6525**2
    assert believed[0].share == pytest.approx(easy / (easy + hard))
    assert best_plan(after(PAPER, 1), Payoff(1)).budget == best_plan(PAPER, Payoff(1)).budget - 1
    for impossible in (BetaTasks(1, 1, 1.0), [TaskType(1.0, 0.5, 0.5)]):
        with pytest.raises(ValueError):
            after(impossible, 1)


def test_a_loss_may_be_worth_taking_for_what_comes_after_it() -> None:
    """The first draw loses on a type that is soon gone; what is left is worth sampling for."""
    types = [TaskType(0.3, 0.0, 1.0), TaskType(0.7, 0.2, 0.0)]
    plan = best_plan(types, Payoff(1.0, 0.01))
    assert plan.steps[0].gain < 0
    assert not plan.monotone
    assert plan.budget == math.inf
    assert plan.reward == pytest.approx(0.3 * (-1 - 0.01) + 0.7 * (0.2 - 0.01) / 0.2)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.05, 1), st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=4),
    st.floats(0, 3),
    st.floats(0, 0.1),
)
def test_no_other_plan_is_better(rows: list[tuple[float, float, float]], cost: float, sample_cost: float) -> None:
    whole = sum(row[0] for row in rows)
    types = [TaskType(share / whole, right, wrong) for share, right, wrong in rows]
    plan, payoff = best_plan(types, Payoff(cost, sample_cost)), Payoff(cost, sample_cost)
    # Backward induction over a long horizon, from the joint chances of having come so far.
    value = 0.0
    for draw in reversed(range(300)):
        gained = sum(each.share * each.rejected**draw * each.value(payoff) for each in types)
        value = max(0.0, gained + value)
    assert plan.reward is not None
    assert plan.reward >= value - 1e-9


def test_a_simulation_of_the_plan() -> None:
    rng = np.random.default_rng(2)
    plan, cost, total, runs = best_plan(BETA, Payoff(1.0)), 1.0, 0.0, 40_000
    accuracy = rng.beta(0.6, 0.4, runs)
    open_, reward = np.ones(runs, dtype=bool), np.zeros(runs)
    for _ in range(int(plan.budget)):
        right = rng.random(runs) < accuracy
        accepted = open_ & (right | (rng.random(runs) < 0.2))
        reward += np.where(accepted, np.where(right, 1.0, -cost), 0.0)
        open_ &= ~accepted
    total = float(reward.mean())
    assert total == pytest.approx(plan.reward, abs=4 * float(reward.std()) / math.sqrt(runs))
