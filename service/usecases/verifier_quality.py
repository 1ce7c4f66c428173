"""How good verifiers are, over any selection of stored candidates: rates, sets, agreement, curves, worst tasks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, compress

from service.analysis.agreement import Agreement, agreements
from service.analysis.roc import Roc, roc_of
from service.analysis.verifier_quality import SetRates, VerifierRates, seeded, set_rates, verifier_rates
from service.domain.ports import MatrixCandidate, ScorePoints
from service.domain.profile import accepted, reason_of
from service.domain.requests import LOCAL, Caller
from service.usecases.app import App
from service.usecases.verifier_columns import Columns
from service.usecases.verifier_selection import GroupBy, QualityQuestion, Table, is_class, read_table

_WORST_TASKS = 10
_SHOWN_CANDIDATES = 5
_MOST_GROUPS = 2_000
_CELLS = ((True, True), (True, False), (False, True), (False, False))


@dataclass(frozen=True, slots=True)
class Cells:
    """Candidates by what verifier and oracle said; ``excluded`` counts those that lack either verdict, and why.

    Attributes:
        excluded: Reason → how many; reasons of the oracle begin with ``oracle_``.
    """

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    excluded: Mapping[str, int]

    @property
    def unresolved(self) -> int:
        """Candidates that lack either verdict."""
        return sum(self.excluded.values())


@dataclass(frozen=True, slots=True)
class Group:
    """The same figures for a part of the candidates."""

    name: str
    cells: Cells
    rates: VerifierRates


@dataclass(frozen=True, slots=True)
class WorstTask:
    """A task with false positives, and some of the candidates behind them."""

    task_id: str
    false_positive: int
    accepted: int
    candidates: tuple[MatrixCandidate, ...]


@dataclass(frozen=True, slots=True)
class VerifierQuality:
    """One verifier against the oracle."""

    verifier: str
    cells: Cells
    rates: VerifierRates
    groups: tuple[Group, ...]
    worst_tasks: tuple[WorstTask, ...]


@dataclass(frozen=True, slots=True)
class SetQuality:
    """All the verifiers together: a candidate passes if every one of them accepts it."""

    verifiers: tuple[str, ...]
    cells: Cells
    rates: SetRates


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two verifiers on the same candidates."""

    first: str
    second: str
    both_accept: int
    only_first: int
    only_second: int
    neither: int
    unresolved: int
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class ScoredVerifier:
    """The curve of a verifier that gives scores."""

    verifier: str
    roc: Roc


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything that was asked for. ``tasks`` and ``candidates`` count the whole selection."""

    question: QualityQuestion
    run_ids: tuple[str, ...]
    tasks: int
    candidates: int
    verifiers: tuple[VerifierQuality, ...]
    whole: SetQuality
    agreement: tuple[PairAgreement, ...]
    scored: tuple[ScoredVerifier, ...] = field(default=())


async def verifier_quality(app: App, question: QualityQuestion, *, caller: Caller = LOCAL) -> QualityReport:
    """Figures of verifiers against an oracle.

    Raises:
        NotFound: If there is no such run, task or verifier.
        InvalidInput: If the oracle judged none of the candidates, or parts of the question contradict each other.
        Forbidden: If the caller may not read one of the runs.
    """
    table = await read_table(app, question, caller)
    worst = [await _worst_tasks(app, table, column) for column in range(len(table.columns.names))]
    scored = await _scored(app, table, question.oracle)
    return await asyncio.to_thread(_report, question, table, worst, scored)


def _report(
    question: QualityQuestion,
    table: Table,
    worst: Sequence[tuple[WorstTask, ...]],
    scored: tuple[ScoredVerifier, ...],
) -> QualityReport:
    columns = table.columns
    verifiers = tuple(
        VerifierQuality(
            verifier=name,
            cells=_cells(columns, column),
            rates=verifier_rates(_by_task(columns, table.task_ids, column), seeded(question.seed)),
            groups=_groups(question, table, column),
            worst_tasks=worst[column],
        )
        for column, name in enumerate(columns.names)
    )
    return QualityReport(
        question=question,
        run_ids=tuple(table.runs),
        tasks=len(set(table.task_ids)),
        candidates=sum(item.count for item in columns.counts),
        verifiers=verifiers,
        whole=_whole(question, table),
        agreement=_agreement(question, table),
        scored=scored,
    )


def _cells(columns: Columns, column: int, rows: Iterable[int] | None = None) -> Cells:
    cells: Counter[tuple[bool, bool]] = Counter()
    excluded: Counter[str] = Counter()
    for row in range(len(columns.counts)) if rows is None else rows:
        said, truth = columns.outcomes[row][column], columns.outcomes[row][-1]
        yes, good, count = accepted(said), accepted(truth), columns.counts[row].count
        if yes is not None and good is not None:
            cells[yes, good] += count
        else:
            excluded[reason_of(said) if yes is None else f"oracle_{reason_of(truth)}"] += count
    tp, fp, fn, tn = (cells[cell] for cell in _CELLS)
    return Cells(tp, fp, fn, tn, dict(sorted(excluded.items())))


def _by_task(
    columns: Columns, task_ids: Sequence[str], column: int, rows: Iterable[int] | None = None
) -> list[list[int]]:
    """Cells per task, only of candidates with both verdicts."""
    found: dict[str, list[int]] = {}
    for row in range(len(columns.counts)) if rows is None else rows:
        yes, good = accepted(columns.outcomes[row][column]), accepted(columns.outcomes[row][-1])
        if yes is not None and good is not None:
            found.setdefault(task_ids[row], [0] * 4)[_CELLS.index((yes, good))] += columns.counts[row].count
    return list(found.values())


def _groups(question: QualityQuestion, table: Table, column: int) -> tuple[Group, ...]:
    columns, task_ids, names = table.columns, table.task_ids, table.groups
    if table.by_rule is not None:
        columns, task_ids = table.by_rule, table.rule_task_ids
        names = [item.rule or "" for item in columns.counts]
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if question.by is not GroupBy.ERROR_CLASS or is_class(name):
            rows.setdefault(name, []).append(row)
    return tuple(
        Group(
            name,
            _cells(columns, column, rows[name]),
            verifier_rates(_by_task(columns, task_ids, column, rows[name]), seeded(question.seed)),
        )
        for name in sorted(rows)[:_MOST_GROUPS]
    )


def _whole(question: QualityQuestion, table: Table) -> SetQuality:
    """The verifiers as one that accepts what all of them accept; three-valued, as an ``all_of`` rule."""
    columns = table.columns

    def together(outcomes: tuple[str, ...]) -> str:
        said = outcomes[:-1]
        refusing = next((outcome for outcome in said if accepted(outcome) is False), None)
        missing = next((outcome for outcome in said if accepted(outcome) is None), None)
        return refusing or missing or (said[0] if said else "!not_checked")

    joined = Columns(columns.counts, ("all",), [(together(found), found[-1]) for found in columns.outcomes])
    rates = set_rates(_by_task(joined, table.task_ids, 0), seeded(question.seed))
    return SetQuality(columns.names, _cells(joined, 0), rates)


def _agreement(question: QualityQuestion, table: Table) -> tuple[PairAgreement, ...]:
    """Every pair of verifiers, the oracle among them."""
    columns = table.columns
    names = (*columns.names, question.oracle)
    pairs = list(combinations(range(len(names)), 2))
    unresolved = [0] * len(pairs)
    tasks: dict[str, list[list[int]]] = {}
    for row, item in enumerate(columns.counts):
        said = [accepted(outcome) for outcome in columns.outcomes[row]]
        cells = tasks.setdefault(table.task_ids[row], [[0] * 4 for _ in pairs])
        for index, (first, second) in enumerate(pairs):
            one, two = said[first], said[second]
            if one is None or two is None:
                unresolved[index] += item.count
            else:
                cells[index][_CELLS.index((one, two))] += item.count
    table_cells = list(tasks.values())
    if not table_cells or not pairs:
        return ()
    found = []
    for index, agreement in enumerate(agreements(table_cells, seeded(question.seed))):
        both, first, second, neither = (sum(task[index][cell] for task in table_cells) for cell in range(4))
        here, there = (names[place] for place in pairs[index])
        found.append(PairAgreement(here, there, both, first, second, neither, unresolved[index], agreement))
    return tuple(found)


async def _worst_tasks(app: App, table: Table, column: int) -> tuple[WorstTask, ...]:
    """The tasks that contribute most false positives, with some of the candidates behind them."""
    columns = table.columns
    false, yes = Counter[str](), Counter[str]()
    keys: dict[str, set[tuple[int, int]]] = {}
    for row, item in enumerate(columns.counts):
        said, good = accepted(columns.outcomes[row][column]), accepted(columns.outcomes[row][-1])
        if said and good is not None:
            yes[table.task_ids[row]] += item.count
        if said and good is False and item.profile_key is not None:
            false[table.task_ids[row]] += item.count
            keys.setdefault(table.task_ids[row], set()).add((item.task_key, item.profile_key))
    worst = sorted(false, key=lambda task_id: (-false[task_id], task_id))[:_WORST_TASKS]
    # Behind a profile that several scores share stand candidates of either kind, so none of them is shown.
    by_score = bool(columns.scored)
    async with app.storage.reading() as unit:
        shown = {
            task_id: ()
            if by_score
            else await unit.matrix.candidates(table.selection, sorted(keys[task_id]), _SHOWN_CANDIDATES)
            for task_id in worst
        }
    return tuple(WorstTask(task_id, false[task_id], yes[task_id], tuple(shown[task_id])) for task_id in worst)


async def _scored(app: App, table: Table, oracle: str) -> tuple[ScoredVerifier, ...]:
    """The curves of those verifiers that gave scores."""
    columns = table.columns
    async with app.storage.reading() as unit:
        names = await unit.matrix.scored(table.selection.run_ids)
        wanted = [name for name in columns.names if name in names and name != oracle]
        curves = {name: columns.points.get(name) or await unit.matrix.scores(table.selection, name) for name in wanted}
    truths: dict[int | None, bool | None] = {}
    for item, outcomes in zip(columns.counts, columns.outcomes, strict=True):
        good = accepted(outcomes[-1])
        # An oracle that rests on scores has no one truth for a profile.
        truths[item.profile_key] = good if truths.get(item.profile_key, good) == good else None
    found = [(name, await asyncio.to_thread(_curve, curves[name], truths)) for name in wanted]
    return tuple(ScoredVerifier(name, roc) for name, roc in found if roc is not None)


def _curve(points: ScorePoints, truths: Mapping[int | None, bool | None]) -> Roc | None:
    """The curve of those candidates of which the oracle knows; None without one."""
    good = [truths.get(key) for key in points.profile_keys]
    known = [truth is not None for truth in good]
    if not any(known):
        return None
    tasks, scores = list(compress(points.task_keys, known)), list(compress(points.scores, known))
    verdicts = [bool(truth) for truth in compress(good, known)]
    return roc_of(tasks, scores, verdicts, [1] * len(tasks))
