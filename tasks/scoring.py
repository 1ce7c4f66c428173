"""Tolerances of a suite's cases once their expected values are known, and expected values from a reference's answer."""

from __future__ import annotations

from typing import NamedTuple

from tasks.task import CallCase, Comparison, Suite


class Tolerance(NamedTuple):
    """Absolute and relative tolerance of one case, each >= 0."""

    atol: float
    rtol: float


def tolerances(suite: Suite) -> tuple[Tolerance, ...]:
    """What each case of an input → output suite is compared with.

    A case's own ``atol`` goes first. Otherwise the suite's float rule: from the first case whose expected value is
    a float, or a non-empty list or tuple of floats alone, ``float_atol`` holds for that case and all that follow,
    whatever their values are, until ``float_restart``.

    Args:
        suite: A suite whose expected values are known; a value that is still unknown raises nothing.

    Returns:
        One per case, in order.

    Source:
        EvalPlus 0.3.1, ``unsafe_execute``: the variable that holds the tolerance is never lowered again.
    """
    raised = 0.0
    found = []
    for index, case in enumerate(suite.cases):
        if not isinstance(case, CallCase):
            found.append(Tolerance(0.0, 0.0))
            continue
        if index == suite.float_restart:
            raised = 0.0
        if suite.float_atol > 0 and case.comparison is not Comparison.ROOT and is_floats(case.expected):
            raised = suite.float_atol
        atol = case.atol if case.atol > 0 else raised
        rtol = case.rtol if case.rtol > 0 or atol <= 0 else suite.float_rtol
        found.append(Tolerance(atol, rtol))
    return tuple(found)


def is_floats(value: object) -> bool:
    """Whether a value is a float, or a non-empty list or tuple that holds floats only."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def expected_value(case: CallCase, answer: object) -> object:
    """What a case expects, given the reference's answer.

    Where only presence counts the reference's answer may be any object, so pass an object that is not None
    for an answer that could not be carried over (an opaque one).
    """
    return answer is not None if case.comparison is Comparison.PRESENCE else answer
