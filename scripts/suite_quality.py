"""Measures strengthened suites on public samples with labels, and their mutation score beside that of ``base``.

    scripts/suite_quality [--every N] [--cases N] [--seed N] [--samples FILE]...

Reads HumanEval+, MBPP+ and the labelled samples in ``ASSAY_TEST_DATA`` (by default ``../shared/data``) or the files
named. Suites are made from reference, contract and base inputs alone: ``plus`` is taken away before. ``--every N``
takes every Nth task. Samples of the same program for the same task count as often as they were drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox.backends import BackendOptions, open_sandbox
from scripts.fidelity import ROOT, lines_of
from service.analysis.estimates import Estimate
from service.analysis.rates import pooled_ratio
from service.analysis.suite_strength import MutationCount, score_over_tasks
from service.domain.candidate import encode_program
from service.domain.execution import Trial
from service.usecases.concurrency import each
from service.usecases.strengthening import StrengthenOptions, strengthen_task, visible_inputs
from service.verify.execution import CellExecutor
from tasks.formats import evalplus
from tasks.strategies import NoModel, propose
from tasks.strengthen.mutation import mutants_of
from tasks.strengthen.overfit import overfit_mutants
from tasks.strengthen.scoring import SCORING
from tasks.task import CallCase, Suite, Task

SETS = {"humaneval-plus": "HumanEvalPlus.jsonl.gz", "mbpp-plus": "MbppPlus.jsonl.gz"}
LABELS = ("false_pass", "true_pass")
_FOUND = frozenset("wrta")


@dataclass
class Totals:
    """Sums over tasks."""

    refused: dict[str, dict[str, int]] = field(default_factory=lambda: {label: {} for label in LABELS})
    samples: dict[str, dict[str, int]] = field(default_factory=lambda: {label: {} for label in LABELS})
    base: list[MutationCount] = field(default_factory=list)
    strengthened: list[MutationCount] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def labelled(files: Sequence[Path]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Public task id → (program, label) of the samples that ``base`` accepts."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in files:
        for row in lines_of(path):
            if row["label"] in LABELS:
                found[row["task_id"]].append((row["solution"], row["label"]))
    return found


async def measure(
    executor: CellExecutor, task: Task, own: Sequence[tuple[str, str]], options: StrengthenOptions, totals: Totals
) -> None:
    """Add one task."""
    shown = replace(task, suites=task.suites[:1])
    made = await strengthen_task(executor, shown, options)
    for label in LABELS:
        totals.samples[label][task.id] = sum(each == label for _, each in own)
        totals.refused[label][task.id] = 0
    if made.suite is None:
        totals.without.append(f"{task.id}: {made.problem}")
        return
    trials = _trials(made.suite)
    programs = list(dict.fromkeys(program for program, _ in own))
    words = await executor.outcomes(shown, list(map(encode_program, programs)), trials, case_wall_s=1.0)
    refused = {program for program, word in zip(programs, words, strict=True) if set(word) & _FOUND}
    for program, label in own:
        totals.refused[label][task.id] += program in refused
    totals.sizes.append(len(trials))
    await _score(executor, shown, trials, totals)


async def _score(executor: CellExecutor, task: Task, trials: Sequence[Trial], totals: Totals) -> None:
    """Mutation scores; what a pool of other inputs does not tell from the reference either is left out."""
    assert task.reference is not None
    rng = random.Random(0)
    mutants = (*mutants_of(task.reference, SCORING, at_most=3, rng=rng), *overfit_mutants(task))
    try:
        pool = await executor.trials(task, await asyncio.to_thread(propose, task, seed=1, examples=150))
    except NoModel:
        pool = []
    words = await executor.outcomes(task, [encode_program(mutant.source) for mutant in mutants], [*trials, *pool])
    own = {repr(args) for args in visible_inputs(task)}
    base = [place for place, trial in enumerate(trials) if repr(trial.args) in own]
    real = [word for word in words if set(word) & _FOUND]
    for counts, places in ((totals.base, base), (totals.strengthened, range(len(trials)))):
        killed = sum(any(word[place] in _FOUND for place in places) for word in real)
        counts.append(MutationCount(len(words), killed, len(words) - len(real)))


def _trials(suite: Suite) -> list[Trial]:
    return [
        Trial(case.args, case.expected, 0.0, case.comparison.value, case.also, case.atol, case.rtol)
        for case in suite.cases
        if isinstance(case, CallCase)
    ]


def report(totals: Totals, wall_s: float) -> None:
    """Print everything."""
    print(f"{len(totals.sizes)} tasks, {sum(totals.sizes) / max(1, len(totals.sizes)):.1f} cases each, {wall_s:.0f} s")
    for label, name in zip(LABELS, ("base accepts, plus refuses", "plus accepts"), strict=True):
        refused, samples = totals.refused[label], totals.samples[label]
        rate = pooled_ratio(list(refused.values()), list(samples.values()))
        told = "no samples" if rate is None else f"{rate.value:.2%}{_told(rate)}"
        print(f"{name}: {sum(refused.values())} of {sum(samples.values())} refused, {told}")
    for name, counts in (("base", totals.base), ("strengthened", totals.strengthened)):
        found = score_over_tasks(counts)
        if found is not None:
            mutants = sum(count.total - count.equivalent for count in counts)
            print(f"mutation score of {name}: {found.value:.3f}{_told(found)}, {mutants} mutants, {found.n} tasks")
    for line in _details(totals):
        print(line)


def _told(rate: Estimate) -> str:
    return "" if rate.interval is None else f" [{rate.interval.low:.4f}, {rate.interval.high:.4f}]"


def _details(totals: Totals) -> Iterator[str]:
    """Tasks with missed samples, with samples refused wrongly, and without a suite."""
    wrong, right = LABELS
    missed = {task: samples - totals.refused[wrong][task] for task, samples in totals.samples[wrong].items()}
    for title, counts in (("missed", missed), ("refused wrongly", totals.refused[right])):
        yield f"{title}: " + (", ".join(f"{task} ({n})" for task, n in sorted(counts.items()) if n) or "none")
    yield from (f"no suite for {line}" for line in totals.without)


async def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--cases", type=int, default=StrengthenOptions().cases)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", action="append", type=Path, default=[])
    given = parser.parse_args()
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    tasks = {
        row["task_id"]: evalplus.task_from_row(row, name)
        for name, file in SETS.items()
        for row in lines_of(data / file)
    }
    samples = labelled(given.samples or sorted((data / "samples").glob("*.jsonl.gz")))
    chosen = [name for name in sorted(samples) if name in tasks][:: given.every]
    options = StrengthenOptions(seed=given.seed, cases=given.cases)
    totals, began = Totals(), time.perf_counter()
    pool = await open_sandbox(BackendOptions(), cells=2, isolation="process", grace_s=1.0)
    try:
        executor = CellExecutor(pool)
        await each(chosen, lambda name: measure(executor, tasks[name], samples[name], options, totals), 2)
    finally:
        await pool.close()
    report(totals, time.perf_counter() - began)


if __name__ == "__main__":
    asyncio.run(main())
