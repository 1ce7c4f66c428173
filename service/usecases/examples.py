"""Sessions that are told examples of input and output, one more after each round."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.check import CaseResult, Check
from service.domain.repair import Example, Repair
from service.domain.verdict import Verdict
from service.domain.verification import Verification
from service.errors import InvalidInput
from tasks.prompts import shown_cases
from tasks.task import Task, Visibility


def first_examples(task: Task, count: int) -> tuple[Example, ...]:
    """Cases of the first visible suite that a session begins with.

    Raises:
        InvalidInput: If the task has none that can be shown.
    """
    suite = next((each for each in task.suites if each.visibility is Visibility.VISIBLE), None)
    found = () if suite is None else tuple(Example(text, suite.name, index) for index, text in shown_cases(task, suite))
    if not found:
        raise InvalidInput(f"the task {task.id} has no visible case of input and output to begin with", "/task_id")
    return found[:count]


def conforms(verification: Verification, examples: Sequence[Example]) -> bool | None:
    """Whether a program agrees with every example that it was told (O1); None where that is not known.

    Source:
        Fu et al. 2024, "The First Prompt Counts the Most!": the first of the two objectives.
    """
    for example in examples:
        check = next((each for each in verification.checks if each.verifier == example.suite), None)
        if check is None or check.verdict is None:
            return None
        if check.verdict is Verdict.ACCEPTED:
            continue
        failed = {case.index for case in _failed(check)}
        if example.index is None or example.index in failed or not failed:
            return False
    return True


def next_example(verification: Verification, examples: Sequence[Example], repair: Repair) -> Example | None:
    """The shortest case that the program fails and that the session does not know; None where there is none to tell."""
    known = {(example.suite, example.index) for example in examples}
    found: list[Example] = []
    for check in verification.checks:
        if check.verifier != repair.oracle and check.verifier not in repair.verifiers:
            continue
        found += [
            Example(f"assert {case.inputs} == {case.expected}", check.verifier, case.index)
            for case in _failed(check)
            if case.inputs and case.expected is not None and (check.verifier, case.index) not in known
        ]
        if (other := check.evidence.counterexample) is not None:
            found.append(Example(f"assert {other.inputs} == {other.expected}", check.verifier))
    return min(found, key=lambda example: (len(example.text), example.text), default=None)


def _failed(check: Check) -> list[CaseResult]:
    return [case for case in check.evidence.cases if case.verdict not in (Verdict.ACCEPTED.value, "skipped")]
