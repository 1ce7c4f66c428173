"""The report as a JSON document."""

from __future__ import annotations

from dataclasses import asdict

from service.domain.check import Check, Finding
from service.domain.verdict import error_class
from service.domain.verification import Verification
from service.reports.content import FailedCase, Report, make_report


def report_document(verification: Verification) -> dict[str, object]:
    """What was found, worst check first, with the evidence that this copy of the verification holds.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
    """
    return render(make_report(verification))


def render(report: Report) -> dict[str, object]:
    """A report as a document that ``json.dumps`` takes; its order is that of usefulness."""
    verification = report.verification
    return {
        "verification_id": verification.id,
        "candidate_id": verification.candidate_id,
        "task_id": verification.task_id,
        "state": verification.state.value,
        "verdict": None if verification.verdict is None else verification.verdict.value,
        "accepted": verification.accepted,
        "problem": report.problem,
        "remarks": list(report.remarks),
        "notes": list(verification.notes),
        "checks": [_check(report, check, problem) for check, problem in report.checks],
        "resources": list(report.resources),
        "history": [asdict(attempt) for attempt in report.history],
    }


def _check(report: Report, check: Check, problem: str) -> dict[str, object]:
    return {
        "check_id": check.id,
        "verifier": check.verifier,
        "verdict": None if check.verdict is None else check.verdict.value,
        "error_class": None if check.verdict is None else error_class(check.verdict, check.detail),
        "failure": None if check.failure is None else check.failure.value,
        "disclosure": check.disclosure.value,
        "problem": problem,
        "message": check.evidence.message,
        "cases_total": check.evidence.cases_total,
        "cases_passed": check.evidence.cases_passed,
        "failed_cases": [_case(failed) for failed in report.cases if failed.verifier == check.verifier],
        "counterexample": None if check.evidence.counterexample is None else asdict(check.evidence.counterexample),
        "findings": [
            {"cite": found.cite, **_finding(found.finding)}
            for found in report.findings
            if found.verifier == check.verifier
        ],
    }


def _case(failed: FailedCase) -> dict[str, object]:
    case = failed.case
    return {
        "cite": failed.cite,
        "index": case.index,
        "verdict": case.verdict,
        "source": case.source,
        "inputs": case.inputs,
        "expected": case.expected,
        "actual": case.actual,
        "difference": None if failed.difference is None else asdict(failed.difference),
        "message": case.message,
        "traceback": case.traceback,
        "stdout": case.stdout,
        "alike": list(failed.alike),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return asdict(finding)
