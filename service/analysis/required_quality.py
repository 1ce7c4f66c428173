"""How good a verifier must be for a weak model that samples again to match what is asked of it: closed forms.

A model is right with probability r per sample; its verifier accepts right samples with probability T (completeness)
and wrong ones with probability f (fpr).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import optimize

_ROUNDING = 1e-12
_INDEPENDENT = 1e-6


@dataclass(frozen=True, slots=True)
class Sampler:
    """One kind of task: ``accuracy`` r and ``completeness`` T, both in [0, 1]."""

    accuracy: float
    completeness: float = 1.0

    def right_per_sample(self) -> float:
        """P(accepted and right) of one sample."""
        return self.accuracy * self.completeness

    def wrong_per_sample(self, fpr: float) -> float:
        """P(accepted and wrong) of one sample."""
        return (1 - self.accuracy) * fpr

    def true_positive(self, fpr: float, budget: float) -> float:
        """P(ending with an accepted right sample) within a budget, which may be infinite."""
        right = self.right_per_sample()
        accepted = right + self.wrong_per_sample(fpr)
        if accepted == 0:
            return 0.0
        if accepted >= 1 or math.isinf(budget):
            return right / accepted if budget >= 1 else 0.0
        return right / accepted * -math.expm1(budget * math.log1p(-accepted))

    def precision(self, fpr: float) -> float | None:
        """P(right | accepted), None where nothing is accepted."""
        accepted = self.right_per_sample() + self.wrong_per_sample(fpr)
        return None if accepted == 0 else self.right_per_sample() / accepted


def required_fpr(sampler: Sampler, precision: float) -> float:
    """The largest fpr with which accepted samples have that precision.

    Args:
        sampler: r and T.
        precision: Wanted, in [0, 1]; a strong model's accuracy to match it without a limit on samples, or c/(1+c)
            to make answering worth a false-positive cost of c.

    Returns:
        In [0, 1]; 1 where every verifier will do.

    Source:
        Solved from precision = rT / (rT + (1-r)f).
    """
    right, wrong = sampler.right_per_sample(), (1 - sampler.accuracy) * precision
    if precision <= 0 or right * (1 - precision) >= wrong:
        return 1.0
    return right * (1 - precision) / wrong


def required_fpr_within(sampler: Sampler, target: float, budget: float) -> float | None:
    """The largest fpr with which at least ``target`` of the tasks end with a right sample within the budget.

    Args:
        sampler: r and T.
        target: Wanted share of tasks, in [0, 1]; an abstention counts as a failure.
        budget: Samples, >= 0, may be infinite.

    Returns:
        In [0, 1]; None where not even a verifier without false positives gets there.

    Source:
        Root of (1-(1-q)^K) rT/q = target in f, q = rT + (1-r)f; the left side falls with f.
    """
    if target <= 0:
        return 1.0
    flawless = sampler.true_positive(0.0, budget)
    if flawless <= target:
        return None if flawless < target - _ROUNDING else 0.0
    if sampler.true_positive(1.0, budget) >= target:
        return 1.0
    if math.isinf(budget):
        return required_fpr(sampler, target)
    found = optimize.brentq(lambda fpr: sampler.true_positive(fpr, budget) - target, 0.0, 1.0, xtol=1e-15)
    return float(found)


def budget_needed(per_sample: float, probability: float) -> float:
    """Samples until one with that chance turns up with the given probability, rounded up.

    Args:
        per_sample: Chance of one sample, in [0, 1].
        probability: Wanted, in [0, 1].

    Returns:
        A whole number, or infinity.

    Source:
        ln(1-w) / ln(1-q).
    """
    if probability <= 0:
        return 0.0
    if per_sample >= 1:
        return 1.0
    if per_sample <= 0 or probability >= 1:
        return math.inf
    return _up(math.log1p(-probability) / math.log1p(-per_sample))


def suites_needed(wanted: float, single: float, correlation: float = 0.0) -> float:
    """Suites that must all accept until no more than ``wanted`` of the wrong samples pass.

    Args:
        wanted: Share of wrong samples that may pass, in [0, 1].
        single: The fpr of each suite, in [0, 1].
        correlation: Between the errors of two suites on wrong samples, in [0, 1); 0 is independence.

    Returns:
        A whole number, or infinity where no number of suites will do.

    Source:
        ln wanted / ln single for independent suites. With correlation ρ the share that m suites let pass is that of
        a beta-binomial, Π_{j<m} (α+j)/(α+β+j) with α = f(1-ρ)/ρ and β = (1-f)(1-ρ)/ρ, so that two suites pass
        f² + ρf(1-f).
    """
    if wanted >= 1:
        return 0.0
    if single <= wanted:
        return 1.0
    if wanted <= 0 or single >= 1:
        return math.inf
    if correlation <= _INDEPENDENT:
        return _up(math.log(wanted) / math.log(single))
    return _beta_suites(wanted, single, correlation)


def passed_by_all(single: float, suites: int, correlation: float = 0.0) -> float:
    """Share of wrong samples that pass every one of some suites; arguments as for ``suites_needed``."""
    if correlation <= _INDEPENDENT:
        return single**suites
    if suites == 0 or single in (0.0, 1.0):
        return 1.0 if suites == 0 else single
    return math.exp(_log_passed(suites, single, correlation))


def _log_passed(suites: int, single: float, correlation: float) -> float:
    """Logarithm of what at least one suite passes; the first factor is the suite's own rate, exact however small."""
    weight = (1 - correlation) / correlation
    alpha, gamma = single * weight, math.lgamma
    rest = gamma(alpha + suites) - gamma(alpha + 1) - gamma(weight + suites) + gamma(weight + 1)
    return math.log(single) + rest


def _beta_suites(wanted: float, single: float, correlation: float) -> float:
    """The beta-binomial falls like a power of m, so the bound is found by doubling and halving."""
    goal, high = math.log(wanted), 1
    while _log_passed(high, single, correlation) > goal:
        high *= 2
        if high > 2**40:
            return math.inf
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _log_passed(middle, single, correlation) > goal else (low, middle)
    return float(high)


def _up(value: float) -> float:
    """Rounded up, forgiving rounding errors just above a whole number."""
    return math.inf if value > 1e15 else float(math.ceil(value - 1e-9 * max(1.0, abs(value))))
