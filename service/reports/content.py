"""What a report says, before it takes a form: what failed and how, most useful first, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.check import CaseResult, Check, Counterexample, Finding
from service.domain.verdict import Verdict
from service.domain.verification import Verification
from service.reports.difference import Difference, point_at
from service.reports.sentences import problem_of, problem_of_check

_LEVELS = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier program for the same task.

    Attributes:
        round: 0 for the first program.
        verdict: A ``Verdict`` or ``Failure`` value.
        problem: One sentence.
        repeated: It was the program of an earlier round, unchanged.
    """

    round: int
    verdict: str
    problem: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class FailedCase:
    """A case that did not pass, and those that failed in the same way.

    Attributes:
        cite: ``base, case 3``.
        difference: Where expected and actual part, if both may be shown.
        alike: Indices of further cases that failed in the same way.
    """

    verifier: str
    case: CaseResult
    cite: str
    difference: Difference | None = None
    alike: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedFinding:
    """What an analyser reported. ``cite`` is ``line 3, ruff F821``."""

    verifier: str
    finding: Finding
    cite: str


@dataclass(frozen=True, slots=True)
class Report:
    """A verification's story.

    Attributes:
        problem: One sentence.
        checks: Every check, with its sentence; those that stand against the program first.
        cases: Failed cases, most useful first.
        counterexamples: Inputs on which the program differs from the reference, with the check that found each.
        findings: Findings, worst first.
        resources: Sentences on what was used, where a limit was met.
        history: Earlier attempts, oldest first.
        remarks: What else the reader should know first, one sentence each.
    """

    verification: Verification
    problem: str
    checks: tuple[tuple[Check, str], ...]
    cases: tuple[FailedCase, ...]
    counterexamples: tuple[tuple[Check, Counterexample], ...]
    findings: tuple[CitedFinding, ...]
    resources: tuple[str, ...]
    history: tuple[Attempt, ...] = ()
    remarks: tuple[str, ...] = ()


def make_report(
    verification: Verification,
    *,
    history: Sequence[Attempt] = (),
    limits: Mapping[str, float] | None = None,
    remarks: Sequence[str] = (),
) -> Report:
    """Put what was found in order.

    Args:
        verification: As a use case returned it, so with undisclosed evidence gone.
        history: Earlier attempts at the same task, oldest first.
        limits: Limits that applied, by name, where they are known.
        remarks: What else the reader should know first.
    """
    checks = sorted(verification.checks, key=lambda check: _weight(check, verification))
    return Report(
        verification,
        problem_of(verification),
        tuple((check, problem_of_check(check)) for check in checks),
        tuple(failed for check in checks for failed in _failed_cases(check)),
        tuple((check, found) for check in checks if (found := check.evidence.counterexample) is not None),
        tuple(found for check in checks for found in _findings(check)),
        tuple(told for check in checks if (told := _resources(check, limits or {}))),
        tuple(history),
        tuple(remarks),
    )


_ABOUT_TESTS = "weak_oracle: "
"""Begins what a check says of its suite instead of the program."""


def message_of(check: Check) -> str:
    """What a check says of the program, unless its cases and findings say the same."""
    evidence = check.evidence
    if check.verdict is Verdict.ACCEPTED or evidence.findings:
        return ""
    parts = [part for part in evidence.message.split("; ") if not part.startswith(_ABOUT_TESTS)]
    text = tidy("; ".join(parts))
    return "" if any(tidy(case.message) == text for case in evidence.cases) else text


def remark_of(check: Check) -> str:
    """What a check says of its suite instead of the program."""
    parts = [part for part in check.evidence.message.split("; ") if part.startswith(_ABOUT_TESTS)]
    return "; ".join(part.removeprefix(_ABOUT_TESTS) for part in parts)


def tidy(message: str) -> str:
    """A message without the colon that an exception without a text leaves behind."""
    return message.rstrip().removesuffix(":")


def failed_cases(check: Check) -> list[CaseResult]:
    """Cases that did not pass."""
    return [case for case in check.evidence.cases if case.verdict not in ("accepted", "skipped")]


def unpassed_cases(check: Check) -> list[CaseResult]:
    """Cases that are known not to have passed, those that were never reached among them."""
    return [case for case in check.evidence.cases if case.verdict != "accepted"]


def _weight(check: Check, verification: Verification) -> tuple[bool, bool, bool]:
    """Checks that stand against the program come first, required ones before the others."""
    stands_against = check.verdict is not None and check.verdict is not Verdict.ACCEPTED
    return (not stands_against, check.verifier not in verification.required, check.verdict is None)


def _failed_cases(check: Check) -> list[FailedCase]:
    """One for each way of failing, those that make the verdict first, short ones first; the others stand with them."""
    groups: dict[tuple[str, ...], list[CaseResult]] = {}
    for case in failed_cases(check):
        groups.setdefault(_way(case), []).append(case)
    made = []
    for cases in groups.values():
        shown, *rest = sorted(cases, key=lambda case: (len(case.source or case.inputs), case.index))
        alike = tuple(sorted(case.index for case in rest))
        cite = f"{check.verifier}, case {shown.index}"
        made.append(FailedCase(check.verifier, shown, cite, _difference(shown), alike))

    def rank(failed: FailedCase) -> tuple[bool, int, int]:
        case = failed.case
        return (case.verdict != check.verdict, len(case.source or case.inputs), case.index)

    return sorted(made, key=rank)


def _way(case: CaseResult) -> tuple[str, ...]:
    """What cases that are told together have in common; answers are told one by one, errors by where they arose."""
    if case.actual is not None or case.expected is not None:
        return (str(case.index),)
    if not (case.message or case.traceback):
        return (case.verdict,) if not (case.source or case.inputs) else (str(case.index),)
    return (case.verdict, case.message.partition(":")[0], case.traceback)


def _difference(case: CaseResult) -> Difference | None:
    if case.expected is None or case.actual is None:
        return None
    return point_at(case.expected, case.actual)


def _findings(check: Check) -> list[CitedFinding]:
    def rank(finding: Finding) -> tuple[int, int, str]:
        level = _LEVELS.index(finding.level) if finding.level in _LEVELS else len(_LEVELS)
        return (level, finding.line or 0, finding.rule)

    made = []
    for finding in sorted(check.evidence.findings, key=rank):
        place = f"line {finding.line}, " if finding.line is not None else ""
        made.append(CitedFinding(check.verifier, finding, f"{place}{finding.tool} {finding.rule}"))
    return made


_UNITS = {"cpu_s": "s", "wall_s": "s", "case_wall_s": "s"}


def _resources(check: Check, limits: Mapping[str, float]) -> str:
    """What a check used, where a limit stopped it."""
    if check.detail.limit is None:
        return ""
    bound = limits.get(check.detail.limit)
    allowed = f", {_quantity(bound, check.detail.limit)} allowed" if bound is not None else ""
    facts = []
    if check.usage.cpu_ms is not None:
        facts.append(f"{check.usage.cpu_ms / 1000:.2f} s of CPU time")
    if check.usage.wall_ms is not None:
        facts.append(f"{check.usage.wall_ms / 1000:.2f} s in all")
    if check.usage.memory_peak_bytes is not None:
        facts.append(f"{_quantity(check.usage.memory_peak_bytes, 'memory_bytes')} of memory at most")
    used = f" It used {', '.join(facts)}." if facts else ""
    return f"{check.verifier}: stopped by the limit {check.detail.limit}{allowed}.{used}"


def _quantity(value: float, name: str) -> str:
    if name.endswith("_bytes"):
        return f"{value / 2**20:.0f} MiB" if value >= 2**20 else f"{value:.0f} bytes"
    return f"{value:g} {_UNITS[name]}" if name in _UNITS else f"{value:g}"
