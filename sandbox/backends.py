"""Chooses how code is run on this machine: never unconfined, and never without saying why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.analysis import AnalysisRoom
from sandbox.backend import Backend, CellSize
from sandbox.bubblewrap import BubblewrapBackend
from sandbox.docker import DockerBackend, Transport
from sandbox.images import contents
from sandbox.pool import CellPool
from sandbox.port import CellLost, SandboxUnavailable

AUTO, DOCKER, BUBBLEWRAP = BACKENDS = ("auto", "docker", "bubblewrap")


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """How cells are to be made.

    Attributes:
        backend: ``auto``, ``docker`` or ``bubblewrap``. ``auto`` takes an engine that answers and holds
            the image, else a bwrap that works.
        size: Size of a cell.
        uid_base: First of the cells' host-unique ids; None draws one.
        data_dir: Parent of the site directory for jails; None takes the default.
        docker_url: The engine's address; None takes the environment's.
        docker_runtime: The engine's runtime, such as ``runsc``; None takes its default.
        docker_transport: ``auto``, ``socket`` or ``attach``.
        docker_calls: Engine calls at a time.
    """

    backend: str = AUTO
    size: CellSize = field(default_factory=CellSize)
    uid_base: int | None = None
    data_dir: Path | None = None
    docker_url: str | None = None
    docker_runtime: str | None = None
    docker_transport: str = Transport.AUTO.value
    docker_calls: int = 4


async def _docker(options: BackendOptions, recipe: contents.Recipe = contents.PYTHON) -> Backend:
    return await DockerBackend.connect(
        options.docker_url,
        size=options.size,
        uid_base=options.uid_base,
        runtime=options.docker_runtime,
        transport=Transport(options.docker_transport),
        calls=options.docker_calls,
        recipe=recipe,
    )


async def _bubblewrap(options: BackendOptions) -> Backend:
    site = contents.site_dir(options.data_dir)
    return BubblewrapBackend(
        size=options.size, uid_base=options.uid_base, site=site if await asyncio.to_thread(site.is_dir) else None
    )


async def _proven(backend: Backend) -> Backend:
    """The backend, after it has started a cell and ended it again."""
    try:
        cell = await backend.launch()
    except CellLost as error:
        await backend.close()
        raise SandboxUnavailable(f"a cell does not start: {error}") from error
    except BaseException:
        await backend.close()
        raise
    await cell.close()
    return backend


async def choose_backend(options: BackendOptions | None = None) -> Backend:
    """A backend that has just started a cell here.

    Raises:
        SandboxUnavailable: None works; the message says why each does not, and what to install.
        ValueError: There is no backend of that name.
    """
    options = options or BackendOptions()
    if options.backend not in BACKENDS:
        raise ValueError(f"{options.backend!r} is no backend: choose {', '.join(BACKENDS)}")
    reasons = []
    for name, make in ((DOCKER, _docker), (BUBBLEWRAP, _bubblewrap)):
        if options.backend in (AUTO, name):
            try:
                return await _proven(await make(options))
            except SandboxUnavailable as error:
                reasons.append(f"{name}: {error}")
    raise SandboxUnavailable("; ".join(reasons))


async def open_sandbox(
    options: BackendOptions | None = None,
    *,
    cells: int = 2,
    isolation: str = "process",
    spares: int | None = None,
    grace_s: float = 5.0,
) -> CellPool:
    """A started pool on the backend that works here; the caller closes it.

    Args:
        options: How cells are to be made.
        cells: Jobs at a time, >= 1.
        isolation: ``process`` or ``fresh``.
        spares: Cells started ahead beyond ``cells``; None takes ``cells`` for ``fresh`` and else none.
        grace_s: How long ``close`` waits for running jobs.

    Raises:
        SandboxUnavailable: No backend works; nothing is left behind.
    """
    pool = CellPool(await choose_backend(options), cells=cells, isolation=isolation, spares=spares, grace_s=grace_s)
    await pool.start()
    return pool


def open_analysis(options: BackendOptions, backend: Callable[[], Awaitable[str]], *, cells: int = 1) -> AnalysisRoom:
    """A room for static analysis on the same kind of backend as the cells for candidates.

    Nothing is started before somebody asks; the caller closes it.

    Args:
        options: How cells are to be made.
        backend: Says which backend runs candidates: ``docker`` or ``bubblewrap``.
        cells: Batches at a time, >= 1.
    """

    async def open_backend() -> Backend:
        recipe = contents.ANALYSIS
        if await backend() == DOCKER:
            return await _docker(options, recipe)
        site = contents.site_dir(options.data_dir, recipe)
        if not await asyncio.to_thread(site.is_dir):
            raise SandboxUnavailable("there are no analysers: run `python -m sandbox.images build --only site`")
        return BubblewrapBackend(size=options.size, uid_base=options.uid_base, site=site, recipe=recipe)

    return AnalysisRoom(open_backend, cells=cells)
