"""Responses that are made while they are sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from pydantic import BaseModel
from starlette.responses import StreamingResponse

EVENT_STREAM = "text/event-stream"


async def streamed(
    chunks: AsyncIterator[bytes], media_type: str, headers: dict[str, str] | None = None
) -> StreamingResponse:
    """A streamed response whose first chunk is there already, so that an early error is still an error response.

    Args:
        chunks: The body; what it raises on its first step is raised here.
        media_type: With charset where it matters.
        headers: Further headers.
    """
    first = await anext(chunks, None)

    async def body() -> AsyncIterator[bytes]:
        if first is not None:
            yield first
            async for chunk in chunks:
                yield chunk

    return StreamingResponse(body(), media_type=media_type, headers=headers)


def server_sent(event: str, data: BaseModel, number: int) -> bytes:
    """One server-sent event."""
    return f"id: {number}\nevent: {event}\ndata: {data.model_dump_json()}\n\n".encode()


async def until(closing: asyncio.Event, items: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The items, ended early when ``closing`` is set, so that an open stream does not hold up the end."""
    ended = asyncio.ensure_future(closing.wait())
    try:
        while True:
            step = asyncio.ensure_future(anext(items, None))
            await asyncio.wait({step, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                step.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await step
                return
            item = step.result()
            if item is None:
                return
            yield item
    finally:
        ended.cancel()
