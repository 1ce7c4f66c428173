from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tasks.formats import read_tasks
from tasks.task import Task

DATA = Path(os.environ.get("ASSAY_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))

PUBLIC = {
    "mbpp": "mbpp.jsonl",
    "mbpp-sanitized": "sanitized-mbpp.json",
    "humaneval": "HumanEval.jsonl.gz",
    "humaneval-plus": "HumanEvalPlus.jsonl.gz",
    "mbpp-plus": "MbppPlus.jsonl.gz",
}

PublicTasks = Callable[[str], dict[str, Task]]


@cache
def _read(name: str) -> dict[str, Task]:
    found: dict[str, Task] = {}
    for task in read_tasks(DATA / PUBLIC[name], name, name):
        assert isinstance(task, Task), str(task)
        found[task.local] = task
    return found


@pytest.fixture
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the public data files are not at {DATA}")
    return DATA


@pytest.fixture
def public_tasks(data: Path) -> PublicTasks:
    return _read
