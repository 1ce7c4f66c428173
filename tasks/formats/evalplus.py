"""HumanEval+ and MBPP+: lists of inputs, judged against what the reference returns.

What a row means beyond its fields (types that JSON cannot say, tasks that are judged otherwise than by equality)
was read off EvalPlus 0.3.1 and is written down here as tables.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tasks.errors import TaskFormatError
from tasks.formats import humaneval, mbpp
from tasks.formats.fields import Fields
from tasks.identifiers import local_of
from tasks.names import prompt_prelude
from tasks.syntax import parse
from tasks.task import CallCase, Comparison, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

FLOAT_ATOL = 1e-6
FLOAT_RTOL = 1e-7

Convert = Callable[[Any], Any]
_Arguments = Callable[[list[Any]], list[Any]]


def _tuples_in(make: Callable[[Iterable[Any]], Any]) -> Convert:
    return lambda items: make(tuple(item) for item in items)


def _deep_tuple(value: Any) -> Any:
    return tuple(_deep_tuple(item) for item in value) if isinstance(value, list) else value


def _tuple_of_lists_as_tuples(items: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(item) if isinstance(item, list) else item for item in items)


def _list_of_sets(items: list[Any]) -> list[Any]:
    # an empty entry is an empty dict, as the benchmark has it
    return [set(item) if isinstance(item, list) and item else {} for item in items]


def _values_as_tuples(items: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) for key, value in items.items()}


def _each(convert: Convert) -> _Arguments:
    return lambda args: [convert(arg) for arg in args]


def _at(*converts: Convert | None) -> _Arguments:
    """Convert the first arguments by position; None and further ones stay."""

    def converted(args: list[Any]) -> list[Any]:
        parts = [*converts, *[None] * (len(args) - len(converts))]
        return [arg if convert is None else convert(arg) for arg, convert in zip(args, parts, strict=True)]

    return converted


_list_of_tuples, _tuple_of_tuples = _tuples_in(list), _tuples_in(tuple)

_TYPES: Mapping[_Arguments, str] = {
    _each(tuple): "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809",
    _each(_list_of_tuples): "63 64 70 94 120 237 272 299 400 409 417 438 473 614 780",
    _each(_tuple_of_tuples): "259 401 445",
    _each(_tuple_of_lists_as_tuples): "278",
    _each(_deep_tuple): "580 615 791",
    _at(tuple): "250 307 405 446 617 720 763 808",
    _at(None, tuple): "106 750",
    _at(_list_of_tuples): "75 413 444 753",
    _at(_list_of_sets): "115",
    _at(_values_as_tuples): "722",
    _at(complex): "252",
    _at(float, complex): "124",
}
"""Types of MBPP+ arguments that the file cannot say, and the numbers of the tasks they belong to."""

_CONVERTERS: Mapping[str, _Arguments] = {
    local: convert for convert, locals_ in _TYPES.items() for local in locals_.split()
}

_COMPARISONS: Mapping[str, Comparison] = {
    **dict.fromkeys(
        (
            "similar_elements",
            "find_char_long",
            "common_in_nested_lists",
            "extract_singly",
            "larg_nnum",
            "intersection_array",
            "find_dissimilar",
            "Diff",
        ),
        Comparison.SET,
    ),
    **dict.fromkeys(("check_str", "text_match_three", "text_starta_endb"), Comparison.PRESENCE),
    "are_equivalent": Comparison.ANY,
}
"""MBPP+ functions that are not judged by equality."""


def _pyramid_surface(base_edge: float, height: float) -> int:
    """Surface of a square pyramid when the second argument is read as its height instead of its slant height."""
    return round(base_edge**2 + 2 * base_edge * math.sqrt((base_edge / 2) ** 2 + height**2))


def _digit_distance(first: int, second: int) -> int:
    """Sum of digit differences when the shorter number is filled with zeros on the left."""
    width = max(len(str(first)), len(str(second)))
    pairs = zip(str(first).zfill(width), str(second).zfill(width), strict=True)
    return sum(abs(int(one) - int(other)) for one, other in pairs)


_ALTERNATIVES: Mapping[str, Callable[..., object]] = {
    "sum_div": lambda *_args: 0,
    "surface_Area": _pyramid_surface,
    "digit_distance_nums": _digit_distance,
}
"""MBPP+ functions with a second right answer: another reading of the task."""


def task_from_row(row: dict[str, Any], set_name: str) -> Task:
    """A task with the suites ``base`` (visible), ``plus`` and ``plus-extra`` (hidden).

    Expected values are unknown until the reference has run. Rows without inputs are read by their other fields:
    ``test_list`` as MBPP, ``test`` alone as HumanEval.

    Raises:
        TaskFormatError: If a field is missing or wrong.
    """
    if "base_input" not in row:
        return (mbpp.task_from_row if "test_list" in row else humaneval.task_from_row)(row, set_name)
    fields = Fields(row)
    task_id = fields.number_or_text("task_id")
    prompt, entry_point = fields.text("prompt"), fields.text("entry_point")
    build = _Cases(task_id, entry_point, fields.number("atol", 0))
    base = build.cases(_inputs(fields, "base_input"), "/base_input")
    if not base:
        raise TaskFormatError("there are no inputs", "/base_input")
    extra = build.cases(_inputs(fields, "plus_input"), "/plus_input")
    suites = [_suite("base", base), _suite("plus", base + extra, restart=len(base))]
    if extra:
        suites.append(_suite("plus-extra", extra))
    return with_versions(
        Task(
            set_name=set_name,
            local=local_of(task_id),
            prompt=prompt,
            entry_point=entry_point,
            suites=tuple(suites),
            reference=prompt + fields.text("canonical_solution"),
            prelude=prompt_prelude(prompt, entry_point),
            contract=_contract(fields.text("contract", "")),
            completion_prompt=prompt,
        )
    )


def second_answer(task: Task) -> Callable[..., object] | None:
    """What else is right besides the reference's answer, for tasks of MBPP+ that can be read in two ways.

    Args:
        task: Any task; it counts as such a task if the cases of its first suite accept what the second reading gives.

    Returns:
        A function of the arguments, which returns None where the second reading gives nothing; None for other tasks.
    """
    other = _ALTERNATIVES.get(task.entry_point or "")
    cases = [case for suite in task.suites[:1] for case in suite.cases if isinstance(case, CallCase)]
    if other is None or not any(case.also for case in cases):
        return None
    if any(case.also != _second(other, case.args) for case in cases):
        return None
    return lambda *args: next(iter(_second(other, args)), None)


def _second(other: Callable[..., object], args: tuple[Any, ...]) -> tuple[object, ...]:
    try:
        return (other(*args),)
    except (TypeError, ValueError, ArithmeticError):
        return ()


def _inputs(fields: Fields, name: str) -> list[Any]:
    # one task of MBPP+ has an empty object where others have a list
    return [] if fields.is_empty_object(name) else fields.items(name)


def _suite(name: str, cases: tuple[CallCase, ...], restart: int = 0) -> Suite:
    return Suite(
        name=name,
        kind=SuiteKind.CASES,
        cases=cases,
        visibility=Visibility.VISIBLE if name == "base" else Visibility.HIDDEN,
        float_atol=FLOAT_ATOL,
        float_rtol=FLOAT_RTOL,
        float_restart=restart,
    )


def _contract(text: str) -> str:
    """The contract's statements at the left margin, or as they are if they would not parse there."""
    moved = textwrap.dedent(text.strip("\n"))
    return moved if parse(moved) is not None else text


class _Cases:
    """Cases of one task from its inputs."""

    def __init__(self, task_id: str, entry_point: str, atol: float) -> None:
        family = task_id.partition("/")[0].lower()
        of_mbpp = family == "mbpp"
        self._convert = _CONVERTERS.get(local_of(task_id)) if of_mbpp else None
        self._alternative = _ALTERNATIVES.get(entry_point) if of_mbpp else None
        self._comparison = _COMPARISONS.get(entry_point, Comparison.EQUAL) if of_mbpp else Comparison.EQUAL
        if family == "humaneval" and entry_point == "find_zero":
            self._comparison = Comparison.ROOT
        self._atol = atol

    def cases(self, inputs: list[Any], pointer: str) -> tuple[CallCase, ...]:
        return tuple(self._case(args, f"{pointer}/{index}") for index, args in enumerate(inputs))

    def _case(self, args: Any, pointer: str) -> CallCase:
        if not isinstance(args, list):
            raise TaskFormatError(f"expected a list of arguments, found {type(args).__name__}", pointer)
        try:
            converted = tuple(args if self._convert is None else self._convert(args))
        except (TypeError, ValueError, AttributeError) as error:
            raise TaskFormatError(f"the arguments are not of this task's types: {error}", pointer) from None
        return CallCase(
            args=converted,
            also=self._also(converted),
            comparison=self._comparison,
            atol=self._atol,
            rtol=FLOAT_RTOL if self._atol > 0 else 0.0,
        )

    def _also(self, args: tuple[Any, ...]) -> tuple[object, ...]:
        return () if self._alternative is None else _second(self._alternative, args)
