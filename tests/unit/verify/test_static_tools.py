"""What each analyser says becomes findings; what it cannot have said is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from service.domain.check import Finding
from service.verify.tools import bandit, mypy, own, ruff
from service.verify.tools.program import EXCERPT, Program, ToolOutputUnusable

PROGRAM = Program.of(b"import os\ndef f(x):\n    os.system('ls ' + x)\n    return y\n")
RUFF = {
    "code": "S605",
    "filename": "/cell/batch/c0.py",
    "location": {"row": 3, "column": 5},
    "end_location": {"row": 3, "column": 14},
    "message": "Starting a process with a shell, possible injection detected",
}
BANDIT = {
    "test_id": "B605",
    "issue_severity": "HIGH",
    "issue_confidence": "HIGH",
    "issue_cwe": {"id": 78, "link": "https://cwe.mitre.org/data/definitions/78.html"},
    "issue_text": "Starting a process with a shell",
    "line_number": 3,
    "line_range": [3],
    "col_offset": 4,
    "end_col_offset": 24,
}
MYPY = {
    "file": "c0.py",
    "line": 4,
    "column": 11,
    "end_line": 4,
    "end_column": 12,
    "message": 'Name "y" is not defined',
    "hint": None,
    "code": "name-defined",
    "severity": "error",
}
OWN = {
    "tool": "misuse",
    "rule": "shell-by-string",
    "level": "error",
    "cwe": 78,
    "message": "the command line is built from values",
    "line": 3,
    "column": 5,
    "end_line": 3,
    "end_column": 25,
}


def test_ruff() -> None:
    (found,) = ruff.parse([RUFF], PROGRAM)

    message = "Starting a process with a shell, possible injection detected"
    line = "os.system('ls ' + x)"
    assert found == Finding("ruff", "S605", "error", message, 3, 5, 78, 3, 14, line)


def test_bandit() -> None:
    (found,) = bandit.parse([{"results": [BANDIT], "dropped": 0}], PROGRAM)

    line = "os.system('ls ' + x)"
    assert found == Finding("bandit", "B605", "error", "Starting a process with a shell", 3, 5, 78, 3, 25, line)


def test_mypy() -> None:
    (found,) = mypy.parse([MYPY], PROGRAM)

    assert found == Finding("mypy", "name-defined", "error", 'Name "y" is not defined', 4, 12, None, 4, 13, "return y")


def test_our_own_rules() -> None:
    read = own.parse([{"findings": [OWN], "metrics": {"lines": 4, "style_length": True}}], PROGRAM)

    assert read.metrics == {"lines": 4.0, "style_length": 1.0}
    (found,) = read.findings
    assert (found.tool, found.rule, found.cwe, found.excerpt) == (
        "misuse",
        "shell-by-string",
        78,
        "os.system('ls ' + x)",
    )
    assert read.syntax is None


def test_a_program_that_does_not_parse_says_where() -> None:
    read = own.parse([{"syntax": {"message": "invalid syntax", "line": 2, "column": 4}}], PROGRAM)

    assert read.syntax == "invalid syntax (line 2)"


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ("F821", "error"), ("invalid-syntax", "error"), ("PLE0101", "error"), ("S602", "error"), ("B006", "warning"),
        ("S101", "note"), ("S324", "warning"), ("N802", "note"), ("SIM102", "note"), ("C901", "note"), ("F401", "note"),
        ("E722", "warning"), ("F811", "warning"), ("F541", "note"), ("F524", "error"),
    ],
)  # fmt: skip
def test_ruff_rules_weigh_as_bug_hole_or_taste(rule: str, level: str) -> None:
    assert ruff.level_of(rule) == level


@pytest.mark.parametrize(
    ("code", "message", "level"),
    [
        ("operator", 'Unsupported operand types for + ("str" and "int")', "error"),
        ("operator", 'Unsupported left operand type for + ("int | None")', "warning"),
        ("index", 'Value of type "set[Any]" is not indexable', "error"),
        ("arg-type", "Argument 1 has incompatible type", "warning"),
        ("no-redef", "already defined", "warning"),
    ],
)
def test_mypy_errors_weigh_by_whether_they_fail_when_run(code: str, message: str, level: str) -> None:
    (found,) = mypy.parse([{**MYPY, "code": code, "message": message}], PROGRAM)

    assert found.level == level


def test_a_finding_of_which_bandit_is_hardly_sure_weighs_less() -> None:
    (found,) = bandit.parse([{"results": [{**BANDIT, "issue_confidence": "LOW"}]}], PROGRAM)

    assert found.level == "warning"


def test_text_from_the_candidate_is_bounded_and_positions_make_sense() -> None:
    long = Program.of(b"x = '" + b"a" * 5000 + b"'\n")
    (found,) = ruff.parse([{**RUFF, "location": {"row": 1, "column": 0}, "message": "m\n" * 9000}], long)

    assert len(found.excerpt) == EXCERPT
    assert len(found.message) <= 500
    assert "\n" not in found.message
    assert found.column is None


Parse = Callable[[Sequence[Any], Program], object]


@pytest.mark.parametrize(
    ("parse", "documents"),
    [
        (ruff.parse, [{"code": "F821"}]),
        (ruff.parse, [{**RUFF, "code": "panic", "message": "Panicked while linting"}]),
        (ruff.parse, ["F821"]),
        (bandit.parse, [{"nothing": []}]),
        (bandit.parse, [{"results": [{**BANDIT, "issue_severity": "WILD"}]}]),
        (mypy.parse, [{"severity": "error"}]),
        (own.parse, []),
        (own.parse, [{"findings": [{**OWN, "tool": "gossip"}], "metrics": {}}]),
        (own.parse, [{"findings": [], "metrics": {"lines": "many"}}]),
    ],
)
def test_what_a_tool_cannot_have_said_is_no_result(parse: Parse, documents: list[Any]) -> None:
    with pytest.raises(ToolOutputUnusable):
        parse(documents, PROGRAM)
