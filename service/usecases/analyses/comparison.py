"""Comparing models on one benchmark: over stored runs, and over posted counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.analysis.comparison import NOT_APPLICABLE, McNemar, Permutation, mcnemar, sign_flip, two_sample_permutation
from service.analysis.comparison_of_models import Comparison, ModelCounts, compare_models
from service.analysis.decisions import Method, bootstrapped
from service.analysis.negative_flips import Flips, flip_rates
from service.analysis.power import Power, paired_power
from service.analysis.rankings import RankingAgreement, ranking_agreement
from service.analysis.regression import Line, regression
from service.domain.matrix import cross, tally
from service.domain.requests import LOCAL, Caller
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer, refused
from service.usecases.analyses.samples import RunSamples, run_samples
from service.usecases.app import App

MOST_MODELS = 20
_SOURCE = (
    "McNemar 1947; Cochran 1950; Holm 1979; sign flips: Fisher 1935; flips: arXiv:2407.09435; rankings: "
    "arXiv:2407.13696; line: arXiv:2411.17501, figure 3"
)


@dataclass(frozen=True, slots=True)
class TaskCell:
    """One model on one task; the visible verifier's counts are None without one."""

    samples: int
    correct: int
    accepted: int | None = None
    accepted_correct: int | None = None


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """A model and its counts by task."""

    name: str
    cells: Mapping[str, TaskCell]
    run_id: str | None = None
    excluded_samples: int = 0


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """What to compare by.

    Attributes:
        verifier: Taken for the truth.
        visible: The weaker verifier whose ranking and precision are looked at, or None.
    """

    verifier: str = "plus"
    visible: str | None = "base"
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ComparisonFound:
    """The comparison, the runs it is of, and what does not apply to it."""

    comparison: Comparison
    run_ids: tuple[str, ...]
    not_applicable: str = NOT_APPLICABLE


async def compare_runs(
    app: App, run_ids: Sequence[str], request: ComparisonRequest, *, caller: Caller = LOCAL
) -> Answer[ComparisonFound]:
    """Compare stored runs on the tasks that all of them have, in the same version.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If there are fewer than two runs, a run twice, no common task, or the verifier judged nothing.
    """
    if len(set(run_ids)) < len(run_ids) or not 2 <= len(run_ids) <= MOST_MODELS:
        raise InvalidInput(f"give 2 to {MOST_MODELS} different runs", "#/query/runs")
    found = [await run_samples(app, run_id, caller=caller) for run_id in run_ids]
    keys = sorted({item.task_key for samples in found for item in samples.counts})
    async with app.storage.reading() as unit:
        names = {key: task.id for key, task in (await unit.tasks.load(keys)).items()}
    models = [_model(samples, names, request) for samples in found]
    repairs = sum(samples.repairs for samples in found)
    return await _compared(_named_apart(models), request, "#/query/runs", repairs)


async def compare_counts(models: Sequence[ComparedModel], request: ComparisonRequest) -> Answer[ComparisonFound]:
    """Compare posted counts.

    Raises:
        InvalidInput: If a name stands there twice, or no task has samples of all models.
    """
    if len({model.name for model in models}) < len(models):
        raise InvalidInput("every model needs a name of its own", "/models")
    return await _compared(models, request, "/models", 0)


def _model(samples: RunSamples, names: Mapping[int, str], request: ComparisonRequest) -> ComparedModel:
    run = samples.run
    if request.verifier not in samples.verifiers:
        known = ", ".join(samples.verifiers)
        said = f"no candidate of {run.id} was judged by {request.verifier!r}, but by {known}"
        raise InvalidInput(said, "#/query/verifier")
    judged = [each for each in tally(samples.counts, samples.verifiers) if each.verifier == request.verifier]
    total = sum(item.count for item in samples.counts)
    cells = {names[each.task_key]: TaskCell(each.judged, each.accepted) for each in judged if each.judged}
    if request.visible is not None and request.visible in samples.verifiers and request.visible != request.verifier:
        for both in cross(samples.counts, samples.verifiers, request.verifier):
            name = names[both.task_key]
            if both.verifier == request.visible and name in cells:
                accepted = both.true_positive + both.false_positive
                seen = accepted + both.false_negative + both.true_negative
                # Only where both judged every sample do the counts speak of the same ones.
                if seen == cells[name].samples:
                    cells[name] = TaskCell(seen, cells[name].correct, accepted, both.true_positive)
    return ComparedModel(run.model, cells, run.id, total - sum(each.judged for each in judged))


def _named_apart(models: Sequence[ComparedModel]) -> list[ComparedModel]:
    """Runs of one model carry their ids in their names."""
    names = [model.name for model in models]
    return [
        model
        if names.count(model.name) == 1
        else ComparedModel(f"{model.name} ({model.run_id})", model.cells, model.run_id, model.excluded_samples)
        for model in models
    ]


async def _compared(
    models: Sequence[ComparedModel], request: ComparisonRequest, pointer: str, repairs: int
) -> Answer[ComparisonFound]:
    tasks = sorted(
        set.intersection(*({name for name, cell in model.cells.items() if cell.samples} for model in models))
    )
    if not tasks:
        raise InvalidInput("no task has samples with a verdict of all of them", pointer)
    every = set.union(*(set(model.cells) for model in models))
    counts = [_counts(model, tasks) for model in models]
    found = await asyncio.to_thread(compare_models, tasks, counts, seed=request.seed, confidence=request.confidence)
    method = bootstrapped(
        "tests on verdicts of the same tasks; paired cluster bootstrap; the unit is the task",
        _SOURCE,
        request.seed,
        request.confidence,
    )
    excluded = {
        "tasks not judged for every model": len(every) - len(tasks),
        "samples without a verdict": sum(model.excluded_samples for model in models),
        "repairs": repairs,
    }
    ids = tuple(model.run_id for model in models if model.run_id is not None)
    warnings = _warnings(counts, found)
    return Answer(ComparisonFound(found, ids), method, len(tasks), excluded=excluded, warnings=tuple(warnings))


def _counts(model: ComparedModel, tasks: Sequence[str]) -> ModelCounts:
    cells = [model.cells[name] for name in tasks]
    accepted = [cell.accepted for cell in cells if cell.accepted is not None]
    both = [cell.accepted_correct for cell in cells if cell.accepted_correct is not None]
    visible = (tuple(accepted), tuple(both)) if len(accepted) == len(both) == len(cells) else None
    return ModelCounts(
        model.name, tuple(cell.samples for cell in cells), tuple(cell.correct for cell in cells), visible
    )


def _warnings(counts: Sequence[ModelCounts], found: Comparison) -> list[str]:
    warnings = []
    if any(n > 1 for each in counts for n in each.samples):
        warnings.append(
            "Tasks have several samples: McNemar's and Cochran's tests do not apply; the permutation tests stand in."
        )
    if found.rankings is None:
        warnings.append("Agreement of rankings needs at least 5 models, each judged by the visible verifier.")
    if found.line is None:
        warnings.append("A line through models needs at least 3, each with a visible verifier.")
    return warnings


async def line_of_points(accuracy: Sequence[float], precision: Sequence[float], confidence: float) -> Answer[Line]:
    """The line through posted points.

    Raises:
        InvalidInput: If accuracy does not vary.
    """
    found = regression(accuracy, precision, confidence)
    if found is None:
        raise InvalidInput("all models have the same accuracy", "/points")
    method = Method(
        "ordinary least squares, points unweighted",
        "arXiv:2411.17501, figure 3; t intervals of slope and intercept",
        interval="t, n - 2 degrees of freedom",
        confidence=confidence,
    )
    return Answer(found, method, len(accuracy), unit="models")


@dataclass(frozen=True, slots=True)
class TableFound:
    """A two-by-two table of tasks: the test, what flipped (no task is named), and what so many tasks can show."""

    mcnemar: McNemar
    flips: Flips
    power: Power


async def compare_table(table: tuple[tuple[int, int], tuple[int, int]]) -> Answer[TableFound]:
    """Two models from ((both, only first), (only second, neither)).

    Raises:
        InvalidInput: If the table is empty.
    """
    (both, first_only), (second_only, neither) = table
    tasks = both + first_only + second_only + neither
    if not tasks:
        raise InvalidInput("the table counts no task", "/table")
    difference = (second_only - first_only) / tasks
    spread = ((first_only + second_only) / tasks - difference**2) ** 0.5
    rates = flip_rates(both, first_only, second_only, neither)
    found = TableFound(mcnemar(first_only, second_only), rates, paired_power(difference, spread, tasks))
    return Answer(found, Method("tests on a table of tasks", _SOURCE), tasks)


async def compare_scores(
    first: Sequence[float], second: Sequence[float], *, paired: bool, seed: int
) -> Answer[Permutation]:
    """Two lists of figures by permutation, such as solved tasks of repeated runs.

    Raises:
        InvalidInput: If paired lists differ in length.
    """
    if paired and len(first) != len(second):
        raise InvalidInput("paired lists have the same length", "/second")
    if paired:
        differences = [one - two for one, two in zip(first, second, strict=True)]
        found = await asyncio.to_thread(sign_flip, differences, seed=seed)
    else:
        found = await asyncio.to_thread(two_sample_permutation, first, second, seed=seed)
    method = Method(
        "permutation test of the difference of means",
        "Fisher 1935; drawn arrangements: Phipson and Smyth 2010",
        seed=None if found.exact else seed,
    )
    return Answer(found, method, len(first) + (0 if paired else len(second)), unit="pairs" if paired else "figures")


async def compare_rankings(visible: Sequence[float], hidden: Sequence[float], seed: int) -> Answer[RankingAgreement]:
    """Agreement of two rankings of the same models.

    Raises:
        InvalidInput: If there are fewer than five.
    """
    with refused("/models"):
        found = await asyncio.to_thread(ranking_agreement, visible, hidden, seed=seed)
    method = Method(
        "Kendall's tau-b and Pearson's r, over all models and over ten at random, repeated",
        "Perlitz et al. 2024, arXiv:2407.13696",
        seed=seed,
    )
    return Answer(found, method, len(visible), unit="models")
