"""Candidates per second: a plain fork, the pool of cells, and the whole way over HTTP.

The plain fork is the bound: a forked interpreter that runs one candidate and its asserts, with no confinement and
no verdict that could be trusted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sandbox.backends import BackendOptions, open_sandbox
from sandbox.encoding import encode_exam
from sandbox.spec import CallCase, CallExam, Job

SOURCE = "def add(a, b):\n    return a + b\n"
ASSERTS = "assert add(1, 2) == 3\nassert add(0, 0) == 0\nassert add(-1, 1) == 0\n"


def fork_once() -> None:
    """Run the candidate and its asserts in a forked child."""
    child = os.fork()
    if child == 0:
        names: dict[str, object] = {}
        exec(compile(SOURCE + ASSERTS, "candidate", "exec"), names)
        os._exit(0)
    os.waitpid(child, 0)


def rate(count: int, work: Callable[[], None]) -> float:
    """Calls per second of ``count`` calls, as many at a time as there are cores."""
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for done in [threads.submit(work) for _ in range(count)]:
            done.result()
    return count / (time.perf_counter() - began)


def job() -> Job:
    """The candidate with the same three cases."""
    cases = [CallCase(args=args, expected=expected) for args, expected in (((1, 2), 3), ((0, 0), 0), ((-1, 1), 0))]
    exam = encode_exam(CallExam(name="base", entry_point="add", cases=tuple(cases)))
    return Job(source=SOURCE.encode(), exams=(exam,))


async def pool_rate(count: int, backend: str, isolation: str) -> tuple[str, float]:
    """The backend that was taken and its candidates per second."""
    cells = os.cpu_count() or 1
    pool = await open_sandbox(BackendOptions(backend=backend), cells=cells, isolation=isolation)
    try:
        one = job()
        await asyncio.gather(*(pool.run(one) for _ in range(2 * cells)))
        began = time.perf_counter()
        results = await asyncio.gather(*(pool.run(one) for _ in range(count)))
        elapsed = time.perf_counter() - began
        if any(set(result.exams[0].outcomes) != {"p"} for result in results):
            sys.exit("bench: a right candidate was not accepted")
        return (await pool.info()).backend, count / elapsed
    finally:
        await pool.close()


def main() -> None:
    """Measure and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--backend", default="auto", choices=["auto", "docker", "bubblewrap"])
    parser.add_argument("--fresh", action="store_true", help="also with a cell of its own for each candidate")
    arguments = parser.parse_args()
    print(f"plain fork, unconfined           {rate(arguments.count, fork_once):8.0f} candidates/s")
    for isolation in ("process", "fresh") if arguments.fresh else ("process",):
        count = arguments.count if isolation == "process" else min(arguments.count, 50)
        backend, found = asyncio.run(pool_rate(count, arguments.backend, isolation))
        print(f"{backend + ', ' + isolation:32} {found:8.0f} candidates/s")


if __name__ == "__main__":
    main()
