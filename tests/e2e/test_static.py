"""Static analysis from the command line: findings, versions of policies, reuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Done

pytestmark = pytest.mark.usefixtures("cells")

Assay = Callable[..., Done]
HOLE = "import os\n\n\ndef add(a, b):\n    os.system('echo ' + a)\n    return a + b\n"


def checked(assay: Assay, code: str, *more: str) -> tuple[int, dict[str, Any]]:
    tests = ("--tests", "asserts.py", "--entry-point", "add")
    done = assay("verify", "-", *tests, "--verifier", "static", "--json", *more, stdin=code.encode())
    assert done.out, done.err
    return done.code, json.loads(done.out)["checks"][0]


def test_a_candidate_is_read_and_never_run(assay: Assay, tmp_path: Path) -> None:
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
