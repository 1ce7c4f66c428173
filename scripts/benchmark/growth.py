"""How cost grows: with the cases of a suite, with the candidates of a run; what a warm cell takes; where time goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from sandbox.encoding import encode_exam
from sandbox.engine import LABEL
from sandbox.owner import owner_label
from sandbox.spec import CallCase, CallExam, Job, Limits
from scripts.benchmark.pools import PARTS, Pool, accept, cell_processes, resident_bytes, spent_by_parts_s
from scripts.benchmark.samples import Workload
from scripts.benchmark.served import HttpRun, Server

_SOURCE = b"def f(values):\n    return sorted(values)\n"
_PER_CASES = {1: 200, 10: 200, 100: 100, 1000: 40, 10_000: 6}


@dataclass(frozen=True, slots=True)
class Step:
    """Cost at one size.

    Attributes:
        size: Cases or candidates.
        rate: Candidates per second.
        memory_bytes: Memory of the server at the end; None where it was not asked.
    """

    size: int
    rate: float
    memory_bytes: int | None = None


def suite_of(cases: int) -> Job:
    """A candidate with so many cases of a few dozen bytes."""
    made = tuple(CallCase(args=([at, 3, at % 7, -at],), expected=sorted([at, 3, at % 7, -at])) for at in range(cases))
    return Job(source=_SOURCE, exams=(encode_exam(CallExam("base", "f", made)),), limits=Limits())


async def by_cases(pool: Pool, workers: int) -> list[Step]:
    """Candidates per second for suites of 1 to 10,000 cases."""
    steps = []
    for cases, count in _PER_CASES.items():
        job = suite_of(cases)
        waiting = iter(range(count))

        async def work(job: Job = job, waiting: Iterator[int] = waiting) -> None:
            for _ in waiting:
                await accept(pool.pool, job, f"{len(job.exams)} cases")

        for _ in range(workers):
            await accept(pool.pool, job, "first")
        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(2 * workers)))
        steps.append(Step(cases, count / (time.perf_counter() - began)))
    return steps


def by_candidates(server: Server, workload: Workload, sizes: Sequence[int]) -> list[Step]:
    """Candidates per second and the server's memory for runs of growing size."""
    run = HttpRun(server, workload.set_name)
    steps = []
    for size in sizes:
        seconds = run.run(workload.spread(size))
        steps.append(Step(size, size / seconds, server.resident_bytes()))
    return steps


async def anatomy(pool: Pool, workload: Workload, workers: int) -> list[tuple[str, float]]:
    """CPU milliseconds of one verification by process; jails only, whose processes are this one's descendants."""
    samples = workload.spread(3 * len(workload.samples))
    await pool.verify(workload.samples, workers)
    before = spent_by_parts_s()
    await pool.verify(samples, workers)
    after = spent_by_parts_s()
    return [
        (part, 1000 * (late - early) / len(samples)) for part, early, late in zip(PARTS, before, after, strict=True)
    ]


def jail_bytes() -> float | None:
    """Memory of a warm jail with all its processes; None if there is none."""
    cells = cell_processes()
    return sum(resident_bytes(pids) for pids in cells) / len(cells) if cells else None


def container_bytes() -> float | None:
    """Memory of a warm container as the engine counts it, page cache aside; None without one."""
    try:
        client = docker.from_env(timeout=30)
        found = []
        for container in client.containers.list(filters={"label": f"{LABEL}={owner_label()}"}):
            stats = client.api.stats(str(container.id), stream=False)["memory_stats"]
            details = stats.get("stats", {})
            cache = details.get("inactive_file", details.get("total_inactive_file", 0))
            found.append(stats["usage"] - cache)
        client.close()
    except (DockerException, RequestException, KeyError):
        return None
    return sum(found) / len(found) if found else None
