"""The report as Markdown, which is also what a model that repairs the code is shown."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from service.domain.check import Check, Counterexample, Disclosure
from service.domain.verdict import Verdict
from service.domain.verification import Verification
from service.reports.budget import Statement, fit
from service.reports.content import (
    Attempt,
    CitedFinding,
    FailedCase,
    Report,
    make_report,
    message_of,
    remark_of,
    tidy,
    unpassed_cases,
)
from service.reports.difference import Difference
from service.reports.text import cut, fenced, frames, indented, one_line

_CASES_IN_FULL = 3
_CASES_SHOWN = 10
_FINDINGS_SHOWN = 20
_LINE = 100
_STDIN = "stdin "
"""How the input of a case of standard input and output begins."""


def report_markdown(verification: Verification) -> str:
    """What was found, with the evidence that this copy of the verification holds.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
    """
    return render(make_report(verification))


def render(report: Report, *, budget_tokens: int | None = None) -> str:
    """A report as Markdown.

    Args:
        report: What to say.
        budget_tokens: Most tokens, by ``budget.estimate_tokens``; whole statements are left out above it, the
            least useful first, and counted in the last line. None for no bound.
    """
    return "\n\n".join(fit(list(_statements(report)), budget_tokens)) + "\n"


def _statements(report: Report) -> Iterable[Statement]:
    verification = report.verification
    yield Statement(f"# {verification.task_id}: {_headline(verification)}\n\n{report.problem}")
    yield from (Statement(remark) for remark in report.remarks)
    messages = [(check, text) for check, _ in report.checks if (text := message_of(check))]
    yield from (Statement(f"{check.verifier}:\n\n{fenced(text)}", counted_as="message") for check, text in messages)
    first, rest = report.cases[:1], report.cases[1:]
    yield from (_case(failed) for failed in first)
    yield from (_counterexample(check, found) for check, found in report.counterexamples)
    yield from (Statement(told, counted_as="limit") for told in report.resources)
    errors = [found for found in report.findings if found.finding.level == "error"]
    others = [found for found in report.findings if found.finding.level != "error"]
    yield from _findings(errors, "Found without running it:")
    yield from (_case(failed) for failed in rest[: _CASES_IN_FULL - 1])
    yield from _further(report, rest[_CASES_IN_FULL - 1 :])
    yield from _findings(others, "Also found without running it:")
    if report.history:
        yield Statement(_history(report.history), counted_as="earlier attempt", weight=len(report.history))
    yield from (Statement(f"Note: {note}.", counted_as="note") for note in verification.notes)
    if len(report.checks) > 1:
        yield Statement(_checks(report), counted_as="check", weight=len(report.checks))


def _headline(verification: Verification) -> str:
    if verification.verdict is not None:
        return verification.verdict.value
    return verification.failure.value if verification.failure is not None else verification.state.value


def _case(failed: FailedCase) -> Statement:
    case = failed.case
    parts = [f"## Case {case.index}: {case.verdict} ({failed.cite})"]
    shown = case.source or case.inputs
    stdin = _stdin(shown)
    if stdin is not None:
        parts += ["Standard input:", fenced(stdin.rstrip("\n"))]
    elif shown:
        parts.append(fenced(shown, "python"))
    facts = _values(case.expected, case.actual, failed.difference)
    facts += [text for text in (tidy(case.message), frames(case.traceback)) if text]
    if facts:
        parts.append(fenced("\n".join(facts)))
    elif case.verdict == "wrong_answer" and case.source.startswith("assert"):
        parts.append("The assertion is false.")
    if case.stdout.strip():
        aside = " (what is printed is no answer: the function returned None)" if case.actual == "None" else ""
        parts += [f"It printed{aside}:", fenced(case.stdout.rstrip("\n"))]
    if failed.alike:
        parts.append(_alike(failed))
    short = f"- {failed.cite}: {case.verdict}"
    one_line = shown if shown and "\n" not in shown and len(shown) <= 100 and "`" not in shown else ""
    short += f": `{one_line}`" if one_line else ""
    return Statement("\n\n".join(parts), short, "failed case", 1 + len(failed.alike))


def _stdin(shown: str) -> str | None:
    """The input of a case of standard input and output; None for other cases."""
    if not shown.startswith(_STDIN):
        return None
    try:
        text = ast.literal_eval(shown.removeprefix(_STDIN))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None  # shortened, so no literal any more
    return text if isinstance(text, str) else None


def _further(report: Report, cases: Sequence[FailedCase]) -> Iterable[Statement]:
    """More failed cases, a line each; those beyond and those whose evidence was not kept are counted."""
    for position, failed in enumerate(cases[: _CASES_SHOWN - _CASES_IN_FULL]):
        title = "Further cases that failed:\n\n" if position == 0 else ""
        line = _line(failed)
        yield Statement(f"{title}{line}", line, "failed case", 1 + len(failed.alike))
    left = sum(1 + len(failed.alike) for failed in cases[_CASES_SHOWN - _CASES_IN_FULL :]) + _unkept(report)
    if left:
        yield Statement(f"… and {left} more failed case{'' if left == 1 else 's'}.")


def _line(failed: FailedCase) -> str:
    case = failed.case
    shown = one_line(case.source or case.inputs)[:_LINE]
    found = (
        f"actual {one_line(case.actual)[:_LINE]}" if case.actual is not None else one_line(tidy(case.message))[:_LINE]
    )
    told = f": {found}" if found else ""
    return f"- case {case.index}, {case.verdict}" + (f": `{shown}`" if shown else "") + told


def _unkept(report: Report) -> int:
    """Cases of wrong answers and exceptions that failed and of which nothing was kept."""
    missing = 0
    for check, _ in report.checks:
        evidence = check.evidence
        if check.verdict in (Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR) and evidence.cases:
            missing += max(0, evidence.cases_total - evidence.cases_passed - len(unpassed_cases(check)))
    return missing


def _values(expected: str | None, actual: str | None, difference: Difference | None) -> list[str]:
    """Expected above actual, with a mark under the place where they part."""
    if difference is None:
        told = {"expected: ": expected, "actual:   ": actual}
        return [f"{name}{cut(value)}" for name, value in told.items() if value is not None]
    lines = [f"expected: {difference.expected}", f"actual:   {difference.actual}"]
    if difference.remark:
        return [*lines, f"({difference.remark})"]
    if "\n" in difference.expected + difference.actual:
        return lines
    return [*lines, " " * (len("expected: ") + difference.column) + "^ first difference"]


def _alike(failed: FailedCase) -> str:
    named = [str(index) for index in failed.alike[:10]]
    more = len(failed.alike) - len(named)
    listed = ", ".join(named) + (f" and {more} more" if more else "")
    return f"Case{'' if len(failed.alike) == 1 else 's'} {listed} failed in the same way."


def _counterexample(check: Check, found: Counterexample) -> Statement:
    facts = [f"expected: {cut(found.expected)}"]
    facts.append(f"actual:   {cut(found.actual)}" if found.actual is not None else f"raised:   {found.error}")
    kind = "Smallest input found" if found.shrunk else "An input"
    title = f"## {kind} on which it is wrong ({check.verifier})"
    parts = [title, fenced(found.inputs, "python"), fenced("\n".join(facts))]
    return Statement(
        "\n\n".join(parts), f"- {check.verifier}: wrong on `{one_line(found.inputs)[:100]}`", "counterexample"
    )


def _findings(findings: Sequence[CitedFinding], title: str) -> Iterable[Statement]:
    """Findings by line, each line of code shown once."""
    if not findings:
        return
    places: dict[int | None, list[CitedFinding]] = {}
    for found in findings[:_FINDINGS_SHOWN]:
        places.setdefault(found.finding.line, []).append(found)
    for position, (line, group) in enumerate(places.items()):
        text = _place(line, group)
        yield Statement(f"{title}\n\n{text}" if position == 0 else text, text, "finding", len(group))
    if len(findings) > _FINDINGS_SHOWN:
        yield Statement(f"… and {len(findings) - _FINDINGS_SHOWN} more findings.")


def _place(line: int | None, findings: Sequence[CitedFinding]) -> str:
    """What was found in one line of the code."""
    place = f"line {line if line is not None else '?'}"
    told = [_finding(found) for found in findings]
    excerpt = next((found.finding.excerpt for found in findings if found.finding.excerpt.strip()), "")
    parts = [f"- {place}: {told[0]}"] if len(told) == 1 else [f"- {place}:", *(f"  - {each}" for each in told)]
    text = "\n".join(parts)
    return f"{text}\n\n{indented(fenced(excerpt.rstrip(), 'python'))}" if excerpt else text


def _finding(found: CitedFinding) -> str:
    finding = found.finding
    weakness = f", CWE-{finding.cwe}" if finding.cwe is not None else ""
    return f"{one_line(finding.message)} ({finding.tool} {finding.rule}{weakness})"


def _history(history: Sequence[Attempt]) -> str:
    lines = ["## Earlier attempts", ""]
    for attempt in history:
        same = " It was an earlier program again." if attempt.repeated else ""
        lines.append(f"- round {attempt.round}: {attempt.verdict}. {attempt.problem}{same}")
    return "\n".join(lines)


def _checks(report: Report) -> str:
    lines = [f"- {check.verifier}: {problem}{_aside(check)}" for check, problem in report.checks]
    return "\n".join(["All checks:", "", *lines])


def _aside(check: Check) -> str:
    """What else there is to know of a check: what is withheld, and what its suite is worth."""
    if check.accepted is False and check.disclosure is Disclosure.VERDICT:
        return " What it tests is not shown."
    remark = remark_of(check)
    return f" Of its tests: {one_line(remark)}." if remark else ""
