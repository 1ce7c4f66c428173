"""Repair sessions: begin one, send in programs, read it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from service.analysis.bootstrap import REPLICATES
from service.api.access import Party, Reader, Submitter
from service.api.context import Here
from service.api.requests import Idempotent, Wait
from service.api.schemas.base import Name
from service.api.schemas.numbers import Confidence, Replicates, Seed
from service.api.schemas.repair_figures import RepairAnswerRead
from service.api.schemas.repairs import AttemptCreate, AttemptRead, RepairCreate, RepairRead
from service.domain.check import Disclosure
from service.domain.repair import RepairFilter, RepairMode
from service.usecases.analyses.repairs import GroupBy, RepairQuestion, analyse_repairs
from service.usecases.repairs import attempt_repair, begin_repair, show_repair

router = APIRouter(prefix="/repairs", tags=["repairs"])
analyses_router = APIRouter(prefix="/analyses", tags=["repairs"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def begin(
    body: RepairCreate, response: Response, here: Here, caller: Submitter, idempotency: Idempotent
) -> RepairRead:
    """Begin a session; `prompt` is what a model is to be asked first."""
    session = await begin_repair(here.app, body.request(), caller=caller, idempotency=idempotency)
    response.headers["Location"] = f"/v1/repairs/{session.repair.id}"
    return RepairRead.of(session)


@router.get("/{repair_id}")
async def show(repair_id: Name, here: Here, caller: Party) -> RepairRead:
    """A session with its attempts; the oracle's checks are shown to `read`."""
    return RepairRead.of(await show_repair(here.app, repair_id, caller=caller))


@router.post(
    "/{repair_id}/attempts",
    responses={202: {"model": AttemptRead, "description": "Not finished yet; read the session later."}},
)
async def attempt(
    repair_id: Name,
    body: AttemptCreate,
    response: Response,
    here: Here,
    caller: Submitter,
    wait: Wait,
    idempotency: Idempotent,
) -> AttemptRead:
    """Send in the next program. A wrong one is a 200 with `continue` and the report for the next round."""
    session = await attempt_repair(
        here.app,
        repair_id,
        body.code,
        prompt_tokens=body.prompt_tokens,
        completion_tokens=body.completion_tokens,
        wait_s=wait,
        caller=caller,
        idempotency=idempotency,
    )
    response.headers["Location"] = f"/v1/repairs/{repair_id}"
    if session.status is None:
        response.status_code = status.HTTP_202_ACCEPTED
    return AttemptRead.of(session)


@analyses_router.get("/repairs")
async def analyse(
    here: Here,
    caller: Reader,
    model: Annotated[Name | None, Query()] = None,
    task_set: Annotated[Name | None, Query()] = None,
    verifier: Annotated[Name | None, Query(description="Sessions in which it speaks.")] = None,
    oracle: Annotated[Name | None, Query(description="Sessions that are counted by it.")] = None,
    disclosure: Annotated[Disclosure | None, Query()] = None,
    mode: Annotated[RepairMode | None, Query()] = None,
    by: Annotated[GroupBy, Query(description="What sessions are told apart by.")] = GroupBy.POLICY,
    run: Annotated[Name | None, Query(description="Samples of the same model, to hold repair against.")] = None,
    sample_tokens: Annotated[float | None, Query(gt=0, le=1e9, description="Mean tokens of such a sample.")] = None,
    confidence: Annotated[Confidence, Query()] = 0.95,
    seed: Annotated[Seed, Query()] = 0,
    replicates: Annotated[Replicates, Query()] = REPLICATES,
) -> RepairAnswerRead:
    """What rounds mend and break, how many mendings only look like it, and whether drawing again is better."""
    wanted = RepairFilter(model, task_set, disclosure, mode, oracle, verifier)
    question = RepairQuestion(wanted, by, run, sample_tokens, confidence, seed, replicates)
    return RepairAnswerRead.of(await analyse_repairs(here.app, question, caller=caller))
