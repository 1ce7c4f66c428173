"""Sequential alarms on the wire. ``method`` says which test."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.analysis.sequential import Decision, Side, Sprt
from service.api.schemas.answers import AnswerRead
from service.api.schemas.base import NUMBER, Create, Read
from service.api.schemas.decisions import Count
from service.api.schemas.numbers import Bounds
from service.usecases.analyses.drift import EProcessQuestion, SprtQuestion

Rate = Annotated[float, Field(ge=1e-4, le=0.9999), NUMBER]
Level = Annotated[float, Field(ge=1e-6, le=0.4), NUMBER]
Outcomes = Annotated[
    list[bool], Field(max_length=20_000, description="In order: true where an audited accepted sample was wrong.")
]


class SprtCreate(Create):
    """Wald's test of a tolerated fdr against one that must raise the alarm."""

    method: Literal["sprt"]
    outcomes: Outcomes
    tolerated_fdr: Rate
    alarm_fdr: Rate
    alpha: Annotated[Level, Field(description="P(alarm) at the tolerated fdr, at most.")] = 0.05
    beta: Annotated[Level, Field(description="P(no alarm) at the other one, at most.")] = 0.05

    def question(self) -> SprtQuestion:
        """The same in the use case's words."""
        return SprtQuestion(tuple(self.outcomes), Sprt(self.tolerated_fdr, self.alarm_fdr, self.alpha, self.beta))


class CusumCreate(Create):
    """Page's test for a change from the tolerated fdr to the other one at any time."""

    method: Literal["cusum"]
    outcomes: Outcomes
    tolerated_fdr: Rate
    alarm_fdr: Rate
    between_alarms: Annotated[
        float, Field(gt=1, le=1e9, description="Outcomes between false alarms, in the mean at least."), NUMBER
    ] = 1_000.0

    def question(self) -> SprtQuestion:
        """The same in the use case's words."""
        return SprtQuestion(tuple(self.outcomes), Sprt(self.tolerated_fdr, self.alarm_fdr), self.between_alarms)


class EProcessCreate(Create):
    """Evidence against a tolerated fdr that may be looked at after every outcome; outcomes, or their counts alone."""

    method: Literal["e_process"]
    outcomes: Outcomes | None = None
    wrong: Count | None = None
    audited: Count | None = None
    tolerated_fdr: Rate
    alpha: Annotated[Level, Field(description="P(ever an alarm), at most.")] = 0.05
    alternative: Annotated[Side, Field(description="`greater` looks for a higher fdr only.")] = Side.TWO_SIDED

    @model_validator(mode="after")
    def _one_form(self) -> EProcessCreate:
        counted = self.wrong is not None and self.audited is not None
        if (self.outcomes is None) != counted or (self.wrong is None) != (self.audited is None):
            raise ValueError("give either outcomes, or wrong and audited")
        return self

    def question(self) -> EProcessQuestion:
        """The same in the use case's words."""
        counts = None if self.wrong is None or self.audited is None else (self.wrong, self.audited)
        return EProcessQuestion(tuple(self.outcomes or ()), counts, self.tolerated_fdr, self.alpha, self.alternative)


class WatchedRead(Read):
    """How the test went; `path` and `statistic` are logarithms."""

    decision: Decision
    decided_at: int | None = Field(description="Number of the outcome that decided.")
    statistic: float
    path: list[float]
    until_alarm: int | None = Field(description="Further wrong ones in a row that raise the alarm.")
    until_accepted: int | None = Field(description="Further right ones in a row that end the test.")


class DriftFound(Read):
    """How the test went, and all rates that the outcomes do not rule out at any time."""

    watched: WatchedRead
    upper: float
    lower: float | None
    wrong: int
    confidence_sequence: Bounds
    e_value: float | None


class DriftRead(AnswerRead):
    """Whether a verifier drifted."""

    kind: Literal["sprt", "cusum", "e_process"]
    result: DriftFound
