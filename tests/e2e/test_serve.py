"""A server in a process of its own, over real cells."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from service.client import Assay, AssayError, Unreachable
from tests.e2e.conftest import Done, Server, free_port

TASK = {"entry_point": "add", "tests": ["assert add(1, 2) == 3"]}
RIGHT = "def add(a, b): return a + b"
SLOW = "import time\ntime.sleep(1.5)\n" + RIGHT
LIMITS = {"cpu_s": 5, "wall_s": 8, "case_wall_s": 4}


def test_verdicts_over_a_socket(server: Server) -> None:
    server.start()
    with Assay(server.url) as assay:
        assert assay.verify(RIGHT, task=TASK)["verdict"] == "accepted"
        wrong = assay.verify("def add(a, b): return a - b", task=TASK)
        assert (wrong["verdict"], wrong["checks"][0]["cases"][0]["actual"]) == ("wrong_answer", "-1")
        assert wrong["environment"]["backend"] == "bubblewrap"
        for code in ("", "def add(a, b) return", "\0"):
            assert assay.verify(code, task=TASK)["verdict"] == "compile_error"
        with pytest.raises(AssayError) as refused:
            assay.verify(RIGHT, task_id="nope/1")
        assert refused.value.status == 404
        assert assay.get("/readyz")["ready"] is True
    assert server.end() == 0
    with Assay(server.url) as assay, pytest.raises(Unreachable):
        assay.verify(RIGHT, task=TASK)


def test_a_run_over_a_socket(server: Server, assay: Callable[..., Done], tmp_path: Path) -> None:
    row = {
        "local": "add", "entry_point": "add", "reference": RIGHT,
        "suites": [{"name": "base", "kind": "asserts", "cases": TASK["tests"]}],
    }  # fmt: skip
    (tmp_path / "set.jsonl").write_text(json.dumps(row))
    samples = [
        {"task_id": "add", "solution": f"{RIGHT} # {n}" if n % 2 else "def add(a, b): return 0"} for n in range(40)
    ]
    (tmp_path / "samples.jsonl").write_text("\n".join(map(json.dumps, samples)))
    server.start()
    there = ("--url", server.url)
    assert assay("tasks", "import", "native", "set.jsonl", "--name", "mine", *there).code == 0
    assert assay("tasks", "validate", "mine", *there).code == 0
    done = assay("bench", "samples.jsonl", "--tasks", "mine", "--model", "m", "--json", *there)
    run = json.loads(done.out)
    assert (done.code, run["verifiers"][0]["n"], run["verifiers"][0]["accepted"]) == (0, 40, 20), done.err
    with Assay(server.url) as client:
        again = client.create_run("again", "m", "mine")
        assert client.add_candidates(again["id"], samples)["accepted"] == 40
        assert client.wait_for_run(again["id"], timeout_s=60)["progress"]["done"] == 40
        assert len(b"".join(client.export(again["id"])).splitlines()) == 40
    (tmp_path / "right.py").write_text(RIGHT)
    assert assay("verify", "right.py", "--task", "mine/add", *there).code == 0
    assert assay("doctor", *there).code == 0
    assert "server" in assay("version", *there).out


def test_sigterm_lets_what_runs_end(server: Server) -> None:
    server.start()

    def verify(number: int) -> str:
        with Assay(server.url) as assay:
            return str(assay.verify(f"{SLOW} # {number}", task=TASK, limits=LIMITS)["verdict"])

    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(verify, number) for number in range(2)]
        time.sleep(1)
        assert server.end() == 0
        assert [answer.result() for answer in answers] == ["accepted", "accepted"]


def test_an_open_stream_does_not_hold_up_the_end(server: Server, assay: Callable[..., Done]) -> None:
    server.start()
    with httpx.Client(base_url=server.url) as http:
        assert http.post("/v1/task-sets/import", json={"name": "library"}, timeout=60).status_code == 200
        run = http.post("/v1/runs", json={"name": "r", "model": "m", "task_set": "library"}).json()
        with http.stream("GET", f"/v1/runs/{run['id']}/events") as events:
            assert next(events.iter_lines())
            began = time.monotonic()
            assert server.end() == 0
            assert time.monotonic() - began < 10


def test_ctrl_c_is_an_interruption(server: Server) -> None:
    server.start()
    assert server.end(signal.SIGINT) == 130


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_a_body_cut_off_in_the_middle_harms_nobody(server: Server, kind: str) -> None:
    server.start()
    path = "/v1/verifications" if kind.endswith("/json") else "/v1/runs/run_x/candidates"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n"
        connection.sendall(head.encode() + b'{"code": "def')
    with Assay(server.url) as assay:
        assert assay.verify(RIGHT, task=TASK)["accepted"] is True
    assert server.end() == 0
    assert "request_failed" not in server.log.read_text()


def test_bound_elsewhere_without_keys_it_refuses_to_start(
    cells: None, assay: Callable[..., Done], process: Callable[..., Done]
) -> None:
    assert assay("db", "upgrade").code == 0
    done = process("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert (done.code, done.out) == (3, "")
    assert "assay keys create" in done.err
    assert "Traceback" not in done.err


def test_with_keys_commands_send_theirs(server: Server, assay: Callable[..., Done]) -> None:
    key = assay("keys", "create", "--name", "me", "--scope", "read").out.strip()
    server.start()
    assert assay("runs", "list", "--url", server.url).code == 3
    assert assay("runs", "list", "--url", server.url, "--api-key", key).code == 0
    assert assay("runs", "list", ASSAY_URL=server.url, ASSAY_API_KEY=key).code == 0
    assert assay("tasks", "import", "library", "--url", server.url, "--api-key", key).code == 3


def test_a_port_that_is_taken(server: Server, process: Callable[..., Done]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = process("serve", "--port", str(taken.getsockname()[1]))
    assert done.code == 3
    assert "127.0.0.1:" in done.err
    assert "Traceback" not in done.err


def test_logs_are_json_on_stderr(server: Server) -> None:
    server.start()
    server.end()
    events = [json.loads(line)["event"] for line in server.log.read_text().splitlines()]
    assert {"serving", "draining", "worker_started", "worker_stopped"} <= set(events)
