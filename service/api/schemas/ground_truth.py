"""Imperfect ground truth on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.analysis.ensembles_of_tasks import MOST_VERIFIERS
from service.analysis.ground_truth import AuditedSample
from service.api.schemas.answers import AnswerRead
from service.api.schemas.base import NUMBER, Create, Name, Read
from service.api.schemas.decisions import Positive, Probability
from service.api.schemas.numbers import Bounds, Confidence, Seed
from service.usecases.analyses.ground_truth import VerdictPattern

Verdicts = Annotated[list[bool], Field(min_length=1, max_length=MOST_VERIFIERS)]


class CorrectedRateCreate(Create):
    """The true share of right samples behind the share that an erring verifier accepts."""

    kind: Literal["corrected_rate"]
    observed: Annotated[Probability, Field(description="Share that it accepts.")]
    sensitivity: Annotated[Probability, Field(description="P(accepted | right).")]
    specificity: Annotated[Probability, Field(description="P(refused | wrong).")]


class PatternCreate(Create):
    """So many samples of which the verifiers said the same."""

    accepted: Verdicts
    count: Positive = 1

    def pattern(self) -> VerdictPattern:
        """The same in the use case's words."""
        return VerdictPattern(tuple(self.accepted), self.count)


class LatentClassesCreate(Create):
    """Recall and fpr of at least three verifiers from their verdicts alone, without the truth."""

    kind: Literal["latent_classes"]
    verifiers: Annotated[list[Name], Field(min_length=1, max_length=MOST_VERIFIERS)]
    patterns: Annotated[list[PatternCreate], Field(min_length=1, max_length=50_000)]
    seed: Seed = 0


class AuditedSampleCreate(Create):
    """One sample: a judge's view of it, and if it was audited, the truth."""

    task_id: Name
    predicted: Annotated[Probability, Field(description="P(wrong) as the judge sees it, or its verdict as 0 or 1.")]
    wrong: Annotated[bool | None, Field(description="null where not audited.")] = None
    chance: Annotated[float, Field(ge=1e-3, le=1, description="Of being audited, as it was drawn."), NUMBER]

    def sample(self) -> AuditedSample:
        """The same in the analysis's words."""
        return AuditedSample(self.task_id, self.predicted, self.wrong, self.chance)


class PartialAuditCreate(Create):
    """The share of wrong ones among samples of which some were audited."""

    kind: Literal["partial_audit"]
    samples: Annotated[list[AuditedSampleCreate], Field(min_length=1, max_length=50_000)]
    confidence: Confidence = 0.95


class CorrectedRateFound(Read):
    """The corrected share, null where the verifier tells nothing."""

    value: float | None
    raw: float | None
    clipped: bool


class CorrectedRateRead(AnswerRead):
    """A corrected share."""

    kind: Literal["corrected_rate"] = "corrected_rate"
    result: CorrectedRateFound


class LatentVerifierRead(Read):
    """A verifier as fitted, in the order asked."""

    recall: float
    fpr: float


class LatentClassesFound(Read):
    """What verifiers say of each other."""

    prevalence: float
    verifiers: list[LatentVerifierRead]
    log_likelihood: float
    iterations: int
    converged: bool
    identified: bool


class LatentClassesRead(AnswerRead):
    """Verifiers fitted without the truth."""

    kind: Literal["latent_classes"] = "latent_classes"
    result: LatentClassesFound


class AuditedRateRead(Read):
    """A share of wrong samples, which may leave [0, 1] by chance."""

    value: float
    standard_error: float | None
    interval: Bounds


class PartialAuditFound(Read):
    """By audits alone, and with the judge's view of all samples."""

    horvitz_thompson: AuditedRateRead
    prediction_powered: AuditedRateRead
    audited: int


class PartialAuditRead(AnswerRead):
    """The share of wrong ones among partly audited samples."""

    kind: Literal["partial_audit"] = "partial_audit"
    result: PartialAuditFound
