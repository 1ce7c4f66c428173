"""From what the sandbox saw to a judgement: the verdict by cause, the evidence by case."""

from __future__ import annotations

from sandbox.spec import CaseReport, Ending, ExamResult, Outcome
from service.domain.check import CaseResult, Evidence, Judgement, Usage
from service.domain.verdict import Detail, Failure, Verdict, worst
from service.verify.exams import PreparedExam

_SMALL_SUITE = 10
"""Suites up to this size list their passed cases, too."""

_VERDICTS: dict[Ending, Verdict] = {
    Ending.COMPILE: Verdict.COMPILE_ERROR,
    Ending.CPU_TIME: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.WALL_TIME: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.CASE_TIME: Verdict.TIME_LIMIT_EXCEEDED,
    Ending.MEMORY: Verdict.MEMORY_LIMIT_EXCEEDED,
    Ending.OUTPUT: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Ending.RESULT: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Ending.RESOURCE: Verdict.RESOURCE_LIMIT_EXCEEDED,
    Ending.POLICY: Verdict.POLICY_VIOLATION,
    Ending.EXITED: Verdict.INCOMPLETE,
    Ending.SIGNALLED: Verdict.RUNTIME_ERROR,
    Ending.EXAMINER_LOST: Verdict.POLICY_VIOLATION,
}
_OUTCOMES: dict[str, Verdict] = {
    Outcome.PASSED.value: Verdict.ACCEPTED,
    Outcome.WRONG.value: Verdict.WRONG_ANSWER,
    Outcome.RAISED.value: Verdict.RUNTIME_ERROR,
    Outcome.TIMED_OUT.value: Verdict.TIME_LIMIT_EXCEEDED,
}
SKIPPED = "skipped"


def judgement_of(result: ExamResult, prepared: PreparedExam, environment: str) -> Judgement:
    """What an exam's result means.

    Args:
        result: From the sandbox.
        prepared: The exam it is of.
        environment: Fingerprint of where it was made.
    """
    usage = Usage(
        cpu_ms=round(result.usage.cpu_s * 1000, 3),
        wall_ms=round(result.usage.wall_s * 1000, 3),
        memory_peak_bytes=result.usage.memory_peak_bytes,
    )
    if result.ending is Ending.BROKEN_EXAM:
        evidence = Evidence(cases_total=len(prepared.sources), message=f"{result.reason}: {result.message}")
        detail = Detail(reason=result.reason, phase=result.phase)
        return Judgement(None, Failure.INVALID_TASK, detail, evidence=evidence, usage=usage, environment=environment)
    verdict = _verdict(result)
    return Judgement(
        verdict=verdict,
        detail=_detail(result, verdict),
        evidence=_evidence(result, prepared, verdict),
        usage=usage,
        environment=environment,
    )


_DOUBTFUL = frozenset({"argument_not_plain", "no_tests", "undeclared_name"})


def doubtful(result: ExamResult) -> str | None:
    """The reason of a failure that may be the test's own fault, whoever sits it; None if there is none.

    Such a failure counts against the candidate unless a control fails likewise: else a candidate could leave the count
    by handing the test something that cannot be passed on, or nothing to test.
    """
    return next((report.reason for report in result.reports if report.reason in _DOUBTFUL), None)


def _verdict(result: ExamResult) -> Verdict:
    if result.ending is not Ending.COMPLETED:
        return _VERDICTS[result.ending]
    found = [_OUTCOMES[letter] for letter in set(result.outcomes) if letter in _OUTCOMES]
    verdict = worst(found) if found else Verdict.INCOMPLETE
    if verdict is Verdict.ACCEPTED and set(result.outcomes) != {Outcome.PASSED.value}:
        return Verdict.INCOMPLETE  # a case without an outcome is never a pass
    return verdict


def _detail(result: ExamResult, verdict: Verdict) -> Detail:
    reason = result.reason
    if reason is None and result.ending is Ending.COMPLETED:
        reason = next((report.reason for report in result.reports if _case_verdict(report) == verdict.value), None)
    return Detail(
        reason=reason,
        clock=result.clock,
        limit=result.limit,
        rule="examiner_lost" if result.ending is Ending.EXAMINER_LOST else result.rule,
        signal=result.signal,
        phase=result.phase,
        candidate_equality=result.candidate_equality,
    )


def _case_verdict(report: CaseReport) -> str:
    found = _OUTCOMES.get(report.outcome.value)
    return SKIPPED if found is None else found.value


def _evidence(result: ExamResult, prepared: PreparedExam, verdict: Verdict) -> Evidence:
    reports = {report.index: report for report in result.reports}
    small = len(result.outcomes) <= _SMALL_SUITE
    cases = tuple(
        _case(prepared, index, letter, reports.get(index), verdict)
        for index, letter in enumerate(result.outcomes)
        if small or index in reports
    )
    return Evidence(
        cases_total=len(result.outcomes),
        cases_passed=result.outcomes.count(Outcome.PASSED.value),
        cases=cases,
        stdout=result.stdout,
        stderr=result.stderr,
        message=_message(result, prepared),
    )


def _case(prepared: PreparedExam, index: int, letter: str, report: CaseReport | None, whole: Verdict) -> CaseResult:
    original = prepared.cases[index]
    found = _OUTCOMES.get(letter)
    if letter == Outcome.ABORTED.value:
        found = whole
    verdict = SKIPPED if found is None else found.value
    source = prepared.sources[original]
    inputs = prepared.inputs[original] if prepared.inputs else ""
    if report is None:
        return CaseResult(original, verdict, source, inputs=inputs)
    return CaseResult(
        index=original,
        verdict=verdict,
        source=source,
        inputs=inputs,
        expected=report.expected,
        actual=report.actual,
        message=report.message,
        traceback=report.traceback,
        stdout=report.stdout,
    )


def _message(result: ExamResult, prepared: PreparedExam) -> str:
    dropped = f"{prepared.dropped} cases are not judged: the reference's value is too large" if prepared.dropped else ""
    return "; ".join(part for part in (result.message, prepared.remark, dropped) if part)


def compile_error(reason: str, message: str) -> Judgement:
    """A verdict that needs no cell: there is no program."""
    return Judgement(
        Verdict.COMPILE_ERROR, detail=Detail(reason=reason, phase="import"), evidence=Evidence(message=message)
    )


def invalid_task(reason: str, message: str) -> Judgement:
    """No verdict: the task or suite cannot judge anything."""
    return Judgement(None, Failure.INVALID_TASK, Detail(reason=reason), evidence=Evidence(message=message))
