"""When to stop sampling a task: on what is believed of it after every rejection, not at a fixed budget.

One more draw is worth E[a - c g | rejected so far] - λ: the chance of an accepted right sample, minus c times that of
an accepted wrong one, minus its cost. The history before the first acceptance is all rejections, so the best plan is
the budget at which the sum of these, each times the chance to get there, is largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_STEPS = 10_000
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Payoff:
    """Costs in units of the benefit of a right answer: of a false positive, and of a sample; both >= 0."""

    false_positive_cost: float
    sample_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class TaskType:
    """A kind of task: its share, and P(accepted and right) and P(accepted and wrong) of one sample."""

    share: float
    right: float
    wrong: float

    @property
    def rejected(self) -> float:
        """P(rejected) of one sample."""
        return max(0.0, 1 - self.right - self.wrong)

    def value(self, payoff: Payoff) -> float:
        """What one draw is worth."""
        return self.right - payoff.false_positive_cost * self.wrong - payoff.sample_cost


@dataclass(frozen=True, slots=True)
class BetaTasks:
    """Accuracy r ~ Beta(alpha, beta) over tasks; every right sample is accepted, a wrong one with chance ``fpr``."""

    alpha: float
    beta: float
    fpr: float


Believed = BetaTasks | Sequence[TaskType]


@dataclass(frozen=True, slots=True)
class Step:
    """One draw.

    Attributes:
        draw: Its number, from 1.
        reached: P(all earlier draws were rejected).
        precision: P(right | accepted at this draw), None where acceptance is impossible.
        gain: What the draw is worth, its cost included.
        cumulated: Reward of the plan that ends with this draw.
    """

    draw: int
    reached: float
    precision: float | None
    gain: float
    cumulated: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The best plan; ``budget`` may be infinite, and ``reward`` is then its limit (None if it has no short sum)."""

    budget: float
    reward: float | None
    steps: tuple[Step, ...]
    monotone: bool


def two_types(
    share_easy: float, easy: float, hard: float, completeness: float, soundness: float
) -> tuple[TaskType, TaskType]:
    """Easy and hard tasks of accuracies ``easy`` and ``hard`` under one verifier.

    Source:
        arXiv:2411.17501, appendix C.
    """
    return (
        TaskType(share_easy, completeness * easy, (1 - easy) * (1 - soundness)),
        TaskType(1 - share_easy, completeness * hard, (1 - hard) * (1 - soundness)),
    )


def after(believed: Believed, rejections: int) -> Believed:
    """What is believed after that many rejections.

    Args:
        believed: Before.
        rejections: >= 0.

    Raises:
        ValueError: If so many rejections are impossible.

    Source:
        Bayes; Beta(α, β) becomes Beta(α, β + k).
    """
    if isinstance(believed, BetaTasks):
        if rejections and (believed.fpr >= 1 or believed.beta == 0):
            raise ValueError("a verifier that accepts everything rejects nothing")
        return BetaTasks(believed.alpha, believed.beta + rejections, believed.fpr)
    logs = [_log(each.share) + (rejections * _log(each.rejected) if rejections else 0.0) for each in believed]
    most = max(logs)
    if most == -math.inf:
        raise ValueError("no kind of task is rejected that often")
    weights = [math.exp(each - most) for each in logs]
    return [
        TaskType(weight / sum(weights), each.right, each.wrong) for weight, each in zip(weights, believed, strict=True)
    ]


def best_plan(believed: Believed, payoff: Payoff, shown: int = 20) -> Plan:
    """The plan with the largest expected reward.

    Args:
        believed: Of the task, before the next draw.
        payoff: Costs.
        shown: Steps to return, from the first draw.

    Returns:
        Budget 0 where abstaining is best, infinity where every further draw gains.

    Source:
        Beta: ⌈α(1-λ)/(cf+λ) - β⌉, exact since the gain falls with each rejection; types: the largest partial sum of
        Σ_j p_j (a_j - c g_j - λ) β_j^(k-1), all budgets scanned, the limit Σ_j p_j (a_j - c g_j - λ)/(1-β_j).
    """
    if isinstance(believed, BetaTasks):
        return _beta_plan(believed, payoff, shown)
    return _type_plan(list(believed), payoff, shown)


def beta_budget(believed: BetaTasks, payoff: Payoff) -> float:
    """The best budget in closed form; infinity where every draw gains."""
    slope = payoff.false_positive_cost * believed.fpr + payoff.sample_cost
    if payoff.sample_cost >= 1:
        return 0.0
    if slope == 0:
        return math.inf
    value = believed.alpha * (1 - payoff.sample_cost) / slope - believed.beta
    if value > 1e15:
        return math.inf
    return max(0.0, float(math.ceil(value - 1e-12 * max(1.0, abs(value)))))


def _beta_plan(believed: BetaTasks, payoff: Payoff, shown: int) -> Plan:
    budget = beta_budget(believed, payoff)
    steps: list[Step] = []
    reward, left = 0.0, 1.0
    for step in _beta_steps(believed, payoff, int(max(shown, min(budget, MOST_STEPS)))):
        if step.draw <= shown:
            steps.append(step)
        if step.draw <= budget:
            reward, left = step.cumulated, step.reached
        elif step.draw > shown:
            break
    return Plan(budget, _beta_reward(believed, budget, reward, left), tuple(steps), monotone=True)


def _beta_reward(believed: BetaTasks, budget: float, scanned: float, left: float) -> float | None:
    if budget <= MOST_STEPS or left < 1e-15:
        return scanned
    # Without false positives and costs every task is answered in the end, and rightly.
    return 1.0 if math.isinf(budget) and believed.fpr == 0 else None


def _beta_steps(believed: BetaTasks, payoff: Payoff, steps: int) -> Iterator[Step]:
    reached, total = 1.0, 0.0
    for draw in range(1, steps + 1):
        failures = believed.beta + draw - 1
        right = believed.alpha / (believed.alpha + failures)
        wrong = believed.fpr * (1 - right)
        gain = right - payoff.false_positive_cost * wrong - payoff.sample_cost
        total += reached * gain
        yield Step(draw, reached, right / (right + wrong) if right + wrong else None, gain, total)
        reached *= (1 - right) * (1 - believed.fpr)


def _type_plan(types: list[TaskType], payoff: Payoff, shown: int) -> Plan:
    steps: list[Step] = []
    best, budget, gains = 0.0, 0.0, []
    for step in _type_steps(types, payoff, MOST_STEPS):
        if step.draw <= shown:
            steps.append(step)
        gains.append(step.gain)
        if step.cumulated > best + _TIE:
            best, budget = step.cumulated, float(step.draw)
        if step.reached < 1e-18 and step.draw >= shown:
            break
    limit = _limit(types, payoff)
    if limit > best + _TIE or (limit >= best - _TIE and _lasting(types, payoff) > _TIE):
        best, budget = limit, math.inf
    return Plan(budget, best, tuple(steps), monotone=all(then <= now + _TIE for now, then in pairwise(gains)))


def _type_steps(types: Sequence[TaskType], payoff: Payoff, steps: int) -> Iterator[Step]:
    weights, total = [each.share for each in types], 0.0
    for draw in range(1, steps + 1):
        reached = sum(weights)
        if reached <= 0:
            return
        right = sum(weight * each.right for weight, each in zip(weights, types, strict=True))
        wrong = sum(weight * each.wrong for weight, each in zip(weights, types, strict=True))
        gained = right - payoff.false_positive_cost * wrong - payoff.sample_cost * reached
        total += gained
        yield Step(draw, reached, right / (right + wrong) if right + wrong else None, gained / reached, total)
        weights = [weight * each.rejected for weight, each in zip(weights, types, strict=True)]


def _limit(types: Sequence[TaskType], payoff: Payoff) -> float:
    """Reward without a budget; a type that is never accepted costs samples without end."""
    total = 0.0
    for each in types:
        if each.share > 0 and each.rejected >= 1:
            total += -math.inf if payoff.sample_cost > 0 else 0.0
        elif each.share > 0:
            total += each.share * each.value(payoff) / (1 - each.rejected)
    return total


def _lasting(types: Sequence[TaskType], payoff: Payoff) -> float:
    """What a draw is worth in the end, when only the types that are rejected most often are left."""
    alive = [each for each in types if each.share > 0 and each.right + each.wrong > 0]
    if not alive:
        return 0.0
    longest = max(each.rejected for each in alive)
    return sum(each.share * each.value(payoff) for each in alive if each.rejected >= longest - _TIE)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
