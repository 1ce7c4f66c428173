"""Ctrl-C ends a command with 130, and what it had not finished stays to be done."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import ASSAY, Done

SLOW = "import time\ntime.sleep(0.5)\ndef add_months(*_): pass\n"


def _hear_interrupts() -> None:
    """A shell that starts a job in the background has it ignore Ctrl-C, and everything below it, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("pause_s", [0.1, 0.5])
def test_while_it_starts(environment: dict[str, str], tmp_path: Path, pause_s: float) -> None:
    command = [*ASSAY, "runs", "list"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_hear_interrupts,
    )
    time.sleep(pause_s)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT), err.decode()
    if process.returncode == 130:
        assert b"Traceback" not in err


def test_in_the_middle_of_a_run(
    cells: None, assay: Callable[..., Done], environment: dict[str, str], tmp_path: Path
) -> None:
    assert assay("tasks", "import", "library").code == 0
    lines = [json.dumps({"task_id": "library/add-months", "solution": f"{SLOW}# {n}"}) for n in range(100)]
    (tmp_path / "samples.jsonl").write_text("\n".join(lines))
    command = [*ASSAY, "bench", "samples.jsonl", "--tasks", "library", "--model", "m"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_hear_interrupts,
    ) as process:
        assert process.stderr is not None
        started = process.stderr.readline()
        assert started.startswith(b"run run_")
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert out == b""
    assert b"Traceback" not in err
    run = json.loads(assay("runs", "show", started.split()[1].decode(), "--json").out)
    assert run["progress"]["total"] > 0
    assert run["progress"]["done"] < run["progress"]["total"]
