"""Every rule of our own: programs that break it and programs that keep it, one by one, from data files."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from sandbox.analysers import own
from sandbox.analysers.rules import RULES

DATA = Path(__file__).parents[3] / "data" / "static"
NAMES = sorted(f"{rule.tool}/{rule.name}" for rule in RULES)


def snippets(kind: str) -> list[ParameterSet]:
    found = []
    for name in NAMES:
        programs = (DATA / f"{name}.{kind}.py").read_text(encoding="utf-8").split("# ---\n")
        for number, program in enumerate(programs):
            found.append(pytest.param(name, program, id=f"{name}-{number}"))
    return found


def found(program: str) -> set[str]:
    document, parsed = own.analyse(program.encode())
    assert parsed, document
    return {f"{each['tool']}/{each['rule']}" for each in document["findings"]}


@pytest.mark.parametrize(("name", "program"), snippets("breaks"))
def test_a_program_that_breaks_a_rule_is_found(name: str, program: str) -> None:
    assert name in found(program)


@pytest.mark.parametrize(("name", "program"), snippets("keeps"))
def test_a_program_that_keeps_a_rule_is_left_alone(name: str, program: str) -> None:
    assert name not in found(program)


def test_every_rule_has_a_name_of_its_own_and_says_what_it_needs() -> None:
    assert len(set(NAMES)) == len(RULES)
    assert all(rule.needs and rule.check.__doc__ for rule in RULES)
    assert sum(rule.tool == "misuse" for rule in RULES) >= 20


def test_no_data_file_is_of_a_rule_that_is_gone() -> None:
    files = {f"{path.parent.name}/{path.name.split('.')[0]}" for path in DATA.glob("*/*.py")}
    assert files - {name for name in files if name.startswith("tools/")} == set(NAMES)


@pytest.mark.parametrize(
    "program", [b"def f(:\n", b"return 1\n", b"x = '\x00'\n", b"\xff\n", b"def f():\n  nonlocal x\n"]
)
def test_what_is_no_python_is_told_apart(program: bytes) -> None:
    document, parsed = own.analyse(program)

    assert not parsed
    assert set(document) == {"syntax"}
    assert document["syntax"]["message"]


def test_a_finding_says_where_it_is() -> None:
    document, _ = own.analyse(b"import os\n\n\nos._exit(3)\n")

    (finding,) = document["findings"]
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (4, 1, 4, 12)
    assert finding["level"] == "error"
    assert finding["tool"] == "cheating"
