"""Makes a disagreement small: simpler inputs, many at a time, as long as one of them still shows it.

The candidate runs in its process and the reference in another; this side sees values only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from sandbox.port import Sandbox
from sandbox.runner.compare import show
from sandbox.spec import CaseReport, Job, Outcome
from service.domain.check import Counterexample
from service.verify.differential_reference import Reference, run
from service.verify.differential_trials import Budget, Judging, Trial
from tasks.strategies import NoModel, model_of
from tasks.strategies.conformity import conforms
from tasks.strategies.relations import Args
from tasks.strategies.shrinking import simpler
from tasks.task import Task

_BATCH = 80
"""Simpler inputs that are tried in one pair of jobs."""
_STEPS = 25


class Shrinker:
    """Shrinks disagreements of one candidate with one reference."""

    def __init__(self, sandbox: Sandbox, task: Task, job: Job, *, guarded: bool, budget: Budget) -> None:
        """Run the candidate as ``job`` does.

        Args:
            sandbox: Runs both sides.
            task: Its reference decides.
            job: The candidate's; its exam is replaced.
            guarded: The contract decides which inputs belong to the task; else they keep what the examples keep.
            budget: Seconds for the whole of it.
        """
        self._sandbox = sandbox
        self._task = task
        self._job = job
        self._budget = budget
        self._judging = Judging(task)
        self._reference = Reference(sandbox, task, guarded=guarded)

    async def shrink(self, trial: Trial, report: CaseReport | None) -> Counterexample:
        """The simplest disagreement that is found from one on.

        Args:
            trial: Where they disagree.
            report: What was said about it.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        try:
            model = model_of(self._task)
        except NoModel:
            return self._told(trial, report, done=False)
        deadline = time.monotonic() + self._budget.shrink_s
        for _ in range(_STEPS):
            variants = [
                args
                for args in simpler(trial.args, model.relations)
                if self._reference.guarded or all(map(conforms, model.shapes, args))
            ]
            for start in range(0, len(variants), _BATCH):
                if time.monotonic() > deadline:
                    return self._told(trial, report, done=False)
                found = await self._first_disagreement(variants[start : start + _BATCH])
                if found is not None:
                    trial, report = found
                    break
            else:
                return self._told(trial, report, done=True)
        return self._told(trial, report, done=False)

    async def _first_disagreement(self, variants: Sequence[Args]) -> tuple[Trial, CaseReport | None] | None:
        known = tuple(trial for trial in await self._reference.trials(variants) if trial is not None)
        if not known:
            return None
        exam = await asyncio.to_thread(self._judging.exam, known)
        result = await run(self._sandbox, replace(self._job, exams=(exam.exam,)))
        for index, letter in enumerate(result.outcomes):
            if letter in (Outcome.WRONG, Outcome.RAISED):
                return known[index], next((report for report in result.reports if report.index == index), None)
        return None

    def _told(self, trial: Trial, report: CaseReport | None, *, done: bool) -> Counterexample:
        raised = report is not None and report.outcome is Outcome.RAISED
        return Counterexample(
            inputs=self._judging.call(trial.args),
            expected=show(trial.expected),
            actual=None if report is None or raised else report.actual,
            error=(report.reason or "") if report is not None and raised else "",
            shrunk=done,
        )
