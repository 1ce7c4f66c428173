"""The report as a JSON document."""

from __future__ import annotations

from service.domain.check import CaseResult, Check
from service.domain.verdict import error_class
from service.domain.verification import Verification
from service.reports.sentences import problem_of, problem_of_check


def report_document(verification: Verification) -> dict[str, object]:
    """What was found, worst check first, with the evidence that this copy of the verification holds.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
    """
    return {
        "verification_id": verification.id,
        "candidate_id": verification.candidate_id,
        "task_id": verification.task_id,
        "state": verification.state.value,
        "verdict": None if verification.verdict is None else verification.verdict.value,
        "accepted": verification.accepted,
        "problem": problem_of(verification),
        "notes": list(verification.notes),
        "checks": [_check(check) for check in verification.checks],
    }


def _check(check: Check) -> dict[str, object]:
    return {
        "check_id": check.id,
        "verifier": check.verifier,
        "verdict": None if check.verdict is None else check.verdict.value,
        "error_class": None if check.verdict is None else error_class(check.verdict, check.detail),
        "failure": None if check.failure is None else check.failure.value,
        "disclosure": check.disclosure.value,
        "problem": problem_of_check(check),
        "cases_total": check.evidence.cases_total,
        "cases_passed": check.evidence.cases_passed,
        "failed_cases": [_case(case) for case in check.evidence.cases if case.verdict not in ("accepted", "skipped")],
        "findings": [
            {"tool": found.tool, "rule": found.rule, "level": found.level, "line": found.line, "message": found.message}
            for found in check.evidence.findings
        ],
    }


def _case(case: CaseResult) -> dict[str, object]:
    return {
        "index": case.index,
        "verdict": case.verdict,
        "source": case.source,
        "inputs": case.inputs,
        "expected": case.expected,
        "actual": case.actual,
        "message": case.message,
        "traceback": case.traceback,
        "stdout": case.stdout,
    }
