"""The report as Markdown, which is also what a model that repairs the code is shown."""

from __future__ import annotations

from service.domain.check import CaseResult, Check
from service.domain.verification import Verification
from service.reports.sentences import problem_of, problem_of_check

_CASES_SHOWN = 10
_TEXT_SHOWN = 2_000


def report_markdown(verification: Verification) -> str:
    """What was found, with the evidence that this copy of the verification holds.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
    """
    parts = [f"# {verification.task_id}: {_headline(verification)}", problem_of(verification)]
    parts += [f"Note: {note}." for note in verification.notes]
    for check in verification.checks:
        parts += _check(check)
    return "\n\n".join(parts) + "\n"


def _headline(verification: Verification) -> str:
    if verification.verdict is not None:
        return verification.verdict.value
    return verification.failure.value if verification.failure is not None else verification.state.value


def _check(check: Check) -> list[str]:
    parts = [f"## {check.verifier}", problem_of_check(check)]
    if check.evidence.message:
        parts.append(_fenced(check.evidence.message))
    failed = [case for case in check.evidence.cases if case.verdict not in ("accepted", "skipped")]
    for case in failed[:_CASES_SHOWN]:
        parts += _case(case)
    if len(failed) > _CASES_SHOWN:
        parts.append(f"… and {len(failed) - _CASES_SHOWN} more cases.")
    if check.evidence.findings:
        lines = [
            f"- line {found.line if found.line is not None else '?'}: {found.message} ({found.tool} {found.rule})"
            for found in check.evidence.findings
        ]
        parts.append("\n".join(lines))
    return parts


def _case(case: CaseResult) -> list[str]:
    parts = [f"### Case {case.index}: {case.verdict}"]
    shown = case.source or case.inputs
    if shown:
        parts.append(_fenced(shown, "python"))
    facts = []
    if case.expected is not None:
        facts.append(f"expected: {case.expected}")
    if case.actual is not None:
        facts.append(f"actual:   {case.actual}")
    facts += [text for text in (case.message, case.traceback.rstrip()) if text]
    if facts:
        parts.append(_fenced("\n".join(facts)))
    if case.stdout:
        parts += ["It printed:", _fenced(case.stdout.rstrip("\n"))]
    return parts


def _fenced(text: str, language: str = "") -> str:
    """A code block whose fence the text cannot close."""
    if len(text) > _TEXT_SHOWN:
        text = f"{text[:_TEXT_SHOWN]}\n… {len(text) - _TEXT_SHOWN} characters more"
    longest = max((len(run) for run in text.replace("\n", " ").split() if set(run) == {"`"}), default=0)
    fence = "`" * max(3, longest + 1)
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
