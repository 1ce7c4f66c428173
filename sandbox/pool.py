"""The sandbox: a pool of warm cells, and what happens when one is lost.

Theory of operation. A job gets a cell, and the cell's answer is the result. When the cell is lost
instead, or its examiner is, the candidate may have done it or the machine may have: nobody may buy
himself out of the count by crashing his judge, and nobody may be judged for a broken machine. So the
job is tried on cells that have never met a candidate, each of which first passes a control candidate
of ours. A control that fails is evidence against the machine: ``CellLost``, no verdict. A job that is
lost on three such cells while their controls pass has broken the rule ``examiner_lost``.

A wall clock also measures the neighbours. Where one ends an exam whose candidate had used little
processor time while other jobs ran, that exam is sat once more with the machine to itself, and that
answer counts. A candidate that sleeps has the machine to itself at most once.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from sandbox.backend import Backend
from sandbox.cell import Cell
from sandbox.encoding import encode_exam
from sandbox.port import CellLost, SandboxClosed
from sandbox.programs import Sitting
from sandbox.spec import CallCase, CallExam, CellInfo, Ending, ExamResult, Job, JobResult, Limits, Outcome
from sandbox.stock import CellStock
from sandbox.turns import Turns

EXAMINER_LOST = "examiner_lost"
_FRESH_LOSSES = 3
ISOLATIONS = ("process", "fresh")
_BUSY = 0.75
"""Own processor time as a share of wall time above which a wall limit is the candidate's own doing."""


@cache
def control_job() -> Job:
    """A candidate that every healthy cell accepts."""
    cases = tuple(CallCase(args=(value,), expected=value + 1) for value in range(3))
    exam = encode_exam(CallExam(name="control", entry_point="control", cases=cases))
    limits = Limits(cpu_s=5.0, wall_s=10.0, case_wall_s=5.0)
    return Job(source=b"def control(value):\n    return value + 1\n", exams=(exam,), limits=limits)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try of a job.

    Attributes:
        result: What the cell said; None if it said nothing that counts.
        loss: Set if cell or examiner were lost.
        untouched: The cell had met no candidate before.
    """

    result: JobResult | None
    loss: CellLost | None
    untouched: bool


async def _pass_control(cell: Cell) -> None:
    """Show that the cell is healthy.

    Raises:
        CellLost: It is not: the fault is the machine's.
    """
    control = (await cell.run(control_job())).exams[0]
    if control.ending is not Ending.COMPLETED or set(control.outcomes) != {Outcome.PASSED.value}:
        raise CellLost(f"a control candidate ended with {control.ending.value}: the machine is at fault")


def _verdict_of_loss(job: Job, result: JobResult | None, loss: CellLost) -> JobResult:
    """The result of a candidate that lost its examiner wherever it ran."""
    if result is not None:
        exams = tuple(
            replace(exam, ending=Ending.POLICY, rule=EXAMINER_LOST) if exam.ending is Ending.EXAMINER_LOST else exam
            for exam in result.exams
        )
        return replace(result, exams=exams)
    exams = tuple(
        ExamResult(
            exam=exam.name,
            ending=Ending.POLICY,
            outcomes=Outcome.SKIPPED.value * exam.cases,
            rule=EXAMINER_LOST,
            message=str(loss)[:500],
        )
        for exam in job.exams
    )
    return JobResult(exams=exams, cell_clean=False, cell_id="")


def _is_starved(exam: ExamResult) -> bool:
    """Whether the wall clock ended an exam whose candidate had hardly been given the processor."""
    by_wall = exam.ending in (Ending.CASE_TIME, Ending.WALL_TIME)
    return by_wall and exam.usage.cpu_s < _BUSY * exam.usage.wall_s


class CellPool:
    """A ``Sandbox`` of cells of one backend."""

    def __init__(
        self,
        backend: Backend,
        *,
        cells: int = 2,
        isolation: str = "process",
        spares: int | None = None,
        grace_s: float = 5.0,
    ) -> None:
        """Prepare a pool; ``start`` starts it.

        Args:
            backend: Launches the cells; the pool closes it.
            cells: Jobs at a time, >= 1.
            isolation: ``process`` reuses a cell that is proven clean, ``fresh`` uses each cell once.
            spares: Cells started ahead beyond ``cells``; None takes ``cells`` for ``fresh`` and else none.
            grace_s: How long ``close`` waits for running jobs.

        Raises:
            ValueError: If ``cells`` < 1 or ``isolation`` is unknown.
        """
        if cells < 1 or isolation not in ISOLATIONS:
            raise ValueError("a pool needs at least one cell, and isolation is process or fresh")
        ahead = spares if spares is not None else (cells if isolation == "fresh" else 0)
        self._backend = backend
        self._isolation = isolation
        self._stock = CellStock(backend, isolation, cells + ahead)
        self._turns = Turns(cells)
        self._grace_s = grace_s
        self._running = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._closing = False

    async def start(self) -> None:
        """Start the cells.

        Raises:
            SandboxUnavailable: They cannot be started; nothing is left behind.
        """
        try:
            await self._stock.open()
        except BaseException:
            self._closing = True
            await self._backend.close()
            raise

    async def info(self) -> CellInfo:
        """Environment of the cells.

        Raises:
            SandboxClosed: The pool was never started.
        """
        if self._stock.info is None:
            raise SandboxClosed("the sandbox has not been started")
        return self._stock.info

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        """Verify one candidate in a cell.

        Raises:
            CellLost: The machine failed, shown by a control candidate or the engine. Try again.
            SandboxClosed: The pool is shutting down.
            SandboxError: The job is too large to be sent.
        """
        if self._closing:
            raise SandboxClosed("the sandbox is closed")
        self._running += 1
        self._quiet.clear()
        try:
            return await self._run_in_turn(job, fresh=(isolation or self._isolation) == "fresh")
        finally:
            self._running -= 1
            if not self._running:
                self._quiet.set()

    async def _run_in_turn(self, job: Job, *, fresh: bool) -> JobResult:
        async with self._turns.ordinary() as turn:
            result = await self._run(job, fresh=fresh)
        doubtful = [at for at, exam in enumerate(result.exams) if turn.crowded and _is_starved(exam)]
        if not doubtful or self._closing:
            return result
        again = replace(job, exams=tuple(job.exams[at] for at in doubtful))
        async with self._turns.alone():
            confirmed = await self._run(again, fresh=fresh)
        exams = list(result.exams)
        for at, exam in zip(doubtful, confirmed.exams, strict=True):
            exams[at] = exam
        return replace(confirmed, exams=tuple(exams))

    async def _run(self, job: Job, *, fresh: bool) -> JobResult:
        """All exams of a job, in as many cells as that takes."""
        if job.exams[0].programs:
            result = await self._run_programs(job, fresh=fresh)
        else:
            ahead = tuple(takewhile(lambda exam: not exam.programs, job.exams))
            result = await self._sit(replace(job, exams=ahead), fresh=fresh)
        rest = job.exams[len(result.exams) :]
        if not rest:
            return result
        others = await self._run(replace(job, exams=rest), fresh=fresh)
        return replace(others, exams=(*result.exams, *others.exams))

    async def _run_programs(self, job: Job, *, fresh: bool) -> JobResult:
        """The first exam of a job, one of whole programs."""
        sitting = Sitting(job)
        while (part := sitting.next_part()) is not None:
            result = await self._sit(part, fresh=fresh)
            sitting.add(result.exams)
        return replace(result, exams=(sitting.result(),))

    async def _sit(self, job: Job, *, fresh: bool) -> JobResult:
        """The exams of a job, or the first of them where the cell had to be replaced before the last."""
        attempt = await self._attempt(job, unused=fresh, control=False)
        losses = int(attempt.untouched)
        while attempt.loss is not None and losses < _FRESH_LOSSES:
            attempt = await self._attempt(job, unused=True, control=True)
            losses += 1
        result = attempt.result
        if attempt.loss is not None or result is None:
            result = _verdict_of_loss(job, result, attempt.loss or CellLost("the cell said nothing"))
        return result

    async def _attempt(self, job: Job, *, unused: bool, control: bool) -> _Attempt:
        """Try once; what the candidate may have caused is in the attempt, the rest is raised."""
        cell = await self._stock.take(unused=unused)
        untouched, reusable = cell.jobs == 0, False
        try:
            if control:
                await _pass_control(cell)
            try:
                result = await cell.run(job)
            except CellLost as loss:
                return _Attempt(None, loss, untouched)
            lost = any(exam.ending is Ending.EXAMINER_LOST for exam in result.exams)
            reusable = not (unused or lost)
            return _Attempt(result, CellLost("the examiner was lost") if lost else None, untouched)
        finally:
            cell.usable = cell.usable and reusable
            self._stock.give_back(cell)

    async def close(self) -> None:
        """End every cell and remove what they left; idempotent. Running jobs get ``grace_s`` to finish."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), self._grace_s)
        await self._stock.close()
        await self._backend.close()
