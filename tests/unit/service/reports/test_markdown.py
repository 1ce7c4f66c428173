"""Reports say what went wrong, and text of a candidate cannot break out of them."""

from __future__ import annotations

import pytest

from service.domain.check import CaseResult, Check, Evidence, Finding
from service.domain.requests import Isolation
from service.domain.verdict import Detail, Failure, State, Verdict
from service.domain.verification import Verification
from service.reports.document import report_document
from service.reports.markdown import report_markdown
from service.reports.sentences import problem_of, problem_of_check


def check(verdict: Verdict | None, *, detail: Detail | None = None, evidence: Evidence | None = None) -> Check:
    return Check(
        "chk_1", "ver_1", "cand_1", "base", "1", State.COMPLETED if verdict else State.FAILED,
        verdict=verdict, failure=None if verdict else Failure.INVALID_TASK,
        detail=detail or Detail(), evidence=evidence or Evidence(),
    )  # fmt: skip


def verification(*checks: Check) -> Verification:
    verdict = checks[0].verdict
    failure = None if verdict else Failure.INVALID_TASK
    return Verification(
        "ver_1", "cand_1", "demo/1", None, checks[0].state, verdict, failure, ("base",), checks, Isolation.PROCESS
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence(verdict: Verdict) -> None:
    sentence = problem_of_check(check(verdict))
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert problem_of(verification(check(verdict))) == sentence


def test_a_failure_is_told_as_none_of_the_codes_doing() -> None:
    assert "Nothing was concluded" in problem_of(verification(check(None)))


def test_what_happened_while_the_module_was_loaded_says_so() -> None:
    detail = Detail(reason="ValueError", phase="import")
    assert problem_of_check(check(Verdict.RUNTIME_ERROR, detail=detail)) == (
        "The code ended with ValueError, while the module was loaded."
    )


def test_the_failing_case_is_shown() -> None:
    cases = (CaseResult(0, "accepted"), CaseResult(1, "wrong_answer", "assert f(1) == 2", "f(1)", "2", "3", "differs"))
    found = verification(check(Verdict.WRONG_ANSWER, evidence=Evidence(2, 1, cases)))
    document = report_document(found)
    assert document["problem"] == "The code returns wrong answers: 1 of 2 cases did not pass."
    text = report_markdown(found)
    for part in ("demo/1", "assert f(1) == 2", "expected: 2", "actual:   3", "differs"):
        assert part in text
    assert "Case 0" not in text


@pytest.mark.parametrize("text", ["```\n# out", "````", "~~~\n```x\n", "`" * 50])
def test_text_of_a_candidate_stays_in_its_block(text: str) -> None:
    case = CaseResult(0, "wrong_answer", stdout=text)
    shown = report_markdown(verification(check(Verdict.WRONG_ANSWER, evidence=Evidence(1, 0, (case,)))))
    opening = next(line for line in shown.splitlines() if line.startswith("```"))
    inside = shown.split(f"{opening}\n", 1)[1].rsplit(f"\n{opening}", 1)[0]
    assert inside == text.rstrip("\n")
    assert opening not in inside


def test_findings_name_their_line_and_rule() -> None:
    finding = Finding("ruff", "F821", "error", "undefined name", 3)
    text = report_markdown(verification(check(Verdict.REJECTED, evidence=Evidence(findings=(finding,)))))
    assert "line 3: undefined name (ruff F821)" in text
