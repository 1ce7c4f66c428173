"""Repair sessions: begin one, send in programs, read it."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from service.api.access import Party, Submitter
from service.api.context import Here
from service.api.requests import Idempotent, Wait
from service.api.schemas.base import Name
from service.api.schemas.repairs import AttemptCreate, AttemptRead, RepairCreate, RepairRead
from service.usecases.repairs import attempt_repair, begin_repair, show_repair

router = APIRouter(prefix="/repairs", tags=["repairs"])


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
