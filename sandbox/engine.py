"""All that is ever asked of a container engine, through one bounded limiter.

The docker SDK blocks, and an engine that is asked for too much at once slows down or leaks: each call
runs in one of a few threads, and never on the event loop. Nothing here is on the path of a job.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import docker
from docker.constants import DEFAULT_UNIX_SOCKET
from docker.errors import DockerException, NotFound
from docker.utils import kwargs_from_env
from requests.exceptions import RequestException

from sandbox.owner import is_dead
from sandbox.port import CellLost

LABEL = "assay.cell"
_ENDED = ("exited", "dead")
_T = TypeVar("_T")


class EngineError(CellLost):
    """The engine refused or did not answer."""


class Engine:
    """An engine's client and its limiter."""

    def __init__(self, url: str | None = None, *, calls: int = 4, timeout_s: int = 60) -> None:
        """Prepare to ask; nothing is asked yet.

        Args:
            url: The engine's address; None takes the environment's (``DOCKER_HOST`` or the local socket).
            calls: Calls at a time.
            timeout_s: Seconds after which a call has failed.
        """
        self._url = url
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(max_workers=calls, thread_name_prefix="assay-engine")
        self._client: docker.DockerClient | None = None

    def client(self) -> docker.DockerClient:
        """The SDK's client; for use inside ``call``.

        Raises:
            DockerException: The address makes no sense, or nobody answers there.
        """
        if self._client is None:
            where = {"base_url": self._url} if self._url else kwargs_from_env()
            address = str(where.get("base_url") or DEFAULT_UNIX_SOCKET)
            path = Path(address.rpartition("unix://")[2])
            if "unix://" in address and not path.exists():
                raise DockerException(f"there is no {path}")
            self._client = docker.DockerClient(timeout=self._timeout_s, **where)
        return self._client

    @property
    def local(self) -> bool:
        """Whether the engine is reached through a unix socket, and may share this file system."""
        return str(self.client().api.base_url).startswith("http+docker://localhost")

    async def call(self, ask: Callable[[docker.DockerClient], _T]) -> _T:
        """Ask the engine something in a thread.

        Raises:
            EngineError: It refused, or did not answer in time.
        """

        def run() -> _T:
            try:
                return ask(self.client())
            except (DockerException, RequestException, OSError) as error:
                raise EngineError(f"the engine failed: {error}") from error

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def remove(self, name: str) -> None:
        """Remove a container, running or not, if it is there.

        Raises:
            EngineError: The engine failed.
        """

        def ask(client: docker.DockerClient) -> None:
            with contextlib.suppress(NotFound):
                client.api.remove_container(name, force=True, v=True)

        await self.call(ask)

    async def sweep(self, own: str) -> int:
        """Remove the cells of services that are gone.

        A container goes if its owner is known to be dead, or if it has ended and is not ``own``: a
        cell of a service that cannot be seen from here ends by itself when its connection does.

        Args:
            own: This service's label value.

        Returns:
            How many were removed.

        Raises:
            EngineError: The engine failed.
        """

        def ask(client: docker.DockerClient) -> int:
            removed = 0
            for entry in client.api.containers(all=True, filters={"label": LABEL}):
                label = entry["Labels"].get(LABEL, "")
                if label != own and (is_dead(label) or entry["State"] in _ENDED):
                    with contextlib.suppress(DockerException):
                        client.api.remove_container(entry["Id"], force=True, v=True)
                        removed += 1
            return removed

        return await self.call(ask)

    async def close(self) -> None:
        """Let go of the engine; idempotent."""
        self._threads.shutdown(wait=False)
        if self._client is not None:
            self._client.close()


def attach(client: docker.DockerClient, name: str) -> socket.socket:
    """The stream of a container's stdin, stdout and stderr, as a socket of one's own.

    Raises:
        DockerException: The engine refused, or it is reached in a way whose stream is not a plain socket.
    """
    wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    raw: Any = client.api.attach_socket(name, params=wanted)
    inner = getattr(raw, "_sock", None)
    if type(inner) is not socket.socket:
        raw.close()
        raise DockerException("cells can be attached over a unix socket or plain TCP, not over TLS or SSH")
    own = socket.socket(fileno=os.dup(inner.fileno()))
    raw.close()
    inner.close()
    own.setblocking(False)
    return own
