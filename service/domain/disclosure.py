"""The one projection that decides how much of a check's evidence leaves the service."""

from __future__ import annotations

import builtins
from dataclasses import replace

from service.domain.check import CaseResult, Check, Counterexample, Disclosure, Evidence
from service.domain.verdict import Detail

_ORDER = list(Disclosure)
_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
_REASONS = _EXCEPTIONS | {
    "no_code",
    "syntax_error",
    "missing_entry_point",
    "import_error",
    "opaque_value",
    "case_time",
    "accepts_stub",
    "patches_candidate",
    "broken_tests",
    "reference_fails",
    "no_reference",
}


def level_of(check: Check, allowed: Disclosure) -> Disclosure:
    """How much of a check may be shown: everything of visible suites, ``allowed`` of hidden ones."""
    return allowed if check.hidden else Disclosure.FULL


def least(one: Disclosure, other: Disclosure) -> Disclosure:
    """The one that shows less."""
    return min(one, other, key=_ORDER.index)


def project(check: Check, level: Disclosure) -> Check:
    """The check with no more evidence than the level allows.

    Below ``full`` nothing that the candidate could have written stays: no message, no output, no value,
    and no exception name that is not Python's own.

    Args:
        check: A check with all its evidence.
        level: ``verdict`` keeps verdict and detail; ``names`` adds which cases failed; ``inputs`` adds their
            inputs and a counterexample's; ``full`` keeps everything.
    """
    if level is Disclosure.FULL:
        return replace(check, disclosure=level)
    rank = _ORDER.index(level)
    evidence = Evidence()
    if rank >= _ORDER.index(Disclosure.NAMES):
        with_inputs = rank >= _ORDER.index(Disclosure.INPUTS)
        evidence = Evidence(
            cases_total=check.evidence.cases_total,
            cases_passed=check.evidence.cases_passed,
            cases=tuple(_project_case(case, with_inputs) for case in check.evidence.cases),
            counterexample=_project_counterexample(check.evidence.counterexample) if with_inputs else None,
        )
    return replace(check, evidence=evidence, detail=_project_detail(check.detail), disclosure=level)


def _project_case(case: CaseResult, with_inputs: bool) -> CaseResult:
    text = case.inputs if with_inputs else ""
    return CaseResult(index=case.index, verdict=case.verdict, source=text, inputs=text)


def _project_counterexample(found: Counterexample | None) -> Counterexample | None:
    """The input alone, without what either side makes of it."""
    return None if found is None else replace(found, expected="", actual=None, error="")


def _project_detail(detail: Detail) -> Detail:
    if detail.reason is None or detail.reason in _REASONS:
        return detail
    return replace(detail, reason="CandidateError")


def safe_class(error_class: str | None) -> str | None:
    """An error class without an exception name that the candidate made up."""
    kind, colon, name = (error_class or "").partition(":")
    if not colon or name in _REASONS or name == "signal":
        return error_class
    return f"{kind}:CandidateError"
