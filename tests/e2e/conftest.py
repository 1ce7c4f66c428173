"""Services to speak to: within the process over fake verifiers, and as a process of its own over real cells."""

from __future__ import annotations

import io
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.bubblewrap import find_bwrap
from sandbox.images import contents
from sandbox.images.build import build_site
from service.cli import main
from tests.fakes.service import Running, running_service

ASSAY = [sys.executable, "-m", "service.cli"]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_service(tmp_path) as running:
        yield running


@pytest.fixture
def http(running: Running) -> httpx.AsyncClient:
    return running.http


@pytest.fixture(scope="session")
def cells() -> None:
    """Real cells that work on every machine with Linux: jails."""
    if find_bwrap() is None:
        pytest.skip("there is no bwrap")
    for recipe in contents.RECIPES:
        build_site(recipe=recipe)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of commands: a database of their own, jails, nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "PYTEST_"))}
    return kept | {
        "ASSAY_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/assay.db",
        "ASSAY_SANDBOX_BACKEND": "bubblewrap",
        "ASSAY_CELLS": "2",
    }


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def assay(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Done]]:
    """Runs a command as the console script does, within this process."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ASSAY_")]:
        monkeypatch.delenv(name)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str, stdin: bytes = b"", **more: str) -> Done:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch:
            for name, value in (environment | more).items():
                patch.setenv(name, value)
            patch.setattr("sys.argv", ["assay", *arguments])
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return Done(int(ended.value.code or 0), *texts)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Callable[..., Done]:
    """Runs a command in a process of its own."""

    def run(*arguments: str, **more: str) -> Done:
        done = subprocess.run(
            [*ASSAY, *arguments], cwd=tmp_path, env=environment | more, capture_output=True, timeout=120
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class Server:
    """``assay serve`` in a process of its own."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self.log = directory / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*ASSAY, "serve", "--port", str(self.port)],
                env=self._environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@pytest.fixture
def server(cells: None, environment: dict[str, str], tmp_path: Path, assay: Callable[..., Done]) -> Iterator[Server]:
    """A server on a migrated database, not yet started."""
    assert assay("db", "upgrade").code == 0
    server = Server(environment, tmp_path)
    yield server
    if server.process is not None and server.process.poll() is None:
        server.end()
