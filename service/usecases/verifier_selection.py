"""Which candidates figures about verifiers are made of, and into which groups they fall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from service.domain.ports import ProfileCount, Selection, UnitOfWork
from service.domain.requests import Caller
from service.domain.run import Run
from service.errors import InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.runs import get_run
from service.usecases.verifier_columns import Columns, Source, read_columns

_MOST_RUNS = 500


class GroupBy(StrEnum):
    """What figures are made for each of."""

    TASK = "task"
    MODEL = "model"
    RUN = "run"
    TASK_SET = "task_set"
    ERROR_CLASS = "error_class"
    """What the oracle found."""
    RULE = "rule"
    """Candidates in which an analyser found the rule broken; a candidate may be in several groups."""


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """What is asked about verifiers. Conditions that are given must all hold.

    Attributes:
        run_ids: Runs; or with none of them every run of the models and task sets.
        verifiers: Names, ``name@version`` for one version; empty means all that said something.
        oracle: Taken for the truth.
        task_id: Of this task only.
        error_class: Candidates of which the oracle found this.
        rule: Candidates in which an analyser found this rule broken.
        threshold: Scored verifiers accept from this score on, instead of what they said.
        include_repairs: With candidates that repair another one.
        by: Also for each group.
        seed: Of bootstrapped intervals.
    """

    run_ids: tuple[str, ...] = ()
    verifiers: tuple[str, ...] = ()
    oracle: str = "plus"
    models: tuple[str, ...] = ()
    task_sets: tuple[str, ...] = ()
    task_id: str | None = None
    error_class: str | None = None
    rule: str | None = None
    threshold: float | None = None
    include_repairs: bool = False
    by: GroupBy | None = None
    seed: int = 0

    def over(
        self, run_ids: tuple[str, ...], models: tuple[str, ...] = (), task_sets: tuple[str, ...] = ()
    ) -> QualityQuestion:
        """The same question about these runs."""
        return replace(self, run_ids=run_ids, models=models, task_sets=task_sets)


@dataclass(frozen=True, slots=True)
class Table:
    """The selected candidates with their columns, and the names of what they belong to.

    Attributes:
        task_ids: Task of each item.
        groups: Group of each item; empty without a grouping. With rules ``by_rule`` holds them instead.
    """

    selection: Selection
    runs: Mapping[str, Run]
    columns: Columns
    task_ids: Sequence[str]
    groups: Sequence[str]
    by_rule: Columns | None = None
    rule_task_ids: Sequence[str] = ()


async def read_table(app: App, question: QualityQuestion, caller: Caller) -> Table:
    """Read what the question is about.

    Raises:
        NotFound: If there is no such run or task, or a verifier judged none of the candidates.
        InvalidInput: If the oracle judged none of them, or no run is named.
        Forbidden: If the caller may not read one of the runs.
    """
    if question.rule is not None and question.by is GroupBy.RULE:
        raise InvalidInput("give a rule or group by rules, not both", "#/query/by")
    runs = await _runs(app, question, caller)
    async with app.storage.reading() as unit:
        selection = Selection(
            tuple(runs), await _task_keys(unit, question.task_id), question.rule, not question.include_repairs
        )
        source = Source(app, unit, selection, question.threshold)
        columns = await read_columns(source, question.verifiers, question.oracle, "#/query/oracle")
        columns = _of_class(columns, question.error_class)
        by_rule = await _rules(source, question, columns) if question.by is GroupBy.RULE else None
        counts = (*columns.counts, *(by_rule.counts if by_rule else ()))
        names = await unit.matrix.task_ids(sorted({item.task_key for item in counts}))
    task_ids = [names[item.task_key] for item in columns.counts]
    groups = _groups(question.by, columns, task_ids, runs)
    rule_tasks = [names[item.task_key] for item in by_rule.counts] if by_rule else []
    return Table(selection, runs, columns, task_ids, groups, by_rule, rule_tasks)


async def _runs(app: App, question: QualityQuestion, caller: Caller) -> dict[str, Run]:
    names: Sequence[str] = question.run_ids
    if not names and (question.models or question.task_sets):
        async with app.storage.reading() as unit:
            names = await unit.matrix.run_ids(models=question.models, task_sets=question.task_sets)
    if not names:
        raise InvalidInput("name runs, or a model or task set that has some", "#/query/run")
    if len(names) > _MOST_RUNS:
        raise InvalidInput(f"at most {_MOST_RUNS} runs, not {len(names)}", "#/query/run")
    found = {name: (await get_run(app, name, caller=caller)).run for name in dict.fromkeys(names)}
    wanted = {
        name: run
        for name, run in found.items()
        if (not question.models or run.model in question.models)
        and (not question.task_sets or run.task_set in question.task_sets)
    }
    if not wanted:
        raise NotFound("none of the runs is of that model and task set")
    return wanted


async def _task_keys(unit: UnitOfWork, task_id: str | None) -> tuple[int, ...] | None:
    if task_id is None:
        return None
    keys = tuple(await unit.matrix.task_keys((task_id,)))
    if not keys:
        raise NotFound(f"there is no task {task_id!r}")
    return keys


def _of_class(columns: Columns, error_class: str | None) -> Columns:
    if error_class is None:
        return columns
    kept = [index for index, outcomes in enumerate(columns.outcomes) if outcomes[-1] == error_class]
    return replace(
        columns,
        counts=[columns.counts[index] for index in kept],
        outcomes=[columns.outcomes[index] for index in kept],
    )


async def _rules(source: Source, question: QualityQuestion, columns: Columns) -> Columns:
    """The same columns for candidates by the rules that were broken in them."""
    if columns.scored:
        raise InvalidInput("figures that rest on scores are not grouped by rules; give one rule", "#/query/by")
    outcomes = {item.profile_key: found for item, found in zip(columns.counts, columns.outcomes, strict=True)}
    counts = [item for item in await source.unit.matrix.rules(source.selection) if item.profile_key in outcomes]
    return Columns(counts, columns.names, [outcomes[item.profile_key] for item in counts])


def _groups(by: GroupBy | None, columns: Columns, task_ids: Sequence[str], runs: Mapping[str, Run]) -> list[str]:
    of: dict[GroupBy, Callable[[int, ProfileCount], str]] = {
        GroupBy.TASK: lambda index, _: task_ids[index],
        GroupBy.MODEL: lambda _, item: runs[item.run_id].model,
        GroupBy.RUN: lambda _, item: item.run_id,
        GroupBy.TASK_SET: lambda _, item: runs[item.run_id].task_set,
        GroupBy.ERROR_CLASS: lambda index, _: columns.outcomes[index][-1],
    }
    if by is None or by not in of:
        return []
    return [of[by](index, item) for index, item in enumerate(columns.counts)]


def is_class(group: str) -> bool:
    """Whether a group by error class is one, and not the reason for there being none."""
    return not group.startswith("!")
