"""What a model's opinion of its own code and its own feedback is worth."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.access import Party
from service.api.context import Here
from service.api.schemas.base import Name
from service.api.schemas.numbers import Confidence
from service.api.schemas.self_evaluation import CalibrationCreate, CalibrationRead, SelfEvaluationRead
from service.usecases.analyses.self_evaluation import calibrate_feedback, evaluate_opinions

router = APIRouter(tags=["analyses"])


@router.get("/runs/{run_id}/self-evaluation")
async def self_evaluation(
    run_id: Name,
    here: Here,
    caller: Party,
    verifier: Annotated[Name, Query(description="Whose opinions: an external verifier, as a rule.")],
    oracle: Annotated[Name, Query()] = "plus",
    confidence: Annotated[Confidence, Query()] = 0.95,
) -> SelfEvaluationRead:
    """Precision, recall and F1 of the faulty class, of opinions that were recorded as external verdicts."""
    found = await evaluate_opinions(
        here.app, run_id, verifier=verifier, oracle=oracle, confidence=confidence, caller=caller
    )
    return SelfEvaluationRead.of(found)


@router.post("/analyses/feedback")
async def feedback(body: CalibrationCreate, caller: Party) -> CalibrationRead:
    """From how many agreeing repairs on feedback is precise enough to be shown, with precision and coverage."""
    return CalibrationRead.of(calibrate_feedback(body.records(), body.precision, body.confidence))
