"""The quality that a verifier needs, and how many suites that takes."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.decisions import Method, bootstrapped
from service.analysis.required_quality import (
    Sampler,
    budget_needed,
    passed_by_all,
    required_fpr,
    required_fpr_within,
    suites_needed,
)
from service.analysis.required_quality_of_tasks import (
    MOST_CELLS,
    Measure,
    Requirement,
    cells_needed,
    required_of_tasks,
)
from service.analysis.resampling_counts import TaskCounts, contradiction
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """A model of accuracy r per sample, and what is asked of its verifier.

    Attributes:
        target: Precision, or a strong model's single-sample accuracy, to match.
        budget: Samples, None without limit.
        fpr: Of the present verifier, if there is one.
        suite_fpr: Of each further independent suite, if any are thought of.
    """

    accuracy: float
    completeness: float
    target: float
    budget: int | None = None
    fpr: float | None = None
    suite_fpr: float | None = None
    suite_correlation: float = 0.0


@dataclass(frozen=True, slots=True)
class QualityFound:
    """What the verifier needs.

    Attributes:
        required_fdr: Largest P(wrong | accepted).
        required_fpr: Largest P(accepted | wrong) with which accepted samples are right that often.
        required_fpr_within_budget: Largest with which that share of tasks ends right within the budget, abstaining
            counted as a failure; None where not even a flawless verifier gets there.
        smallest_budget: Samples with which a flawless verifier gets there.
        suites: Suites that must all accept to bring wrong samples down to ``required_fpr``.
        present_precision: Of the present verifier.
        present_true_positive: P(ending right) with it, within the budget.
    """

    required_fdr: float
    required_fpr: float
    required_fpr_within_budget: float | None
    smallest_budget: float
    suites: float | None
    present_precision: float | None
    present_true_positive: float | None


async def required_quality(question: QualityQuestion) -> Answer[QualityFound]:
    """The quality that a verifier needs, in closed form."""
    sampler = Sampler(question.accuracy, question.completeness)
    budget = math.inf if question.budget is None else float(question.budget)
    fpr = required_fpr(sampler, question.target)
    present = question.fpr
    suites = None
    if question.suite_fpr is not None:
        # The present verifier's false positives are there already; the suites only have to remove the rest.
        wanted = 1.0 if fpr >= 1 else fpr if present is None else min(1.0, fpr / present) if present else 1.0
        suites = suites_needed(wanted, question.suite_fpr, question.suite_correlation)
    found = QualityFound(
        required_fdr=1 - question.target,
        required_fpr=fpr,
        required_fpr_within_budget=required_fpr_within(sampler, question.target, budget),
        smallest_budget=budget_needed(sampler.right_per_sample(), question.target),
        suites=suites,
        present_precision=None if present is None else sampler.precision(present),
        present_true_positive=None if present is None else sampler.true_positive(present, budget),
    )
    warnings = ["One rate for all tasks: where tasks differ, post their counts (required_quality_of_tasks)."]
    return Answer(found, Method("closed form for one kind of task", _SOURCE), warnings=tuple(warnings))


_SOURCE = "P(right | accepted) = rT / (rT + (1-r)f) and (1-(1-q)^K) rT/q, q = rT + (1-r)f, solved for f"


@dataclass(frozen=True, slots=True)
class StrongCounts:
    """A strong model's samples on one task."""

    task_id: str
    samples: int
    correct: int


@dataclass(frozen=True, slots=True)
class TaskQualityQuestion:
    """Counts of the weak model and the strong model's accuracy: one known number, or counts on the same tasks."""

    task_ids: tuple[str | None, ...]
    weak: tuple[TaskCounts, ...]
    strong_accuracy: float | None
    strong: tuple[StrongCounts, ...]
    budget: int | None
    measure: Measure
    suite_fpr: float | None = None
    suite_correlation: float = 0.0
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TaskQualityFound:
    """The requirement, whether the strong model can be matched at all, and how many suites that takes."""

    requirement: Requirement
    attainable: bool
    met: bool
    suites: float | None


async def required_quality_of_tasks(question: TaskQualityQuestion) -> Answer[TaskQualityFound]:
    """The quality that the weak model's verifier needs, from counts per task.

    Raises:
        InvalidInput: If counts contradict each other, no task is left, or the budget is above the samples of a task.
    """
    require_consistent(question.weak, "/tasks")
    tasks, strong, excluded = _paired(question)
    if not tasks:
        raise InvalidInput("no task has samples of every model asked about", "/tasks")
    require_budget(tasks, question.budget, "/budget")
    if cells_needed(tasks) > MOST_CELLS:
        raise InvalidInput("too many different counts with too many false positives for exact expectations", "/tasks")
    requirement = await asyncio.to_thread(
        required_of_tasks,
        tasks,
        strong,
        budget=question.budget,
        measure=question.measure,
        seed=question.seed,
        confidence=question.confidence,
    )
    scale = None if requirement.scale is None else requirement.scale.value
    suites = None
    if question.suite_fpr is not None and scale is not None:
        suites = suites_needed(scale, question.suite_fpr, question.suite_correlation)
    method = bootstrapped(
        "expectation over binomial thinning of the false positives, exact; mean over tasks",
        "w(K)·t/(t+j) with w(K) = 1 - C(n-t-j, K)/C(n, K), j ~ Bin(b-t, x), solved for x",
        question.seed,
        question.confidence,
    )
    found = TaskQualityFound(requirement, scale is not None, scale == 1.0, suites)
    return Answer(found, method, len(tasks), excluded=excluded, warnings=_quality_warnings(question))


def _quality_warnings(question: TaskQualityQuestion) -> tuple[str, ...]:
    warnings = []
    if question.budget is None:
        warnings.append("Without a budget each task's shares are taken for its probabilities.")
    if question.strong_accuracy is not None:
        warnings.append("The strong model's accuracy is taken as known: intervals do not hold its own uncertainty.")
    return tuple(warnings)


def _paired(question: TaskQualityQuestion) -> tuple[list[TaskCounts], float | list[float], dict[str, int]]:
    rows = list(zip(question.task_ids, question.weak, strict=True))
    some = [(name, task) for name, task in rows if task.samples]
    excluded = {"tasks without samples": len(rows) - len(some)}
    if question.strong_accuracy is not None:
        return [task for _, task in some], question.strong_accuracy, excluded
    shares = {}
    for place, each in enumerate(question.strong):
        if each.correct > each.samples:
            raise InvalidInput(f"{each.correct} correct of {each.samples} samples", f"/strong/{place}/correct")
        if each.samples:
            shares[each.task_id] = each.correct / each.samples
    both = [(task, shares[name]) for name, task in some if name is not None and name in shares]
    excluded["tasks without the strong model"] = len(some) - len(both)
    return [task for task, _ in both], [share for _, share in both], excluded


def require_consistent(tasks: Sequence[TaskCounts], pointer: str) -> None:
    """Insist on counts that can be.

    Raises:
        InvalidInput: With the place of the first one that cannot.
    """
    for place, task in enumerate(tasks):
        wrong = contradiction(task)
        if wrong is not None:
            raise InvalidInput(wrong.reason, f"{pointer}/{place}/{wrong.field.value}")


def require_budget(tasks: Sequence[TaskCounts], budget: int | None, pointer: str) -> None:
    """Insist on samples for the budget.

    Raises:
        InvalidInput: With the largest usable one.
    """
    largest = min(task.samples for task in tasks)
    if budget is not None and budget > largest:
        said = f"a budget of {budget} needs {budget} samples of every task; the largest usable budget is {largest}"
        raise InvalidInput(said, pointer)


@dataclass(frozen=True, slots=True)
class SuitesQuestion:
    """Suites of one fpr and completeness, and the fpr to reach."""

    required_fpr: float
    suite_fpr: float
    correlation: float = 0.0
    completeness: float = 1.0


@dataclass(frozen=True, slots=True)
class SuitesFound:
    """How many, and what they then let pass.

    Attributes:
        suites: Whole number or infinity.
        fpr: Of all of them together; None where no number will do.
        completeness: P(all accept | right) if their false alarms are independent.
    """

    suites: float
    fpr: float | None
    completeness: float | None


async def suites(question: SuitesQuestion) -> Answer[SuitesFound]:
    """How many suites must all accept until few enough wrong samples pass."""
    count = suites_needed(question.required_fpr, question.suite_fpr, question.correlation)
    fpr = None if math.isinf(count) else passed_by_all(question.suite_fpr, int(count), question.correlation)
    kept = None if math.isinf(count) else question.completeness**count
    source = "ln f / ln f₁; correlated: beta-binomial with that correlation of pairs"
    warnings = () if question.correlation else ("Suites written alike miss alike: measure their correlation.",)
    return Answer(SuitesFound(count, fpr, kept), Method("closed form", source), warnings=warnings)
