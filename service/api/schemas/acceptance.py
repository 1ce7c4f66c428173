"""Acceptance with a guarantee on the wire. ``method`` says which promise is asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.analysis.acceptance import PValue
from service.api.schemas.answers import AnswerRead
from service.api.schemas.base import NUMBER, Create, Read
from service.api.schemas.decisions import Count
from service.api.schemas.numbers import Seed
from service.api.schemas.verifier_decisions import Score, ScoredSampleCreate
from service.usecases.analyses.acceptance import AuditQuestion, FdrQuestion, RiskQuestion

Risk = Annotated[float, Field(ge=1e-4, le=0.9999), NUMBER]
Sure = Annotated[float, Field(ge=0.5, le=0.999999, description="Probability that the promise holds."), NUMBER]
Samples = Annotated[
    list[ScoredSampleCreate],
    Field(min_length=1, max_length=20_000, description="Calibration samples with scores and the truth."),
]


class LearnThenTestCreate(Create):
    """A threshold whose fdr = P(wrong | accepted) is at most `target_fdr`, with `confidence`."""

    method: Literal["learn_then_test"]
    samples: Samples
    target_fdr: Risk
    confidence: Sure = 0.95
    thresholds: Annotated[list[Score], Field(max_length=100)] = Field(
        default=[],
        description="In the order of testing, strictest first, chosen without a look at these samples; "
        "empty: a random 30 % of the tasks choose them and certify nothing.",
    )
    seed: Annotated[Seed, Field(description="Of the choice of those tasks.")] = 0

    def question(self) -> FdrQuestion:
        """The same in the use case's words."""
        samples = tuple(each.sample() for each in self.samples)
        return FdrQuestion(samples, self.target_fdr, self.confidence, tuple(self.thresholds), self.seed)


class ConformalCreate(Create):
    """A threshold at which a new task's share of accepted wrong samples is at most `target_risk` in expectation."""

    method: Literal["conformal_risk_control"]
    samples: Samples
    target_risk: Risk

    def question(self) -> RiskQuestion:
        """The same in the use case's words."""
        return RiskQuestion(tuple(each.sample() for each in self.samples), self.target_risk)


class AuditCreate(Create):
    """What an audit of accepted samples, one per task, shows."""

    method: Literal["audit"]
    audited: Count
    wrong: Count
    target_fdr: Risk
    confidence: Sure = 0.95

    def question(self) -> AuditQuestion:
        """The same in the use case's words."""
        return AuditQuestion(self.audited, self.wrong, self.target_fdr, self.confidence)


class TestedThresholdRead(Read):
    """One threshold: what it accepts of the calibration samples, and whether its fdr is certified."""

    threshold: float
    accepted: int
    wrong: int
    p_value: float
    certified: bool


class Certificate(Read):
    """The most lenient certified threshold, null if none is; `tested` ends with the first that failed."""

    threshold: float | None
    tested: list[TestedThresholdRead]
    test: PValue
    tasks: int
    samples: int
    tuning_tasks: int
    clean_needed: int = Field(description="Accepted samples that certify when not one is wrong.")


class LearnThenTestRead(AnswerRead):
    """A threshold with a certified fdr."""

    kind: Literal["learn_then_test"] = "learn_then_test"
    result: Certificate


class ControlledRead(Read):
    """The most lenient threshold that keeps the promise, null where nothing can be accepted."""

    threshold: float | None
    loss: float
    bound: float
    tasks: int
    tasks_needed: int
    accepted: float


class ConformalRead(AnswerRead):
    """A threshold with a controlled risk."""

    kind: Literal["conformal_risk_control"] = "conformal_risk_control"
    result: ControlledRead


class AuditFound(Read):
    """What the audit shows of the fdr."""

    fdr: float | None
    upper: float = Field(description="One-sided upper bound.")
    p_value: float
    hoeffding_bentkus_p_value: float
    certified: bool
    clean_needed: int = Field(description="Audits that certify when not one is wrong.")
    needed: int = Field(description="Size of a fresh audit that certifies with as many wrong ones.")


class AuditRead(AnswerRead):
    """What an audit shows."""

    kind: Literal["audit"] = "audit"
    result: AuditFound
