"""Prompts of task sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.api.access import Reader
from service.api.context import Here
from service.api.schemas.base import Name
from service.api.schemas.prompts import PromptRead
from service.api.streams import streamed
from service.usecases.prompts import PromptForm, prompts_of

router = APIRouter(tags=["tasks"])

NDJSON = "application/x-ndjson"


@router.get("/task-sets/{name}/prompts", response_model=None, responses={200: {"content": {NDJSON: {}}}})
async def prompts(
    name: Name,
    here: Here,
    caller: Reader,
    form: Annotated[PromptForm, Query(description="How the model is asked.")] = PromptForm.CHAT,
) -> Response:
    """The benchmark's own prompts, one line a task, in order; hidden suites are in none of them."""

    async def lines() -> AsyncIterator[bytes]:
        async for each in prompts_of(here.app, name, form, caller=caller):
            yield f"{PromptRead.of(each).model_dump_json()}\n".encode()

    return await streamed(lines(), NDJSON)
