from __future__ import annotations

from importlib.resources import as_file, files

from tasks.formats import read_tasks
from tasks.identifiers import resolve_local
from tasks.samples import Sample, read_samples
from tasks.task import SuiteKind, Task
from tasks.weakness import OracleReport, inspect_suite


def test_the_shipped_tasks_and_samples_fit_together() -> None:
    tasks: dict[str, Task] = {}
    with as_file(files("tasks") / "library") as library:
        rows = list(read_tasks(library / "tasks.jsonl", "native", "library"))
        samples = list(read_samples(library / "samples.jsonl"))
    for task in rows:
        assert isinstance(task, Task), str(task)
        tasks[task.local] = task
    assert len(tasks) >= 60
    for task in tasks.values():
        assert [(suite.name, suite.kind) for suite in task.suites] == [
            ("base", SuiteKind.CASES),
            ("plus", SuiteKind.CASES),
        ]
        assert all(inspect_suite(task, suite) == OracleReport() for suite in task.suites)
    assert len(samples) >= 400
    for sample in samples:
        assert isinstance(sample, Sample)
        assert resolve_local("library", sample.task_id) in tasks
