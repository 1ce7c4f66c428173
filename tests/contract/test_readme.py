"""Every command that the README shows is run, in its order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")) for line in block.splitlines()
]
INSIDE_A_TEST_RUN = "./scripts/test"
"""What runs this very test; it is only asked which tests it would run."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.fixture
def servers() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def test_the_readme_names_the_two_commands_that_do_all_set_up() -> None:
    assert "./scripts/demo" in COMMANDS
    assert INSIDE_A_TEST_RUN in COMMANDS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_command_of_the_readme_runs(tmp_path: Path, servers: list[subprocess.Popen[bytes]]) -> None:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "ASSAY_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/readme.db",
        "TMPDIR": str(tmp_path),
    }
    for command in COMMANDS:
        line = command.replace("8000", str(port))
        if line == INSIDE_A_TEST_RUN:
            line += " --collect-only -q tests/arch"
        if line.endswith("&"):
            arguments = ["bash", "-c", f"exec {line.removesuffix('&')}"]
            servers.append(subprocess.Popen(arguments, cwd=ROOT, env=environment, start_new_session=True))
            wait_until_ready(f"http://127.0.0.1:{port}", servers[-1])
            continue
        done = subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
