"""Candidates per second: a plain fork, the pool of cells, and the whole way over HTTP.

The plain fork is the bound: a forked interpreter that runs one candidate and its asserts, with no confinement and
no verdict that could be trusted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

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


def rate(count: int, work: Callable[[], None], *, threads: int | None = None) -> float:
    """Calls per second of ``count`` calls, ``threads`` at a time (default: as many as there are cores)."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as executor:
        for done in [executor.submit(work) for _ in range(count)]:
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


@contextlib.contextmanager
def server(backend: str) -> Iterator[str]:
    """The address of a server of its own, on a fresh database."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as home:
        url = f"sqlite+aiosqlite:///{home}/bench.db"
        environment = {**os.environ, "ASSAY_DATABASE_URL": url, "ASSAY_SANDBOX_BACKEND": backend}
        assay = str(Path(sys.executable).with_name("assay"))
        subprocess.run([assay, "db", "upgrade"], env=environment, check=True, capture_output=True)
        with (Path(home) / "log").open("wb") as log:
            process = subprocess.Popen([assay, "serve", "--port", port], env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < until:
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"{address}/readyz", timeout=10).status_code == httpx.codes.OK:
                        break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(60)


def http_rate(count: int, backend: str) -> float:
    """Candidates per second, each different and each a request that waits for its verdict."""
    task = {"prompt": "Add two numbers.", "entry_point": "add", "tests": ASSERTS.splitlines()}
    with server(backend) as address, httpx.Client(base_url=address, timeout=120) as client:
        numbers = iter(range(count + 8))

        def verify() -> None:
            body = {"task": task, "code": f"{SOURCE}# {next(numbers)}\n", "cache": "bypass"}
            answer = client.post("/v1/verifications", json=body, headers={"Prefer": "wait=60"})
            if answer.raise_for_status().json()["verdict"] != "accepted":
                sys.exit("bench: a right candidate was not accepted")

        for _ in range(8):
            verify()
        return rate(count, verify, threads=16)


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
    print(f"{'over HTTP, one request each':32} {http_rate(arguments.count, arguments.backend):8.0f} candidates/s")


if __name__ == "__main__":
    main()
