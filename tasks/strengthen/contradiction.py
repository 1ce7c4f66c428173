"""Tests that no program can pass together, read off the tests themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.strengthen.overfit import asserts_in, known_cases
from tasks.task import CallCase, Comparison, Task

PROMPT = "prompt"
"""Stands for the place of an example that the prompt shows."""
_ANYWHERE = ""
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is expected of an input.

    Attributes:
        suite: Name of the suite, or ``prompt``.
        case: Index of the case.
        expected: What is expected there.
    """

    suite: str
    case: int
    expected: Any


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that expect different answers to the same input."""

    args: tuple[Any, ...]
    first: Place
    second: Place

    @property
    def within(self) -> bool:
        """Both places are in one suite, so that nothing can pass it."""
        return self.first.suite == self.second.suite


def contradictions(task: Task) -> tuple[Contradiction, ...]:
    """Inputs of which a task's suites, or a suite and the prompt, expect different answers.

    Each case is named once, beside an earlier one of its own suite if there is one that disagrees.
    """
    if task.entry_point is None:
        return ()
    known: dict[tuple[str, str], tuple[CallCase, Place]] = {}
    found: list[Contradiction] = []
    for case, place in _places(task):
        key = repr(case.args)
        for where in (place.suite, _ANYWHERE):
            other, earlier = known.setdefault((where, key), (case, place))
            if earlier is not place and not _agree(other, case):
                found.append(Contradiction(case.args, earlier, place))
                break
    return tuple(found)


def _places(task: Task) -> Iterable[tuple[CallCase, Place]]:
    assert task.entry_point is not None
    for suite in task.suites:
        for index, case in known_cases(task, suite):
            yield case, Place(suite.name, index, case.expected)
    for index, case in enumerate(asserts_in(task.prompt, task.entry_point)):
        yield case, Place(PROMPT, index, case.expected)


def _agree(one: CallCase, other: CallCase) -> bool:
    tolerance = max(one.atol, other.atol, _CLOSE)
    accepted = [one.expected, *one.also]
    if Comparison.SET in (one.comparison, other.comparison):
        return any(_same_set(value, answer) for value in accepted for answer in (other.expected, *other.also))
    return any(_equal(value, answer, tolerance) for value in accepted for answer in (other.expected, *other.also))


def _same_set(one: Any, other: Any) -> bool:
    try:
        return set(one) == set(other)
    except TypeError:
        return bool(one == other)


def _equal(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        try:
            return bool(abs(one - other) <= tolerance * max(1.0, abs(one)))
        except (TypeError, OverflowError):
            return False
    if isinstance(one, list | tuple) and type(one) is type(other) and len(one) == len(other):
        return all(_equal(left, right, tolerance) for left, right in zip(one, other, strict=True))
    return bool(one == other)


def repeated(calls: Sequence[tuple[object, ...]], known: Iterable[tuple[object, ...]]) -> bool:
    """Whether all of these calls are among the known ones."""
    held = {repr(args) for args in known}
    return bool(calls) and all(repr(args) in held for args in calls)
