"""Resampling with an imperfect verifier, of a run or of counts that somebody sends."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from service.analysis.beta_fit import Unidentifiable
from service.analysis.bootstrap import REPLICATES
from service.analysis.resampling import Question, Resampling, analyse
from service.analysis.resampling_counts import Counts, TaskCounts, contradiction
from service.analysis.resampling_models import Beyond, Fitted, fit_beta_model, fit_two_types
from service.analysis.resampling_uncertainty import MAX_CELLS, MAX_WORK, bootstrap_cells
from service.domain.requests import LOCAL, Caller
from service.errors import InvalidInput
from service.usecases.analyses.samples import run_samples
from service.usecases.app import App

DEFAULT_COSTS = (0.0, 1.0, 2.0, 4.0, 8.0)
MOST_BUDGETS = 1_000
MOST_SAMPLES = 10_000
"""Of a task, where models are fitted."""
MOST_STEPS = 100_000_000
"""Distinct tasks times the largest budget."""
_FEW = 12


class ModelName(StrEnum):
    """Models of how tasks differ."""

    TWO_TYPE = "two_type"
    BETA = "beta"


@dataclass(frozen=True, slots=True)
class ResamplingRequest:
    """What to compute.

    Attributes:
        budgets: Empty means a few up to the largest usable one.
        costs: Of a false positive, infinity included.
        sample_cost: Of a sample.
        compare: Pairs of budgets.
        models: Models to fit to the counts.
        extrapolate: Budgets at which they are asked, beyond the samples or not.
        prefix: Where the fields stand in the request: ``/`` in a body, ``#/query/`` in a query.
    """

    budgets: tuple[int, ...] = ()
    costs: tuple[float, ...] = DEFAULT_COSTS
    sample_cost: float = 0.0
    confidence: float = 0.95
    seed: int = 0
    replicates: int = REPLICATES
    paper_compatible: bool = False
    compare: tuple[tuple[int, int], ...] = ()
    models: tuple[ModelName, ...] = ()
    extrapolate: tuple[int, ...] = ()
    prefix: str = "/"


@dataclass(frozen=True, slots=True)
class ResamplingAnswer:
    """The figures and what they were made of.

    Attributes:
        request: With the budgets that were taken.
        excluded_samples: Samples that lack a verdict of the verifier or of the oracle.
        repairs: Candidates left out because they repair another one.
        most_samples: Samples of the task that has most.
    """

    found: Resampling
    request: ResamplingRequest
    excluded_samples: int = 0
    repairs: int = 0
    most_samples: int = 0
    run_id: str | None = None
    verifier: str | None = None
    oracle: str | None = None
    models: dict[ModelName, Fitted | Unidentifiable] = field(default_factory=dict)


async def resample_counts(tasks: Sequence[TaskCounts], request: ResamplingRequest) -> ResamplingAnswer:
    """Resampling of posted counts.

    Raises:
        InvalidInput: If counts contradict each other, or a budget is above the smallest number of samples; names the
            place and, for a budget, the largest usable one.
    """
    for index, task in enumerate(tasks):
        wrong = contradiction(task)
        if wrong is not None:
            raise InvalidInput(wrong.reason, f"/tasks/{index}/{wrong.field.value}")
    return await asyncio.to_thread(_answer, tasks, request)


async def resample_run(
    app: App,
    run_id: str,
    request: ResamplingRequest,
    *,
    verifier: str = "base",
    oracle: str = "plus",
    caller: Caller = LOCAL,
) -> ResamplingAnswer:
    """Resampling of the samples of a run: the verifier decides when to stop, the oracle whether that was right.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If one of the two judged nothing here, or a budget is above the smallest number of samples.
    """
    samples = await run_samples(app, run_id, caller=caller)
    tasks = samples.against(verifier, oracle)
    counts = [TaskCounts(each.samples, each.accepted, each.correct, each.accepted_correct) for each in tasks]
    answer = await asyncio.to_thread(_answer, counts, request)
    return replace(
        answer,
        excluded_samples=sum(task.unresolved for task in tasks),
        repairs=samples.repairs,
        run_id=run_id,
        verifier=verifier,
        oracle=oracle,
    )


def default_budgets(largest: int) -> tuple[int, ...]:
    """Every budget where they are few, else some, up to the largest usable one but at most 200."""
    most = min(largest, 200)
    some = range(1, most) if most <= _FEW else (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150)
    return tuple(sorted({budget for budget in (*some, most) if 1 <= budget <= most}))


def _answer(tasks: Sequence[TaskCounts], request: ResamplingRequest) -> ResamplingAnswer:
    counts = Counts.of(tasks)
    taken = replace(request, budgets=request.budgets or default_budgets(counts.largest_budget))
    if counts.tasks:
        _require_usable(counts.largest_budget, taken)
    question = Question(
        budgets=taken.budgets,
        costs=taken.costs,
        sample_cost=taken.sample_cost,
        confidence=taken.confidence,
        seed=taken.seed,
        replicates=taken.replicates,
        published=taken.paper_compatible,
        compare=taken.compare,
    )
    _require_affordable(counts, question, taken)
    most = max((task.samples for task in tasks), default=0)
    return ResamplingAnswer(analyse(counts, question), taken, most_samples=most, models=_models(counts, taken))


def _models(counts: Counts, request: ResamplingRequest) -> dict[ModelName, Fitted | Unidentifiable]:
    asked = Beyond(
        budgets=tuple(sorted({*(budget for budget in request.budgets if budget), *request.extrapolate})),
        costs=tuple(cost for cost in request.costs if math.isfinite(cost)),
        sample_cost=request.sample_cost,
        confidence=request.confidence,
        seed=request.seed,
        replicates=request.replicates or REPLICATES,
        published=request.paper_compatible,
    )
    if not math.isfinite(request.sample_cost):
        return {name: Unidentifiable("samples of infinite cost are never drawn") for name in request.models}
    fits = {ModelName.TWO_TYPE: fit_two_types, ModelName.BETA: fit_beta_model}
    nothing = Unidentifiable("there is no task")
    return {name: fits[name](counts, asked) if counts.tasks else nothing for name in dict.fromkeys(request.models)}


def _require_usable(largest: int, request: ResamplingRequest) -> None:
    for index, budget in enumerate(request.budgets):
        if budget > largest:
            raise InvalidInput(
                f"a budget of {budget} needs {budget} samples of every task; the largest usable budget is {largest}",
                f"{request.prefix}budgets/{index}",
            )
    scanned = max(request.budgets, default=0)
    for index, pair in enumerate(request.compare):
        if max(pair) > scanned:
            raise InvalidInput(
                f"{max(pair)} is not compared: the largest of the budgets is {scanned}",
                f"{request.prefix}compare/{index}",
            )


def _require_affordable(counts: Counts, question: Question, request: ResamplingRequest) -> None:
    largest = max(question.budgets, default=0)
    if len(counts.samples) * largest > MOST_STEPS:
        most = MOST_STEPS // len(counts.samples)
        raise InvalidInput(f"with so many tasks budgets end at {most}", f"{request.prefix}budgets")
    if request.models and counts.tasks and int(counts.samples.max()) > MOST_SAMPLES:
        said = f"models take at most {MOST_SAMPLES:,} samples of a task"
        raise InvalidInput(said, f"{request.prefix}models")
    cells = bootstrap_cells(counts, largest)
    if not question.replicates:
        return
    if cells > MAX_CELLS:
        said = "too many tasks and budgets for a bootstrap; 0 takes linearised standard errors instead"
        raise InvalidInput(said, f"{request.prefix}replicates")
    if cells * question.replicates > MAX_WORK:
        most = MAX_WORK // cells
        said = f"with so many tasks and budgets at most {most} replicates; 0 takes linearised standard errors instead"
        raise InvalidInput(said, f"{request.prefix}replicates")
