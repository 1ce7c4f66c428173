"""Self-evaluation and feedback on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.analysis.self_evaluation import Calibration, Feedback
from service.api.schemas.base import Create, Name, Read
from service.api.schemas.numbers import Confidence
from service.api.schemas.runs import EstimateRead
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
    """One piece of feedback: how many of its simulated repairs equal the fix, and whether it was right."""

    task_id: Name
    equal: Annotated[int, Field(ge=0, le=10_000)]
    tried: Annotated[int, Field(ge=1, le=1_000)]
    good: bool | None = None


class CalibrationCreate(Create):
    """Judged feedback, and the precision that is wanted of what is shown."""

    feedback: Annotated[list[FeedbackCreate], Field(min_length=1, max_length=10_000)]
    precision: Annotated[float, Field(gt=0, le=1)]
    confidence: Confidence = 0.95

    def records(self) -> list[Feedback]:
        """The same in the analysis's words."""
        return [Feedback(each.task_id, each.equal, each.tried, each.good) for each in self.feedback]


class ThresholdRead(Read):
    """One threshold: feedback is shown if at least so many of its repairs agree."""

    threshold: int
    shown: int
    precision: EstimateRead | None
    coverage: EstimateRead


class CalibrationRead(Read):
    """The lowest threshold that is precise enough, and the whole curve."""

    chosen: int | None
    wanted: float
    curve: list[ThresholdRead]
    source: str = "Phung et al. 2023, arXiv:2302.04662; intervals are linearised over tasks"

    @classmethod
    def of(cls, found: Calibration) -> CalibrationRead:
        """From the analysis's answer."""
        return cls(
            chosen=found.chosen,
            wanted=found.wanted,
            curve=[ThresholdRead.model_validate(each) for each in found.curve],
        )
