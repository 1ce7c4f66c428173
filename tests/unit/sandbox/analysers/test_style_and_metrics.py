"""Style adherence against the vectors of the paper's scripts, and metrics against programs counted by hand."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from sandbox.analysers import metrics, own, style
from sandbox.analysers.module import Module

VECTORS = json.loads((Path(__file__).parents[3] / "data" / "static" / "style_vectors.json").read_text())


def adherence(code: str) -> dict[str, bool]:
    try:
        tree: ast.Module | None = ast.parse(code)
    except SyntaxError:
        tree = None
    return style.adherence(tree, code)


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_adherence_is_that_of_the_published_scripts(name: str) -> None:
    vector = VECTORS[name]

    assert adherence(vector["code"]) == {
        "style_camel_case": vector["camel"],
        "style_snake_case": vector["snake"],
        "style_length": vector["length70_30"],
        "style_comments": vector["comment"],
    }


def test_names_that_the_scripts_do_not_see_do_not_count() -> None:
    unseen = "def ok(*, BAD=1):\n    value: int = [Bad for Bad in (1,)]\n    if (Walrus := 1):\n        return Walrus\n"

    assert adherence(unseen)["style_snake_case"]
    assert not adherence("def ok():\n    Bad, good = 1, 2\n")["style_snake_case"]
    assert not adherence("def ok(xs):\n    for Bad in xs:\n        pass\n")["style_snake_case"]


PROGRAM = """
def f(xs, flag):
    total = 0
    for x in xs:              # cyclomatic 1, cognitive 1
        if x and flag:        # cyclomatic 2, cognitive 2 + 1
            total += x
        elif x < 0:           # cyclomatic 1, cognitive 1
            total -= 1
        else:                 # cognitive 1
            total = 0
    return total if total else None  # cyclomatic 1, cognitive 1


class A:
    def g(self):
        return [y for y in self.h() if y]  # cyclomatic 2
"""


def test_metrics_are_those_counted_by_hand() -> None:
    found = metrics.measure(Module(ast.parse(PROGRAM)), PROGRAM)

    assert found == {
        "lines": 13,
        "functions": 2,
        "classes": 1,
        "cyclomatic": 6,
        "cognitive": 7,
        "nesting": 2,
        "longest_function": 10,
    }


def test_an_empty_program_has_the_smallest_metrics() -> None:
    document, parsed = own.analyse(b"")

    assert parsed
    assert document["metrics"]["cyclomatic"] == 1
    assert document["metrics"]["lines"] == document["metrics"]["functions"] == document["metrics"]["nesting"] == 0
