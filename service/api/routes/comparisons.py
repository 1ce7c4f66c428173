"""Comparing models on one benchmark: stored runs, and posted counts."""

from __future__ import annotations

from typing import Annotated, assert_never

from fastapi import APIRouter, Body, Query
from pydantic import Field

from service.api.access import Party
from service.api.context import Here
from service.api.schemas import comparison as asked
from service.api.schemas import comparison_answers as answers
from service.api.schemas.answers import answer_read
from service.api.schemas.base import Name
from service.api.schemas.numbers import Confidence, Seed
from service.errors import InvalidInput
from service.usecases.analyses.comparison import (
    MOST_MODELS,
    ComparisonRequest,
    compare_counts,
    compare_rankings,
    compare_runs,
    compare_scores,
    compare_table,
    line_of_points,
)

router = APIRouter(prefix="/analyses/comparison", tags=["analyses"])

RunIds = Annotated[str, Query(min_length=1, max_length=5_000, description="Ids of two or more runs, with commas.")]
Asked = Annotated[
    asked.CountsComparisonCreate
    | asked.TableComparisonCreate
    | asked.ScoresComparisonCreate
    | asked.PointsComparisonCreate
    | asked.RankingsComparisonCreate,
    Body(discriminator="kind"),
]
Answered = Annotated[
    answers.CountsComparisonRead
    | answers.TableComparisonRead
    | answers.ScoresComparisonRead
    | answers.PointsComparisonRead
    | answers.RankingsComparisonRead,
    Field(discriminator="kind"),
]


@router.get("")
async def compare_stored(
    runs: RunIds,
    here: Here,
    caller: Party,
    verifier: Annotated[Name, Query(description="Taken for the truth.")] = "plus",
    visible: Annotated[Name, Query(description="The weaker verifier that models can pass by luck.")] = "base",
    confidence: Annotated[Confidence, Query()] = 0.95,
    seed: Annotated[Seed, Query()] = 0,
) -> answers.CountsComparisonRead:
    """Compare runs on the tasks that all of them have: tests, intervals, flips, rankings, and what n can show."""
    ids = [each.strip() for each in runs.split(",")]
    if not all(ids):
        raise InvalidInput(f"give 2 to {MOST_MODELS} ids of runs, with commas", "#/query/runs")
    request = ComparisonRequest(verifier, visible, confidence, seed)
    return answers.CountsComparisonRead.of(await compare_runs(here.app, ids, request, caller=caller))


@router.post("")
async def compare_posted(body: Asked, caller: Party) -> Answered:
    """Compare what is posted: counts per task, a table, lists of figures, points, or rankings; `kind` says which."""
    match body:
        case asked.CountsComparisonCreate():
            models = [each.model() for each in body.models]
            return answers.CountsComparisonRead.of(await compare_counts(models, body.request()))
        case asked.TableComparisonCreate():
            return answer_read(answers.TableComparisonRead, await compare_table(body.table))
        case asked.ScoresComparisonCreate():
            compared = await compare_scores(body.first, body.second, paired=body.paired, seed=body.seed)
            return answer_read(answers.ScoresComparisonRead, compared)
        case asked.PointsComparisonCreate():
            points = [each.accuracy for each in body.points], [each.precision for each in body.points]
            return answer_read(answers.PointsComparisonRead, await line_of_points(*points, body.confidence))
        case asked.RankingsComparisonCreate():
            scores = [each.visible for each in body.models], [each.hidden for each in body.models]
            return answer_read(answers.RankingsComparisonRead, await compare_rankings(*scores, body.seed))
    assert_never(body)
