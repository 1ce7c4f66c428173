"""Carries the client's requests to an application in this process, streams included."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx

_Message = MutableMapping[str, Any]
Application = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]
]
"""An ASGI application."""

_QUEUED_CHUNKS = 16


class InProcessTransport(httpx.AsyncBaseTransport):
    """Like ``httpx.ASGITransport``, but an answer can be read while it is made."""

    def __init__(self, application: Application) -> None:
        """Carry requests to ``application``."""
        self._application = application

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; returns when the answer has begun."""
        exchange = _Exchange(request)
        exchange.task = asyncio.ensure_future(exchange.run(self._application))
        try:
            start = await exchange.begun()
        except BaseException:
            await exchange.aclose()
            raise
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=exchange)


class _Exchange(httpx.AsyncByteStream):
    """One request and the answer to it."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._messages: asyncio.Queue[_Message | None] = asyncio.Queue(_QUEUED_CHUNKS)
        self._gone = asyncio.Event()
        self._sent = False
        self.task: asyncio.Future[None] | None = None

    async def run(self, application: Application) -> None:
        """Let the application answer."""
        url = self._request.url
        scope: _Message = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 0),
            "root_path": "",
        }
        stream = self._request.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        body = aiter(stream)

        async def receive() -> _Message:
            if not self._sent:
                try:
                    return {"type": "http.request", "body": await anext(body), "more_body": True}
                except StopAsyncIteration:
                    self._sent = True
                    return {"type": "http.request", "body": b"", "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        try:
            await application(scope, receive, self._messages.put)
        finally:
            if not self._gone.is_set():
                await self._messages.put(None)

    async def begun(self) -> _Message:
        """The start of the answer."""
        start = await self._messages.get()
        if start is None:
            assert self.task is not None
            await self.task
            raise httpx.RemoteProtocolError("the application ended without an answer")
        return start

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body of the answer."""
        while (message := await self._messages.get()) is not None:
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body", False):
                return

    async def aclose(self) -> None:
        """End the exchange; the application sees that the client is gone."""
        self._gone.set()
        if self.task is not None and not self.task.done():
            while not self._messages.empty():
                self._messages.get_nowait()
            done, _ = await asyncio.wait({self.task}, timeout=1)
            if not done:
                self.task.cancel()
        if self.task is not None:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self.task
