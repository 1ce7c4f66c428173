"""Self-evaluation and feedback on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from service.analysis.self_evaluation import Feedback
from service.api.schemas.base import NUMBER, Create, Name, Read, Source
from service.api.schemas.numbers import Confidence
from service.api.schemas.runs import EstimateRead
from service.usecases.analyses.feedback import FeedbackAnswer, FeedbackRequest, TriedFeedback
from service.usecases.analyses.self_evaluation import SelfEvaluation


class SelfEvaluationRead(Read):
    """A verifier's opinions as a search for faulty code; rates without data are null."""

    run_id: str
    verifier: str
    oracle: str
    tasks: int
    called_faulty_and_faulty: int
    called_faulty_and_right: int
    called_right_and_faulty: int
    called_right_and_right: int
    excluded: int
    precision: EstimateRead | None
    recall: EstimateRead | None
    f1: float | None

    @classmethod
    def of(cls, found: SelfEvaluation) -> SelfEvaluationRead:
        """From the use case's answer."""
        cells = found.found
        return cls(
            run_id=found.run_id,
            verifier=found.verifier,
            oracle=found.oracle,
            tasks=found.tasks,
            called_faulty_and_faulty=cells.called_faulty_and_faulty,
            called_faulty_and_right=cells.called_faulty_and_right,
            called_right_and_faulty=cells.called_right_and_faulty,
            called_right_and_right=cells.called_right_and_right,
            excluded=cells.excluded,
            precision=None if cells.precision is None else EstimateRead.model_validate(cells.precision),
            recall=None if cells.recall is None else EstimateRead.model_validate(cells.recall),
            f1=cells.f1,
        )


class FeedbackCreate(Create):
    """One piece of feedback: its fix and the repairs that were made with it, or how many of these equal the fix."""

    task_id: Name
    equal: Annotated[int, Field(ge=0, le=10_000), NUMBER] | None = None
    tried: Annotated[int, Field(ge=1, le=1_000), NUMBER] | None = None
    fix: Source | None = Field(default=None, description="The fix that was proposed with the feedback.")
    refixes: Annotated[list[Source], Field(min_length=1, max_length=1_000)] | None = Field(
        default=None, description="Programs repaired again with the feedback alone; prose around them is cut off."
    )
    good: bool | None = Field(default=None, description="Whether a judge found the feedback right.")

    @model_validator(mode="after")
    def _one_form(self) -> FeedbackCreate:
        counts, programs = (self.equal, self.tried), (self.fix, self.refixes)
        whole = [form for form in (counts, programs) if None not in form]
        begun = [form for form in (counts, programs) if form != (None, None)]
        if len(whole) != 1 or len(begun) != 1:
            raise ValueError("give equal and tried, or fix and refixes")
        return self

    def record(self) -> Feedback | TriedFeedback:
        """The same in the analysis's words."""
        if self.fix is not None and self.refixes is not None:
            return TriedFeedback(self.task_id, self.fix, tuple(self.refixes), self.good)
        assert self.equal is not None
        assert self.tried is not None
        return Feedback(self.task_id, self.equal, self.tried, self.good)


class CalibrationCreate(Create):
    """Feedback, and the precision that is wanted of what is shown or the threshold itself."""

    feedback: Annotated[list[FeedbackCreate], Field(min_length=1, max_length=10_000)]
    precision: Annotated[float, Field(gt=0, le=1), NUMBER] | None = None
    threshold: Annotated[int, Field(ge=0, le=1_000), NUMBER] | None = Field(
        default=None, description="Least number of agreeing repairs; instead of the one that `precision` chooses."
    )
    confidence: Confidence = 0.95

    @model_validator(mode="after")
    def _one_rule(self) -> CalibrationCreate:
        if self.precision is None and self.threshold is None:
            raise ValueError("give precision or threshold")
        return self

    def request(self) -> FeedbackRequest:
        """The same in the use case's words."""
        records = [each.record() for each in self.feedback]
        return FeedbackRequest(records, self.precision, self.threshold, self.confidence)


class ThresholdRead(Read):
    """One threshold: feedback is shown if at least so many of its repairs agree."""

    threshold: int
    shown: int
    precision: EstimateRead | None
    coverage: EstimateRead


class FeedbackRead(Read):
    """One piece of feedback: how many of its repairs equal the fix, and whether that is enough."""

    task_id: str
    equal: int
    tried: int
    unreadable: int = Field(description="Repairs without a syntax tree; they equal nothing.")
    good: bool | None
    shown: bool


class CalibrationRead(Read):
    """The lowest threshold that is precise enough, the whole curve, and what is shown by it."""

    chosen: int | None = Field(description="By `precision`; null where none is precise enough or none was wanted.")
    wanted: float | None
    threshold: int | None = Field(description="What was applied; null shows nothing.")
    curve: list[ThresholdRead]
    feedback: list[FeedbackRead]
    source: str = "Phung et al. 2023, arXiv:2302.04662; intervals are linearised over tasks"

    @classmethod
    def of(cls, found: FeedbackAnswer) -> CalibrationRead:
        """From the use case's answer."""
        made = found.calibration
        return cls(
            chosen=None if made is None else made.chosen,
            wanted=None if made is None else made.wanted,
            threshold=found.threshold,
            curve=[] if made is None else [ThresholdRead.model_validate(each) for each in made.curve],
            feedback=[
                FeedbackRead(
                    task_id=each.feedback.task,
                    equal=each.feedback.equal,
                    tried=each.feedback.tried,
                    unreadable=each.unreadable,
                    good=each.feedback.good,
                    shown=each.shown,
                )
                for each in found.feedback
            ],
        )
