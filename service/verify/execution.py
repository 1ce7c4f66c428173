"""Runs many programs on inputs of one task and says where they differ from its reference.

Theory of operation. A program gets all inputs in one exam that collects its answers; the answers are compared here,
as plain values, by the task's own comparator. So one candidate process gives a whole row of a kill matrix, where a
judged exam would end after its tenth failure. What a program never answered, because an earlier input took too long,
counts neither for nor against anything.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from sandbox.encoding import decode_value, encode_exam, encode_value
from sandbox.port import Sandbox
from sandbox.runner import compare
from sandbox.spec import MIB, CollectedValue, CollectExam, EncodedExam, Ending, ExamResult, Job, Limits
from service.domain.execution import Answer, Trial
from service.errors import InvalidTask
from service.verify import differential_trials
from service.verify.differential_reference import Reference, run
from service.verify.differential_trials import Judging, reads_clock
from tasks.budget import NotLiteral
from tasks.literal_text import literal_text
from tasks.strategies.model import has_contract
from tasks.task import Comparison, Task

_NAME = "trials"
_TEXT = 300
_AT_ONCE = 4
"""Jobs of one call in flight: enough to keep cells busy, few enough to leave some to others."""
_SPARE_S = 5.0
_OPAQUE_PASSES = (Comparison.PRESENCE, Comparison.ANY)
"""Comparisons that an answer passes which cannot be carried over."""


class CellExecutor:
    """``Executor`` over the cells of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Run programs in these cells."""
        self._sandbox = sandbox

    async def trials(self, task: Task, inputs: Sequence[tuple[Any, ...]]) -> Sequence[Trial]:
        """Those inputs that the task's contract and reference take; see ``Executor.trials``.

        Raises:
            InvalidTask: If the task has no reference, or it cannot be loaded.
            SandboxTrouble: If the sandbox failed.
        """
        if task.reference is None or task.entry_point is None:
            raise InvalidTask(f"task {task.id} has no reference to ask", "no_reference")
        if reads_clock(task.reference):
            raise InvalidTask(f"task {task.id}: the reference reads the clock", "flaky_reference")
        reference = Reference(self._sandbox, task, guarded=has_contract(task))
        found = await reference.trials(inputs)
        judging = Judging(task)
        kept = [_trial(judging, each) for each in found if each is not None]
        source = task.reference.encode("utf-8", "surrogatepass")
        again = await self._outcomes(source, kept, self._exam(task, kept), 5.0, "fresh") if kept else ""
        return [trial for trial, letter in zip(kept, again, strict=True) if letter == "p"]

    async def outcomes(
        self, task: Task, programs: Sequence[bytes], trials: Sequence[Trial], *, case_wall_s: float = 0.5
    ) -> Sequence[str]:
        """One word per program, one letter per trial; see ``Executor.outcomes``.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        if not trials:
            return ["" for _ in programs]
        exam = await asyncio.to_thread(self._exam, task, trials)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(source: bytes) -> str:
            async with slots:
                return await self._outcomes(source, trials, exam, case_wall_s)

        return await asyncio.gather(*map(one, programs))

    async def answers(
        self, task: Task, programs: Sequence[bytes], inputs: Sequence[tuple[Any, ...]]
    ) -> Sequence[Sequence[Answer]]:
        """What each program answers to each input; see ``Executor.answers``.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        if not inputs:
            return [[] for _ in programs]
        exam = self._exam(task, [Trial(tuple(args), None) for args in inputs])
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(source: bytes) -> Sequence[Answer]:
            async with slots:
                result = await self._sit(source, exam, 0.5, len(inputs) * 0.05)
            found = [_answer(value) for value in result.values[: len(inputs)]]
            return found + [Answer(None, None, result.ending.value)] * (len(inputs) - len(found))

        return await asyncio.gather(*map(one, programs))

    def _exam(self, task: Task, trials: Sequence[Trial]) -> EncodedExam:
        assert task.entry_point is not None
        return encode_exam(CollectExam(_NAME, task.entry_point, tuple(trial.args for trial in trials)))

    async def _outcomes(
        self,
        source: bytes,
        trials: Sequence[Trial],
        exam: EncodedExam,
        case_wall_s: float,
        isolation: str | None = None,
    ) -> str:
        result = await self._sit(source, exam, case_wall_s, 8 * sum(trial.wall_s for trial in trials), isolation)
        return await asyncio.to_thread(_letters, trials, result)

    async def _sit(
        self, source: bytes, exam: EncodedExam, case_wall_s: float, more_s: float, isolation: str | None = None
    ) -> ExamResult:
        budget = _SPARE_S + more_s
        limits = Limits(
            cpu_s=budget,
            wall_s=2 * budget,
            case_wall_s=case_wall_s,
            memory_bytes=512 * MIB,
            output_bytes=4 * MIB,
            result_bytes=1 << 18,
        )
        return await run(self._sandbox, Job(source, (exam,), limits), isolation=isolation)


def _trial(judging: Judging, found: differential_trials.Trial) -> Trial:
    case = judging.case(found)
    return Trial(found.args, found.expected, found.wall_s, case.rule.value, case.also, case.atol, case.rtol)


def _letters(trials: Sequence[Trial], result: ExamResult) -> str:
    """The outcomes of one program, compared with what the reference answered."""
    if result.ending is Ending.COMPILE or result.phase == "import":
        return "r" * len(trials)
    found = [_letter(trial, value) for trial, value in zip(trials, result.values, strict=False)]
    if len(found) < len(trials):
        found.append("t" if result.ending in (Ending.CASE_TIME, Ending.WALL_TIME, Ending.CPU_TIME) else "a")
    return "".join(found).ljust(len(trials), "s")


def _letter(trial: Trial, value: CollectedValue) -> str:
    if value.encoded is None:
        opaque = value.error == "opaque_value"
        if opaque and trial.comparison in _OPAQUE_PASSES:
            return "p"
        return "w" if opaque or value.error == "result_too_large" else "r"
    try:
        if value.encoded == encode_value(trial.expected):
            return "p"
        return "p" if _passes(trial, decode_value(value.encoded)) else "w"
    except (ValueError, RecursionError, compare.Opaque):
        return "w"


def _passes(trial: Trial, actual: object) -> bool:
    return compare.passes(trial.comparison, actual, trial.expected, trial.also, trial.atol, trial.rtol, trial.args)


def _answer(value: CollectedValue) -> Answer:
    if value.encoded is None:
        return Answer(None, None, value.error or "no answer")
    try:
        text = literal_text(decode_value(value.encoded))
    except (NotLiteral, ValueError):
        return Answer(None, None, "not_plain")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Answer(text[:_TEXT], digest, whole=len(text) <= _TEXT)
