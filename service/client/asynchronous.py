"""The client for asyncio."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import httpx

from service.client.calls import (
    DEFAULT_URL,
    NDJSON,
    TIMEOUT,
    Call,
    Json,
    Unreachable,
    error_of,
    event_of,
    fresh_key,
    given,
    headers_of,
    import_call,
    line_of,
    pause_before,
    said,
    upload_call,
    verify_call,
)


class AsyncAssay:
    """Speaks to a service; an async context manager.

    Every method raises ``AssayError`` when the service refuses and ``Unreachable`` when it does not answer.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        api_key: str | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Connect lazily to ``url``.

        Args:
            url: Where the service listens.
            api_key: Not needed on a loopback service without keys.
            transport: What carries requests, for tests and for a service within this process.
        """
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers_of(api_key), timeout=TIMEOUT, transport=transport, trust_env=transport is None
        )

    async def __aenter__(self) -> AsyncAssay:
        """Open the connection pool."""
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        await self._http.__aexit__(kind, error, trace)

    async def call(self, call: Call) -> Any:
        """Send a call, again when the service is busy and says for how long; the decoded answer."""
        attempt = 0
        while True:
            attempt += 1
            try:
                response = await self._http.send(call.request(self._http))
            except httpx.TransportError as error:
                raise Unreachable(f"{self._http.base_url} does not answer: {said(error)}") from error
            if response.is_success:
                return response.json()
            problem = error_of(response)
            pause = None if call.content is not None else pause_before(attempt, problem)
            if pause is None:
                raise problem
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[httpx.Response]:
        """Send a call and read its answer piece by piece."""
        try:
            response = await self._http.send(call.request(self._http), stream=True)
            try:
                if not response.is_success:
                    await response.aread()
                    raise error_of(response)
                yield response
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} broke off: {said(error)}") from error

    async def get(self, path: str, **params: Any) -> Json:
        """Read anything."""
        found: Json = await self.call(Call("GET", path, given(**params)))
        return found

    async def items(self, path: str, **params: Any) -> AsyncIterator[Json]:
        """Every item of a listing, page by page."""
        cursor: str | None = None
        while True:
            page = await self.get(path, cursor=cursor, **params)
            for item in page["items"]:
                yield item
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def verify(self, code: str, *, wait_s: float = 30, **fields: Any) -> Json:
        """Verify one candidate; ``fields`` are those of ``POST /v1/verifications``."""
        found: Json = await self.call(verify_call(code, wait_s, fields))
        return found

    async def report(self, verification_id: str) -> str:
        """The report of a verification as Markdown."""
        call = Call("GET", f"/v1/verifications/{verification_id}/report", {"format": "markdown"})
        async with self.stream(call) as response:
            return (await response.aread()).decode()

    async def import_task_set(self, name: str, content: Any = None, form: str | None = None) -> Json:
        """Import a task set by its public name, or from a file's content (bytes or an async iterable)."""
        found: Json = await self.call(import_call(name, content, form))
        return found

    async def validation(self, name: str, **fields: Any) -> AsyncIterator[Json]:
        """Validate a task set: a step after each task, the summary (``kind`` = ``validation``) last."""
        path = f"/v1/task-sets/{name}/validate"
        call = Call("POST", path, document=given(**fields), headers={"Accept": NDJSON})
        async with self.stream(call) as response:
            async for line in response.aiter_lines():
                yield json.loads(line)

    async def prompts(self, task_set: str, form: str = "chat") -> AsyncIterator[Json]:
        """The benchmark's own prompt for each task of a set, in order."""
        call = Call("GET", f"/v1/task-sets/{task_set}/prompts", {"form": form})
        async with self.stream(call) as response:
            async for line in response.aiter_lines():
                yield json.loads(line)

    async def create_run(self, name: str, model: str, task_set: str, **fields: Any) -> Json:
        """Create a run; ``fields`` are those of ``POST /v1/runs``."""
        document = {"name": name, "model": model, "task_set": task_set, **given(**fields)}
        found: Json = await self.call(Call("POST", "/v1/runs", document=document, headers=fresh_key()))
        return found

    async def add_candidates(self, run_id: str, candidates: AsyncIterable[Mapping[str, Any] | bytes]) -> Json:
        """Upload candidates in a stream: mappings, or lines of NDJSON with their line ends."""

        async def body() -> AsyncIterator[bytes]:
            async for each in candidates:
                yield each if isinstance(each, bytes) else line_of(each)

        found: Json = await self.call(upload_call(run_id, body()))
        return found

    async def run(self, run_id: str, oracle: str | None = None) -> Json:
        """A run with its numbers."""
        return await self.get(f"/v1/runs/{run_id}", oracle=oracle)

    async def events(self, run_id: str) -> AsyncIterator[tuple[str, Json]]:
        """Progress of a run as it happens: (``progress`` or ``end``, data)."""
        async with self.stream(Call("GET", f"/v1/runs/{run_id}/events")) as response:
            lines: list[str] = []
            async for line in response.aiter_lines():
                if line:
                    lines.append(line)
                    continue
                event, lines = event_of(lines), []
                if event is not None:
                    yield event

    async def export(self, run_id: str, form: str = "ndjson") -> AsyncIterator[bytes]:
        """A run in a format that other tools read, in pieces."""
        async with self.stream(Call("GET", f"/v1/runs/{run_id}/export", {"format": form})) as response:
            async for chunk in response.aiter_bytes():
                yield chunk

    async def cancel(self, run_id: str) -> Json:
        """Cancel what a run has not finished."""
        found: Json = await self.call(Call("POST", f"/v1/runs/{run_id}/cancel"))
        return found
