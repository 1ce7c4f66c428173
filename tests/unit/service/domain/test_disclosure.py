from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.check import CaseResult, Check, Counterexample, Disclosure, Evidence, Finding, Usage
from service.domain.disclosure import level_of, project, safe_class
from service.domain.verdict import Detail, State, Verdict

SECRET, INPUT = "s3cr3t", "f(1np0t)"
CASE = CaseResult(4, "wrong_answer", f"assert {INPUT} == {SECRET}", INPUT, SECRET, SECRET, SECRET, SECRET, SECRET)
FOUND = Counterexample(INPUT, SECRET, SECRET, SECRET)
CHECK = Check(
    id="chk_1",
    verification_id="ver_1",
    candidate_id="cand_1",
    verifier="plus",
    verifier_version="1",
    state=State.COMPLETED,
    verdict=Verdict.RUNTIME_ERROR,
    detail=Detail(reason=SECRET, phase="test"),
    hidden=True,
    evidence=Evidence(
        9, 8, (CASE,), (Finding("t", "r", "l", SECRET),), FOUND, SECRET.encode(), SECRET.encode(), SECRET
    ),
    usage=Usage(1.0, 2.0, 3),
)


@pytest.mark.parametrize(
    ("level", "inputs_shown", "indices"),
    [(Disclosure.VERDICT, False, []), (Disclosure.NAMES, False, [4]), (Disclosure.INPUTS, True, [4])],
)
def test_no_secret_passes(level: Disclosure, inputs_shown: bool, indices: list[int]) -> None:
    shown = project(CHECK, level)
    assert SECRET not in repr(shown)
    assert (INPUT in repr(shown)) is inputs_shown
    assert [case.index for case in shown.evidence.cases] == indices
    assert (shown.evidence.counterexample is not None) is inputs_shown
    assert (shown.verdict, shown.detail.reason, shown.disclosure) == (CHECK.verdict, "CandidateError", level)


def test_everything_passes_when_all_may_be_shown() -> None:
    assert project(CHECK, Disclosure.FULL) == replace(CHECK, disclosure=Disclosure.FULL)


def test_visible_suites_are_shown_whatever_is_allowed() -> None:
    assert level_of(replace(CHECK, hidden=False), Disclosure.VERDICT) is Disclosure.FULL
    assert level_of(CHECK, Disclosure.NAMES) is Disclosure.NAMES


@pytest.mark.parametrize("reason", ["ZeroDivisionError", "opaque_value", "syntax_error", None])
def test_reasons_that_no_candidate_chose_stay(reason: str | None) -> None:
    shown = project(replace(CHECK, detail=Detail(reason=reason)), Disclosure.VERDICT)
    assert shown.detail.reason == reason


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("runtime_error:ValueError", "runtime_error:ValueError"),
        ("runtime_error:MyHint42", "runtime_error:CandidateError"),
        ("runtime_error:signal", "runtime_error:signal"),
        ("wrong_answer", "wrong_answer"),
        (None, None),
    ],
)
def test_error_classes_name_no_exception_of_the_candidates_making(found: str | None, shown: str | None) -> None:
    assert safe_class(found) == shown
