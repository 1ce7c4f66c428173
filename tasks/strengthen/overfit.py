"""Programs that know some answers and nothing else."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.budget import NotLiteral
from tasks.literal_text import literal_text
from tasks.lowering import lower, lower_assert
from tasks.strengthen.mutation import Mutant
from tasks.strengthen.scoring import OVERFIT
from tasks.syntax import parse
from tasks.task import (
    AssertCase,
    CallCase,
    Comparison,
    ScriptCase,
    Suite,
    SuiteKind,
    Task,
    TestCase,
    Unknown,
    Visibility,
)

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
    """Cases of a suite that say what the entry point answers to given arguments, each with its case's index.

    A suite that cannot be lowered as a whole is read assert by assert.
    """
    if task.entry_point is None:
        return ()
    lowered = lower(suite, task.entry_point, task.prelude)
    if lowered.kind is SuiteKind.CASES:
        whole = suite.kind is SuiteKind.CHECK  # many lowered cases of one script
        cases: list[tuple[int, TestCase]] = [(0 if whole else index, case) for index, case in enumerate(lowered.cases)]
    else:
        cases = [(index, each) for index, case in enumerate(suite.cases) for each in _read(case, task.entry_point)]
    return tuple(
        (index, case)
        for index, case in cases
        if isinstance(case, CallCase) and case.expected is not Unknown.EXPECTED and case.comparison in _KNOWN
    )


def _read(case: TestCase, entry_point: str) -> Iterator[CallCase]:
    tree = parse(case.source) if isinstance(case, AssertCase | ScriptCase) else None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assert):
            for callee in (entry_point, "candidate") if isinstance(case, ScriptCase) else (entry_point,):
                found = lower_assert(node, callee, set())
                if found is not None:
                    yield found


def asserts_in(text: str, entry_point: str) -> tuple[CallCase, ...]:
    """What the assert statements among the lines of a prompt say of the entry point."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("assert ")]
    found = [case for line in lines for case in _read(AssertCase(line), entry_point)]
    return tuple(case for case in found if case.comparison in _KNOWN)


def calls_in(case: TestCase, entry_point: str) -> tuple[tuple[object, ...], ...] | None:
    """Arguments of all calls of the entry point in a test; None where one of them cannot be read."""
    if isinstance(case, CallCase):
        return (case.args,)
    tree = parse(case.source) if isinstance(case, AssertCase) else None
    if tree is None:
        return None
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry_point:
            bare = lower_assert(ast.Assert(test=node), entry_point, set())
            if bare is None:
                return None
            found.append(bare.args)
    return tuple(found)


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
