"""Task sets and tasks: import, list, show, validate."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from service.api.access import Admin, Reader
from service.api.context import Context, Here
from service.api.problems import pointer_of
from service.api.requests import Paging, body_within
from service.api.schemas.base import Name, PageRead
from service.api.schemas.tasks import (
    ImportedRead,
    SuiteOutcomeRead,
    TaskRead,
    TaskSetImportCreate,
    TaskSetRead,
    TaskSetsRead,
    TaskSummaryRead,
    ValidationCreate,
    ValidationRead,
    ValidationStep,
)
from service.api.streams import streamed
from service.domain.requests import Caller
from service.errors import InvalidInput, TooLarge
from service.usecases.task_files import TaskFile, import_file, import_public
from service.usecases.task_sets import list_task_sets, list_tasks, show_task
from service.usecases.validation import SuiteOutcome, validate_task_set

router = APIRouter(tags=["tasks"])

NDJSON = "application/x-ndjson"
_IN_MEMORY = 8 * 1024 * 1024
_IMPORT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": TaskSetImportCreate.model_json_schema()},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/task-sets")
async def sets(here: Here, caller: Reader) -> TaskSetsRead:
    """All task sets."""
    return TaskSetsRead(items=[TaskSetRead.model_validate(each) for each in await list_task_sets(here.app)])


@router.post("/task-sets/import", openapi_extra=_IMPORT_BODY)
async def import_set(
    request: Request,
    here: Here,
    caller: Admin,
    name: Annotated[Name | None, Query(description="With an uploaded file: the set's name.")] = None,
    form: Annotated[
        Name | None, Query(alias="format", description="The file's format, if the name does not tell.")
    ] = None,
) -> ImportedRead:
    """Import a set by its public name (`{"name": "mbpp"}`), or from an uploaded file (`application/octet-stream`).

    Rows that cannot be used are refused with their line; the rest goes on. Importing again replaces what changed.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("", "application/json"):
        asked = _import_asked(await body_within(request, here.settings.body_max_bytes))
        return ImportedRead.of(await import_public(here.app, asked.name, caller=caller))
    if name is None:
        raise InvalidInput("an uploaded file needs ?name=", "#/query/name")
    return await _import_upload(request, here, caller, name, form)


@router.post(
    "/task-sets/{name}/validate",
    response_model=ValidationRead,
    responses={200: {"content": {NDJSON: {}}}},
)
async def validate(
    name: Name, request: Request, here: Here, caller: Admin, body: ValidationCreate
) -> Response | BaseModel:
    """Hold references against suites. With `Accept: application/x-ndjson` one line a task, the summary last."""
    steps = _validation(here, name, body, caller)
    if NDJSON in request.headers.get("accept", ""):
        lines = (f"{step.model_dump_json()}\n".encode() async for step in steps)
        return await streamed(lines, NDJSON)
    return [step async for step in steps][-1]


@router.get("/tasks")
async def index(
    here: Here,
    caller: Reader,
    page: Paging,
    set_name: Annotated[Name | None, Query(alias="task_set")] = None,
) -> PageRead[TaskSummaryRead]:
    """Tasks in order of set and position."""
    found = await list_tasks(here.app, set_name=set_name, cursor=page.cursor, limit=page.limit)
    return PageRead(items=[TaskSummaryRead.of(task) for task in found.items], next_cursor=found.next_cursor)


@router.get("/tasks/{task_id:path}")
async def show(task_id: Name, here: Here, caller: Reader) -> TaskRead:
    """One task; hidden cases and the reference are for `admin`."""
    return TaskRead.of(await show_task(here.app, task_id, caller=caller))


def _import_asked(body: bytes) -> TaskSetImportCreate:
    try:
        return TaskSetImportCreate.model_validate_json(body)
    except ValidationError as error:
        found = error.errors()[0]
        raise InvalidInput(str(found["msg"]), pointer_of(("body", *found["loc"]))) from None


async def _import_upload(request: Request, here: Context, caller: Caller, name: str, form: str | None) -> ImportedRead:
    most = here.settings.import_max_bytes
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        try:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
                if file.tell() > most:
                    raise TooLarge(f"the file is larger than {most} bytes")
        except ClientDisconnect:
            raise InvalidInput("the file was cut off; nothing was imported") from None
        file.seek(0)
        source = TaskFile(cast(BinaryIO, file), name, form)
        return ImportedRead.of(await import_file(here.app, source, caller=caller))


async def _validation(
    here: Context, name: str, body: ValidationCreate, caller: Caller
) -> AsyncIterator[ValidationStep | ValidationRead]:
    """A step after each task and the summary at the end; leaving early ends the validation."""
    steps: asyncio.Queue[ValidationStep | None] = asyncio.Queue()

    def on_outcome(done: int, total: int, outcomes: tuple[SuiteOutcome, ...]) -> None:
        read = [SuiteOutcomeRead.model_validate(outcome) for outcome in outcomes]
        steps.put_nowait(ValidationStep(done=done, total=total, outcomes=read))

    working = asyncio.ensure_future(
        validate_task_set(
            here.app,
            name,
            references_of=body.references,
            suites=tuple(body.suites),
            stubs=body.stubs,
            concurrency=here.settings.cells,
            limit=body.limit,
            on_outcome=on_outcome,
            caller=caller,
        )
    )
    working.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield step
        yield ValidationRead.of(await working)
    finally:
        working.cancel()
