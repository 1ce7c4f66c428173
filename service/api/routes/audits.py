"""Audits and strengthenings of task sets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from service.api.access import Admin
from service.api.context import Here
from service.api.requests import Idempotent, Paging
from service.api.schemas.audits import (
    AuditCreate,
    AuditRead,
    AuditSummaryRead,
    FlagRead,
    ReviewUpdate,
    StrengthenCreate,
)
from service.api.schemas.base import Name, PageRead
from service.domain.audit import FlagKind, Review
from service.usecases.audits import get_audit, list_audits, list_flags, review_flag, start_audit

router = APIRouter(tags=["tasks"])


@router.post("/task-sets/{name}/audit", status_code=status.HTTP_202_ACCEPTED)
async def audit(
    name: Name, body: AuditCreate, response: Response, here: Here, caller: Admin, idempotency: Idempotent
) -> AuditSummaryRead:
    """Begin to examine a set's suites; `Location` names what tells how far it is and what it found.

    Tasks that an earlier audit finished under the same conditions are not looked at again.
    """
    begun = await start_audit(
        here.app,
        name,
        body.options(),
        limit=body.limit,
        concurrency=here.settings.cells,
        caller=caller,
        idempotency=idempotency,
    )
    response.headers["Location"] = f"/v1/audits/{begun.id}"
    return AuditSummaryRead.of(begun)


@router.post("/task-sets/{name}/strengthen", status_code=status.HTTP_202_ACCEPTED)
async def strengthen(
    name: Name, body: StrengthenCreate, response: Response, here: Here, caller: Admin, idempotency: Idempotent
) -> AuditSummaryRead:
    """Begin to make a suite `strengthened` for each task of a set; the other suites stay as they are."""
    begun = await start_audit(
        here.app,
        name,
        body.options(),
        limit=body.limit,
        concurrency=here.settings.cells,
        caller=caller,
        idempotency=idempotency,
    )
    response.headers["Location"] = f"/v1/audits/{begun.id}"
    return AuditSummaryRead.of(begun)


@router.get("/audits")
async def index(
    here: Here,
    caller: Admin,
    page: Paging,
    task_set: Annotated[Name | None, Query()] = None,
) -> PageRead[AuditSummaryRead]:
    """Audits and strengthenings, newest first."""
    found = await list_audits(here.app, task_set=task_set, cursor=page.cursor, limit=page.limit, caller=caller)
    return PageRead(items=[AuditSummaryRead.of(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/audits/{audit_id}")
async def show(
    audit_id: Name,
    here: Here,
    caller: Admin,
    tasks: Annotated[bool, Query(description="With what was found of each task.")] = False,
) -> AuditRead:
    """How far an audit is, and what it found."""
    return AuditRead.shown(await get_audit(here.app, audit_id, caller=caller, results=tasks), tasks=tasks)


@router.get("/audits/{audit_id}/flags")
async def flags(
    audit_id: Name,
    here: Here,
    caller: Admin,
    page: Paging,
    kind: Annotated[FlagKind | None, Query()] = None,
    review: Annotated[Review | None, Query()] = None,
) -> PageRead[FlagRead]:
    """What speaks against tasks and suites, in order."""
    found = await list_flags(
        here.app, audit_id, kind=kind, review=review, cursor=page.cursor, limit=page.limit, caller=caller
    )
    return PageRead(items=[FlagRead.of(each) for each in found.items], next_cursor=found.next_cursor)


@router.patch("/audits/{audit_id}/flags/{flag_id}")
async def change_flag(audit_id: Name, flag_id: Name, body: ReviewUpdate, here: Here, caller: Admin) -> FlagRead:
    """Say what you make of a flag; later audits of the same version of the task keep it."""
    return FlagRead.of(await review_flag(here.app, audit_id, flag_id, body.review, body.note, caller=caller))
