"""What shows only over all tasks of a set: weak suites, blind spots, near-duplicates, and the figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.analysis.suite_strength import (
    MutationCount,
    false_alarm_rate,
    lower_outliers,
    score_over_tasks,
    strength,
)
from service.domain.audit import Flag, FlagKind
from service.usecases.audit_documents import flags_in, reports_in
from service.usecases.audit_flags import SuiteReport, counted, flag
from tasks.strengthen.likeness import near_duplicates
from tasks.strengthen.scoring import OVERFIT
from tasks.task import Suite, SuiteKind, Task, Visibility

_LEAST_SCORE = 1 / 3
"""A suite that lets two of three mistakes pass is weak, whatever its neighbours do."""
_SPREAD = 5.0
"""Robust standard deviations below the usual score from which on a suite is weak: a few honest asserts vary a lot."""
_LEAST_MUTANTS = 5
"""With fewer mutants a score says nothing."""
_LEAST_TASKS = 8
"""With fewer tasks there is no usual score to compare with."""
_REGULAR = 0.85
"""Share of suites that must have about the usual number of cases before having few says something."""
_BLIND = 3
"""Mutants of one operator that must pass, all of them, before it counts as a blind spot."""


def set_flags(tasks: Sequence[Task], documents: Mapping[str, Mapping[str, Any]]) -> tuple[Flag, ...]:
    """Flags of tasks and suites beside the others of the set, those of single tasks first."""
    own = [found for document in documents.values() for found in flags_in(document)]
    accused = {(found.task_id, found.suite) for found in own if found.kind.label_error}
    weak = [found for found in _weak(tasks, documents) if (found.task_id, found.suite) not in accused]
    return (*own, *weak, *_blind(tasks, documents), *_alike(tasks))


def _weak(tasks: Sequence[Task], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Flag]:
    bounds = {
        name: lower_outliers(scores, spread=_SPREAD)
        for name, scores in _scores(documents).items()
        if len(scores) >= _LEAST_TASKS
    }
    usual = _usual_sizes(tasks)
    for task in tasks:
        for report in reports_in(documents[task.id]) if task.id in documents else ():
            suite = task.suite(report.suite)
            if suite is None or not report.sound:
                continue
            reasons = list(_reasons(suite, report, max(_LEAST_SCORE, bounds.get(suite.name, 0.0))))
            if len(suite.cases) * 2 < usual.get(suite.name, 0):
                reasons.append(f"has {len(suite.cases)} cases where others usually have {usual[suite.name]}")
            if reasons:
                count = counted(report, overfit=False)
                told = {
                    "score": strength(count).score,
                    "mutants": asdict(count),
                    "usual": bounds.get(suite.name),
                    "survivors": [dict(each) for each in report.survivors],
                    "stubs": list(report.stubs),
                }
                message = f"{suite.name} {'; '.join(reasons)}"
                yield flag(FlagKind.WEAK_SUITE, task.id, task.version, suite.name, message, told)


def _scores(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for document in documents.values():
        for report in reports_in(document):
            score = _score(report)
            if score is not None:
                found[report.suite].append(score)
    return found


def _score(report: SuiteReport) -> float | None:
    count = counted(report, overfit=False)
    return strength(count).score if report.sound and count.total - count.equivalent >= _LEAST_MUTANTS else None


def _usual_sizes(tasks: Sequence[Task]) -> dict[str, int]:
    """The usual number of cases of suites of one name, where most have about as many as the others."""
    sizes: dict[str, list[int]] = defaultdict(list)
    for task in tasks:
        for suite in task.suites:
            if suite.kind not in (SuiteKind.CHECK, SuiteKind.PYTEST):
                sizes[suite.name].append(len(suite.cases))
    found = {}
    for name, counts in sizes.items():
        middle = sorted(counts)[len(counts) // 2]
        alike = sum(middle <= 2 * count and count <= 2 * middle for count in counts)
        if len(counts) >= _LEAST_TASKS and alike >= _REGULAR * len(counts):
            found[name] = middle
    return found


def _reasons(suite: Suite, report: SuiteReport, bound: float) -> Iterator[str]:
    score = _score(report)
    if score is not None and score < bound:
        yield f"finds {score:.0%} of the mistakes that are put into the reference"
    if report.stubs:
        yield f"accepts a program that solves nothing ({report.stubs[0].replace('_', ' ')})"
    overfit = report.operators.get(OVERFIT)
    if suite.visibility is Visibility.HIDDEN and overfit is not None and overfit.killed < overfit.total:
        yield "accepts a program that hard-codes the visible answers"


def _blind(tasks: Sequence[Task], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Flag]:
    for task in tasks:
        for report in reports_in(documents[task.id]) if task.id in documents else ():
            spots = [
                name
                for name, count in report.operators.items()
                if name != OVERFIT and count.killed == 0 and count.total - count.equivalent >= _BLIND
            ]
            if spots:
                message = f"{report.suite} finds no mutant of {', '.join(spots)}"
                survivors = [dict(each) for each in report.survivors if each["operator"] in spots]
                told = {"operators": spots, "survivors": survivors}
                yield flag(FlagKind.BLIND_SPOT, task.id, task.version, report.suite, message, told)


def _alike(tasks: Sequence[Task]) -> Iterator[Flag]:
    for pair in near_duplicates(tasks):
        first, second = tasks[pair.first], tasks[pair.second]
        told = {"other": first.id, "prompt": pair.prompt, "reference": pair.reference}
        message = f"almost the same as {first.id}"
        yield flag(FlagKind.NEAR_DUPLICATE, second.id, f"{second.version} {first.version}", None, message, told)


# --- figures ---------------------------------------------------------------------------------------


def summary_of(documents: Mapping[str, Mapping[str, Any]], flags: Sequence[Flag], seed: int) -> dict[str, Any]:
    """Figures over all tasks, per suite and operator, and how many flags of which kind."""
    return {
        "tasks": len(documents),
        "flags": dict(Counter(found.kind.value for found in flags)),
        "flagged_tasks": len({found.task_id for found in flags if found.kind.label_error}),
        "suites": [_figures(name, found, seed) for name, found in _by_suite(documents).items()],
    }


def _by_suite(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, list[SuiteReport]]:
    found: dict[str, list[SuiteReport]] = defaultdict(list)
    for document in documents.values():
        for report in reports_in(document):
            found[report.suite].append(report)
    return found


def _figures(name: str, found: Sequence[SuiteReport], seed: int) -> dict[str, Any]:
    sound = [report for report in found if report.sound]
    operators = sorted({operator for report in sound for operator in report.operators})
    controls, alarms = sum(report.controls for report in sound), sum(len(report.alarms) for report in sound)
    none = MutationCount(0, 0)
    return {
        "suite": name,
        "tasks": len(found),
        "unsound": len(found) - len(sound),
        "all": _rate([counted(report, overfit=True) for report in sound], seed),
        "operators": {
            operator: _rate([report.operators.get(operator, none) for report in sound], seed) for operator in operators
        },
        "controls": controls,
        "false_alarms": alarms,
        "false_alarm_rate": false_alarm_rate(controls, alarms),
        "accepted_stubs": sum(len(report.stubs) for report in sound),
    }


def _rate(counts: Sequence[MutationCount], seed: int) -> dict[str, Any]:
    """Mutation score of some suites in one pot, its interval over tasks, and what it was made of."""
    together = sum(counts, MutationCount(0, 0))
    found = strength(together)
    estimate = score_over_tasks(counts, seed)
    interval = None if estimate is None else estimate.interval
    return {
        "score": found.score,
        "interval": None if interval is None else [interval.low, interval.high],
        "blind_spot_rate": found.blind_spot_rate,
        "tasks": 0 if estimate is None else estimate.n,
        "mutants": together.total,
        "killed": together.killed,
        "not_distinguished": together.equivalent,
        "method": None if estimate is None else estimate.method,
    }
