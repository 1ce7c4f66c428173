"""The threshold that earns most on scored samples of many tasks, with a budget of draws: joint per task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.analysis.decisions import FloatArray, estimated, first_accepted
from service.analysis.estimates import Estimate

MOST_THRESHOLDS = 200
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class ScoredSample:
    """So many samples of a task with that score, right or wrong."""

    task_id: str
    score: float
    right: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """The best threshold for one budget.

    Attributes:
        budget: Draws.
        threshold: Scores from here on are accepted; None where abstaining is best.
        reward: At that threshold, on the same tasks that chose it.
        held_out: Reward of each task at the threshold that the other tasks choose, mean; None with one task.
        true_positive: P(ending with a right sample).
        false_positive: P(ending with a wrong one).
        expected_samples: Draws made.
    """

    budget: int
    threshold: float | None
    reward: Estimate
    held_out: float | None
    true_positive: float
    false_positive: float
    expected_samples: float


def smallest_task(samples: Sequence[ScoredSample]) -> int:
    """Samples of the task that has fewest; 0 without samples."""
    found: dict[str, int] = {}
    for each in samples:
        found[each.task_id] = found.get(each.task_id, 0) + each.count
    return min(found.values(), default=0)


def best_thresholds(
    samples: Sequence[ScoredSample],
    budgets: Sequence[int],
    false_positive_cost: float,
    sample_cost: float = 0.0,
    *,
    seed: int = 0,
    confidence: float = 0.95,
) -> list[ThresholdChoice]:
    """For each budget the threshold with the largest reward TP(K) - c FP(K) - λ E[draws](K), mean over tasks.

    Args:
        samples: At least one.
        budgets: At most the samples of the smallest task.
        false_positive_cost: c >= 0.
        sample_cost: λ >= 0.
        seed: Of the bootstrap.
        confidence: Of the intervals.

    Raises:
        ValueError: If a task has too few samples.

    Source:
        First acceptance without replacement, as in the resampling curve, at every threshold. With more than 200
        distinct scores, 200 of their quantiles are tried.
    """
    if not samples or smallest_task(samples) < max(budgets, default=1):
        raise ValueError(f"every task needs at least {max(budgets, default=1)} samples")
    levels, (n, b, t) = _counts(samples)
    answers = []
    for budget in budgets:
        right, wrong, drawn = _outcomes(n, b, t, budget)
        rewards = right - false_positive_cost * wrong - sample_cost * drawn
        # Column 0 abstains: no draw, no reward.
        rewards = np.column_stack([np.zeros(len(n)), rewards])
        place = _first_best(rewards.sum(axis=0))
        reward = estimated(
            lambda means: means, rewards[:, [place]], "mean over tasks", seed=seed, confidence=confidence
        )[0]
        assert reward is not None
        shown = [float(each[:, place - 1].mean()) if place else 0.0 for each in (right, wrong, drawn)]
        threshold = float(levels[place - 1]) if place else None
        answers.append(ThresholdChoice(budget, threshold, reward, _held_out(rewards), *shown))
    return answers


def _counts(samples: Sequence[ScoredSample]) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    """Thresholds, strictest first, and per task: samples (T, 1), accepted and accepted right ones (T, Θ)."""
    names = {name: place for place, name in enumerate(dict.fromkeys(each.task_id for each in samples))}
    task = np.array([names[each.task_id] for each in samples])
    score = np.array([each.score for each in samples], dtype=np.float64)
    weight = np.array([each.count for each in samples], dtype=np.float64)
    right = weight * np.array([each.right for each in samples])
    levels = np.unique(score)[::-1]
    if len(levels) > MOST_THRESHOLDS:
        levels = levels[np.unique(np.linspace(0, len(levels) - 1, MOST_THRESHOLDS).round().astype(int))]
    place = np.searchsorted(-levels, -score, side="left")
    tables = []
    for values in (weight, right):
        table = np.zeros((len(names), len(levels) + 1))
        np.add.at(table, (task, np.minimum(place, len(levels))), values)
        tables.append(np.cumsum(table, axis=1))
    return levels, (tables[0][:, -1:], tables[0][:, :-1], tables[1][:, :-1])


def _outcomes(n: FloatArray, b: FloatArray, t: FloatArray, budget: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    reached = first_accepted(n, b, budget)
    precision = t / np.maximum(b, 1)
    drawn, missed = np.zeros(b.shape), np.ones(b.shape)
    for draw in range(budget):
        drawn += missed
        missed = missed * np.clip(n - b - draw, 0, None) / (n - draw)
    return reached * precision, reached * (1 - precision), drawn


def _first_best(totals: FloatArray) -> int:
    return int(np.argmax(totals >= totals.max() - _TIE * max(1.0, abs(float(totals.max())))))


def _held_out(rewards: FloatArray) -> float | None:
    if len(rewards) < 2:
        return None
    totals = rewards.sum(axis=0)
    chosen = [_first_best(totals - row) for row in rewards]
    return float(np.mean(rewards[np.arange(len(rewards)), chosen]))
