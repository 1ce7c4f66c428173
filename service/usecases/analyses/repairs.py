"""Repair sessions, counted: what rounds mend and break, by feedback policy, and against drawing again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.analysis.bootstrap import REPLICATES
from service.analysis.repairs import (
    ExampleFigures,
    Round,
    RoundFigures,
    Session,
    example_figures,
    flattens_at,
    repair_figures,
)
from service.analysis.repairs_against_resampling import Against, against_resampling
from service.analysis.resampling_counts import TaskCounts
from service.domain.matrix import cross, verifiers_of
from service.domain.ports import Selection
from service.domain.repair import RecordedAttempt, RecordedRepair, Repair, RepairFilter, RepairMode
from service.domain.requests import LOCAL, Caller, Scope
from service.domain.verdict import Verdict
from service.errors import InvalidInput
from service.usecases.app import App
from service.usecases.runs import get_run

_PAGE = 500
_ANALYSER = "static"
"""The verifier whose findings are counted."""


class GroupBy(StrEnum):
    """What sessions are told apart by."""

    POLICY = "policy"
    ERROR_CLASS = "error_class"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class RepairQuestion:
    """What an analysis of repairs asks.

    Attributes:
        wanted: Which sessions.
        by: What they are told apart by, besides all of them together.
        run_id: A run of the same model whose samples repair is held against.
        sample_tokens: Mean tokens of a sample of that run, for a comparison at equal tokens.
    """

    wanted: RepairFilter = field(default_factory=RepairFilter)
    by: GroupBy = GroupBy.POLICY
    run_id: str | None = None
    sample_tokens: float | None = None
    confidence: float = 0.95
    seed: int = 0
    replicates: int = REPLICATES


@dataclass(frozen=True, slots=True)
class RepairGroup:
    """Sessions of one kind.

    Attributes:
        label: ``all``, or the policy, error class or model.
        sessions: How many are counted.
        tasks: Over so many tasks.
        flattens_at: The round after which nothing more was gained; None while it still rises.
        examples: Sessions that were told examples, by O1 and O2.
        against: Repair and resampling at equal cost.
    """

    label: str
    sessions: int
    tasks: int
    rounds: tuple[RoundFigures, ...]
    flattens_at: int | None
    examples: tuple[ExampleFigures, ...]
    against: tuple[Against, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairAnswer:
    """What became of repair sessions.

    Attributes:
        excluded: Sessions without any program that came to a verdict.
        lost_attempts: Programs without a verdict; they were no rounds.
    """

    question: RepairQuestion
    groups: tuple[RepairGroup, ...]
    excluded: int
    lost_attempts: int


async def analyse_repairs(app: App, question: RepairQuestion, *, caller: Caller = LOCAL) -> RepairAnswer:
    """Figures of all sessions that the question takes, and of each kind of them.

    Raises:
        NotFound: No such run.
        InvalidInput: A run that was not judged by what the sessions were judged by.
        Forbidden: Without the scope ``read``.
    """
    caller.require(Scope.READ)
    recorded = [each async for each in _all(app, question.wanted)]
    rows = [(each, _session(each)) for each in recorded]
    usable = [(each, session) for each, session in rows if session.rounds]
    samples = await _samples(app, question, [each.repair for each, _ in usable], caller)
    lost = sum(len(each.attempts) - len(session.rounds) for each, session in rows)
    groups = await asyncio.to_thread(_groups, usable, samples, question)
    return RepairAnswer(question, tuple(groups), len(rows) - len(usable), lost)


async def _all(app: App, wanted: RepairFilter) -> AsyncIterator[RecordedRepair]:
    after: str | None = None
    while True:
        async with app.storage.reading() as unit:
            page = await unit.repairs.recorded(wanted, after, _PAGE)
        for each in page:
            yield each
        if len(page) < _PAGE:
            return
        after = page[-1].repair.id


def _session(recorded: RecordedRepair) -> Session:
    rounds = [_round(recorded.repair, attempt) for attempt in recorded.attempts]
    return Session(recorded.repair.task_id, tuple(each for each in rounds if each.accepted is not None))


def _round(repair: Repair, recorded: RecordedAttempt) -> Round:
    spoken = [_accepts(recorded, name) for name in repair.verifiers]
    accepted = None if None in spoken else all(spoken)
    correct = None if repair.oracle is None else _accepts(recorded, repair.oracle)
    if repair.mode is RepairMode.EXAMPLES:
        accepted = recorded.attempt.conforms
    asked = _ANALYSER in recorded.checks
    tokens = (recorded.attempt.prompt_tokens, recorded.attempt.completion_tokens)
    return Round(
        accepted,
        correct,
        clean=_accepts(recorded, _ANALYSER),
        findings=recorded.findings if asked else None,
        tokens=None if tokens[0] is None or tokens[1] is None else tokens[0] + tokens[1],
    )


def _accepts(recorded: RecordedAttempt, name: str) -> bool | None:
    check = recorded.checks.get(name)
    return None if check is None or check.verdict is None else check.verdict is Verdict.ACCEPTED


def _groups(
    rows: Sequence[tuple[RecordedRepair, Session]], samples: Mapping[str, TaskCounts], question: RepairQuestion
) -> Iterable[RepairGroup]:
    if not rows:
        return
    yield _group("all", rows, samples, question)
    kinds: dict[str, list[tuple[RecordedRepair, Session]]] = {}
    for recorded, session in rows:
        kinds.setdefault(_label(recorded, question.by), []).append((recorded, session))
    if len(kinds) > 1:
        for label in sorted(kinds):
            yield _group(label, kinds[label], samples, question)


def _label(recorded: RecordedRepair, by: GroupBy) -> str:
    repair = recorded.repair
    if by is GroupBy.MODEL:
        return repair.model
    if by is GroupBy.POLICY:
        budget = "" if repair.budget_tokens is None else f", {repair.budget_tokens} tokens"
        return f"{repair.mode.value}, {'+'.join(repair.verifiers)}, {repair.disclosure.value}{budget}"
    checks = [recorded.attempts[0].checks.get(name) for name in repair.verifiers]
    classes = [check.error_class for check in checks if check is not None and check.error_class not in (None, "pass")]
    return classes[0] or "pass" if classes else "pass"


def _group(
    label: str,
    rows: Sequence[tuple[RecordedRepair, Session]],
    samples: Mapping[str, TaskCounts],
    question: RepairQuestion,
) -> RepairGroup:
    sessions = [session for _, session in rows]
    told = [session for recorded, session in rows if recorded.repair.mode is RepairMode.EXAMPLES]
    figures = repair_figures(sessions, confidence=question.confidence)
    against = against_resampling(
        sessions,
        samples,
        question.seed,
        sample_tokens=question.sample_tokens,
        confidence=question.confidence,
        replicates=question.replicates,
    )
    return RepairGroup(
        label,
        len(sessions),
        len({session.task for session in sessions}),
        figures,
        flattens_at(figures),
        example_figures(told, confidence=question.confidence),
        against,
    )


async def _samples(
    app: App, question: RepairQuestion, repairs: Sequence[Repair], caller: Caller
) -> Mapping[str, TaskCounts]:
    """Counts of the run's samples by task id, judged as the sessions were."""
    if question.run_id is None or not repairs:
        return {}
    view = await get_run(app, question.run_id, caller=caller)
    async with app.storage.reading() as unit:
        counts = await unit.matrix.profiles(Selection((question.run_id,), samples_only=True))
    verifier, oracle = repairs[0].verifiers[0], repairs[0].oracle
    known = verifiers_of(counts, view.run.verifiers)
    for name in (verifier, oracle):
        if name not in known:
            raise InvalidInput(f"no candidate of this run was judged by {name!r}", "#/query/run")
    assert oracle is not None  # it is among the verifiers that are known
    ids = {repair.task_key: repair.task_id for repair in repairs}
    return {
        ids[each.task_key]: TaskCounts(
            each.true_positive + each.false_positive + each.false_negative + each.true_negative,
            each.true_positive + each.false_positive,
            each.true_positive + each.false_negative,
            each.true_positive,
        )
        for each in cross(counts, known, oracle)
        if each.verifier == verifier and each.task_key in ids
    }
