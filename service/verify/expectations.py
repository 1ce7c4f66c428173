"""Expected values computed by a task's reference: once per (reference, suite, environment), then stored.

They are computed in a candidate process like any other program's answers, and never sent to one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.encoding import decode_value, digest, encode_value
from sandbox.spec import MIB, CollectedValue, CollectExam, Digest, Ending, ExamResult, Limits
from service.errors import InvalidTask
from tasks.scoring import expected_value, tolerances
from tasks.task import CallCase, Comparison, Suite, Task, Unknown

REFERENCE_LIMITS = Limits(
    cpu_s=240.0,
    wall_s=300.0,
    case_wall_s=60.0,
    memory_bytes=1536 * MIB,
    output_bytes=16 * MIB,
    result_bytes=64 * MIB,
)
"""Generous: a reference is believed right, and some take ten to twenty seconds for their suite."""
_OPAQUE, _TOO_LARGE = "opaque_value", "result_too_large"


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a reference returned for a suite.

    Attributes:
        values: Per case the value or its digest; ``Unknown.EXPECTED`` where it cannot cross.
        walls: Per case the seconds that the reference took.
        peak_bytes: Memory that it needed.
    """

    values: tuple[object, ...]
    walls: tuple[float, ...]
    peak_bytes: int

    def apply(self, suite: Suite) -> Suite:
        """The suite with its expected values."""
        cases = tuple(
            replace(case, expected=value) if isinstance(case, CallCase) and case.expected is Unknown.EXPECTED else case
            for case, value in zip(suite.cases, self.values, strict=True)
        )
        return replace(suite, cases=cases)

    def part(self, whole: Suite, suite: Suite) -> Expectations | None:
        """Those of a suite whose cases are the first or the last of this one's; None if they are not."""
        size = len(suite.cases)
        if suite.float_atol != whole.float_atol or suite.float_rtol != whole.float_rtol:
            return None
        if whole.cases[:size] == suite.cases:
            return Expectations(self.values[:size], self.walls[:size], self.peak_bytes)
        if whole.cases[-size:] == suite.cases and whole.float_restart in (0, len(whole.cases) - size):
            return Expectations(self.values[-size:], self.walls[-size:], self.peak_bytes)
        return None

    def pack(self) -> bytes:
        """As bytes for storage."""
        parts = tuple(_pack(value) for value in self.values)
        return zlib.compress(encode_value((parts, self.walls, self.peak_bytes)), 1)

    @classmethod
    def unpack(cls, document: bytes) -> Expectations:
        """From bytes that ``pack`` wrote.

        Raises:
            ValueError: If they are not.
        """
        stored: Any = decode_value(zlib.decompress(document))
        parts, walls, peak = stored
        return cls(tuple(_unpack(part) for part in parts), tuple(walls), peak)


def _pack(value: object) -> tuple[object, ...]:
    if isinstance(value, Digest):
        return "digest", value.fingerprint, value.text
    if value is Unknown.EXPECTED:
        return ("unknown",)
    return "value", encode_value(value)


def _unpack(part: Any) -> object:
    if part[0] == "digest":
        return Digest(part[1], part[2])
    return Unknown.EXPECTED if part[0] == "unknown" else decode_value(part[1])


def collect_exam(task: Task, suite: Suite) -> CollectExam:
    """The exam that asks a reference for its values.

    Raises:
        InvalidTask: If the task has no reference or no entry point.
    """
    if task.reference is None or task.entry_point is None:
        raise InvalidTask(
            f"task {task.id}: suite {suite.name!r} leaves its expected values to a reference", "reference"
        )
    inputs = tuple(case.args for case in suite.cases if isinstance(case, CallCase))
    return CollectExam(suite.name, task.entry_point, inputs)


def read_expectations(task: Task, suite: Suite, result: ExamResult) -> Expectations:
    """What a reference's run says is expected.

    Raises:
        InvalidTask: If the reference raises, or does not get through.
    """
    if result.ending is not Ending.COMPLETED:
        said = f"{result.ending.value} {result.reason or result.limit or ''} {result.message}".strip()
        raise InvalidTask(
            f"task {task.id}: the reference does not get through suite {suite.name!r}: {said}", "reference"
        )
    values = tuple(
        _value_of(task, suite, index, value) for index, value in enumerate(result.values)
    )  # one per case: the sandbox insists on it
    known = Expectations(values, tuple(value.wall_s for value in result.values), result.usage.memory_peak_bytes or 0)
    return replace(known, values=_with_digests(known.apply(suite)))


def _value_of(task: Task, suite: Suite, index: int, collected: CollectedValue) -> object:
    case = suite.cases[index]
    assert isinstance(case, CallCase)
    if case.expected is not Unknown.EXPECTED:
        return case.expected  # only the time is wanted; whether the value is right is the suite's to say
    if collected.encoded is not None:
        return expected_value(case, decode_value(collected.encoded))
    if collected.error == _OPAQUE and case.comparison in (Comparison.PRESENCE, Comparison.ANY):
        return True
    if collected.error in (_OPAQUE, _TOO_LARGE):
        return Unknown.EXPECTED
    raise InvalidTask(
        f"task {task.id}: the reference raises {collected.error} on case {index} of suite {suite.name!r}", "reference"
    )


def _with_digests(suite: Suite) -> tuple[object, ...]:
    """Expected values, the large ones among those that plain equality judges as digests."""
    found: list[object] = []
    for case, tolerance in zip(suite.cases, tolerances(suite), strict=True):
        assert isinstance(case, CallCase)
        exact = case.comparison is Comparison.EQUAL and not case.also and tolerance.atol == tolerance.rtol == 0
        large = digest(case.expected) if exact and case.expected is not Unknown.EXPECTED else None
        found.append(case.expected if large is None else large)
    return tuple(found)


def unjudged(expectations: Expectations) -> Sequence[int]:
    """Indices of cases whose expected value cannot cross, so that nobody is judged by them."""
    return [index for index, value in enumerate(expectations.values) if value is Unknown.EXPECTED]
