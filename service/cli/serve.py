"""``assay serve``: the API with an embedded worker."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from signal import SIGINT
from types import FrameType
from typing import Annotated

import structlog
import typer
import uvicorn

from service import bootstrap
from service.api.access import require_safe_binding
from service.api.application import Opening, create_app
from service.api.context import Context
from service.cli.outcome import ExitCode
from service.cli.session import finish, override
from service.logs import configure_logs
from service.settings import Settings
from service.worker.embedded import working

log = structlog.get_logger(__name__)

_BACKLOG = 2048


class _Server(uvicorn.Server):
    """Ends streams when it is told to end, and does not die of the signal that told it."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self.closing = closing
        self.interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and sig == SIGINT:
            self.force_exit = True
        if not self.should_exit:
            log.info("draining", signal=sig)
        self.should_exit = True
        self.interrupted = self.interrupted or sig == SIGINT
        asyncio.get_running_loop().call_soon_threadsafe(self.closing.set)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to bind; 0 takes a free one.", show_default="8000")
    ] = None,
) -> None:
    """Serve the API with an embedded worker until SIGTERM, which drains."""
    settings = override(host=host, port=port)
    configure_logs(settings.log_level)
    if finish(_serve(settings)):
        raise typer.Exit(ExitCode.INTERRUPTED)


async def _serve(settings: Settings) -> bool:
    """Serve until told to end; True if it was Ctrl-C."""
    await asyncio.to_thread(bootstrap.require_migrated, settings)
    async with bootstrap.open_service(settings, sandbox=True) as service:
        await require_safe_binding(service.app, settings)
        with _listening(settings) as listener:
            context = Context(service.app, settings, service.readiness, analysers=service.analysers)

            @asynccontextmanager
            async def opening(_settings: Settings) -> AsyncIterator[Context]:
                async with working(service.app, settings, wanted=settings.worker):
                    yield context

            server = _Server(_config(settings, opening), context.closing)
            host, bound = listener.getsockname()[:2]
            log.info("serving", url=f"http://{f'[{host}]' if ':' in host else host}:{bound}")
            await server.serve(sockets=[listener])
            return server.interrupted


def _config(settings: Settings, opening: Opening) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings, opening),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=max(1, int(settings.drain_s)),
    )


def _listening(settings: Settings) -> socket.socket:
    """A socket bound as the settings say.

    Raises:
        OSError: If the address cannot be bound; the message names it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{settings.host}:{settings.port}") from error
    # connections inherit it; the event loop leaves sockets that it did not make to Nagle, 40 ms for each answer
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
