"""The demo's preparations: waits for the server, names what runs candidates, splits the samples by model."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import httpx

SAMPLES = Path(__file__).parents[1] / "tasks" / "library" / "samples.jsonl"
TASK = {"prompt": "Add two numbers.", "entry_point": "add", "tests": ["assert add(1, 2) == 3"]}
CODE = "def add(a, b):\n    return a + b\n"


def wait_until_ready(url: str, server: int) -> None:
    """Ask until the server is ready; give up when its process has ended or after two minutes."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        os.kill(server, 0)
        try:
            if httpx.get(f"{url}/readyz", timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not become ready")


def main(url: str, server: str, target: str) -> None:
    """Prepare, and say where candidates run."""
    wait_until_ready(url, int(server))
    answer = (
        httpx.post(f"{url}/v1/verifications", json={"task": TASK, "code": CODE}, timeout=60).raise_for_status().json()
    )
    where = answer["environment"]
    print(f"Candidates run in: {where['backend']} (isolation {where['isolation']}, Python {where['python']})")
    by_model: dict[str, list[str]] = {}
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        by_model.setdefault(json.loads(line)["model"], []).append(line + "\n")
    for model, lines in by_model.items():
        (Path(target) / f"{model}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
