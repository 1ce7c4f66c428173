"""The report as JUnit XML, for build servers: a wrong answer is a failure, anything that ended a case an error."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from service.domain.check import CaseResult, Check
from service.domain.verdict import Verdict
from service.domain.verification import Verification
from service.reports.content import Report, make_report

_FAILURES = frozenset({Verdict.WRONG_ANSWER.value, Verdict.REJECTED.value})
_SKIPPED = "skipped"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def report_junit(verification: Verification) -> str:
    """What was found as an XML document: a suite for each check, a test case for each case that may be told.

    ``failure``: the code answered wrongly, or a verifier rejected it. ``error``: it raised, ran into a limit,
    could not be loaded; or nothing could be concluded (type ``infrastructure_error`` or ``invalid_task``).
    ``skipped``: the case was not reached.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
    """
    return render(make_report(verification))


def render(report: Report) -> str:
    """A report as JUnit XML."""
    root = ElementTree.Element("testsuites", name=_clean(report.verification.task_id))
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for check, problem in report.checks:
        suite = _suite(root, report.verification, check, problem)
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
    for name, value in totals.items():
        root.set(name, str(value))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, verification: Verification, check: Check, problem: str) -> ElementTree.Element:
    suite = ElementTree.SubElement(root, "testsuite", name=_clean(check.verifier))
    if verification.created_at is not None:
        suite.set("timestamp", verification.created_at.strftime("%Y-%m-%dT%H:%M:%S"))
    suite.set("time", _seconds(check.usage.wall_ms))
    if _tells_cases(check):
        for case in check.evidence.cases:
            _test_case(suite, verification, check, case)
    else:
        _whole(suite, verification, check, problem)
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in kinds.items():
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def _tells_cases(check: Check) -> bool:
    """Whether the cases account for the verdict: a failed check needs a failed case."""
    if check.verdict is Verdict.ACCEPTED:
        return bool(check.evidence.cases)
    return check.verdict is not None and any(case.verdict != Verdict.ACCEPTED for case in check.evidence.cases)


def _test_case(suite: ElementTree.Element, verification: Verification, check: Check, case: CaseResult) -> None:
    shown = case.source or case.inputs
    name = f"case {case.index}" + (f": {_first_line(shown)}" if shown else "")
    element = _element(suite, verification, check, name)
    if case.verdict == _SKIPPED:
        ElementTree.SubElement(element, "skipped", message="not reached")
    elif case.verdict != Verdict.ACCEPTED:
        facts = [shown] if shown else []
        facts += [f"expected: {case.expected}"] if case.expected is not None else []
        facts += [f"actual:   {case.actual}"] if case.actual is not None else []
        facts += [text for text in (case.message, case.traceback) if text]
        message = case.message.partition("\n")[0] or case.verdict
        _problem(element, case.verdict, message, "\n".join(facts))
    if case.stdout:
        ElementTree.SubElement(element, "system-out").text = _clean(case.stdout)


def _whole(suite: ElementTree.Element, verification: Verification, check: Check, problem: str) -> None:
    """The check as one test case, where no cases may be told or there are none."""
    element = _element(suite, verification, check, check.verifier, _seconds(check.usage.wall_ms))
    if check.verdict is Verdict.ACCEPTED:
        return
    if not check.state.final:
        ElementTree.SubElement(element, "skipped", message=_clean(problem))
        return
    said = check.verdict.value if check.verdict is not None else (check.failure or check.state).value
    findings = [
        f"line {found.line if found.line is not None else '?'}: {found.message} ({found.tool} {found.rule})"
        for found in check.evidence.findings
    ]
    facts = [check.evidence.message, *findings]
    if (found := check.evidence.counterexample) is not None:
        facts += [found.inputs, f"expected: {found.expected}", f"actual:   {found.actual or f'raises {found.error}'}"]
    _problem(element, said, problem, "\n".join([text for text in facts if text]))


def _element(
    suite: ElementTree.Element, verification: Verification, check: Check, name: str, seconds: str = "0"
) -> ElementTree.Element:
    where = f"{verification.task_id}.{check.verifier}"
    return ElementTree.SubElement(suite, "testcase", classname=_clean(where), name=_clean(name), time=seconds)


def _problem(element: ElementTree.Element, kind: str, message: str, text: str) -> None:
    tag = "failure" if kind in _FAILURES else "error"
    made = ElementTree.SubElement(element, tag, type=kind, message=_clean(message))
    if text:
        made.text = _clean(text)


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 120 else f"{line[:119]}…"


def _seconds(milliseconds: float | None) -> str:
    return f"{(milliseconds or 0.0) / 1000:.3f}"


def _clean(text: str) -> str:
    """Text with what XML cannot hold written as a person reads it."""
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
