"""From what the sandbox saw to a verdict: every ending, and cases by precedence."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import spec
from sandbox.encoding import encode_exam
from sandbox.spec import CaseReport, Ending, ExamResult, Outcome
from service.domain.verdict import Failure, Verdict
from service.verify.exams import PreparedExam
from service.verify.judgement import SKIPPED, judgement_of


def prepared(cases: int = 3, **given: Any) -> PreparedExam:
    exam = encode_exam(spec.CallExam("base", "f", tuple(spec.CallCase((n,), n) for n in range(cases))))
    sources = tuple(f"f({n})" for n in range(cases + given.get("dropped", 0)))
    return PreparedExam(
        exam, tuple(range(cases)), given.get("dropped", 0), sources, 10.0, remark=given.get("remark", "")
    )


def result(ending: Ending = Ending.COMPLETED, outcomes: str = "ppp", **given: Any) -> ExamResult:
    return ExamResult("base", ending, outcomes, **given)


@pytest.mark.parametrize(
    "ending", [ending for ending in Ending if ending not in (Ending.COMPLETED, Ending.BROKEN_EXAM)]
)
def test_no_ending_but_completion_accepts_even_if_every_outcome_passed(ending: Ending) -> None:
    judgement = judgement_of(result(ending, "ppp"), prepared(), "here")

    assert judgement.verdict is not None
    assert judgement.verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ("ppp", Verdict.ACCEPTED),
        ("pwp", Verdict.WRONG_ANSWER),
        ("rww", Verdict.RUNTIME_ERROR),
        ("wrw", Verdict.RUNTIME_ERROR),
        ("pps", Verdict.INCOMPLETE),
        ("sss", Verdict.INCOMPLETE),
        ("", Verdict.INCOMPLETE),
        ("wtr", Verdict.TIME_LIMIT_EXCEEDED),
    ],
)
def test_cases_add_up_by_cause(outcomes: str, verdict: Verdict) -> None:
    assert judgement_of(result(outcomes=outcomes), prepared(len(outcomes) or 3), "here").verdict is verdict


def test_the_reason_is_that_of_the_case_that_decided() -> None:
    reports = (
        CaseReport(0, Outcome.WRONG, reason="opaque_value"),
        CaseReport(1, Outcome.RAISED, reason="KeyError", message="KeyError: 1"),
    )

    judgement = judgement_of(result(outcomes="wrp", reports=reports), prepared(), "here")

    assert judgement.verdict is Verdict.RUNTIME_ERROR
    assert judgement.detail.reason == "KeyError"
    assert [case.verdict for case in judgement.evidence.cases] == ["wrong_answer", "runtime_error", "accepted"]


def test_a_broken_test_is_no_verdict() -> None:
    judgement = judgement_of(result(Ending.BROKEN_EXAM, "a", reason="test_syntax"), prepared(1), "here")

    assert (judgement.verdict, judgement.failure) == (None, Failure.INVALID_TASK)
    assert judgement.detail.reason == "test_syntax"


def test_a_limit_keeps_its_clock_and_the_rest_is_skipped() -> None:
    ended = result(Ending.CASE_TIME, "pts", clock="wall", limit="case_wall_s")

    judgement = judgement_of(ended, prepared(), "here")

    assert judgement.verdict is Verdict.TIME_LIMIT_EXCEEDED
    assert (judgement.detail.clock, judgement.detail.limit) == ("wall", "case_wall_s")
    assert [case.verdict for case in judgement.evidence.cases] == ["accepted", "time_limit_exceeded", SKIPPED]


def test_a_lost_examiner_is_counted_against_the_candidate() -> None:
    judgement = judgement_of(result(Ending.EXAMINER_LOST, "sss"), prepared(), "here")

    assert (judgement.verdict, judgement.detail.rule) == (Verdict.POLICY_VIOLATION, "examiner_lost")


def test_what_is_not_judged_is_said() -> None:
    message = judgement_of(result(), prepared(dropped=2, remark="weak_oracle: x"), "here").evidence.message

    assert message == "weak_oracle: x; 2 cases are not judged: the reference's value is too large"


def test_large_suites_report_failed_cases_only() -> None:
    reports = (CaseReport(4, Outcome.WRONG, expected="4", actual="5"),)

    judgement = judgement_of(result(outcomes="pppp" + "w" + "p" * 25, reports=reports), prepared(30), "here")

    assert [case.index for case in judgement.evidence.cases] == [4]
    assert (judgement.evidence.cases_total, judgement.evidence.cases_passed) == (30, 29)
