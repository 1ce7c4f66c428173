"""What resampling is computed from: four counts per task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from service.analysis.bootstrap import FloatArray, IntArray


class Count(StrEnum):
    """The counts of a task, named as on the wire."""

    SAMPLES = "samples"
    ACCEPTED = "accepted"
    CORRECT = "correct"
    ACCEPTED_CORRECT = "accepted_correct"


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """One task: how many samples, how many the verifier accepts, how many are correct, and how many are both."""

    samples: int
    accepted: int
    correct: int
    accepted_correct: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A count that cannot be, with the reason in words."""

    field: Count
    reason: str


def contradiction(task: TaskCounts) -> Contradiction | None:
    """What is impossible about the counts of a task; None if nothing is."""
    n, accepted, correct, both = task.samples, task.accepted, task.correct, task.accepted_correct
    for field in Count:
        if getattr(task, field) < 0:
            return Contradiction(field, "a count is not negative")
    if accepted > n:
        return Contradiction(Count.ACCEPTED, f"{accepted} accepted of {n} samples")
    if correct > n:
        return Contradiction(Count.CORRECT, f"{correct} correct of {n} samples")
    if both > accepted:
        return Contradiction(Count.ACCEPTED_CORRECT, f"{both} accepted and correct, but only {accepted} accepted")
    if both > correct:
        return Contradiction(Count.ACCEPTED_CORRECT, f"{both} accepted and correct, but only {correct} correct")
    if accepted + correct - both > n:
        least = accepted + correct - n
        said = f"{accepted} accepted and {correct} correct of {n} samples share at least {least}, not {both}"
        return Contradiction(Count.ACCEPTED_CORRECT, said)
    return None


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of all tasks that have samples; tasks with equal counts stand in one row.

    Attributes:
        samples: Samples per row, shape (G,), each >= 1.
        accepted: Accepted by the verifier.
        correct: Accepted by the oracle.
        accepted_correct: Accepted by both.
        multiplicity: Tasks that the row stands for, >= 1.
        excluded: Tasks without a sample, which are in no row.
    """

    samples: IntArray
    accepted: IntArray
    correct: IntArray
    accepted_correct: IntArray
    multiplicity: IntArray
    excluded: int

    @classmethod
    def of(cls, tasks: Sequence[TaskCounts]) -> Counts:
        """Group tasks by their counts.

        Raises:
            ValueError: If counts contradict each other; names the first such task.
        """
        fields = tuple(Count)
        rows = np.array([[getattr(task, field) for field in fields] for task in tasks], dtype=np.int64).reshape(-1, 4)
        _require_consistent(rows)
        some = rows[:, 0] > 0
        distinct, times = np.unique(rows[some], axis=0, return_counts=True)
        samples, accepted, correct, both = (distinct[:, place].copy() for place in range(4))
        return cls(samples, accepted, correct, both, times.astype(np.int64), int(np.sum(~some)))

    @property
    def tasks(self) -> int:
        """Tasks with samples."""
        return int(self.multiplicity.sum())

    @property
    def largest_budget(self) -> int:
        """The most draws that every task has samples for; 0 without tasks."""
        return int(self.samples.min()) if len(self.samples) else 0

    @property
    def wrong(self) -> IntArray:
        """Samples that are not correct, by row."""
        return self.samples - self.correct

    @property
    def false_positives(self) -> IntArray:
        """Accepted samples that are not correct, by row."""
        return self.accepted - self.accepted_correct

    @property
    def precision(self) -> FloatArray:
        """Share of accepted samples that are correct, by row; 0 where none is accepted."""
        share: FloatArray = self.accepted_correct / np.maximum(self.accepted, 1)
        return share

    def rows(self, start: int, stop: int) -> Counts:
        """Some of the rows, as counts of their own."""
        part = slice(start, stop)
        return Counts(
            self.samples[part],
            self.accepted[part],
            self.correct[part],
            self.accepted_correct[part],
            self.multiplicity[part],
            0,
        )


def _require_consistent(rows: IntArray) -> None:
    n, accepted, correct, both = rows.T
    bad = (rows < 0).any(axis=1) | (accepted > n) | (correct > n) | (both > accepted) | (both > correct)
    bad |= accepted + correct - both > n
    if bad.any():
        index = int(np.argmax(bad))
        found = contradiction(TaskCounts(*(int(value) for value in rows[index])))
        raise ValueError(f"task {index}: {found.reason if found else 'counts contradict each other'}")
