"""What a model's opinion of its own code and its own feedback is worth."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.access import Party
from service.api.context import Here
from service.api.schemas.base import Name
from service.api.schemas.numbers import Confidence
from service.api.schemas.self_evaluation import CalibrationCreate, CalibrationRead, SelfEvaluationRead
from service.usecases.analyses.feedback import judge_feedback
from service.usecases.analyses.self_evaluation import evaluate_opinions

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
async def feedback(body: CalibrationCreate, here: Here, caller: Party) -> CalibrationRead:
    """Which feedback is shown: at least so many repairs made with it equal its fix up to their syntax trees.

    With `precision` that number is chosen on the feedback that was judged; `threshold` names it. Where `fix` and
    `refixes` are given instead of counts, they are compared in a cell, which needs the scope `submit`.
    """
    return CalibrationRead.of(await judge_feedback(here.app, body.request(), caller=caller))
