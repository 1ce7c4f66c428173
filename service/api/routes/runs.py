"""Runs: a model's candidates, their progress, their numbers and their exports."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, status
from starlette.responses import StreamingResponse

from service.api.access import Party, Reader, Submitter
from service.api.context import Here
from service.api.requests import Idempotent, KeyHeader, LineReader, Paging, body_within, idempotency_of
from service.api.schemas.base import Name, PageRead
from service.api.schemas.runs import ProgressEvent, RunCreate, RunCreatedRead, RunRead, RunSummaryRead, UploadRead
from service.api.schemas.verifications import VerificationRead
from service.api.streams import EVENT_STREAM, server_sent, streamed, until
from service.domain.requests import NewCandidate
from service.errors import InvalidInput
from service.usecases.export import MEDIA_TYPES, ExportFormat, export_run
from service.usecases.run_summary import summarise_run
from service.usecases.runs import RunView, cancel_run, create_run, get_run, list_run_candidates, list_runs, watch_run
from service.usecases.upload import Refusal, add_candidates, parse_candidate

router = APIRouter(prefix="/runs", tags=["runs"])

NDJSON = "application/x-ndjson"
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}

Parsed = NewCandidate | Refusal


@router.post("", status_code=status.HTTP_201_CREATED)
async def create(
    body: RunCreate, response: Response, here: Here, caller: Submitter, idempotency: Idempotent
) -> RunCreatedRead:
    """Create a run, with candidates or without."""
    created = await create_run(here.app, body.request(), caller=caller, idempotency=idempotency)
    run = created.run
    if created.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    upload = None
    if body.candidates:
        parsed = _parsed(body.candidates)
        stored = await add_candidates(here.app, run.id, parsed, caller=caller, idempotency=idempotency)
        upload = UploadRead.of(stored)
    view = await get_run(here.app, run.id, caller=caller)
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return RunCreatedRead(**RunRead.of(view).model_dump(), upload=upload)


@router.get("")
async def index(here: Here, caller: Reader, page: Paging) -> PageRead[RunRead]:
    """Runs, newest first."""
    found = await list_runs(here.app, cursor=page.cursor, limit=page.limit, caller=caller)
    return PageRead(items=[RunRead.of(view) for view in found.items], next_cursor=found.next_cursor)


@router.get("/{run_id}")
async def show(
    run_id: Name, here: Here, caller: Party, oracle: Annotated[Name, Query(description="Taken for the truth.")] = "plus"
) -> RunSummaryRead:
    """A run with its progress, pass@1 of each verifier, and the verifiers' quality against the oracle."""
    return RunSummaryRead.of_summary(await summarise_run(here.app, run_id, oracle=oracle, caller=caller))


@router.post("/{run_id}/candidates", openapi_extra=_UPLOAD_BODY)
async def upload(run_id: Name, request: Request, here: Here, caller: Submitter, key: KeyHeader = None) -> UploadRead:
    """Add candidates: one JSON object a line (`application/x-ndjson`, streamed), or a JSON array.

    A line that cannot be used is refused with its number; the rest goes on.
    """
    kind = request.headers.get("content-type", NDJSON).partition(";")[0].strip().lower()
    reader = LineReader(request, here.settings.body_max_bytes)
    if kind == "application/json":
        parsed, first = _json_candidates(await body_within(request, here.settings.body_max_bytes))
    else:
        parsed, first = await _streamed_candidates(reader)
    idempotency = None
    if key is not None:
        # A stream is not read twice: its first line and length stand for it.
        known_by = first + request.headers.get("content-length", "").encode()
        idempotency = idempotency_of(request, key, caller.key_id, hashlib.sha256(known_by).hexdigest())
    stored = await add_candidates(here.app, run_id, parsed, caller=caller, idempotency=idempotency)
    return UploadRead.of(stored)


@router.get("/{run_id}/candidates")
async def candidates(run_id: Name, here: Here, caller: Reader, page: Paging) -> PageRead[VerificationRead]:
    """Candidates of a run with their checks, newest first, without their cases."""
    found = await list_run_candidates(here.app, run_id, cursor=page.cursor, limit=page.limit, caller=caller)
    return PageRead(items=[VerificationRead.of(each) for each in found.items], next_cursor=found.next_cursor)


@router.get(
    "/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {EVENT_STREAM: {}}, "description": "`progress` events, the last one is `end`."}},
)
async def events(run_id: Name, here: Here, caller: Party) -> StreamingResponse:
    """Progress as server-sent events until the run is finished."""
    found = _events(watch_run(here.app, run_id, caller=caller))
    return await streamed(until(here.closing, found), EVENT_STREAM, {"Cache-Control": "no-store"})


@router.get(
    "/{run_id}/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media_type: {} for media_type in sorted(set(MEDIA_TYPES.values()))}}},
)
async def export(
    run_id: Name, here: Here, caller: Reader, form: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.NDJSON
) -> StreamingResponse:
    """The run in a format that other tools read, streamed."""
    return await streamed(export_run(here.app, run_id, form, caller=caller), MEDIA_TYPES[form])


@router.post("/{run_id}/cancel")
async def cancel(run_id: Name, here: Here, caller: Submitter) -> RunRead:
    """Cancel what is not finished; what is finished stays."""
    return RunRead.of(await cancel_run(here.app, run_id, caller=caller))


async def _events(views: AsyncIterator[RunView]) -> AsyncIterator[bytes]:
    number = 0
    async for view in views:
        number += 1
        event = "end" if view.state.final else "progress"
        yield server_sent(event, ProgressEvent.of(view), number)


def _json_candidates(body: bytes) -> tuple[AsyncIterator[Parsed], bytes]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput("the body is not complete, valid JSON", "") from None
    items = document.get("candidates") if isinstance(document, dict) and len(document) == 1 else document
    if not isinstance(items, list):
        raise InvalidInput("give a JSON array of candidates, or one JSON object a line as application/x-ndjson", "")
    return _parsed(items), body


async def _parsed(items: Iterable[Any]) -> AsyncIterator[Parsed]:
    for line, item in enumerate(items, start=1):
        if found := parse_candidate(line, json.dumps(item)):
            yield found


async def _streamed_candidates(reader: LineReader) -> tuple[AsyncIterator[Parsed], bytes]:
    """The candidates of a streamed body, and its first line, which stands for it in an idempotency key."""
    lines = reader.lines()
    first = await anext(lines, b"")
    if first is not None:
        first = first.removeprefix(codecs.BOM_UTF8)
    return _parsed_lines(first, lines, reader.line_max_bytes), first or b""


async def _parsed_lines(
    first: bytes | None, rest: AsyncIterator[bytes | None], line_max_bytes: int
) -> AsyncIterator[Parsed]:
    number = 0
    text = first
    while True:
        number += 1
        found = (
            Refusal(number, f"the line is longer than {line_max_bytes} bytes")
            if text is None
            else parse_candidate(number, text)
        )
        if found:
            yield found
        try:
            text = await anext(rest)
        except StopAsyncIteration:
            return
