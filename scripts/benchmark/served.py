"""The service: over HTTP, one request for each candidate or a whole run; and the command line, embedded."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from scripts.benchmark.contender import Batch, NotAccepted, NotMeasured, in_threads
from scripts.benchmark.processor import Containers
from scripts.benchmark.samples import Sample, Workload, as_rows, write_rows
from service.client import Assay

_START_S = 120.0
_CONNECTIONS = 8
_ASSAY = str(Path(sys.executable).with_name("assay"))
_serial = itertools.count(0, 1_000_000)


class Server:
    """A server of its own, on a fresh database that holds the task set."""

    def __init__(self, workload: Workload, backend: str, workers: int) -> None:
        """Start it and wait until it is ready.

        Raises:
            NotMeasured: It did not become ready; the message is the end of its log.
        """
        self.home = Path(tempfile.mkdtemp(prefix="assay-bench-"))
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.environment = {
            **os.environ,
            "ASSAY_DATABASE_URL": f"sqlite+aiosqlite:///{self.home}/bench.db",
            "ASSAY_SANDBOX_BACKEND": backend,
            "ASSAY_CELLS": str(workers),
            "ASSAY_LOG_LEVEL": "warning",
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start(workload)
        except (subprocess.CalledProcessError, httpx.HTTPError, TimeoutError) as error:
            log = self.home / "log"
            words = log.read_text(encoding="utf-8", errors="replace")[-300:] if log.exists() else ""
            self.stop()
            raise NotMeasured(f"the server did not become ready: {error} {words}") from None

    def _start(self, workload: Workload) -> None:
        subprocess.run([_ASSAY, "db", "upgrade"], env=self.environment, check=True, capture_output=True)
        with (self.home / "log").open("wb") as log:
            command = [_ASSAY, "serve", "--port", str(self.port)]
            self._process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=30).status_code == httpx.codes.OK:
                    break
            if self._process.poll() is not None or time.monotonic() > until:
                raise TimeoutError("not ready")
            time.sleep(0.1)
        name = "library" if workload.set_name == "library" else workload.set_name
        path = [] if workload.set_name == "library" else [str(workload.path)]
        command = [_ASSAY, "tasks", "import", name, *path, "--url", self.url]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def resident_bytes(self) -> int:
        """Memory of the server's process, without its cells."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def stop(self) -> None:
        """Stop it and remove its database."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
        shutil.rmtree(self.home, ignore_errors=True)


class HttpEach:
    """One request that waits for its verdict, for each candidate."""

    name = "HTTP, one by one"
    share = 1.0
    single = True
    settle_s = 0.0
    containers = Containers.CELLS

    def __init__(self, server: Server) -> None:
        """Use a running server."""
        self._server = server
        self._connections: list[http.client.HTTPConnection] = []
        self._numbers = itertools.count(next(_serial))

    def _one(self, thread: int, sample: Sample) -> None:
        code = f"{sample.program}\n# {next(self._numbers)}\n"
        body = json.dumps({"task_id": sample.task_id, "code": code, "verifiers": ["base"], "cache": "bypass"})
        headers = {"Content-Type": "application/json", "Prefer": "wait=60"}
        connection = self._connections[thread]
        connection.request("POST", "/v1/verifications", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if answer.get("verdict") != "accepted":
            raise NotAccepted(f"{self.name}: {sample.task_id}: {response.status} {str(answer)[:300]}")

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify over keep-alive connections."""
        count = 1 if in_flight == 1 else _CONNECTIONS
        self._connections = [
            http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=120) for _ in range(count)
        ]
        try:
            return await asyncio.to_thread(in_threads, self._one, samples, count)
        finally:
            for connection in self._connections:
                connection.close()

    async def close(self) -> None:
        """The server is somebody else's."""


class HttpRun:
    """All candidates uploaded as one run."""

    name = "HTTP, as a run"
    share = 4.0
    single = False
    settle_s = 0.0
    containers = Containers.CELLS

    def __init__(self, server: Server, set_name: str) -> None:
        """Use a running server."""
        self._server = server
        self._set_name = set_name

    def run(self, samples: Sequence[Sample]) -> float:
        """Seconds from the upload's first byte to the run's end."""
        rows = as_rows(tuple(samples), serial=next(_serial))
        with Assay(self._server.url) as client:
            began = time.perf_counter()
            run_id = client.create_run("bench", "reference", self._set_name, verifiers=["base"], cache="bypass")["id"]
            client.add_candidates(run_id, rows)
            self._follow(run_id)
            seconds = time.perf_counter() - began
            progress: dict[str, Any] = client.get(f"/v1/runs/{run_id}")["progress"]
        if progress["verdicts"] != {"accepted": len(rows)}:
            raise NotAccepted(f"{self.name}: {progress}")
        return seconds

    def _follow(self, run_id: str) -> None:
        """Wait for the run's last event."""
        with httpx.stream("GET", f"{self._server.url}/v1/runs/{run_id}/events", timeout=60) as events:
            for line in events.iter_lines():
                if line == "event: end":
                    return
        raise NotAccepted(f"{self.name}: the events of {run_id} ended early")

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify as one run."""
        return Batch(await asyncio.to_thread(self.run, samples), ())

    async def close(self) -> None:
        """The server is somebody else's."""


class EmbeddedCli:
    """``assay bench`` on a file, without a server: start, cells and figures included."""

    name = "CLI, embedded, whole command"
    share = 2.0
    single = False
    settle_s = 0.0
    containers = Containers.CELLS

    def __init__(self, server: Server, set_name: str) -> None:
        """Use a copy of a server's database, which holds the task set."""
        self._set_name = set_name
        self._home = Path(tempfile.mkdtemp(prefix="assay-bench-"))
        for part in server.home.glob("bench.db*"):
            shutil.copy(part, self._home)
        database = f"sqlite+aiosqlite:///{self._home}/bench.db"
        self._environment = server.environment | {"ASSAY_DATABASE_URL": database}

    def _run(self, samples: Sequence[Sample]) -> float:
        path = self._home / "samples.jsonl"
        write_rows(path, as_rows(tuple(samples), serial=next(_serial)))
        options = ["--tasks", self._set_name, "--model", "reference", "--no-cache", "--fail-under", "1", "--json"]
        began = time.perf_counter()
        done = subprocess.run([_ASSAY, "bench", str(path), *options], env=self._environment, capture_output=True)
        if done.returncode != 0:
            raise NotAccepted(f"{self.name}: exit {done.returncode}: {done.stderr[-300:]!r}")
        return time.perf_counter() - began

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify by one command."""
        return Batch(await asyncio.to_thread(self._run, samples), ())

    async def close(self) -> None:
        """Remove the database."""
        shutil.rmtree(self._home, ignore_errors=True)
