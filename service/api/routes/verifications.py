"""Verifications: submit one candidate, read the verdict, read the report."""

from __future__ import annotations

from enum import StrEnum
from importlib.metadata import version as installed_version
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import JSONResponse

from service.api.access import Party, Reader, Submitter
from service.api.context import Here
from service.api.requests import Idempotent, Paging, Wait
from service.api.schemas.base import Name, PageRead
from service.api.schemas.verifications import VerificationCreate, VerificationRead
from service.reports import document, junit, markdown, sarif
from service.usecases.inline_tasks import read_inline_task
from service.usecases.submission import Submission, submit_verification
from service.usecases.verifications import (
    get_verification,
    list_verifications,
    report_verification,
    wait_for_verification,
)

router = APIRouter(prefix="/verifications", tags=["verifications"])


class ReportFormat(StrEnum):
    """Forms of a report."""

    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"


@router.post(
    "",
    response_model=VerificationRead,
    responses={202: {"model": VerificationRead, "description": "Not finished yet; see `Location`."}},
)
async def submit(
    body: VerificationCreate, response: Response, here: Here, caller: Submitter, wait: Wait, idempotency: Idempotent
) -> VerificationRead:
    """Verify one candidate. A wrong program is a 200 with a verdict."""
    submission = Submission(
        code=body.code,
        task_id=body.task_id,
        task=None if body.task is None else await read_inline_task(body.task.document()),
        verifiers=tuple(body.verifiers),
        required=tuple(body.required_verifiers),
        isolation=body.isolation,
        cache=body.cache,
        limits=body.limits.values_asked(),
        model=body.model,
        sample_index=body.sample_index,
        parent=body.parent,
        disclosure=body.disclosure,
    )
    submitted = await submit_verification(here.app, submission, caller=caller, idempotency=idempotency)
    verification = await wait_for_verification(
        here.app, submitted.verification_id, wait, is_new=not submitted.replayed, caller=caller
    )
    response.headers["Location"] = f"/v1/verifications/{verification.id}"
    if submitted.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    if not verification.state.final:
        response.status_code = status.HTTP_202_ACCEPTED
    return VerificationRead.of(verification)


@router.get("")
async def index(
    here: Here, caller: Reader, page: Paging, run_id: Annotated[Name | None, Query()] = None
) -> PageRead[VerificationRead]:
    """Verifications, newest first, without their cases."""
    found = await list_verifications(here.app, run_id=run_id, cursor=page.cursor, limit=page.limit, caller=caller)
    return PageRead(items=[VerificationRead.of(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/{verification_id}")
async def show(verification_id: Name, here: Here, caller: Party) -> VerificationRead:
    """One verification with the evidence that may be shown."""
    return VerificationRead.of(await get_verification(here.app, verification_id, caller=caller))


_REPORTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/markdown": {}, "application/sarif+json": {}, "application/xml": {}}}
}


@router.get("/{verification_id}/report", response_model=None, responses=_REPORTS)
async def report(
    verification_id: Name,
    here: Here,
    caller: Party,
    form: Annotated[ReportFormat, Query(alias="format")] = ReportFormat.JSON,
    budget_tokens: Annotated[
        int | None, Query(ge=50, le=1_000_000, description="Most tokens of the Markdown, about three bytes each.")
    ] = None,
) -> Response | dict[str, object]:
    """What went wrong, told to a person, a model, a code-scanning viewer or a build server."""
    made = await report_verification(here.app, verification_id, caller=caller)
    match form:
        case ReportFormat.MARKDOWN:
            text = markdown.render(made, budget_tokens=budget_tokens)
            return Response(text.encode("utf-8", "backslashreplace"), media_type="text/markdown; charset=utf-8")
        case ReportFormat.SARIF:
            return JSONResponse(
                sarif.render(made, version=installed_version("assay")), media_type="application/sarif+json"
            )
        case ReportFormat.JUNIT:
            return Response(junit.render(made), media_type="application/xml")
        case ReportFormat.JSON:
            return document.render(made)
