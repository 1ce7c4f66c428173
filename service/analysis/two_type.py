"""Tasks of two types, easy and hard: the smallest model in which a finite number of attempts can be best.

After each rejection a task is more probably hard, and on hard tasks a weak verifier accepts mostly wrong samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import FloatArray
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_quantities import ratio

SOURCE = "arXiv:2411.17501, appendix C, with the chance to reach an attempt taken from the prior"
PUBLISHED_ATTEMPTS = 800


@dataclass(frozen=True, slots=True)
class TwoTypes:
    """The model.

    Attributes:
        easy_share: Prior probability of an easy task, within [0, 1].
        easy_accuracy: P(correct) of a sample of an easy task.
        hard_accuracy: P(correct) of a sample of a hard task.
        completeness: P(accepted | correct).
        soundness: P(rejected | wrong).
    """

    easy_share: float
    easy_accuracy: float
    hard_accuracy: float
    completeness: float
    soundness: float

    @property
    def priors(self) -> FloatArray:
        """Of easy and hard, shape (2,)."""
        return np.array([self.easy_share, 1.0 - self.easy_share])

    @property
    def accuracies(self) -> FloatArray:
        """Of easy and hard, shape (2,)."""
        return np.array([self.easy_accuracy, self.hard_accuracy])

    @property
    def right(self) -> FloatArray:
        """P(accepted and correct) per sample, by type."""
        return self.completeness * self.accuracies

    @property
    def wrong(self) -> FloatArray:
        """P(accepted and wrong) per sample, by type."""
        return (1.0 - self.soundness) * (1.0 - self.accuracies)

    @property
    def rejected(self) -> FloatArray:
        """P(rejected) per sample, by type."""
        return (1.0 - self.completeness) * self.accuracies + self.soundness * (1.0 - self.accuracies)

    def outcome(self, budget: float) -> tuple[float, float, float]:
        """TP, FP and expected samples of at most ``budget`` draws; infinity is allowed."""
        attempts = _attempts(self.rejected, budget)
        priors, accepting = self.priors, self.rejected < 1.0
        weights = np.where(accepting, priors * np.where(accepting, attempts, 0.0), 0.0)
        drawn = np.where(priors > 0, priors, 0.0) * np.where(priors > 0, attempts, 0.0)
        return float(weights @ self.right), float(weights @ self.wrong), float(drawn.sum())

    def coverage(self, draws: int) -> float:
        """Expected pass@k: at least one of the draws is correct, accepted or not."""
        return float(self.priors @ (1.0 - (1.0 - self.accuracies) ** draws))

    def reward(self, budget: float, false_positive_cost: float, sample_cost: float = 0.0) -> float:
        """Σⱼ pⱼ (aⱼ - c·gⱼ - λ) (1 - βⱼᴷ)/(1 - βⱼ).

        Args:
            budget: K >= 0; infinity is allowed.
            false_positive_cost: c, finite.
            sample_cost: λ.
        """
        worth = self._worth(false_positive_cost, sample_cost)
        return float(np.sum(np.where(worth == 0.0, 0.0, worth * _attempts(self.rejected, budget))))

    def best_budget(self, false_positive_cost: float, sample_cost: float = 0.0) -> float:
        """The budget with the highest reward: 0 when abstaining is best, infinity when there is no last gain.

        The gain of attempt k is Σⱼ pⱼ vⱼ βⱼ^(k-1), which changes its sign at most once.

        Source:
            ⌈ln(p₁v₁ / (p₂|v₂|)) / ln(β₂/β₁)⌉ where the type that gains is rejected less often; verified against a scan.
        """
        worth, rejected = self._worth(false_positive_cost, sample_cost), self.rejected
        gaining, losing = np.flatnonzero(worth > 0), np.flatnonzero(worth < 0)
        if not len(gaining):
            return 0.0
        if not len(losing):
            return math.inf if np.any(rejected[gaining] > 0) else 1.0
        gain, loss = int(gaining[0]), int(losing[0])
        if rejected[gain] >= rejected[loss]:
            endless = self.reward(math.inf, false_positive_cost, sample_cost)
            return math.inf if endless > 0 and rejected[gain] > 0 else float(worth.sum() > 0)
        if worth.sum() <= 0:
            return 0.0
        if rejected[gain] == 0:
            return 1.0
        turns = math.log(worth[gain] / -worth[loss]) / math.log(rejected[loss] / rejected[gain])
        return float(max(1, math.ceil(turns)))

    def published_rewards(self, false_positive_cost: float, attempts: int = PUBLISHED_ATTEMPTS) -> FloatArray:
        """Cumulated rewards of 1 … ``attempts`` draws by the paper's formula, shape (attempts,).

        Source:
            arXiv:2411.17501, appendix C: the belief after k-1 rejections times the chance of k-1 rejections under
            that belief, which counts hard tasks twice; the chance must be taken under the prior.
        """
        k = np.arange(attempts)
        survived = self.rejected[None, :] ** k[:, None]
        belief = survived * self.priors
        belief = belief / belief.sum(axis=1, keepdims=True)
        worth = belief @ self.right - false_positive_cost * (belief @ self.wrong)
        cumulated: FloatArray = np.cumsum(worth * np.sum(survived * belief, axis=1))
        return cumulated

    def published_best_budget(self, false_positive_cost: float, attempts: int = PUBLISHED_ATTEMPTS) -> int:
        """The first largest of the published rewards in double precision, 0 if it is below 0.

        Where the rewards rise for ever, this is the attempt at which double precision stops to see it, not an optimum.
        """
        rewards = self.published_rewards(false_positive_cost, attempts)
        best = int(np.argmax(rewards))
        return 0 if rewards[best] < 0 else best + 1

    def _worth(self, cost: float, sample_cost: float) -> FloatArray:
        return self.priors * (self.right - cost * self.wrong - sample_cost)


def fitted(means: FloatArray) -> FloatArray:
    """Parameters from means over tasks of ``columns_of``, one row each, for a bootstrap.

    Args:
        means: Shape (B, columns).

    Returns:
        Shape (B, 6): easy share, easy and hard accuracy, completeness, soundness pooled, soundness as published;
        NaN where a type has no task or nothing is wrong.

    Source:
        arXiv:2411.17501: easy tasks are those with more than half of their samples correct. Its soundness is
        (1 - E[b/n] - E[p/n] + π·E[b/n]) / (1 - E[p/n]) with π the mean precision, which is biased; ours is
        ΣTN / Σ(n - p), with completeness Σt/Σp instead of 1.
    """
    easy, easy_rate, rate, base, wrong, refused, correct, both, precision, some = means.T
    share = easy
    macro = ratio(precision, some)
    published = np.where(rate < 1, 1 - base - rate + np.nan_to_num(macro) * base, 0.0)
    return np.column_stack(
        [
            share,
            ratio(easy_rate, easy),
            ratio(rate - easy_rate, 1.0 - easy),
            ratio(both, correct),
            ratio(refused, wrong),
            ratio(published, 1.0 - rate),
        ]
    )


def columns_of(counts: Counts) -> FloatArray:
    """What ``fitted`` needs of each row of counts, shape (G, 10)."""
    n, b, p, t = (
        each.astype(np.float64) for each in (counts.samples, counts.accepted, counts.correct, counts.accepted_correct)
    )
    easy = (p / n > 0.5).astype(np.float64)
    refused = n - b - p + t
    return np.column_stack(
        [easy, easy * p / n, p / n, b / n, n - p, refused, p, t, counts.precision, (b > 0).astype(np.float64)]
    )


def _attempts(rejected: FloatArray, budget: float) -> FloatArray:
    """Expected draws by type: (1 - βᴷ)/(1 - β)."""
    found = []
    for each in rejected:
        if each >= 1.0:
            found.append(float(budget))
        else:
            found.append((1.0 - (0.0 if math.isinf(budget) else each**budget)) / (1.0 - each))
    return np.array(found)
