"""Verifies a right and a wrong candidate through a running service container."""

import json
import subprocess
import sys
import time
from typing import Any

CALL = """
import json, sys, urllib.request as r
path, key, body = sys.argv[1:]
request = r.Request("http://127.0.0.1:8000" + path, body.encode() or None,
    {"Authorization": "Bearer " + key, "Content-Type": "application/json"})
sys.stdout.write(r.urlopen(request, timeout=60).read().decode())
"""


def call(container: str, key: str, path: str, body: str = "") -> str:
    """Ask the service from inside its own container; no port has to be published."""
    command = ["docker", "exec", container, "python3", "-c", CALL, path, key, body]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def verify(container: str, key: str, code: str) -> dict[str, Any]:
    """Verify one candidate for a task of its own."""
    task = {"prompt": "Add two numbers.", "entry_point": "add", "tests": ["assert add(1, 2) == 3"]}
    answer: dict[str, Any] = json.loads(
        call(container, key, "/v1/verifications", json.dumps({"task": task, "code": code}))
    )
    return answer


def inspect_health(container: str) -> str:
    """What the engine found by the image's health check."""
    command = ["docker", "inspect", "--format", "{{.State.Health.Status}}", container]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main(container: str, key: str) -> None:
    """Wait until the service is ready, then hold it against two candidates."""
    for _ in range(120):
        try:
            call(container, key, "/readyz")
            break
        except subprocess.CalledProcessError:
            time.sleep(0.5)
    right = verify(container, key, "def add(a, b): return a + b")
    wrong = verify(container, key, "def add(a, b): return a - b")
    if (right["verdict"], wrong["verdict"]) != ("accepted", "wrong_answer"):
        sys.exit(f"unexpected verdicts: {right} {wrong}")
    until = time.monotonic() + 60
    while (health := inspect_health(container)) != "healthy":
        if time.monotonic() > until:
            sys.exit(f"the container's health check says {health}")
        time.sleep(1)
    print("through the image:", right["verdict"], "/", wrong["verdict"], right["environment"])


if __name__ == "__main__":
    main(*sys.argv[1:])
