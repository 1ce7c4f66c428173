"""Figures of repair sessions on the wire."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.base import Read
from service.api.schemas.numbers import Bounds
from service.api.schemas.runs import EstimateRead
from service.usecases.analyses.repairs import RepairAnswer


class RoundFiguresRead(Read):
    """What one round came to; rates without data are null."""

    round: int
    attempts: int
    unresolved: int
    accepted: EstimateRead | None
    correct: EstimateRead | None
    clean: EstimateRead | None
    repair_rate: EstimateRead | None = Field(description="Wrong before, correct after; this round's attempts.")
    regression_rate: EstimateRead | None = Field(description="Correct before, wrong after; this round's attempts.")
    total_repair_rate: EstimateRead | None = Field(description="From the first program to the one after this round.")
    total_regression_rate: EstimateRead | None
    fdr: EstimateRead | None = Field(description="Wrong among the accepted, after this round.")
    new_findings: float | None
    gain: float | None
    clean_repair_rate: EstimateRead | None = Field(description="As `repair_rate`, by what `static` accepts.")
    clean_regression_rate: EstimateRead | None


class ExampleFiguresRead(Read):
    """Sessions that are told examples: O1 agrees with all of them, O2 no counterexample is found."""

    round: int
    sessions: int
    o1: EstimateRead | None
    o2: EstimateRead | None
    first_round_share: float | None


class AgainstRead(Read):
    """Repair against drawing another sample, at equal cost, paired by task."""

    cost: str
    rounds: int
    budget: int
    tasks: int
    repair: float
    resampling: float
    difference: float
    interval: Bounds
    repair_false: float
    resampling_false: float


class RepairGroupRead(Read):
    """Sessions of one kind."""

    label: str
    sessions: int
    tasks: int
    rounds: list[RoundFiguresRead]
    flattens_at: int | None = Field(description="Null while the last round still gained.")
    examples: list[ExampleFiguresRead]
    against: list[AgainstRead]


class RepairMethodRead(Read):
    """How the figures were made."""

    estimator: str = "rates over sessions, summed by task; successive programs of a session are no samples"
    interval: str = "linearised standard error over tasks; BCa over tasks for differences"
    source: str = "arXiv:2412.14841 (repair and regression rate); arXiv:2411.17501 (resampling, in closed form)"
    seed: int
    replicates: int
    confidence: float


class RepairAnswerRead(Read):
    """What became of repair sessions, all together and by kind."""

    groups: list[RepairGroupRead]
    sessions: int
    excluded: int = Field(description="Sessions without a program that came to a verdict.")
    lost_attempts: int = Field(description="Programs without a verdict: no rounds.")
    method: RepairMethodRead

    @classmethod
    def of(cls, answer: RepairAnswer) -> RepairAnswerRead:
        """From the use case's answer."""
        asked = answer.question
        return cls(
            groups=[RepairGroupRead.model_validate(group) for group in answer.groups],
            sessions=answer.groups[0].sessions if answer.groups else 0,
            excluded=answer.excluded,
            lost_attempts=answer.lost_attempts,
            method=RepairMethodRead(seed=asked.seed, replicates=asked.replicates, confidence=asked.confidence),
        )
