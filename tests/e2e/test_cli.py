"""The command line, embedded, over real cells."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Done

pytestmark = pytest.mark.usefixtures("cells")

Assay = Callable[..., Done]
RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
TASK: dict[str, Any] = {
    "local": "add", "prompt": "Add two numbers.", "entry_point": "add", "reference": RIGHT,
    "suites": [
        {"name": "base", "kind": "asserts", "cases": ["assert add(1, 2) == 3", "assert add(0, 0) == 0"]},
        {"name": "plus", "kind": "asserts", "visibility": "hidden",
         "cases": ["assert add(1, 2) == 3", "assert add(2, 3) == 5", "assert add(-1, 1) == 0"]},
    ],
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "asserts.py").write_text("assert add(1, 2) == 3\nassert add(2, 2) == 4\n")
    (tmp_path / "set.jsonl").write_text(json.dumps(TASK) + "\n" + json.dumps({**TASK, "local": "more"}) + "\n")
    return tmp_path


def imported(assay: Assay) -> None:
    done = assay("tasks", "import", "native", "set.jsonl", "--name", "mine")
    assert done.code == 0, done.err


def sample(code: str, task: str = "add", **fields: Any) -> str:
    return json.dumps({"task_id": f"mine/{task}", "solution": code, **fields}) + "\n"


def test_verify_against_asserts(assay: Assay, files: Path) -> None:
    done = assay("verify", "right.py", "--tests", "asserts.py", "--entry-point", "add")
    assert (done.code, done.out.split()[0]) == (0, "accepted"), done.err
    assert "created the database" in done.err
    done = assay("verify", "wrong.py", "--tests", "asserts.py", "--json")
    found = json.loads(done.out)
    assert (done.code, found["verdict"], found["accepted"]) == (1, "wrong_answer", False)
    assert found["checks"][0]["cases"][0]["expected"] == "3"
    assert "created" not in done.err
    done = assay("verify", "-", "--tests", "asserts.py", stdin=b"def add(a, b): return (")
    assert (done.code, done.out.split()[0]) == (1, "compile_error")


def test_verify_reads_the_bytes_that_python_would(assay: Assay, files: Path) -> None:
    (files / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\r\nNAME = '\xe9'\r\n" + RIGHT.encode())
    (files / "bom.py").write_bytes(b"\xef\xbb\xbf" + RIGHT.encode())
    (files / "bytes.py").write_bytes(b"NAME = '\xe9'\n" + RIGHT.encode())
    for name in ("latin.py", "bom.py"):
        done = assay("verify", name, "--tests", "asserts.py")
        assert done.code == 0, (name, done.out, done.err)
    assert assay("verify", "bytes.py", "--tests", "asserts.py").code == 2


def test_verify_against_a_stored_task(assay: Assay, files: Path) -> None:
    imported(assay)
    assert assay("verify", "right.py", "--task", "mine/add", "--verifier", "base", "--verifier", "plus").code == 0
    done = assay("verify", "wrong.py", "--task", "mine/add", "--verifier", "plus")
    assert done.code == 1
    done = assay("verify", "right.py", "--task", "mine/nope")
    assert (done.code, done.out) == (2, "")
    assert "mine/nope" in done.err
    assert assay("verify", "right.py", "--task", "mine/add", "--verifier", "nope").code == 2
    assert assay("verify", "missing.py", "--task", "mine/add").code == 2


def test_tests_that_cannot_judge_are_an_invalid_task(assay: Assay, files: Path) -> None:
    (files / "weak.py").write_text("assert add(1, 2) is not NotImplemented\n")
    done = assay("verify", "right.py", "--tests", "weak.py", "--entry-point", "add", "--json")
    found = json.loads(done.out)
    assert (done.code, found["failure"], found["accepted"]) == (4, "invalid_task", None), found
    (files / "broken.py").write_text("assert add(1, 2) ==\n")
    done = assay("verify", "right.py", "--tests", "broken.py", "--entry-point", "add")
    assert done.code == 2
    assert "parse" in done.err


def test_bench_prints_the_figures_of_a_run(assay: Assay, files: Path) -> None:
    imported(assay)
    constant = "def add(a, b):\n    return 3 if a else 0\n"
    lines = [sample(RIGHT), sample(WRONG), sample(constant), sample(RIGHT, "more")]
    (files / "samples.jsonl").write_text("".join(lines))
    both = ("--verifier", "base", "--verifier", "plus")
    done = assay("bench", "samples.jsonl", "--tasks", "mine", "--model", "m", *both)
    assert done.code == 0, done.err
    for part in ("run_", "pass@1", "base", "plus", "fdr", "fpr", "TP"):
        assert part in done.out
    done = assay("bench", "samples.jsonl", "--tasks", "mine", "--model", "m", *both, "--json")
    run = json.loads(done.out)
    assert [verifier["accepted"] for verifier in run["verifiers"]] == [3, 2]
    assert (run["quality"][0]["true_positive"], run["quality"][0]["false_positive"]) == (2, 1)
    listed = json.loads(assay("runs", "list", "--json").out)["items"]
    assert len(listed) == 2
    assert run["id"] in assay("runs", "show", run["id"]).out
    exported = assay("runs", "export", run["id"], "--format", "evalplus")
    assert set(json.loads(exported.out)["eval"]) == {"mine/add", "mine/more"}
    assert assay("runs", "export", run["id"], "--format", "csv", "--output", "out.csv").out == ""
    assert len((files / "out.csv").read_text().splitlines()) == 9
    assert assay("runs", "show", "run_nope").code == 2


def test_bench_refuses_lines_and_goes_on(assay: Assay, files: Path) -> None:
    imported(assay)
    content = sample(RIGHT) + "{broken\n" + sample(RIGHT, "unknown") + sample(RIGHT, "more")
    (files / "samples.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    done = assay("bench", "samples.jsonl.gz", "--tasks", "mine", "--model", "m", "--json")
    run = json.loads(done.out)
    assert done.code == 4
    assert [refusal["line"] for refusal in run["upload"]["refused"]] == [2, 3]
    assert run["progress"]["done"] == 2
    assert "samples.jsonl.gz:2: " in done.err


@pytest.mark.parametrize("content", [b"", gzip.compress(b""), gzip.compress(b"x" * 9000)[:-20]])
def test_bench_of_a_file_without_samples(assay: Assay, files: Path, content: bytes) -> None:
    imported(assay)
    (files / "samples.jsonl").write_bytes(content)
    done = assay("bench", "samples.jsonl", "--tasks", "mine", "--model", "m")
    assert done.code in (2, 4), done.out
    assert "samples" in done.err
    assert "Traceback" not in done.err


def test_bench_options(assay: Assay, files: Path) -> None:
    imported(assay)
    (files / "samples.jsonl").write_text(sample(WRONG) + "\n\n" + sample(RIGHT) + sample(RIGHT))
    bench = ("bench", "samples.jsonl", "--tasks", "mine", "--model", "m")
    assert json.loads(assay(*bench, "--limit", "2", "--json").out)["progress"]["total"] == 2
    assert assay(*bench, "--fail-under", "0.9").code == 1
    assert assay(*bench, "--fail-under", "0.5").code == 0
    assert assay("bench", "samples.jsonl", "--tasks", "nope", "--model", "m").code == 2


def test_tasks(assay: Assay, files: Path) -> None:
    imported(assay)
    assert json.loads(assay("tasks", "list", "--json").out)["items"][0]["tasks"] == 2
    assert "mine/add" in assay("tasks", "list", "--set", "mine").out
    shown = assay("tasks", "show", "mine/add").out
    assert "assert add(1, 2) == 3" in shown
    assert "reference" in shown
    assert assay("tasks", "validate", "mine").code == 0
    broken = {**TASK, "local": "broken", "reference": WRONG}
    (files / "set.jsonl").write_text(json.dumps(broken) + "\nnonsense\n")
    assert assay("tasks", "import", "native", "set.jsonl", "--name", "mine").code == 4
    done = assay("tasks", "validate", "mine", "--json")
    found = json.loads(done.out)
    assert (done.code, found["ok"], found["accepted_tasks"]) == (4, False, 2)
    assert {outcome["task_id"] for outcome in found["refused"]} == {"mine/broken"}


def test_a_database_that_is_not_migrated_is_refused_with_the_command_to_run(assay: Assay, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "assay.db").close()
    (tmp_path / "assay.db").touch()
    for command in (("runs", "list"), ("serve",), ("keys", "list")):
        done = assay(*command)
        assert (done.code, done.out) == (3, ""), command
        assert "assay db upgrade" in done.err
    assert assay("db", "upgrade").code == 0
    assert assay("runs", "list").code == 0
    found = json.loads(assay("db", "current", "--json").out)
    assert found["current"] == found["head"]


def test_keys(assay: Assay) -> None:
    done = assay("keys", "create", "--name", "me", "--scope", "admin", "--json")
    made = json.loads(done.out)
    assert made["scopes"] == ["admin"]
    listed = assay("keys", "list", "--json").out
    assert made["id"] in listed
    assert made["key"] not in listed
    assert assay("keys", "revoke", made["id"]).code == 0
    assert json.loads(assay("keys", "list", "--json").out)["items"][0]["revoked_at"]
    assert assay("keys", "revoke", "key_nope").code == 2


def test_doctor(assay: Assay) -> None:
    done = assay("doctor", "--json")
    found = json.loads(done.out)
    assert (done.code, found["ok"]) == (0, True), found
    assert any("network" in part["name"] for part in found["parts"])


def test_no_sandbox_no_verdict(assay: Assay, files: Path) -> None:
    nowhere = {"ASSAY_SANDBOX_BACKEND": "docker", "ASSAY_DOCKER_URL": "unix:///does/not/exist.sock"}
    done = assay("verify", "right.py", "--tests", "asserts.py", **nowhere)
    assert (done.code, done.out) == (3, "")
    assert "sandbox" in done.err
    assert assay("doctor", **nowhere).code == 3


def test_what_cannot_be_reached_or_set(assay: Assay) -> None:
    done = assay("runs", "list", "--url", "http://127.0.0.1:9")
    assert (done.code, done.out) == (3, "")
    assert "does not answer" in done.err
    done = assay("runs", "list", ASSAY_PORT="x")
    assert done.code == 2
    assert "ASSAY_PORT" in done.err
