"""What one candidate may use: what was asked for, else what its suites need, within the operator's caps."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.spec import Limits
from service.domain.requests import LimitPolicy, LimitValues
from service.verify.exams import PreparedExam

MIN_CASE_WALL_S = 1.0
REFERENCE_FACTOR = 4.0
"""A case may take the larger of one second and four times the reference's own time."""
UNTIMED_CASE_WALL_S = 2.0
"""A case whose reference was never timed."""
MIN_SUITE_S = 10.0
_MEMORY_FACTOR = 2.0


def case_wall_s(reference_wall_s: float | None) -> float:
    """Seconds that one case may take by default."""
    if reference_wall_s is None:
        return UNTIMED_CASE_WALL_S
    return max(MIN_CASE_WALL_S, REFERENCE_FACTOR * reference_wall_s)


def limits_for(asked: LimitValues, policy: LimitPolicy, exams: Sequence[PreparedExam]) -> Limits:
    """The limits of a job.

    Args:
        asked: What the request names, already checked against the caps.
        policy: Defaults and caps.
        exams: The suites of the job; the dearest one sets the budget.

    Returns:
        Limits without a gap.
    """
    defaults, caps = policy.defaults, policy.caps
    budget = max([MIN_SUITE_S, *(exam.budget_s for exam in exams)])
    peak = max((exam.reference_peak_bytes for exam in exams), default=0)
    memory = max(defaults.memory_bytes or 0, int(_MEMORY_FACTOR * peak))
    return Limits(
        cpu_s=_first(asked.cpu_s, defaults.cpu_s, _within(budget, caps.cpu_s)),
        wall_s=_first(asked.wall_s, defaults.wall_s, _within(budget, caps.wall_s)),
        case_wall_s=_first(asked.case_wall_s, defaults.case_wall_s, UNTIMED_CASE_WALL_S),
        memory_bytes=asked.memory_bytes or int(_within(memory, caps.memory_bytes)),
        processes=asked.processes or defaults.processes or 1,
        output_bytes=asked.output_bytes or defaults.output_bytes,
        result_bytes=asked.result_bytes or defaults.result_bytes,
    )


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _within(value: float, cap: float | None) -> float:
    return value if cap is None else min(value, cap)
