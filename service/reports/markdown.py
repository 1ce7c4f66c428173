"""The report as Markdown, which is also what a model that repairs the code is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.domain.check import Check, Counterexample
from service.domain.verification import Verification
from service.reports.budget import Statement, fit
from service.reports.content import Attempt, CitedFinding, FailedCase, Report, make_report
from service.reports.difference import Difference

_UNPRINTABLE = re.compile("[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT_SHOWN = 2_000
_CASES_SHOWN = 10
_FINDINGS_SHOWN = 20


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
    messages = [(check, check.evidence.message) for check, _ in report.checks if check.evidence.message]
    yield from (Statement(f"{check.verifier}:\n\n{_fenced(text)}", counted_as="message") for check, text in messages)
    first, rest = report.cases[:1], report.cases[1:]
    yield from (_case(failed) for failed in first)
    yield from (_counterexample(check, found) for check, found in report.counterexamples)
    yield from (Statement(told, counted_as="limit") for told in report.resources)
    errors = [found for found in report.findings if found.finding.level == "error"]
    others = [found for found in report.findings if found.finding.level != "error"]
    yield from _findings(errors, "Found without running it:")
    yield from (_case(failed) for failed in rest[: _CASES_SHOWN - 1])
    if len(rest) >= _CASES_SHOWN:
        count = sum(1 + len(failed.alike) for failed in rest[_CASES_SHOWN - 1 :])
        yield Statement(f"… and {count} more failed cases.")
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
    if shown:
        parts.append(_fenced(shown, "python"))
    facts = _values(case.expected, case.actual, failed.difference)
    facts += [text for text in (case.message, _indented(case.traceback)) if text]
    if facts:
        parts.append(_fenced("\n".join(facts)))
    if case.stdout:
        parts += ["It printed:", _fenced(case.stdout.rstrip("\n"))]
    if failed.alike:
        parts.append(_alike(failed))
    short = f"- {failed.cite}: {case.verdict}"
    one_line = shown if shown and "\n" not in shown and len(shown) <= 100 and "`" not in shown else ""
    short += f": `{one_line}`" if one_line else ""
    return Statement("\n\n".join(parts), short, "failed case", 1 + len(failed.alike))


def _values(expected: str | None, actual: str | None, difference: Difference | None) -> list[str]:
    """Expected above actual, with a mark under the place where they part."""
    if difference is None:
        told = {"expected: ": expected, "actual:   ": actual}
        return [f"{name}{_cut(value)}" for name, value in told.items() if value is not None]
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
    facts = [f"expected: {_cut(found.expected)}"]
    facts.append(f"actual:   {_cut(found.actual)}" if found.actual is not None else f"raised:   {found.error}")
    kind = "Smallest input found" if found.shrunk else "An input"
    title = f"## {kind} on which it is wrong ({check.verifier})"
    parts = [title, _fenced(found.inputs, "python"), _fenced("\n".join(facts))]
    return Statement(
        "\n\n".join(parts), f"- {check.verifier}: wrong on `{_one_line(found.inputs)[:100]}`", "counterexample"
    )


def _findings(findings: Sequence[CitedFinding], title: str) -> Iterable[Statement]:
    if not findings:
        return
    shown = findings[:_FINDINGS_SHOWN]
    lines = [_finding(found) for found in shown]
    yield Statement(f"{title}\n\n{lines[0]}", lines[0], "finding")
    yield from (Statement(line, counted_as="finding") for line in lines[1:])
    if len(findings) > len(shown):
        yield Statement(f"… and {len(findings) - len(shown)} more findings.")


def _finding(found: CitedFinding) -> str:
    finding = found.finding
    place = finding.line if finding.line is not None else "?"
    weakness = f", CWE-{finding.cwe}" if finding.cwe is not None else ""
    line = f"- line {place}: {_one_line(finding.message)} ({finding.tool} {finding.rule}{weakness})"
    excerpt = getattr(finding, "excerpt", "")
    return f"{line}\n\n{_indent_block(_fenced(excerpt.rstrip(), 'python'))}" if excerpt.strip() else line


def _history(history: Sequence[Attempt]) -> str:
    lines = ["## Earlier attempts", ""]
    for attempt in history:
        same = " It was an earlier program again." if attempt.repeated else ""
        lines.append(f"- round {attempt.round}: {attempt.verdict}. {attempt.problem}{same}")
    return "\n".join(lines)


def _checks(report: Report) -> str:
    lines = [f"- {check.verifier}: {problem}" for check, problem in report.checks]
    return "\n".join(["All checks:", "", *lines])


def _indented(traceback: str) -> str:
    return "\n".join(f"  {line}" for line in traceback.rstrip().splitlines())


def _indent_block(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("`", "'")


def _cut(text: str) -> str:
    if len(text) <= _TEXT_SHOWN:
        return text
    return f"{text[:_TEXT_SHOWN]}\n… {len(text) - _TEXT_SHOWN} characters more"


def _fenced(text: str, language: str = "") -> str:
    """A code block whose fence the text cannot close."""
    text = _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", _cut(text))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
