"""The differential verifier: a candidate is accepted if it agrees with the task's reference on generated inputs."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sandbox.port import Sandbox, SandboxError
from sandbox.runner.compare import show
from sandbox.spec import Ending, ExamResult, Job, Outcome
from service.domain.check import Counterexample, Judgement
from service.domain.ports import Order, Resolved, Storage
from service.domain.requests import LimitPolicy, VerifierInfo
from service.errors import InvalidTask, NotFound, SandboxTrouble
from service.verify.budget import limits_for
from service.verify.differential_reference import make_trials, run
from service.verify.differential_shrinking import Shrinker
from service.verify.differential_trials import NAME, VERSION, Budget, Judging, Trials
from service.verify.exams import PreparedExam
from service.verify.judgement import compile_error, invalid_task, judgement_of
from tasks.strategies import NoModel
from tasks.strategies.proposal import VERSION as PROPOSALS
from tasks.task import Task, Visibility

_HELD = 300
"""Tasks whose trials are kept in memory."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A task's trials and the exams made of them."""

    trials: Trials
    timed: PreparedExam
    untimed: PreparedExam


class DifferentialVerifiers:
    """Compares candidates with references, in a sandbox."""

    def __init__(self, sandbox: Sandbox, storage: Storage, limits: LimitPolicy, budget: Budget | None = None) -> None:
        """Use a sandbox and stored trials; ``limits`` holds defaults and caps."""
        self._sandbox = sandbox
        self._storage = storage
        self._limits = limits
        self._budget = budget or Budget()
        self._ready: OrderedDict[str, _Ready | InvalidTask] = OrderedDict()
        self._single: dict[str, asyncio.Lock] = {}

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer."""
        return [VerifierInfo(NAME, self._version, "property", "agreement with the reference on generated inputs")]

    @property
    def _version(self) -> str:
        text = f"{VERSION}:{PROPOSALS}:{self._budget.seed}:{self._budget.examples}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def resolve(self, task: Task, name: str) -> Resolved | None:
        """The verifier for a task with a reference.

        Its evidence tells what the reference answers, so it is as secret as the task's most secret suite.

        Raises:
            NotFound: If the task has no reference, or nothing is known of its inputs.
        """
        if name != NAME:
            return None
        if task.reference is None:
            raise NotFound(f"task {task.id} has no reference to compare with")
        if task.entry_point is None:
            raise NotFound(f"task {task.id} has no entry point to call")
        version = hashlib.sha256(f"{self._version}:{task.version}".encode()).hexdigest()[:16]
        hidden = any(suite.visibility is Visibility.HIDDEN for suite in task.suites)
        return Resolved(NAME, version, hidden)

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Compare one candidate with the reference.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """
        return {NAME: await self._judge(task, order)}

    async def _judge(self, task: Task, order: Order) -> Judgement:
        if not order.source.strip():
            return compile_error("no_code", "there is no code")
        try:
            environment = (await self._sandbox.info()).fingerprint
        except SandboxError as error:
            raise SandboxTrouble(str(error)) from error
        try:
            ready = await self._trials(task, environment)
        except InvalidTask as problem:
            return invalid_task(problem.reason, str(problem))
        prepared = ready.timed if order.limits.case_wall_s is None else ready.untimed
        limits = limits_for(order.limits, self._limits, [prepared])
        job = Job(order.source, (prepared.exam,), limits)
        result = await run(self._sandbox, job, isolation=order.isolation)
        judgement = judgement_of(result, prepared, environment)
        found = await self._counterexample(task, ready.trials, job, result)
        if found is None:
            return judgement
        return replace(judgement, evidence=replace(judgement.evidence, counterexample=found))

    # -- the reference's side -------------------------------------------------------------------

    async def _trials(self, task: Task, environment: str) -> _Ready:
        """The task's trials, made, loaded or remembered.

        Raises:
            InvalidTask: If the task cannot judge.
            SandboxTrouble: If the sandbox failed.
        """
        key = self._budget.key(task) + environment
        async with self._single.setdefault(key, asyncio.Lock()):
            found = self._ready.get(key)
            if found is None:
                found = await self._make(task, environment)
                self._ready[key] = found
                while len(self._ready) > _HELD:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(key)
        self._single.pop(key, None)
        if isinstance(found, InvalidTask):
            raise found
        return found

    async def _make(self, task: Task, environment: str) -> _Ready | InvalidTask:
        try:
            trials = await self._stored(task, environment)
        except InvalidTask as problem:
            return problem
        except NoModel as problem:
            return InvalidTask(str(problem), "no_inputs")
        judging = Judging(task)
        return _Ready(
            trials,
            await asyncio.to_thread(judging.exam, trials.trials),
            await asyncio.to_thread(judging.exam, trials.trials, own_walls=False),
        )

    async def _stored(self, task: Task, environment: str) -> Trials:
        reference = hashlib.sha256((task.reference or "").encode("utf-8", "surrogatepass")).hexdigest()
        key = self._budget.key(task)
        async with self._storage.reading() as unit:
            stored = await unit.evidence.expectations(reference, key, environment)
        if stored is not None:
            return await asyncio.to_thread(Trials.unpack, stored)
        trials = await make_trials(self._sandbox, task, self._budget)
        document = await asyncio.to_thread(trials.pack)
        async with self._storage.writing() as unit:
            await unit.evidence.save_expectations(reference, key, environment, document, datetime.now(UTC))
            await unit.commit()
        return trials

    # -- the candidate's side -------------------------------------------------------------------

    async def _counterexample(self, task: Task, trials: Trials, job: Job, result: ExamResult) -> Counterexample | None:
        """The simplest input found on which the candidate disagrees; None if it agrees or never got that far."""
        index = next((place for place, letter in enumerate(result.outcomes) if letter in "wrta"), None)
        if index is None or result.phase == "import":
            return None
        trial = trials.trials[index]
        if result.ending is Ending.COMPLETED and result.outcomes[index] in (Outcome.WRONG, Outcome.RAISED):
            shrinker = Shrinker(self._sandbox, task, job, guarded=trials.guarded, budget=self._budget)
            report = next((report for report in result.reports if report.index == index), None)
            found = await shrinker.shrink(trial, report)
        else:
            judging = Judging(task)
            found = Counterexample(judging.call(trial.args), show(trial.expected), None, result.ending.value)
        return replace(found, seed=self._budget.seed, examples=len(trials.trials))
