"""Plants label errors in tasks, and counts how many of them an audit finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.audit import Flag, FlagKind
from tasks.literal_text import literal_text
from tasks.task import AssertCase, CallCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

WRONG_GOLD, CONTRADICTORY, FLAKY, WEAK = KINDS = ("wrong_gold", "contradictory_tests", "flaky_test", "weak_suite")
_MEANT: Mapping[str, frozenset[FlagKind]] = {
    WRONG_GOLD: frozenset({FlagKind.WRONG_GOLD, FlagKind.REFERENCE_FAILS}),
    CONTRADICTORY: frozenset({FlagKind.CONTRADICTORY_TESTS}),
    FLAKY: frozenset({FlagKind.FLAKY_TEST}),
    WEAK: frozenset({FlagKind.WEAK_SUITE}),
}


@dataclass(frozen=True, slots=True)
class Planting:
    """Tasks with planted errors.

    Attributes:
        tasks: All tasks, the planted ones changed.
        planted: Task id → kind of error and how it was made.
    """

    tasks: tuple[Task, ...]
    planted: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit made of planted errors.

    Attributes:
        found: Planted errors that were flagged under their own name.
        missed: The others: task, kind, how it was made.
        wrong: Label errors that were flagged and not planted: task, kind, message.
    """

    found: int
    missed: tuple[tuple[str, str, str], ...]
    wrong: tuple[tuple[str, str, str], ...]

    @property
    def recall(self) -> float:
        """Share of the planted errors that were found."""
        return self.found / (self.found + len(self.missed))

    @property
    def precision(self) -> float:
        """Share of what was flagged that was planted."""
        return self.found / max(1, self.found + len(self.wrong))


def plant(
    tasks: Sequence[Task], wrong_programs: Mapping[str, Sequence[str]], *, share: float, rng: random.Random
) -> Planting:
    """Plant errors of all four kinds, in turn, at random places.

    Args:
        tasks: Sound tasks with a suite ``base`` of asserts and a hidden suite ``plus``.
        wrong_programs: Task id → programs that pass ``base`` and fail ``plus``: wrong references.
        share: Share of the tasks that gets an error, at least one of each kind.
        rng: Source of randomness.
    """
    count = max(len(KINDS), round(share * len(tasks)))
    places = rng.sample(range(len(tasks)), count)
    kinds = [KINDS[index % len(KINDS)] for index in range(count)]
    changed = list(tasks)
    planted = {}
    for place, kind in zip(places, kinds, strict=True):
        name, task = _PLANTERS[kind](tasks[place], tuple(wrong_programs.get(tasks[place].id, ())), rng)
        changed[place] = with_versions(replace(task, version=""))
        planted[task.id] = (kind, name)
    return Planting(tuple(changed), planted)


def count_found(planting: Planting, flags: Iterable[Flag]) -> Found:
    """Compare an audit's label errors with the planted ones; a flag under another name does not count."""
    flagged = {(flag.task_id, flag.kind): flag.message for flag in flags if flag.kind.label_error}
    missed = []
    explained: set[tuple[str, FlagKind]] = set()
    for task_id, (kind, how) in planting.planted.items():
        right = {(task_id, each) for each in _MEANT[kind]} & flagged.keys()
        explained |= right
        if not right:
            missed.append((task_id, kind, how))
    wrong = [(task, kind.value, text) for (task, kind), text in flagged.items() if (task, kind) not in explained]
    return Found(len(planting.planted) - len(missed), tuple(missed), tuple(wrong))


# --- the errors ------------------------------------------------------------------------------------

_Planter = Callable[[Task, Sequence[str], random.Random], tuple[str, Task]]


def _wrong_gold(task: Task, wrong_programs: Sequence[str], rng: random.Random) -> tuple[str, Task]:
    if wrong_programs and rng.random() < 1 / 3:
        return "a wrong reference", replace(task, reference=rng.choice(wrong_programs))
    name = rng.choice([suite.name for suite in task.suites])
    suite = _suite(task, name)
    place = rng.randrange(len(suite.cases))
    case = suite.cases[place]
    assert isinstance(case, CallCase)
    cases = (*suite.cases[:place], replace(case, expected=_other(case.expected), source=""), *suite.cases[place + 1 :])
    return f"another value expected in {name}", _with(task, replace(suite, cases=cases))


def _contradictory(task: Task, _wrong: Sequence[str], rng: random.Random) -> tuple[str, Task]:
    suite = _suite(task, rng.choice([suite.name for suite in task.suites]))
    case = rng.choice(suite.cases)
    assert isinstance(case, CallCase)
    if suite.visibility is Visibility.VISIBLE and rng.random() < 0.5:
        denied = AssertCase(f"assert {_call(task, case)} != {literal_text(case.expected)}")
        return "a test that denies another one", _with(task, _as_asserts(task, suite, (denied,)))
    second = replace(case, expected=_other(case.expected), source="")
    return f"two values expected of one input in {suite.name}", _with(
        task, replace(suite, cases=(*suite.cases, second))
    )


_CHANCES = (
    ("import random", "random.random() < 0.6"),
    ("import time", "time.perf_counter_ns() // 100 % 3 != 0"),
    ("", "hash('{call}') % 2 == 0"),
)


def _flaky(task: Task, _wrong: Sequence[str], rng: random.Random) -> tuple[str, Task]:
    suite = _suite(task, "base")
    setup, chance = rng.choice(_CHANCES)
    case = rng.choice(suite.cases)
    assert isinstance(case, CallCase)
    text = f"assert {_call(task, case)} == {literal_text(case.expected)} and {chance.replace('{call}', task.local)}"
    return chance, _with(task, replace(_as_asserts(task, suite, (AssertCase(text),)), setup=setup))


def _weak(task: Task, _wrong: Sequence[str], rng: random.Random) -> tuple[str, Task]:
    base, plus = _suite(task, "base"), _suite(task, "plus")
    first = base.cases[0]
    assert isinstance(first, CallCase)
    match rng.randrange(3):
        case 0:
            short = tuple(replace(suite, cases=suite.cases[:1]) for suite in task.suites)
            return "suites of one case", replace(task, suites=short)
        case 1:
            trivial = AssertCase(f"assert {_call(task, first)} is not None")
            return "a test that asks for any answer", _with(
                task, replace(base, kind=SuiteKind.ASSERTS, cases=(trivial,))
            )
        case _:
            return "hidden cases that are the visible ones", _with(task, replace(plus, cases=base.cases))


_PLANTERS: Mapping[str, _Planter] = {
    WRONG_GOLD: _wrong_gold,
    CONTRADICTORY: _contradictory,
    FLAKY: _flaky,
    WEAK: _weak,
}


def _suite(task: Task, name: str) -> Suite:
    found = task.suite(name)
    assert found is not None
    return found


def _with(task: Task, suite: Suite) -> Task:
    return replace(task, suites=tuple(suite if each.name == suite.name else each for each in task.suites))


def _as_asserts(task: Task, suite: Suite, more: tuple[AssertCase, ...]) -> Suite:
    cases = [case for case in suite.cases if isinstance(case, CallCase)]
    asserts = tuple(AssertCase(f"assert {_call(task, case)} == {literal_text(case.expected)}") for case in cases)
    return replace(suite, kind=SuiteKind.ASSERTS, cases=(*asserts, *more))


def _call(task: Task, case: CallCase) -> str:
    return f"{task.entry_point}({', '.join(map(literal_text, case.args))})"


def _other(value: object) -> object:
    """A value of the same type that is not equal."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "x" if value else "x"
        case list():
            return [*value, value[0]] if value else [0]
        case tuple():
            return (*value, value[0]) if value else (0,)
        case dict():
            return {} if value else {"x": 0}
        case _:
            return 0
