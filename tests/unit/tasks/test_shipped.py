from __future__ import annotations

from tasks.formats import read_tasks
from tasks.identifiers import resolve_local
from tasks.samples import Sample, read_samples
from tasks.sources import LIBRARY_SAMPLES, LIBRARY_TASKS
from tasks.task import SuiteKind, Task
from tasks.weakness import OracleReport, inspect_suite


def test_the_shipped_tasks_and_samples_fit_together() -> None:
    tasks: dict[str, Task] = {}
    for task in read_tasks(LIBRARY_TASKS, "native", "library"):
        assert isinstance(task, Task), str(task)
        tasks[task.local] = task
    assert len(tasks) >= 60
    for task in tasks.values():
        assert [(suite.name, suite.kind) for suite in task.suites] == [
            ("base", SuiteKind.CASES),
            ("plus", SuiteKind.CASES),
        ]
        assert all(inspect_suite(task, suite) == OracleReport() for suite in task.suites)
    samples = list(read_samples(LIBRARY_SAMPLES))
    assert len(samples) >= 400
    for sample in samples:
        assert isinstance(sample, Sample)
        assert resolve_local("library", sample.task_id) in tasks
