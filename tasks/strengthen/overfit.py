"""Programs that know some answers and nothing else."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.literals import NotLiteral, literal_text
from tasks.lowering import lower, lower_assert
from tasks.strengthen.mutation import Mutant
from tasks.strengthen.scoring import OVERFIT
from tasks.syntax import parse
from tasks.task import AssertCase, CallCase, Comparison, Suite, SuiteKind, Task, Unknown, Visibility

_TABLE = """\
import copy

_ANSWERS = {answers}


def {name}(*args):
    for known, answer in _ANSWERS:
        if repr(args) == repr(known):
            return copy.deepcopy(answer)
    return {otherwise}
"""
_KNOWN = (Comparison.EQUAL, Comparison.IDENTICAL, Comparison.SET)


def known_cases(task: Task, suite: Suite) -> tuple[tuple[int, CallCase], ...]:
    """Cases of a suite that say what the entry point answers to given arguments, each with its index.

    A suite that cannot be lowered as a whole is read assert by assert.
    """
    if task.entry_point is None:
        return ()
    lowered = lower(suite, task.entry_point, task.prelude)
    if lowered.kind is SuiteKind.CASES:
        cases: Iterator[tuple[int, object]] = iter(enumerate(lowered.cases))
    else:
        cases = ((index, _single(case, task.entry_point)) for index, case in enumerate(suite.cases))
    return tuple(
        (index, case)
        for index, case in cases
        if isinstance(case, CallCase) and case.expected is not Unknown.EXPECTED and case.comparison in _KNOWN
    )


def _single(case: object, entry_point: str) -> CallCase | None:
    tree = parse(case.source) if isinstance(case, AssertCase) else None
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Assert):
        return None
    return lower_assert(tree.body[0], entry_point, set())


def table_program(task: Task, cases: Sequence[CallCase], otherwise: object = None) -> str | None:
    """A program that looks its answers up; the first one for equal arguments counts.

    Args:
        task: Its entry point gives the function's name.
        cases: What is known.
        otherwise: The answer to everything else.

    Returns:
        None if there is no entry point or a value cannot be written down.
    """
    if task.entry_point is None or not cases:
        return None
    try:
        answers = literal_text([(case.args, case.expected) for case in cases])
        program = _TABLE.format(answers=answers, name=task.entry_point, otherwise=literal_text(otherwise))
    except NotLiteral:
        return None
    return program if parse(program) is not None else None


def overfit_mutants(task: Task) -> tuple[Mutant, ...]:
    """Programs that hard-code the answers of the visible suites: nothing else, or their most frequent answer."""
    visible = [suite for suite in task.suites if suite.visibility is Visibility.VISIBLE]
    cases = [case for suite in visible for _, case in known_cases(task, suite)]
    if not cases:
        return ()
    counts = Counter(_text(case.expected) for case in cases)
    usual = next(case.expected for case in cases if _text(case.expected) == counts.most_common(1)[0][0])
    found: list[Mutant] = []
    for otherwise, told in ((None, "else None"), (usual, "else the most frequent answer")):
        program = table_program(task, cases, otherwise)
        if program is not None and program not in {mutant.source for mutant in found}:
            found.append(Mutant(OVERFIT, program, 0, f"the visible answers, {told}"))
    return tuple(found)


def _text(value: object) -> str:
    return f"{type(value).__name__} {value!r}"
