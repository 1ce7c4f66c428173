"""The report as SARIF 2.1.0, for code-scanning viewers. What cannot be shown is not in it.

Source:
    OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.check import Check, Counterexample, Finding
from service.domain.verdict import Verdict
from service.domain.verification import Verification
from service.reports.content import CitedFinding, FailedCase, Report, make_report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ARTIFACT = "candidate.py"
"""The name under which results point into the candidate's code."""
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_Json = dict[str, object]


def report_sarif(verification: Verification, *, version: str = "") -> _Json:
    """What was found as one SARIF log with one run.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
        version: Of this service.
    """
    return render(make_report(verification), version=version)


def render(report: Report, *, version: str = "") -> _Json:
    """A report as a SARIF log; every result cites its case or its rule, in order of usefulness."""
    results = [*_failed(report), *(_finding(found) for found in report.findings)]
    rules = _rules(results)
    positions = {rule["id"]: index for index, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = positions[result["ruleId"]]
    driver: _Json = {"name": "assay", "rules": rules}
    if version:
        driver["version"] = version
    verification = report.verification
    concluded = verification.verdict is not None
    invocation: _Json = {"executionSuccessful": concluded}
    if not concluded:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": report.problem}}]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"{verification.task_id}/{verification.id}"},
                "invocations": [invocation],
                "artifacts": [{"location": {"uri": ARTIFACT}, "sourceLanguage": "python"}],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _failed(report: Report) -> Iterable[_Json]:
    """One result for each failed case; one for the check where no case may be told."""
    for check, problem in report.checks:
        if check.verdict is None or check.verdict is Verdict.ACCEPTED:
            continue
        cases = [failed for failed in report.cases if failed.verifier == check.verifier]
        found = check.evidence.counterexample
        if found is not None:
            yield _counterexample(check, found)
        if cases:
            yield from (_case(failed) for failed in cases)
        elif not check.evidence.findings and found is None:
            yield _whole(check, problem)


def _case(failed: FailedCase) -> _Json:
    case = failed.case
    parts = [f"{failed.cite}: {case.verdict}."]
    shown = case.source or case.inputs
    parts += [shown] if shown else []
    parts += [f"expected: {case.expected}"] if case.expected is not None else []
    parts += [f"actual: {case.actual}"] if case.actual is not None else []
    parts += [text for text in (case.message, case.traceback) if text]
    return {
        "ruleId": f"{failed.verifier}/{case.verdict}",
        "level": "error",
        "kind": "fail",
        "message": {"text": "\n".join(parts)},
        "locations": [_location(_last_line(case.traceback))],
        "properties": {"case": case.index, "alike": list(failed.alike)},
    }


def _counterexample(check: Check, found: Counterexample) -> _Json:
    actual = f"actual: {found.actual}" if found.actual is not None else f"raised: {found.error}"
    return {
        "ruleId": f"{check.verifier}/counterexample",
        "level": "error",
        "kind": "fail",
        "message": {"text": f"{found.inputs}\nexpected: {found.expected}\n{actual}"},
        "locations": [_location(None)],
        "properties": {"seed": found.seed, "examples": found.examples, "shrunk": found.shrunk},
    }


def _whole(check: Check, problem: str) -> _Json:
    text = f"{problem}\n{check.evidence.message}" if check.evidence.message else problem
    assert check.verdict is not None
    return {
        "ruleId": f"{check.verifier}/{check.verdict.value}",
        "level": "error",
        "kind": "fail",
        "message": {"text": text},
        "locations": [_location(None)],
    }


def _finding(found: CitedFinding) -> _Json:
    finding = found.finding
    result: _Json = {
        "ruleId": f"{finding.tool}/{finding.rule}",
        "level": _LEVELS.get(finding.level, "warning"),
        "kind": "fail",
        "message": {"text": finding.message or finding.rule},
        "locations": [_location(finding.line, finding)],
    }
    if finding.cwe is not None:
        result["properties"] = {"tags": ["security", f"external/cwe/cwe-{finding.cwe}"]}
    return result


def _location(line: int | None, finding: Finding | None = None) -> _Json:
    physical: _Json = {"artifactLocation": {"uri": ARTIFACT, "index": 0}}
    if line is not None and line >= 1:
        region: _Json = {"startLine": line}
        if finding is not None:
            named = {"startColumn": "column", "endLine": "end_line", "endColumn": "end_column"}
            values = {key: getattr(finding, name, None) for key, name in named.items()}
            region |= {key: value for key, value in values.items() if value is not None and value >= 1}
        physical["region"] = region
    return {"physicalLocation": physical}


def _last_line(traceback: str) -> int | None:
    """The line of the innermost frame, which the examiner wrote as ``line 7, in f: …``; None without one."""
    for frame in reversed(traceback.splitlines()):
        number = frame.removeprefix("line ").partition(",")[0]
        if frame.startswith("line ") and number.isascii() and number.isdigit() and len(number) < 10:
            return int(number)
    return None


def _rules(results: list[_Json]) -> list[_Json]:
    rules: dict[object, _Json] = {}
    for result in results:
        identifier = result["ruleId"]
        rule: _Json = rules.setdefault(identifier, {"id": identifier})
        if "properties" in result and "tags" in result["properties"]:  # type: ignore[operator]  # built above
            rule["properties"] = result["properties"]
    return list(rules.values())
