"""What happens to every request: an id, a measurement, a line in the log."""

from __future__ import annotations

import re
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems
from service.api.metrics import Metrics
from service.domain.ids import new_id

log = structlog.get_logger(__name__)

_STREAMED = re.compile(r"/v1/(?:runs/[^/]+/candidates|task-sets/import)/?")
"""Routes that read their body piece by piece and bound it themselves."""
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class RequestMiddleware:
    """Gives each request an id (``X-Request-ID``, the caller's own where it is sane), logs and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else new_id("req")
        scope["assay.request_id"] = request_id
        status: int | None = None
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception:
                log.exception("request_failed", method=scope["method"], path=scope["path"])
                if status is not None:
                    raise
                await problems.unexpected(Request(scope))(scope, receive, send_with_id)
            finally:
                took = time.perf_counter() - began
                route = getattr(scope.get("route"), "path", "unmatched")
                self._metrics.request_done(scope["method"], route, status or 500, took)
                log.debug("request_handled", method=scope["method"], path=scope["path"], status=status, took_s=took)


class BodyLimitMiddleware:
    """Bounds request bodies while they are read, whatever length they claim."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Let at most ``most`` bytes through."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or _STREAMED.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("content-length", "")
        length = int(claimed) if claimed.isdecimal() and len(claimed) < 20 else 0
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            if length > self._most:
                raise HTTPException(413)
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded, send)
