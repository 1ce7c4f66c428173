"""Verifications on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from service.api.schemas.base import Create, Index, Moment, Name, Read, Source
from service.api.schemas.inline_task import InlineTaskCreate
from service.api.schemas.limits import LimitsCreate
from service.domain.check import Check, Disclosure
from service.domain.requests import CachePolicy, Isolation
from service.domain.verdict import Failure, State, Verdict, error_class
from service.domain.verification import Verification

VerifierNames = Annotated[list[Name], Field(max_length=32)]


class VerificationCreate(Create):
    """One candidate for one task, stored (`task_id`) or inline (`task`)."""

    task_id: Name | None = None
    task: InlineTaskCreate | None = None
    code: Source
    verifiers: VerifierNames = Field(default=[], description="Default: the task's `base` suite, else its first one.")
    required_verifiers: VerifierNames = Field(default=[], description="Default: all of `verifiers`.")
    model: Name | None = None
    sample_index: Index = 0
    parent: Name | None = Field(default=None, description="Candidate that this one repairs.")
    isolation: Isolation | None = None
    cache: CachePolicy = CachePolicy.USE
    limits: LimitsCreate = LimitsCreate()
    disclosure: Disclosure = Field(
        default=Disclosure.VERDICT, description="The most that hidden suites may show; more than `verdict` needs admin."
    )

    @model_validator(mode="after")
    def _one_task(self) -> VerificationCreate:
        if (self.task_id is None) == (self.task is None):
            raise ValueError("give exactly one of task_id and task")
        return self


class DetailRead(Read):
    """What stands beside a verdict; null where it says nothing."""

    reason: str | None
    clock: str | None
    limit: str | None
    rule: str | None
    signal: int | None
    phase: str | None
    candidate_equality: bool


class CaseRead(Read):
    """One case of a suite as it was judged."""

    index: int
    verdict: str
    source: str
    inputs: str
    expected: str | None
    actual: str | None
    message: str
    traceback: str
    stdout: str


class FindingRead(Read):
    """What a static analyser reported."""

    tool: str
    rule: str
    level: str
    message: str
    line: int | None
    column: int | None
    cwe: int | None
    end_line: int | None
    end_column: int | None
    excerpt: str = Field(description="The candidate's own line.")


class CounterexampleRead(Read):
    """An input on which the candidate and the task's reference disagree."""

    inputs: str
    expected: str
    actual: str | None
    error: str
    seed: int
    examples: int
    shrunk: bool


class UsageRead(Read):
    """Cost; null where it was not measured."""

    cpu_ms: float | None
    wall_ms: float | None
    memory_peak_bytes: int | None


class CheckRead(Read):
    """What one verifier said, with the evidence that may be shown."""

    id: str
    verifier: str
    version: str
    state: State
    verdict: Verdict | None
    accepted: bool | None
    failure: Failure | None
    error_class: str | None
    score: float | None
    cached: bool
    detail: DetailRead
    disclosure: Disclosure
    message: str
    cases_total: int
    cases_passed: int
    cases: list[CaseRead]
    findings: list[FindingRead]
    metrics: dict[str, float] = Field(description="Sizes, complexities and style; empty where nothing was measured.")
    counterexample: CounterexampleRead | None
    stdout: str
    stderr: str
    usage: UsageRead

    @classmethod
    def of(cls, check: Check) -> CheckRead:
        """From a check that holds only what may be shown."""
        evidence = check.evidence
        found = evidence.counterexample
        return cls(
            id=check.id,
            verifier=check.verifier,
            version=check.verifier_version,
            state=check.state,
            verdict=check.verdict,
            accepted=check.accepted,
            failure=check.failure,
            error_class=None if check.verdict is None else error_class(check.verdict, check.detail),
            score=check.score,
            cached=check.cached,
            detail=DetailRead.model_validate(check.detail),
            disclosure=check.disclosure,
            message=evidence.message,
            cases_total=evidence.cases_total,
            cases_passed=evidence.cases_passed,
            cases=[CaseRead.model_validate(case) for case in evidence.cases],
            findings=[FindingRead.model_validate(finding) for finding in evidence.findings],
            metrics=dict(evidence.metrics),
            counterexample=found and CounterexampleRead.model_validate(found),
            stdout=evidence.stdout.decode("utf-8", "backslashreplace"),
            stderr=evidence.stderr.decode("utf-8", "backslashreplace"),
            usage=UsageRead.model_validate(check.usage),
        )


class EnvironmentRead(Read):
    """Where a verdict was made."""

    image: str
    python: str
    backend: str
    isolation: str
    fingerprint: str
    features: list[str]


class VerificationRead(Read):
    """A verification as it stands; `verdict` is the worst among the required verifiers."""

    id: str
    candidate_id: str
    task_id: str
    run_id: str | None
    model: str | None
    sample_index: int
    state: State
    verdict: Verdict | None
    accepted: bool | None
    failure: Failure | None
    required_verifiers: list[str]
    checks: list[CheckRead]
    environment: EnvironmentRead | None
    notes: list[str]
    created_at: Moment | None
    finished_at: Moment | None

    @classmethod
    def of(cls, verification: Verification) -> VerificationRead:
        """From a verification that holds only what may be shown."""
        environment = verification.environment
        return cls(
            id=verification.id,
            candidate_id=verification.candidate_id,
            task_id=verification.task_id,
            run_id=verification.run_id,
            model=verification.model,
            sample_index=verification.sample_index,
            state=verification.state,
            verdict=verification.verdict,
            accepted=verification.accepted,
            failure=verification.failure,
            required_verifiers=list(verification.required),
            checks=[CheckRead.of(check) for check in verification.checks],
            environment=None if environment is None else EnvironmentRead.model_validate(environment),
            notes=list(verification.notes),
            created_at=verification.created_at,
            finished_at=verification.finished_at,
        )
