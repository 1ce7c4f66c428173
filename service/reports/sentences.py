"""One sentence for what went wrong."""

from __future__ import annotations

from service.domain.check import Check
from service.domain.verdict import Detail, Failure, Verdict
from service.domain.verification import Verification

_FAILURES = {
    Failure.INFRASTRUCTURE_ERROR: "Nothing was concluded: the sandbox failed, which says nothing about the code.",
    Failure.INVALID_TASK: "Nothing was concluded: the task's own tests cannot judge.",
}
_CLOCKS = {"cpu": "CPU time", "wall": "time"}
_COMPILE = {
    "no_code": "There is no code.",
    "syntax_error": "The code does not parse.",
    "missing_entry_point": "The code does not define the function that the task asks for.",
    "import_error": "The code cannot be loaded: an import in it fails.",
}
_STOPPED = frozenset(
    {
        Verdict.TIME_LIMIT_EXCEEDED,
        Verdict.MEMORY_LIMIT_EXCEEDED,
        Verdict.OUTPUT_LIMIT_EXCEEDED,
        Verdict.RESOURCE_LIMIT_EXCEEDED,
        Verdict.POLICY_VIOLATION,
        Verdict.INCOMPLETE,
    }
)
"""Verdicts that end an exam, so that later cases may never have been reached."""


def problem_of(verification: Verification) -> str:
    """What stands between this candidate and acceptance; that nothing does is said too."""
    if verification.failure is not None:
        return _FAILURES[verification.failure]
    if verification.verdict is None:
        return f"Not finished: the verification is {verification.state.value}."
    for check in verification.checks:
        if check.verdict is verification.verdict and check.verifier in (verification.required or (check.verifier,)):
            return problem_of_check(check)
    return "Every required verifier accepted the code."


def problem_of_check(check: Check) -> str:
    """What one verifier found."""
    if check.failure is not None:
        return _FAILURES[check.failure]
    if check.verdict is None:
        return f"Not finished: the check is {check.state.value}."
    sentence = _sentence(check.verdict, check.detail, check.verifier)
    passed, total = check.evidence.cases_passed, check.evidence.cases_total
    if check.verdict in (Verdict.ACCEPTED, Verdict.REJECTED, Verdict.COMPILE_ERROR):
        return sentence
    if check.detail.phase == "import":
        return f"{sentence[:-1]}, while the module was loaded."
    if total and check.verdict in _STOPPED:
        return f"{sentence[:-1]}: {passed} of {total} cases had passed."
    if total:
        return f"{sentence[:-1]}: {total - passed} of {total} cases did not pass."
    return sentence


def _sentence(verdict: Verdict, detail: Detail, verifier: str) -> str:
    limit = f" ({detail.limit})" if detail.limit else ""
    clock = _CLOCKS.get(detail.clock or "", "time")
    raised = detail.reason or (f"signal {detail.signal}" if detail.signal else "an exception")
    return {
        Verdict.ACCEPTED: f"The verifier {verifier} accepted the code.",
        Verdict.WRONG_ANSWER: "The code returns wrong answers.",
        Verdict.RUNTIME_ERROR: f"The code ended with {raised}.",
        Verdict.COMPILE_ERROR: _COMPILE.get(detail.reason or "", f"The code cannot be loaded: {raised}."),
        Verdict.TIME_LIMIT_EXCEEDED: f"The code ran longer than its {clock} limit{limit}.",
        Verdict.MEMORY_LIMIT_EXCEEDED: f"The code needed more memory than its limit{limit}.",
        Verdict.OUTPUT_LIMIT_EXCEEDED: f"The code printed or returned more than its limit{limit}.",
        Verdict.RESOURCE_LIMIT_EXCEEDED: f"The code used more processes, files or disk than its limit{limit}.",
        Verdict.INCOMPLETE: "The code ended the process before it had answered.",
        Verdict.POLICY_VIOLATION: f"The code did something that is forbidden ({detail.rule or 'policy'}).",
        Verdict.REJECTED: f"The verifier {verifier} rejected the code.",
    }[verdict]
