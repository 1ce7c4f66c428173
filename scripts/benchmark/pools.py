"""The pool of cells, asked directly."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sandbox.backends import BackendOptions, open_sandbox
from sandbox.pool import CellPool
from sandbox.port import SandboxError, SandboxUnavailable
from sandbox.spec import Ending, Job
from scripts.benchmark.contender import Batch, NotAccepted, NotMeasured, gather
from scripts.benchmark.processor import Containers, stat_of
from scripts.benchmark.samples import Sample

_RUNNER = b"/runner/__main__.py"


class Pool:
    """Cells of one backend and isolation."""

    single = True

    def __init__(self, pool: CellPool, backend: str, isolation: str) -> None:
        """Use ``open`` instead."""
        self.name = f"pool, {backend}, {isolation}"
        self.share = 1.0 if isolation == "process" else 0.1
        self.settle_s = 0.0 if isolation == "process" else 3.0
        self.containers = Containers.NONE
        if backend == "docker":
            self.containers = Containers.CELLS if isolation == "process" else Containers.ALL
        self.pool = pool

    @classmethod
    async def open(cls, backend: str, isolation: str, workers: int) -> Pool:
        """Start the cells.

        Raises:
            NotMeasured: They cannot be started.
        """
        try:
            pool = await open_sandbox(BackendOptions(backend=backend), cells=workers, isolation=isolation)
        except SandboxUnavailable as error:
            raise NotMeasured(str(error)) from None
        return cls(pool, backend, isolation)

    async def _one(self, sample: Sample) -> None:
        await accept(self.pool, sample.job, sample.task_id)

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify with a few more in flight than there are cells, so that no cell waits."""
        return await gather(self._one, samples, in_flight if in_flight == 1 else 2 * in_flight)

    async def close(self) -> None:
        """End the cells."""
        await self.pool.close()


async def accept(pool: CellPool, job: Job, name: str) -> None:
    """Have a cell accept a job.

    Raises:
        NotAccepted: It does not.
    """
    try:
        exam = (await pool.run(job)).exams[0]
    except SandboxError as error:
        raise NotAccepted(f"{name}: {error}") from None
    if exam.ending is not Ending.COMPLETED or set(exam.outcomes) != {"p"}:
        raise NotAccepted(f"{name}: {exam.ending}, {exam.message}")


def cell_processes() -> list[tuple[int, int, int, int]]:
    """Supervisor, zygote of candidates, judge and zygote of test code of each jail below this process."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                command = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
                if _RUNNER in command and not command[0].endswith(b"bwrap"):
                    parents[int(name)] = stat_of(int(name))[1]
            except OSError:
                continue
    cells: dict[int, list[int]] = {}
    for pid, parent in sorted(parents.items()):
        if parent in parents:
            cells.setdefault(parent, []).append(pid)
    ours = [(pid, *zygotes) for pid, zygotes in cells.items() if _descends(pid)]
    return [(found[0], found[1], found[2], found[3]) for found in ours if len(found) == 4]


def _descends(pid: int) -> bool:
    while pid > 1:
        if pid == os.getpid():
            return True
        try:
            pid = stat_of(pid)[1]
        except OSError:
            return False
    return False


def resident_bytes(pids: Sequence[int]) -> int:
    """Memory of processes, each shared page counted in shares (PSS)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


PARTS = (
    "host: pool, protocol, event loop",
    "supervisor: pipes, watching, cleaning, proof",
    "judge: requests, comparing, record",
    "examiners: test code that is not lowered, with its forks",
    "zygote: the fork itself",
    "candidate: page faults, confinement, load, calls, exit",
)
"""Whose CPU time one verification takes; the sum is all of it."""


def spent_by_parts_s() -> list[float]:
    """CPU seconds spent so far by each of ``PARTS``, over all jails of this process."""
    host = os.times()
    total = [host.user + host.system, 0.0, 0.0, 0.0, 0.0, 0.0]
    for supervisor, candidates, judge, scripts in cell_processes():
        for pid, own, children in ((supervisor, 1, None), (judge, 2, None), (scripts, 3, 3), (candidates, 4, 5)):
            times = stat_of(pid)[2]
            total[own] += times[0] + times[1]
            if children is not None:
                total[children] += times[2] + times[3]
    return total
