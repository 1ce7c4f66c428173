"""Decisions about sampling: when to stop, and when to ask a stronger model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from service.analysis.cascades import Cascade, Costs, StrongTask, cascade
from service.analysis.decisions import Method, bootstrapped
from service.analysis.resampling_counts import TaskCounts
from service.analysis.stopping import Believed, Payoff, Plan, after, best_plan
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer, refused
from service.usecases.analyses.required_quality import require_budget, require_consistent


@dataclass(frozen=True, slots=True)
class StoppingQuestion:
    """What is believed of a task, what it costs, and how many samples were rejected already."""

    believed: Believed
    payoff: Payoff
    rejected: int = 0
    steps: int = 20


@dataclass(frozen=True, slots=True)
class StoppingFound:
    """The plan from here on; ``sample_again`` is whether to draw now."""

    sample_again: bool
    plan: Plan


async def stopping(question: StoppingQuestion) -> Answer[StoppingFound]:
    """Whether to sample again after so many rejections, and how often at most.

    Raises:
        InvalidInput: If what is believed rules out so many rejections.
    """
    with refused("/rejected"):
        believed = after(question.believed, question.rejected)
    plan = await asyncio.to_thread(best_plan, believed, question.payoff, question.steps)
    method = Method(
        "posterior after the rejections; the budget with the largest expected reward",
        "Bayes; Beta: ⌈α(1-λ)/(cf+λ) - β⌉; types: arXiv:2411.17501, appendix C, with the prior chance of each draw",
    )
    return Answer(StoppingFound(plan.budget > 0, plan), method)


@dataclass(frozen=True, slots=True)
class CascadeQuestion:
    """A weak model's counts and a strong model's rates on the same tasks."""

    tasks: tuple[TaskCounts, ...]
    strong: tuple[StrongTask, ...]
    budgets: tuple[int, ...]
    costs: Costs
    confidence: float = 0.95
    seed: int = 0


async def cascade_of_tasks(question: CascadeQuestion) -> Answer[Cascade]:
    """Rewards of a cascade, joint per task.

    Raises:
        InvalidInput: If counts contradict each other, rates add up to more than 1, or a budget is too large.
    """
    require_consistent(question.tasks, "/tasks")
    for place, each in enumerate(question.strong):
        if each.right + each.wrong > 1 + 1e-9:
            raise InvalidInput("right and wrong add up to more than 1", f"/tasks/{place}/strong/wrong")
    rows = zip(question.tasks, question.strong, strict=True)
    some = [(task, strong) for task, strong in rows if task.samples]
    if not some:
        raise InvalidInput("no task has samples", "/tasks")
    for place, budget in enumerate(question.budgets):
        require_budget([task for task, _ in some], budget, f"/budgets/{place}")
    found = await asyncio.to_thread(
        cascade,
        [task for task, _ in some],
        [strong for _, strong in some],
        question.budgets,
        question.costs,
        seed=question.seed,
        confidence=question.confidence,
    )
    method = bootstrapped(
        "weak model up to K draws, the rest to the strong one; joint per task, mean over tasks",
        "R(K) = R_weak(K) + E_i[(1 - w_i(K)) (a_i - c g_i - call)], w_i(K) = 1 - C(n-b,K)/C(n,K)",
        question.seed,
        question.confidence,
    )
    excluded = {"tasks without samples": len(question.tasks) - len(some)}
    warnings = ("The best budget is chosen on the same tasks that its reward is told of.",)
    return Answer(found, method, len(some), excluded=excluded, warnings=warnings)
