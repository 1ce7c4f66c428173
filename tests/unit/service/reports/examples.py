"""Verifications to be told: ten failures of several kinds, findings, limits, and text that fights back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from service.domain.check import CaseResult, Check, Counterexample, Disclosure, Evidence, Finding, Usage
from service.domain.requests import Isolation
from service.domain.verdict import Detail, Failure, State, Verdict
from service.domain.verification import Verification

NASTY = "</failure>]]>&\"'```\n# heading\x00\x1b[31m\ud800\ufffe <script>"
"""What a candidate may put into anything that it writes."""

CASES = (
    CaseResult(0, "accepted", "assert f([2, 1]) == [1, 2]", "f([2, 1])"),
    CaseResult(
        1, "runtime_error", "assert f([3, 1]) == [1, 3]", "f([3, 1])", message="IndexError: list index out of range",
        traceback="line 7, in f: return helper(x)\nline 2, in helper: return x[10]", stdout="debug [3, 1]\n",
    ),
    CaseResult(
        2, "runtime_error", "assert f([3]) == [3]", "f([3])", message="IndexError: list index out of range",
        traceback="line 7, in f: return helper(x)\nline 2, in helper: return x[10]",
    ),
    CaseResult(3, "wrong_answer", "assert f([1, 9, 8]) == [1, 8, 9]", "f([1, 9, 8])", "[1, 8, 9]", "[8, 9]"),
    CaseResult(4, "wrong_answer", "assert f((2, 1)) == (1, 2)", "f((2, 1))", "(1, 2)", "[1, 2]"),
    CaseResult(5, "wrong_answer", "assert f([1.5]) == [1.5]", "f([1.5])", "[1.5]", "[1.5]"),
    CaseResult(6, "time_limit_exceeded", "assert f([9] * 99) == [9] * 99", "f([9] * 99)", message="longer than 1 s"),
    CaseResult(7, "wrong_answer", "f('abc')", "f('abc')", repr("a" * 300 + "b" * 50), repr("a" * 300 + "c" * 50)),
    CaseResult(8, "wrong_answer", "f(0)", "f(0)", "0", "None", stdout=NASTY, message=NASTY),
    CaseResult(9, "skipped", "f(1)", "f(1)"),
)  # fmt: skip
FINDINGS = (
    Finding("assay", "unguarded-match", "warning", "`re.match` may give None", 3),
    Finding("bandit", "B602", "error", "shell=True lets whoever writes the text run commands", 2, 5, 78),
)


def check(verifier: str, verdict: Verdict | None, evidence: Evidence | None = None, **fields: object) -> Check:
    state = State.COMPLETED if verdict else State.FAILED
    base = Check(
        f"chk_{verifier}", "ver_1", "cand_1", verifier, "1", state, verdict=verdict,
        failure=None if verdict else Failure.INFRASTRUCTURE_ERROR, evidence=evidence or Evidence(),
        usage=Usage(12.0, 1034.5, 16 << 20),
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]  # names of fields


FAILED = check("base", Verdict.RUNTIME_ERROR, Evidence(10, 1, CASES), detail=Detail(reason="IndexError", phase="test"))
STATIC = check("static", Verdict.REJECTED, Evidence(findings=FINDINGS), detail=Detail(reason="policy"))
HIDDEN = check("plus", Verdict.WRONG_ANSWER, hidden=True, disclosure=Disclosure.VERDICT)
LIMITED = check("slow", Verdict.MEMORY_LIMIT_EXCEEDED, detail=Detail(limit="memory_bytes", phase="test"))
LOST = check("lost", None)
ACCEPTED = check("fine", Verdict.ACCEPTED, Evidence(1, 1, (CASES[0],)))


def verification(*checks: Check, required: tuple[str, ...] = ()) -> Verification:
    return Verification(
        "ver_1", "cand_1", "demo/1", None, checks[0].state, checks[0].verdict, checks[0].failure,
        required or (checks[0].verifier,), checks, Isolation.PROCESS,
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )  # fmt: skip


DIFFERENT = check(
    "differential",
    Verdict.WRONG_ANSWER,
    Evidence(counterexample=Counterexample("f([0])", "[0]", None, "IndexError", 7, 40, True)),
)
ALL = verification(FAILED, STATIC, HIDDEN, LIMITED, LOST, ACCEPTED)
