"""What a backend is: something that launches cells of one environment."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.cell import Cell
from sandbox.images import contents
from sandbox.spec import MIB, CellInfo
from sandbox.uids import CellUids
from sandbox.wire import Hello

WORK_IN_CELL = "/cell"
START_TIMEOUT_S = 20.0
_RESERVE_BYTES = 256 * MIB
"""Of a cell's memory, what supervisor, examiner and pipes keep where a candidate's processes share the rest."""


@dataclass(frozen=True, slots=True)
class CellSize:
    """What one cell may hold, beyond the limits of a job.

    Attributes:
        memory_bytes: Memory of the whole cell, where the backend can bound it.
        processes: Processes and threads of the whole cell, where the backend can bound them.
        work_bytes: The one writable file system.
        work_inodes: Files on it.
    """

    memory_bytes: int = 2048 * MIB
    processes: int = 256
    work_bytes: int = 64 * MIB
    work_inodes: int = 4096


class Backend(Protocol):
    """Launches cells of one environment."""

    @property
    def name(self) -> str:
        """``docker`` or ``bubblewrap``."""

    @property
    def image(self) -> str:
        """What the cells are made from."""

    @property
    def confinement(self) -> str:
        """Version of the confinement; part of the environment's fingerprint."""

    @property
    def site(self) -> str:
        """Digest of the packages for candidates; ``none`` without."""

    @property
    def features(self) -> tuple[str, ...]:
        """What the backend itself bounds: ``cgroup_memory``, ``cgroup_pids``."""

    async def launch(self) -> Cell:
        """Start one cell and wait for its hello. Called on the event loop's own, long-lived thread.

        Raises:
            CellLost: It could not be started; nothing is left behind.
        """

    async def close(self) -> None:
        """Release what the backend itself holds, after all cells are dead; idempotent."""


def cell_config(
    uids: CellUids | None, size: CellSize, *, site: bool, mount_work: bool, read_paths: tuple[str, ...]
) -> str:
    """The configuration that a cell's supervisor is started with, as JSON.

    Args:
        uids: The cell's ids; None in a user namespace with a single id.
        size: Its size.
        site: The locked packages are there.
        mount_work: The supervisor mounts the work directory itself.
        read_paths: Directories that candidates may read.
    """
    config: dict[str, Any] = {
        "candidate_uid": uids.candidate if uids else None,
        "examiner_uid": uids.examiner if uids else None,
        "spare_uid": uids.spare if uids else None,
        "site": contents.SITE_IN_CELL if site else None,
        "work": WORK_IN_CELL,
        "mount_work": mount_work,
        "work_bytes": size.work_bytes,
        "work_inodes": size.work_inodes,
        "shared_bytes": max(size.memory_bytes - size.work_bytes - _RESERVE_BYTES, MIB),
        "read_paths": list(read_paths),
    }
    return json.dumps(config)


def cell_command(python: str, config: str, *connection: str, recipe: contents.Recipe = contents.PYTHON) -> list[str]:
    """The command line of a cell's first process."""
    main = f"{recipe.places[recipe.code.index(recipe.main)]}/__main__.py"
    return [python, "-I", "-S", "-B", main, "--config", config, *connection]


def describe(backend: Backend, isolation: str, hello: Hello) -> CellInfo:
    """The environment of the verdicts made in a cell.

    The fingerprint covers what can change a verdict: interpreter, packages, the runner's source, the
    confinement. It is the same after a restart and on another machine with the same parts.
    """
    features = tuple(sorted({*hello.features, *backend.features}))
    parts = {
        "python": hello.python,
        "site": backend.site,
        "runner": contents.code_digest(),
        "backend": backend.name,
        "confinement": backend.confinement,
        "features": features,
    }
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return CellInfo(
        backend=backend.name,
        isolation=isolation,
        python=hello.python,
        image=backend.image,
        fingerprint=digest,
        features=features,
    )
