"""Suites that begin with all cases of another suite: one candidate process sits both.

``plus`` is ``base`` and the extra cases. A candidate that is to be judged by both sits ``plus`` alone, whose first
cases are those of ``base`` in its order: what was found of them is what ``base`` would have found. The candidate
sees none of the extra inputs before it has answered the cases of ``base``, so nothing that is told about these can
hold anything of the others. Wherever the answer of the part is not certain, the part is sat by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sandbox.spec import Ending, ExamResult, Outcome
from service.verify.exams import PreparedExam

_FOUND = frozenset({Outcome.PASSED.value, Outcome.WRONG.value, Outcome.RAISED.value})


def wholes(exams: Mapping[str, PreparedExam]) -> dict[str, str]:
    """Which exams another one begins with.

    Args:
        exams: Those of one job, by name.

    Returns:
        Part → the smallest exam that holds it and more.
    """
    by_size = sorted(exams, key=lambda name: exams[name].exam.cases)
    found: dict[str, str] = {}
    for at, part in enumerate(by_size):
        digests = exams[part].exam.case_digests
        for whole in by_size[at + 1 :] if digests else ():
            if len(digests) < exams[whole].exam.cases and exams[whole].exam.case_digests[: len(digests)] == digests:
                found[part] = whole
                break
    return found


def result_of_part(whole: ExamResult, name: str, cases: int, *, printed: bool) -> ExamResult | None:
    """What the result of an exam says of the exam that its first cases are.

    Args:
        whole: The result.
        name: The part's name.
        cases: The part's cases.
        printed: What was printed past ``sys.stdout`` may be told with the part: the rest of the exam is no secret.

    Returns:
        The part's result, with the usage of the whole; None if it is not certain.
    """
    outcomes = whole.outcomes[:cases]
    reports = tuple(report for report in whole.reports if report.index < cases)
    part = replace(whole, exam=name, outcomes=outcomes, reports=reports)
    if whole.phase == "import":  # no case was asked yet
        return part
    if whole.candidate_equality or not (whole.ending is Ending.COMPLETED or set(outcomes) <= _FOUND):
        return None
    secret = not printed and set(whole.outcomes[cases:]) != {Outcome.SKIPPED.value}
    return replace(
        part,
        ending=Ending.COMPLETED,
        reason=whole.reason if whole.ending is Ending.COMPLETED else None,
        message=whole.message if whole.ending is Ending.COMPLETED else "",
        clock=None,
        limit=None,
        rule=None,
        signal=None,
        exit_code=None,
        stdout=b"" if secret else whole.stdout,
        stderr=b"" if secret else whole.stderr,
    )
