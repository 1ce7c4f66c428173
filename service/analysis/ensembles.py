"""Several verifiers as one: rates of AND, OR and majorities when errors are independent, and when they are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.required_quality import passed_by_all


@dataclass(frozen=True, slots=True)
class VerifierErrors:
    """A verifier: T = P(accepted | right), F = P(accepted | wrong)."""

    recall: float
    fpr: float


@dataclass(frozen=True, slots=True)
class Combined:
    """A combined verifier on a share π of right samples.

    Attributes:
        needed: Of how many verifiers must accept; None for a weighted vote.
        recall: T.
        fpr: F.
        accepted: P(accepted) per sample.
        precision: P(right | accepted), None where nothing is accepted.
    """

    needed: int | None
    recall: float
    fpr: float
    accepted: float
    precision: float | None


def at_least(probabilities: Sequence[float], needed: int) -> float:
    """P(at least ``needed`` of independent events), each with its own probability."""
    mass = [1.0]
    for each in probabilities:
        grown = [0.0] * (len(mass) + 1)
        for count, weight in enumerate(mass):
            grown[count] += weight * (1 - each)
            grown[count + 1] += weight * each
        mass = grown
    return math.fsum(mass[needed:])


def combined(verifiers: Sequence[VerifierErrors], prevalence: float, needed: int) -> Combined:
    """``needed`` of the verifiers must accept, whose errors are independent given whether the sample is right.

    Args:
        verifiers: At least one.
        prevalence: π = P(right) of a sample.
        needed: 1 is OR, all is AND, more than half a majority.

    Source:
        Sums of the Poisson binomial distribution.
    """
    recall = at_least([each.recall for each in verifiers], needed)
    return _with_precision(needed, recall, at_least([each.fpr for each in verifiers], needed), prevalence)


def correlated_and(
    verifiers: Sequence[VerifierErrors], prevalence: float, correlation: float, of_right: float = 0.0
) -> Combined:
    """All must accept, with a correlation between any two verifiers' acceptances of wrong (and of right) samples.

    Args:
        verifiers: Two of any kind, or more of equal rates.
        prevalence: P(right) of a sample.
        correlation: On wrong samples, from the least that two such rates allow to 1 (for more than two, in [0, 1)).
        of_right: On right samples.

    Raises:
        ValueError: If the correlation is impossible, or more than two verifiers differ.

    Source:
        Two: F₁F₂ + ρ√(F₁(1-F₁)F₂(1-F₂)). More: beta-binomial with that correlation of pairs.
    """
    recall = _all_accept([each.recall for each in verifiers], of_right)
    fpr = _all_accept([each.fpr for each in verifiers], correlation)
    return _with_precision(len(verifiers), recall, fpr, prevalence)


def both_accept(first: float, second: float, correlation: float) -> float:
    """P(both) of two events with that correlation.

    Raises:
        ValueError: If no two such events have it.
    """
    both = first * second + correlation * math.sqrt(first * (1 - first) * second * (1 - second))
    least, most = max(0.0, first + second - 1), min(first, second)
    if not least - 1e-12 <= both <= most + 1e-12:
        raise ValueError(f"rates of {first:g} and {second:g} cannot have a correlation of {correlation:g}")
    return min(max(both, least), most)


@dataclass(frozen=True, slots=True)
class Vote:
    """Naive-Bayes weights: a sample is accepted where the weights of what the verifiers said reach the threshold.

    Attributes:
        if_accepted: Logarithm of T/F of each verifier.
        if_refused: Logarithm of (1-T)/(1-F) of each verifier.
        threshold: Logarithm of c(1-π)/π.
    """

    if_accepted: tuple[float, ...]
    if_refused: tuple[float, ...]
    threshold: float

    def accepts(self, said: Sequence[bool]) -> bool:
        """Whether that pattern of verdicts is accepted."""
        return math.fsum(self.weights(said)) >= self.threshold - 1e-12

    def weights(self, said: Sequence[bool]) -> list[float]:
        """The weight of each verdict."""
        rows = zip(said, self.if_accepted, self.if_refused, strict=True)
        return [yes if accepted else no for accepted, yes, no in rows]


def optimal_vote(verifiers: Sequence[VerifierErrors], prevalence: float, false_positive_cost: float) -> Vote:
    """The weighted vote that earns most when errors are independent.

    Args:
        verifiers: Rates strictly within 0 and 1, where the logarithms are finite.
        prevalence: P(right), within (0, 1).
        false_positive_cost: c > 0; answering pays where P(right | verdicts) >= c / (1 + c).

    Source:
        Log-likelihood ratios, Nitzan and Paroush 1982; for equal error rates the weight is ln p/(1-p).
    """
    return Vote(
        tuple(math.log(each.recall / each.fpr) for each in verifiers),
        tuple(math.log((1 - each.recall) / (1 - each.fpr)) for each in verifiers),
        math.log(false_positive_cost * (1 - prevalence) / prevalence),
    )


def voted(verifiers: Sequence[VerifierErrors], vote: Vote, prevalence: float) -> Combined:
    """Rates of a weighted vote when errors are independent; all 2^m patterns are gone through."""
    recall = fpr = 0.0
    for pattern in range(2 ** len(verifiers)):
        said = [bool(pattern >> place & 1) for place in range(len(verifiers))]
        if vote.accepts(said):
            pairs = list(zip(said, verifiers, strict=True))
            recall += math.prod(each.recall if yes else 1 - each.recall for yes, each in pairs)
            fpr += math.prod(each.fpr if yes else 1 - each.fpr for yes, each in pairs)
    return _with_precision(None, recall, fpr, prevalence)


def _all_accept(rates: Sequence[float], correlation: float) -> float:
    if correlation == 0:
        return math.prod(rates)
    if len(rates) == 2:
        return both_accept(rates[0], rates[1], correlation)
    if len(rates) > 2 and (max(rates) - min(rates) > 1e-12 or not 0 <= correlation < 1):
        raise ValueError("more than two correlated verifiers need equal rates and a correlation in [0, 1)")
    return passed_by_all(rates[0], len(rates), correlation)


def _with_precision(needed: int | None, recall: float, fpr: float, prevalence: float) -> Combined:
    accepted = prevalence * recall + (1 - prevalence) * fpr
    return Combined(needed, recall, fpr, accepted, prevalence * recall / accepted if accepted > 0 else None)
