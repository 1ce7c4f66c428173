"""Cascades: a weak model samples up to K times, and what it leaves without an accepted sample goes to a strong one.

Everything is computed per task and then averaged, because the tasks that are left are not like the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.analysis.decisions import FloatArray, estimated, first_accepted
from service.analysis.estimates import Estimate
from service.analysis.resampling_counts import TaskCounts

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class StrongTask:
    """The strong model on one task: P(accepted and right), P(accepted and wrong) of its single answer."""

    right: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Costs:
    """In units of the benefit of a right answer: a false positive, a weak sample, a call of the strong model."""

    false_positive: float
    weak_sample: float = 0.0
    strong_call: float = 0.0


@dataclass(frozen=True, slots=True)
class CascadePoint:
    """One budget of the weak model; 0 is the strong model alone.

    Attributes:
        reward: Of the cascade, mean over tasks.
        gain: Reward minus that of the strong model alone, paired over tasks.
        weak_only: Reward of the weak model with this budget, abstaining instead of handing over.
        true_positive: P(the cascade ends with a right answer).
        false_positive: P(it ends with a wrong one).
        escalated: P(the strong model is asked).
        weak_samples: Expected draws of the weak model.
    """

    budget: int
    reward: Estimate
    gain: Estimate | None
    weak_only: float
    true_positive: float
    false_positive: float
    escalated: float
    weak_samples: float


@dataclass(frozen=True, slots=True)
class Cascade:
    """All budgets, and the best one (the smallest where several are)."""

    points: tuple[CascadePoint, ...]
    best: int
    strong_alone: float


def cascade(
    tasks: Sequence[TaskCounts],
    strong: Sequence[StrongTask],
    budgets: Sequence[int],
    costs: Costs,
    *,
    seed: int = 0,
    confidence: float = 0.95,
) -> Cascade:
    """Rewards of cascades with several budgets, and of the strong model alone.

    Args:
        tasks: Counts of the weak model, at least one task, each with at least the largest budget of samples.
        strong: The strong model on the same tasks, in the same order.
        budgets: To show; the best one is looked for among them and 0.
        costs: Of errors, samples and calls.
        seed: Of the bootstrap.
        confidence: Of the intervals.

    Raises:
        ValueError: If the lists differ in length or a task has too few samples.

    Source:
        R(K) = R_weak(K) + E_i[(1 - w_i(K)) (a_i - c g_i - call)], joint per task, w_i(K) = 1 - C(n-b,K)/C(n,K).
    """
    most = max(budgets, default=0)
    if not tasks or len(tasks) != len(strong) or min(task.samples for task in tasks) < most:
        raise ValueError(f"every task needs the strong model's rates and at least {max(most, 1)} samples")
    asked = sorted({0, *budgets})
    rows = [_outcomes(tasks, strong, budget, costs) for budget in asked]
    rewards = np.column_stack([_reward(each, costs) for each in rows])
    count = len(asked)
    sure = estimated(
        lambda means: np.hstack([means, means - means[:, :1]]),
        rewards,
        "joint per task, mean over tasks",
        seed=seed,
        confidence=confidence,
    )
    points = []
    for place, (budget, each) in enumerate(zip(asked, rows, strict=True)):
        reward = sure[place]
        assert reward is not None
        points.append(_point(budget, each, reward, sure[count + place] if budget else None, costs))
    values = rewards.mean(axis=0)
    best = asked[int(np.argmax(values >= values.max() - _TIE))]
    return Cascade(tuple(point for point in points if point.budget in {0, *budgets}), best, float(values[0]))


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """Per task, each of shape (T,)."""

    weak_right: FloatArray
    weak_wrong: FloatArray
    drawn: FloatArray
    left: FloatArray
    strong_right: FloatArray
    strong_wrong: FloatArray


def _outcomes(tasks: Sequence[TaskCounts], strong: Sequence[StrongTask], budget: int, costs: Costs) -> _Outcomes:
    n, b, t = np.array([[x.samples, x.accepted, x.accepted_correct] for x in tasks], dtype=np.float64).T
    reached = first_accepted(n, b, budget)
    precision = t / np.maximum(b, 1)
    drawn = np.zeros(len(tasks))
    missed = np.ones(len(tasks))
    for draw in range(budget):
        drawn += missed
        missed = missed * np.clip(n - b - draw, 0, None) / (n - draw)
    a, g = np.array([[each.right, each.wrong] for each in strong], dtype=np.float64).T
    return _Outcomes(reached * precision, reached * (1 - precision), drawn, 1 - reached, a, g)


def _reward(found: _Outcomes, costs: Costs) -> FloatArray:
    strong = found.strong_right - costs.false_positive * found.strong_wrong - costs.strong_call
    reward: FloatArray = _weak(found, costs) + found.left * strong
    return reward


def _weak(found: _Outcomes, costs: Costs) -> FloatArray:
    reward: FloatArray = found.weak_right - costs.false_positive * found.weak_wrong - costs.weak_sample * found.drawn
    return reward


def _point(budget: int, found: _Outcomes, reward: Estimate, gain: Estimate | None, costs: Costs) -> CascadePoint:
    return CascadePoint(
        budget=budget,
        reward=reward,
        gain=gain,
        weak_only=float(_weak(found, costs).mean()),
        true_positive=float((found.weak_right + found.left * found.strong_right).mean()),
        false_positive=float((found.weak_wrong + found.left * found.strong_wrong).mean()),
        escalated=float(found.left.mean()),
        weak_samples=float(found.drawn.mean()),
    )
