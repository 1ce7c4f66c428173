"""Which budget earns most, and which verifier makes resampling worth it at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import FloatArray, IntArray

TIE = 1e-12
"""Rewards closer than this are the same."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best budget for one cost of a false positive.

    Attributes:
        false_positive_cost: c, in units of the benefit of a correct answer.
        budget: 0 when abstaining is best.
        reward: At that budget.
        budget_limited: The best budget is the last one scanned and its last step still gained: the optimum lies
            further out, or nowhere.
    """

    false_positive_cost: float
    budget: int
    reward: float
    budget_limited: bool


def optimum(rewards: FloatArray, false_positive_cost: float, *, published: bool = False) -> Optimum:
    """The smallest budget whose reward is the best one within a tie.

    Args:
        rewards: For budgets 0 … K; the first is 0, the reward of abstaining.
        false_positive_cost: What the rewards were computed with.
        published: Scan as the paper does: the first largest of budgets 1 … K to the last bit, abstain if it is below 0.

    Source:
        arXiv:2411.17501, section 4; ties, 0 and the limit of the budget as documented here.
    """
    budget = int(best_budgets(rewards[None, :], published=published)[0])
    last = len(rewards) - 1
    gained = last > 0 and budget == last and bool(rewards[last] - rewards[last - 1] > TIE)
    return Optimum(false_positive_cost, budget, float(rewards[budget]), gained)


def best_budgets(rewards: FloatArray, *, published: bool = False) -> IntArray:
    """The best budget of each row of rewards.

    Args:
        rewards: Shape (B, K + 1), budgets 0 … K.
        published: As in ``optimum``.

    Returns:
        Shape (B,).
    """
    if published and rewards.shape[1] > 1:
        first = np.argmax(rewards[:, 1:], axis=1) + 1
        best = np.take_along_axis(rewards, first[:, None], axis=1)[:, 0]
        return np.where(best < 0, 0, first).astype(np.int64)
    best = rewards.max(axis=1, keepdims=True)
    smallest: IntArray = np.argmax(rewards >= best - TIE, axis=1).astype(np.int64)
    return smallest


def break_even_cost(true_positive: float, false_positive: float) -> float | None:
    """The cost of a false positive at which one draw is worth nothing: TP(1)/FP(1).

    Returns:
        Infinite where nothing wrong is accepted; None where nothing is accepted at all.

    Source:
        R(1) = TP(1) - c · FP(1) = 0.
    """
    if false_positive > 0:
        return true_positive / false_positive
    return float("inf") if true_positive > 0 else None
