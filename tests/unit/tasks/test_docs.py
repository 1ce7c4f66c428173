from __future__ import annotations

import json
import re
from pathlib import Path

from tasks.formats import native
from tasks.task import Comparison, SuiteKind
from tasks.weakness import Flaw

PAGE = (Path(__file__).parents[3] / "docs" / "tasks.md").read_text(encoding="utf-8")


def test_the_example_of_the_native_format_is_read() -> None:
    (example,) = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    task = native.task_from_row(json.loads(example), "mine")
    assert [(suite.name, suite.kind) for suite in task.suites] == [("base", SuiteKind.CASES), ("plus", SuiteKind.CASES)]


def test_every_word_of_the_formats_is_documented() -> None:
    for word in (*SuiteKind, *Comparison, *Flaw):
        assert f"`{word}`" in PAGE
