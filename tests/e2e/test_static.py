"""Static analysis from the command line and over HTTP: findings, versions of policies, reuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.client import Assay
from tests.e2e.conftest import Done, Server

pytestmark = pytest.mark.usefixtures("cells")

Command = Callable[..., Done]
HOLE = "import os\n\n\ndef add(a, b):\n    os.system('echo ' + a)\n    return a + b\n"


def checked(assay: Command, code: str, *more: str) -> tuple[int, dict[str, Any]]:
    tests = ("--tests", "asserts.py", "--entry-point", "add")
    done = assay("verify", "-", *tests, "--verifier", "static", "--json", *more, stdin=code.encode())
    assert done.out, done.err
    return done.code, json.loads(done.out)["checks"][0]


def test_a_candidate_is_read_and_never_run(assay: Command, tmp_path: Path) -> None:
    (tmp_path / "asserts.py").write_text("assert add(1, 2) == 3\n")

    code, check = checked(assay, HOLE)
    assert (code, check["verdict"], check["accepted"]) == (1, "rejected", False)
    assert check["detail"]["reason"] == "misuse:shell-by-string"
    first = check["findings"][0]
    assert (first["line"], first["column"], first["end_line"], first["cwe"]) == (5, 5, 5, 78)
    assert first["excerpt"] == "os.system('echo ' + a)"
    assert {"ruff", "bandit", "misuse"} <= {finding["tool"] for finding in check["findings"]}
    assert check["metrics"]["functions"] == 1
    assert check["usage"]["cpu_ms"] > 0

    _, again = checked(assay, HOLE)
    assert again["cached"]
    assert (again["findings"], again["metrics"]) == (check["findings"], check["metrics"])

    code, check = checked(assay, "def add(a, b):\n    return a + b\n")
    assert (code, check["verdict"]) == (0, "accepted")
    code, check = checked(assay, "def add(a, b:\n")
    assert (code, check["verdict"], check["error_class"]) == (1, "compile_error", "syntax_error")


def test_a_policy_of_ones_own_over_http(server: Server) -> None:
    server.start()
    task = {"entry_point": "add", "tests": ["assert add(1, 2) == 3"]}
    code = "def add(a, b):\n    if a:\n        return a + b\n    return b\n"

    def define(policy: dict[str, Any]) -> httpx.Response:
        rule = {"name": "simple", "rule": {"static_policy": policy}}
        return httpx.post(f"{server.url}/v1/verifiers", json=rule, timeout=30)

    refused = define({"reject": ["ruff:F821", "pylint:E1"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rule/static_policy/reject/1")
    assert define({"limits": {"cyclomatic": 1}}).status_code == 201
    with Assay(server.url) as client:
        check = client.verify(code, task=task, verifiers=["simple"])["checks"][0]
        assert (check["verdict"], check["detail"]["reason"]) == ("rejected", "limit:cyclomatic")
        assert check["metrics"]["cyclomatic"] == 2
        assert define({"limits": {"cyclomatic": 2}}).status_code == 201
        both = client.verify(code, task=task, verifiers=["simple", "base"])
        assert (both["verdict"], both["checks"][0]["version"].partition("-")[0]) == ("accepted", "2")
        assert client.verify(code, task=task, verifiers=["simple"])["checks"][0]["cached"]
    told = httpx.get(f"{server.url}/metrics", timeout=30).text
    assert 'assay_analyser{analyser="ruff"} 1.0' in told
    assert server.end() == 0


LATIN = "# coding: latin-1\ndef add(a, b):\n    'é'\n    return 0\n"
DEEP = "def add(a, b):\n    return " + "-" * 1200 + "a\n"


@pytest.mark.parametrize("code", [LATIN.encode("latin-1"), LATIN.encode(), DEEP.encode()])
def test_a_wrong_program_gains_nothing_by_what_breaks_an_analyser(assay: Command, tmp_path: Path, code: bytes) -> None:
    (tmp_path / "asserts.py").write_text("assert add(1, 2) == 3\n")
    tests = ("--tests", "asserts.py", "--entry-point", "add")
    done = assay("verify", "-", *tests, "--verifier", "base", "--verifier", "static", "--json", stdin=code)
    found = json.loads(done.out)
    checks = {check["verifier"]: check for check in found["checks"]}

    assert (done.code, found["state"], found["accepted"]) == (1, "completed", False)
    assert (found["verdict"], found["failure"]) == ("wrong_answer", None)
    assert checks["base"]["verdict"] == "wrong_answer"
    assert (checks["static"]["state"] == "failed") is (code == DEEP.encode())


def test_a_right_program_that_breaks_an_analyser_is_not_accepted(assay: Command, tmp_path: Path) -> None:
    (tmp_path / "asserts.py").write_text("assert add(1, 2) == 3\n")
    code = "def add(a, b):\n    return " + "-" * 1200 + "a + b\n"
    tests = ("--tests", "asserts.py", "--entry-point", "add")
    done = assay("verify", "-", *tests, "--verifier", "base", "--verifier", "static", "--json", stdin=code.encode())
    found = json.loads(done.out)
    assert [check["verdict"] for check in found["checks"]] == ["accepted", None]
    assert (found["state"], found["accepted"], found["failure"]) == ("failed", None, "infrastructure_error")
