"""Makes a stronger suite for a task: proposes inputs, asks the reference, and keeps few that find much."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from service.domain.candidate import encode_program
from service.domain.execution import Executor, Trial
from service.errors import InvalidTask
from tasks.lowering import lower
from tasks.strategies import NoModel, propose
from tasks.strategies.proposal import VERSION as PROPOSALS
from tasks.strengthen.choice import Material, choose_inputs, killed
from tasks.strengthen.features import features_of
from tasks.strengthen.selecting import selection_mutants
from tasks.task import CallCase, Comparison, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

SUITE = "strengthened"
"""Name of the suite that is made."""
VERSION = "1"
"""Of how suites are made: it changes whenever equal seeds may give another suite."""


@dataclass(frozen=True, slots=True)
class StrengthenOptions:
    """How much is tried and kept.

    Attributes:
        seed: Equal seeds make equal suites.
        examples: Inputs to propose.
        cases: Inputs to keep beside those of the visible suites.
        mutants: Mutants of one operator.
        candidates: Recorded candidates to tell apart.
    """

    seed: int = 0
    examples: int = 500
    cases: int = 60
    mutants: int = 4
    candidates: int = 24

    def key(self) -> str:
        """Everything about the options and the method that can change a suite, as text."""
        return json.dumps([VERSION, PROPOSALS, asdict(self)], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Strengthened:
    """What came of it.

    Attributes:
        suite: None if there is none, and ``problem`` says why.
        proposed: Inputs that were proposed, those of the visible suites among them.
        trials: Those of them that belong to the task.
        mutants: Selection mutants that some input tells from the reference.
        killed: Of those, how many the suite finds.
        candidates: Recorded candidates that some input tells from the reference.
        caught: Of those, how many the suite refuses.
    """

    suite: Suite | None
    problem: str = ""
    proposed: int = 0
    trials: int = 0
    mutants: int = 0
    killed: int = 0
    candidates: int = 0
    caught: int = 0


async def strengthen_task(
    executor: Executor[Task], task: Task, options: StrengthenOptions, candidates: Sequence[bytes] = ()
) -> Strengthened:
    """A stronger suite for one task. Hidden suites are never looked at unless the task has no other.

    Args:
        executor: Runs reference, mutants and candidates.
        task: A task with a reference and a function to call.
        options: How much is tried and kept.
        candidates: Recorded programs that the suite should tell apart.

    Raises:
        SandboxTrouble: If the sandbox failed.
    """
    shown = without(task, SUITE)  # so that making it again makes the same
    try:
        given = visible_inputs(shown)
        inputs = [*given, *await asyncio.to_thread(propose, shown, seed=options.seed, examples=options.examples)]
        trials = await executor.trials(shown, inputs)
    except (InvalidTask, NoModel) as problem:
        return Strengthened(None, str(problem))
    if not trials:
        return Strengthened(None, f"the reference answers none of {len(inputs)} inputs", len(inputs))
    mutants = await asyncio.to_thread(_mutants, task, options)
    words = await executor.outcomes(shown, mutants, trials)
    recorded = await executor.outcomes(shown, candidates, trials)
    held = {_key(args) for args in given}
    places = tuple(place for place, trial in enumerate(trials) if _key(trial.args) in held)
    material = await asyncio.to_thread(_material, trials, words, recorded, places)
    chosen = sorted((*places, *await asyncio.to_thread(choose_inputs, material, at_most=options.cases)))
    return Strengthened(
        suite=_suite(task, [trials[place] for place in chosen], _provenance(task, options, len(inputs), len(trials))),
        proposed=len(inputs),
        trials=len(trials),
        mutants=sum(killed(word, range(len(trials))) for word in words),
        killed=sum(killed(word, chosen) for word in words),
        candidates=sum(killed(word, range(len(trials))) for word in recorded),
        caught=sum(killed(word, chosen) for word in recorded),
    )


def with_suite(task: Task, suite: Suite) -> Task:
    """A new version of a task with the suite in place of an earlier one of its name; the others stay as they are."""
    others = tuple(each for each in task.suites if each.name != suite.name)
    return with_versions(replace(task, suites=(*others, suite), version=""))


def visible_inputs(task: Task) -> tuple[tuple[Any, ...], ...]:
    """Inputs of the visible suites, as far as they can be read, each once."""
    if task.entry_point is None:
        return ()
    found: dict[str, tuple[Any, ...]] = {}
    for suite in task.suites:
        lowered = lower(suite, task.entry_point, task.prelude)
        if suite.visibility is Visibility.VISIBLE and lowered.kind is SuiteKind.CASES:
            found |= {_key(case.args): case.args for case in lowered.cases if isinstance(case, CallCase)}
    return tuple(found.values())


def without(task: Task, name: str) -> Task:
    """The task as it would be without one of its suites; itself if it has no other."""
    others = tuple(suite for suite in task.suites if suite.name != name)
    return task if len(others) in (0, len(task.suites)) else with_versions(replace(task, suites=others, version=""))


def _mutants(task: Task, options: StrengthenOptions) -> Sequence[bytes]:
    assert task.reference is not None
    assert task.entry_point is not None
    rng = random.Random(options.seed)  # noqa: S311 - programs, not secrets
    found = selection_mutants(task.reference, task.entry_point, at_most=options.mutants, rng=rng)
    return [encode_program(mutant.source) for mutant in found]


def _material(
    trials: Sequence[Trial], mutants: Sequence[str], candidates: Sequence[str], given: tuple[int, ...]
) -> Material:
    features = [features_of(trial.args, trial.expected) for trial in trials]
    return Material(features, mutants, candidates, given)


def _key(args: Sequence[Any]) -> str:
    return repr(tuple(args))


def _suite(task: Task, trials: Sequence[Trial], provenance: Mapping[str, object]) -> Suite:
    cases = tuple(
        CallCase(
            args=trial.args,
            expected=trial.expected,
            also=trial.also,
            comparison=Comparison(trial.comparison),
            atol=trial.atol,
            rtol=trial.rtol,
        )
        for trial in trials
    )
    return Suite(SUITE, SuiteKind.CASES, cases, Visibility.HIDDEN, provenance=provenance)


def _provenance(task: Task, options: StrengthenOptions, proposed: int, trials: int) -> Mapping[str, object]:
    return {
        "generator": "strengthen",
        "version": VERSION,
        "proposals": PROPOSALS,
        "reference": hashlib.sha256(encode_program(task.reference or "")).hexdigest(),
        **asdict(options),
        "proposed": proposed,
        "trials": trials,
    }
