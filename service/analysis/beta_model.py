"""Tasks whose difficulty follows a Beta distribution: fitted by maximum likelihood, to look beyond the samples one has.

The probability r that a sample is correct varies over tasks as Beta(α, β); a correct sample is always accepted, and
a wrong one is accepted with the same probability f on every task.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from service.analysis.bootstrap import FloatArray

SOURCE = "closed form under r ~ Beta(α, β), completeness 1 and constant fpr; beta-binomial maximum likelihood"


@dataclass(frozen=True, slots=True)
class BetaModel:
    """The model.

    Attributes:
        alpha: > 0.
        beta: > 0.
        fpr: P(accepted | wrong), the same for all tasks, within [0, 1].
    """

    alpha: float
    beta: float
    fpr: float

    def step(self, attempt: int, false_positive_cost: float, sample_cost: float = 0.0) -> float:
        """What attempt k adds to the reward.

        Args:
            attempt: k >= 1.
            false_positive_cost: c.
            sample_cost: λ.

        Source:
            (1-f)^(k-1) (β)_(k-1) / (α+β)_k · [α - c·f·(β+k-1) - λ·(α+β+k-1)].
        """
        a, b, f, done = self.alpha, self.beta, self.fpr, attempt - 1
        reached = _power(1.0 - f, done) * math.exp(
            special.gammaln(b + done) - special.gammaln(b) + special.gammaln(a + b) - special.gammaln(a + b + attempt)
        )
        return float(reached * (a - false_positive_cost * f * (b + done) - sample_cost * (a + b + done)))

    def outcome(self, budget: int) -> tuple[float, float, float]:
        """TP, FP and expected samples of at most ``budget`` draws.

        Source:
            Σ (1-f)^(k-1) B(α+1, β+k-1)/B(α, β), the same with f·B(α, β+k), and with B(α, β+k-1).
        """
        done = np.arange(budget)
        reached = (1.0 - self.fpr) ** done
        whole = special.betaln(self.alpha, self.beta)
        right = np.exp(special.betaln(self.alpha + 1, self.beta + done) - whole)
        wrong = self.fpr * np.exp(special.betaln(self.alpha, self.beta + done + 1) - whole)
        drawn = np.exp(special.betaln(self.alpha, self.beta + done) - whole)
        return float(reached @ right), float(reached @ wrong), float(reached @ drawn)

    def best_budget(self, false_positive_cost: float, sample_cost: float = 0.0) -> float:
        """The budget with the highest reward, infinity when every attempt gains.

        Source:
            max(0, ⌈α(1-λ)/(c·f+λ) - β⌉): the attempt at which the bracket of ``step`` turns.
        """
        charge = false_positive_cost * self.fpr + sample_cost
        if charge == 0:
            return math.inf
        if math.isinf(charge):
            return 0.0
        turn = self.alpha * (1.0 - sample_cost) / charge - self.beta
        return float(max(0, math.ceil(turn - 1e-12)))

    def coverage(self, draws: int) -> float:
        """Expected pass@k: 1 - B(α, β+k)/B(α, β)."""
        return float(-np.expm1(special.betaln(self.alpha, self.beta + draws) - special.betaln(self.alpha, self.beta)))

    def coverage_far_out(self, draws: float) -> float:
        """What ``coverage`` tends to: 1 - Γ(α+β)/Γ(β) · k^(-α), a power law with the left tail's exponent.

        Source:
            Schaeffer et al. 2025, arXiv:2502.17578.
        """
        scale = special.gammaln(self.alpha + self.beta) - special.gammaln(self.beta)
        return float(-np.expm1(scale - self.alpha * math.log(draws)))


def _power(base: float, exponent: int) -> float:
    return 1.0 if exponent == 0 else float(base**exponent)


def exponential_power_law(scale: float, exponent: float, draws: FloatArray) -> FloatArray:
    """Coverage as exp(-a · k^(-b)).

    Args:
        scale: a >= 0.
        exponent: b.
        draws: k.

    Source:
        Brown et al. 2024, arXiv:2407.21787, section 3. It knows no verifier: it says nothing about correct answers
        that a verifier selects.
    """
    found: FloatArray = np.exp(-scale * draws**-exponent)
    return found
