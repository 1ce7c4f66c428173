"""Suites of whole programs: each case is sat in a process and a directory of its own, and the results are put together.

Theory of operation. ``encode_exam`` makes an exam for each case of a ``StdioExam``. They are sent as one job that
shares the limits: the supervisor stops where they are used up, where a case ends otherwise than by completion, and
after enough failures. A cell that must be replaced in between stops too; a ``Sitting`` then says what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sandbox.runner.budget import Budget
from sandbox.spec import CaseReport, Ending, ExamResult, Job, Limits, Outcome, Usage


class Sitting:
    """One candidate sits one exam of whole programs, case by case."""

    def __init__(self, job: Job) -> None:
        """Begin.

        Args:
            job: Has the exam as its first one.
        """
        self._job = job
        self._exam = job.exams[0]
        self._budget = Budget(asdict(job.limits))
        self._found: list[ExamResult] = []

    def next_part(self) -> Job | None:
        """What is still to be sat, for one cell; None when the exam is over."""
        rest = self._exam.programs[len(self._found) :]
        if not rest or self._budget.over:
            return None
        return replace(self._job, exams=rest, limits=Limits(**self._budget.left()), shares_limits=True)

    def add(self, found: Sequence[ExamResult]) -> None:
        """Take what a cell has found of the next cases."""
        for result in found:
            self._found.append(result)
            self._budget.spend(result.ending.value, result.outcomes, result.usage.cpu_s, result.usage.wall_s)

    def result(self) -> ExamResult:
        """All cases as one exam; the first that ended otherwise than by completion decides."""
        last = next((one for one in self._found if one.ending is not Ending.COMPLETED), self._found[-1])
        outcomes = "".join(one.outcomes for one in self._found)
        peaks = [one.usage.memory_peak_bytes for one in self._found if one.usage.memory_peak_bytes is not None]
        return replace(
            last,
            exam=self._exam.name,
            outcomes=outcomes.ljust(self._exam.cases, Outcome.SKIPPED.value),
            reports=self._reports(),
            usage=Usage(
                sum(one.usage.cpu_s for one in self._found),
                sum(one.usage.wall_s for one in self._found),
                max(peaks, default=None),
            ),
        )

    def _reports(self) -> tuple[CaseReport, ...]:
        return tuple(replace(report, index=at) for at, one in enumerate(self._found) for report in one.reports)
