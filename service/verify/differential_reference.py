"""Asks a task's reference: which inputs belong to the task, and what it answers to them.

Theory of operation. Proposed inputs go to the reference in a candidate process, behind the task's contract where it
has one. Inputs on which it raises, takes long or answers with more than a moderate plain value are out: they never
count against a candidate. Then the reference sits its own answers in a fresh cell, whose hashes are seeded otherwise:
a reference that disagrees with itself judges nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.encoding import decode_value, encode_exam, encode_value
from sandbox.port import Sandbox, SandboxError
from sandbox.runner import compare
from sandbox.spec import MIB, CollectedValue, CollectExam, Ending, ExamResult, Job, Limits
from service.errors import InvalidTask, SandboxTrouble
from service.verify.differential_trials import NAME, Budget, Judging, Trial, Trials, reads_clock
from tasks.strategies import ArgumentModel, model_of, propose_for
from tasks.strategies.guard import GUARDED, guarded_reference
from tasks.strategies.relations import Args
from tasks.task import Comparison, Task

REFERENCE_LIMITS = Limits(
    cpu_s=60.0, wall_s=90.0, case_wall_s=0.5, memory_bytes=1024 * MIB, output_bytes=16 * MIB, result_bytes=1 << 16
)
_SLOW_S = 0.2
"""Inputs that cost the reference more are left out: a candidate may take several times as long for each."""
_INTERRUPTIONS = 12
"""How often the reference may be stopped at an input before the rest is left out."""
_OPAQUE = "opaque_value"


class Reference:
    """The reference of one task in a sandbox."""

    def __init__(self, sandbox: Sandbox, task: Task, *, guarded: bool) -> None:
        """Ask the reference, behind the contract if ``guarded`` and there is one."""
        assert task.reference is not None
        assert task.entry_point is not None
        program = guarded_reference(task) if guarded else None
        self.guarded = program is not None
        self._source = (program or task.reference).encode("utf-8", "surrogatepass")
        self._entry_point = GUARDED if program is not None else task.entry_point
        self._sandbox = sandbox
        self._judging = Judging(task)

    async def trials(self, inputs: Sequence[Args]) -> list[Trial | None]:
        """What the reference makes of inputs; None for those that are out of contract or cannot be compared.

        Raises:
            InvalidTask: If it cannot be loaded.
            SandboxTrouble: If the sandbox failed.
        """
        found: list[Trial | None] = []
        for _ in range(_INTERRUPTIONS):
            if len(found) == len(inputs):
                break
            result = await self._collect(inputs[len(found) :])
            known = zip(inputs[len(found) :], result.values, strict=False)
            found += [self._trial(args, value) for args, value in known]
            if result.ending is not Ending.COMPLETED:
                found.append(None)
        return found + [None] * (len(inputs) - len(found))

    async def _collect(self, inputs: Sequence[Args]) -> ExamResult:
        exam = await asyncio.to_thread(encode_exam, CollectExam(NAME, self._entry_point, tuple(inputs)))
        result = await run(self._sandbox, Job(self._source, (exam,), REFERENCE_LIMITS))
        if result.ending is Ending.COMPILE or result.phase == "import":
            raise InvalidTask(f"the reference cannot be loaded: {result.reason or ''} {result.message}", "reference")
        return result

    def _trial(self, args: Args, collected: CollectedValue) -> Trial | None:
        if collected.wall_s > _SLOW_S:
            return None
        if collected.encoded is not None:
            answer: Any = self._judging.expected(args, decode_value(collected.encoded))
        elif collected.error == _OPAQUE and self._judging.comparison in (Comparison.PRESENCE, Comparison.ANY):
            answer = True
        else:
            return None
        trial = Trial(args, answer, collected.wall_s)
        return trial if self._judges_itself(trial) else None

    def _judges_itself(self, trial: Trial) -> bool:
        """Whether the answer would be accepted as an answer: NaN is not, nor is a root that is none."""
        case = self._judging.case(trial)
        if case.rule.value in ("presence", "any"):
            return True
        return compare.passes(case.rule.value, case.expected, case.expected, (), case.atol, case.rtol, case.args)


async def make_trials(sandbox: Sandbox, task: Task, budget: Budget) -> Trials:
    """Propose inputs for a task and keep those that its reference answers.

    Raises:
        InvalidTask: If the reference cannot be loaded, disagrees with itself or answers nothing.
        NoModel: If nothing can be inferred about the task's inputs.
        SandboxTrouble: If the sandbox failed.
    """
    assert task.reference is not None
    if reads_clock(task.reference):
        raise InvalidTask(f"task {task.id}: the reference reads the clock", "flaky_reference")
    model = await asyncio.to_thread(model_of, task)
    reference = Reference(sandbox, task, guarded=model.bold)
    if reference.guarded and None in await reference.trials(model.examples[:20]):
        reference = Reference(sandbox, task, guarded=False)  # a contract that refuses the task's own tests is wrong
    model = replace(model, bold=reference.guarded)
    inputs = await asyncio.to_thread(_proposed, model, budget)
    kept = tuple(trial for trial in await reference.trials(inputs) if trial is not None)
    if not kept:
        raise InvalidTask(f"task {task.id}: the reference answers none of {len(inputs)} generated inputs", "no_inputs")
    await _confirm(sandbox, task, kept)
    return Trials(kept, len(inputs), reference.guarded)


def _proposed(model: ArgumentModel, budget: Budget) -> Sequence[Args]:
    """The smallest first: what disagrees first is small, and what takes long comes last."""
    found = propose_for(model, seed=budget.seed, examples=budget.examples)
    return sorted(found, key=lambda args: len(encode_value(args)))


async def _confirm(sandbox: Sandbox, task: Task, kept: tuple[Trial, ...]) -> None:
    """Let the reference sit its own answers in another cell.

    Raises:
        InvalidTask: If it disagrees with itself.
        SandboxTrouble: If the sandbox failed.
    """
    assert task.reference is not None
    exam = await asyncio.to_thread(Judging(task).exam, kept)
    source = task.reference.encode("utf-8", "surrogatepass")
    limits = replace(REFERENCE_LIMITS, case_wall_s=5.0)
    result = await run(sandbox, Job(source, (exam.exam,), limits), isolation="fresh")
    bad = next((index for index, letter in enumerate(result.outcomes) if letter in "wr"), None)
    if bad is not None:
        said = f"task {task.id}: the reference disagrees with itself on {exam.sources[bad]}"
        raise InvalidTask(said, "flaky_reference")
    if result.ending is not Ending.COMPLETED:
        raise InvalidTask(f"task {task.id}: the reference does not get through its inputs twice", "reference")


async def run(sandbox: Sandbox, job: Job, *, isolation: str | None = None) -> ExamResult:
    """The result of a job of one exam.

    Raises:
        SandboxTrouble: If the sandbox failed.
    """
    try:
        return (await sandbox.run(job, isolation=isolation)).exams[0]
    except SandboxError as error:
        raise SandboxTrouble(str(error)) from error
