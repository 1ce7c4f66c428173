"""What an analysis of resampling says in words: its method, how the paper's differs, and what to beware of."""

from __future__ import annotations

from service.analysis.resampling_models import Fitted
from service.analysis.resampling_quantities import Rate
from service.usecases.analyses.resampling import ResamplingAnswer, ResamplingRequest

BELIEVABLE = 0.05
"""A model whose TP or FP departs further from the counts is warned about."""
FEW_TASKS = 50
"""Below that, intervals may cover less than they say; docs/method/coverage.md has figures."""
_DIFFERENCES = (
    "The curve is the expectation of the paper's 1000 random permutations, without their noise; in both modes.",
    "fdr_by_attempt: every task that can be decided at a draw weighs the same, and buckets are plain means over draws "
    "with their standard deviation as error. Weighted by the chance to be decided there, early draws have a lower fdr.",
    "optimum: the first largest reward of budgets 1 and up to the last bit, 0 if it is below 0. Otherwise rewards "
    "within 1e-12 are a tie, the smallest budget wins it, and a best reward of 0 means budget 0.",
    "two_type: the soundness estimate and the reward of the paper's appendix C, which counts hard tasks twice because "
    "it weighs a belief that is conditioned on rejection by the chance of rejection again.",
)


def estimator_of(request: ResamplingRequest) -> str:
    """The estimator in words."""
    exact = "exact expectation over the orders of each task's samples, mean over tasks"
    return f"{exact}; the paper's own averages where they differ" if request.paper_compatible else exact


def interval_of(request: ResamplingRequest) -> str:
    """The intervals in words."""
    agree = "where all tasks agree, Clopper-Pearson or Wilson over tasks"
    if request.replicates:
        return f"BCa cluster bootstrap over tasks, {request.replicates} replicates, widened for few tasks; {agree}"
    return f"Student's t with linearised standard errors over tasks; {agree}"


def differences_of(request: ResamplingRequest) -> list[str]:
    """How the paper's estimators differ from ours, where they were asked for."""
    return list(_DIFFERENCES) if request.paper_compatible else []


def warnings_of(answer: ResamplingAnswer) -> list[str]:
    """What a reader should know before quoting a figure."""
    counts, said = answer.found.counts, list[str]()
    if not counts.tasks:
        return ["No task has a sample with both verdicts: there is nothing to compute."]
    if counts.excluded:
        said.append(f"Left out: {_many(counts.excluded, 'task')} without a sample that has a verdict.")
    if answer.excluded_samples:
        said.append(f"Left out: {_many(answer.excluded_samples, 'sample')} without a verdict.")
    if answer.repairs:
        said.append(f"Left out: {_many(answer.repairs, 'candidate')} made to repair another one, so no samples.")
    if answer.most_samples > counts.largest_budget:
        said.append(
            f"Tasks have {counts.largest_budget} to {answer.most_samples} samples; budgets end with the fewest."
        )
    if counts.tasks == 1:
        said.append("One task says nothing about others: there are no intervals.")
    elif counts.tasks < FEW_TASKS:
        said.append(f"Only {_many(counts.tasks, 'task')}: intervals may cover less than they say.")
    return said + _of_figures(answer)


def _of_figures(answer: ResamplingAnswer) -> list[str]:
    found, said = answer.found, []
    limited = [f"{each.found.false_positive_cost:g}" for each in found.best if each.found.budget_limited]
    if limited:
        said.append(
            f"At cost {', '.join(limited)} the reward still grows at the last budget: the best one is not known."
        )
    silent = found.counts.tasks - found.macro_tasks
    if silent:
        said.append(f"Without an accepted sample: {_many(silent, 'task')}. The macro precision is over the others.")
    completeness = found.rates[Rate.COMPLETENESS].value
    if completeness is not None and completeness < 1:
        said.append(f"The verifier refuses {100 * (1 - completeness):.1f} % of the correct samples.")
    for name, model in answer.models.items():
        if isinstance(model, Fitted) and model.largest_difference > BELIEVABLE:
            off = f"{100 * model.largest_difference:.1f} points"
            said.append(f"The model {name.value} is off by {off} within the samples; do not believe it beyond them.")
    return said


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
