"""The candidates that everybody verifies: reference solutions with the tests that their benchmark ships."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.spec import Job
from service.verify.exams import prepare_exam
from tasks.errors import TaskFormatError
from tasks.formats import read_tasks
from tasks.identifiers import local_of
from tasks.task import AssertCase, CallCase, Suite, Task

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "tasks" / "library" / "tasks.jsonl"


@dataclass(frozen=True, slots=True)
class Sample:
    """One right candidate, in the forms that the contenders need.

    Attributes:
        task_id: ``<set>/<local>``.
        entry_point: Name that the tests call.
        program: The candidate.
        test: Source that defines ``check(candidate)``.
        inputs: Arguments of each case for an evaluator that compares with a reference; empty if there are none.
        job: The same candidate and tests for a cell.
    """

    task_id: str
    entry_point: str
    program: str
    test: str
    inputs: tuple[tuple[object, ...], ...]
    job: Job

    @property
    def script(self) -> str:
        """Candidate and tests as one program that ends quietly if all is well."""
        return f"{self.program}\n{self.test}\ncheck({self.entry_point})\n"


@dataclass(frozen=True, slots=True)
class Workload:
    """All samples and where they are from.

    Attributes:
        name: For people.
        set_name: Name of the task set.
        path: Its file.
    """

    name: str
    set_name: str
    path: Path
    samples: tuple[Sample, ...]

    def spread(self, count: int) -> tuple[Sample, ...]:
        """``count`` samples, evenly spaced over the set, or the whole set several times over."""
        whole, rest = divmod(count, len(self.samples))
        step = len(self.samples) / rest if rest else 0.0
        return self.samples * whole + tuple(self.samples[int(at * step)] for at in range(rest))


def data_dir() -> Path | None:
    """Where the public benchmark files are, or None."""
    candidates = [os.environ.get("ASSAY_TEST_DATA"), str(ROOT.parent / "shared" / "data")]
    found = [Path(name) for name in candidates if name and (Path(name) / "HumanEval.jsonl.gz").is_file()]
    return found[0] if found else None


def load() -> Workload:
    """HumanEval with its own tests where its file is there, else the library that ships."""
    data = data_dir()
    if data is None:
        samples = tuple(_sample(task, _inputs(task), None) for task in _tasks(LIBRARY, "native", "library"))
        return Workload("library references, base tests", "library", LIBRARY, samples)
    path, plus = data / "HumanEval.jsonl.gz", data / "HumanEvalPlus.jsonl.gz"
    inputs = {task.local: _inputs(task) for task in _tasks(plus, "humaneval-plus", "plus")} if plus.is_file() else {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        tests = {local_of(row["task_id"]): row["test"] for row in map(json.loads, file)}
    tasks = _tasks(path, "humaneval", "humaneval")
    samples = tuple(_sample(task, inputs.get(task.local, ()), tests[task.local]) for task in tasks)
    return Workload("HumanEval references, base tests", "humaneval", path, samples)


def _tasks(path: Path, form: str, name: str) -> list[Task]:
    found = list(read_tasks(path, form, name))
    return [task for task in found if not isinstance(task, TaskFormatError) and task.reference and task.entry_point]


def _base(task: Task) -> Suite:
    suite = task.suite("base")
    assert suite is not None
    return suite


def _inputs(task: Task) -> tuple[tuple[object, ...], ...]:
    return tuple(case.args for case in _base(task).cases if isinstance(case, CallCase))


def _sample(task: Task, inputs: tuple[tuple[object, ...], ...], test: str | None) -> Sample:
    suite = _base(task)
    assert task.reference is not None
    assert task.entry_point is not None
    exam = prepare_exam(task, suite, None, own_walls=False).exam
    job = Job(source=task.reference.encode(), exams=(exam,))
    return Sample(task.id, task.entry_point, task.reference, test or _check(suite), inputs, job)


def _check(suite: Suite) -> str:
    """The suite as source that defines ``check(candidate)``."""
    sources = [case.source for case in suite.cases if isinstance(case, AssertCase | CallCase)]
    body = "\n".join(f"    {line}" for source in sources for line in source.splitlines())
    return f"{suite.setup}\ndef check(candidate):\n{body}\n"


def as_rows(samples: tuple[Sample, ...], *, serial: int = 0) -> list[dict[str, Any]]:
    """Samples as rows of a samples file; ``serial`` makes the code of each unique, so that nothing is reused."""
    return [
        {"task_id": sample.task_id, "solution": f"{sample.program}\n# {serial + at}\n"}
        for at, sample in enumerate(samples)
    ]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
