"""A pytest file held in memory: collected, run and judged without a file, a cache or a plug-in from outside."""

from __future__ import annotations

import errno
import io
import os
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from . import pytest_marks
from .record import Record
from .remote import Abort, Remote
from .script import compile_test, settle

_ANCHOR = "test_suite.py"


def _solution_module(visible: dict[str, Any]) -> types.ModuleType:
    module = types.ModuleType("solution")
    module.__dict__.update(visible)
    module.__dict__["__all__"] = list(visible)
    return module


class _Plugin:
    """Hands pytest the module from memory and keeps what it says of each test.

    Attributes:
        required: Node ids of the tests that must pass: all but those that their author excused.
        passed: Node ids of those that did.
    """

    def __init__(self, module: types.ModuleType, *, marks_count: bool) -> None:
        self.module = module
        self.marks_count = marks_count
        self.required: set[str] = set()
        self.excused: set[str] = set()
        self.passed: set[str] = set()
        self.collected = 0
        self.problem: str | None = None
        self.error: BaseException | None = None
        self._raised: Any = None

    def pytest_collect_file(self, file_path: Any, parent: Any) -> Any:
        import pytest

        module = self.module

        class MemoryModule(pytest.Module):
            def _getobj(self) -> types.ModuleType:
                return module

        return MemoryModule.from_parent(parent, path=file_path) if file_path.name == _ANCHOR else None

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        self.collected = len(items)
        if self.marks_count:
            items[:] = [item for item in items if not pytest_marks.is_skipped(item)]
            self.excused = {item.nodeid for item in items if pytest_marks.may_fail(item)}
        self.required = {item.nodeid for item in items} - self.excused

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        self._raised = call.excinfo

    def pytest_runtest_logreport(self, report: Any) -> None:
        excusable = hasattr(report, "wasxfail")
        if report.outcome == "passed" and not excusable:
            # The report of a subtest, which has a context, is none of its test.
            if report.when == "call" and not hasattr(report, "context"):
                self.passed.add(report.nodeid)
            return
        if (excusable and report.outcome != "failed" and report.nodeid in self.excused) or self.problem is not None:
            return
        name = report.nodeid.rpartition("::")[2]
        self.problem = f"{name}: {report.outcome}"
        if self._raised is not None:
            self.error = self._raised.value
            self.problem = f"{name}: {self._raised.exconly()}"[:300]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and self.problem is None:
            self.problem = f"collection: {report.longreprtext}"[-300:]


def lay_anchor() -> None:
    """Make the empty file that pytest collects, while no candidate can have filled the disk yet."""
    with open(_ANCHOR, "w"):
        pass
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def run_file(source: str, names: dict[str, Any], visible: dict[str, Any], remote: Remote, record: Record) -> None:
    """Run a pytest file as one case: passed if it requires a test and every test that it requires passed.

    Skips and expected failures are not passes. A test whose own mark skips it or expects it to fail is not
    required, where the condition of the mark asks nothing that the candidate can answer.

    Raises:
        Abort: The exam ended early, or pytest is not installed in the sandbox.
    """
    record.begin(0)
    try:
        import pytest
    except ImportError:
        raise remote.abort(
            "broken_exam", reason="pytest_missing", message="pytest is not in the sandbox image"
        ) from None
    sys.modules["solution"] = _solution_module(visible)
    module = types.ModuleType("test_suite")
    module.__dict__.update({name: value for name, value in names.items() if not name.startswith("__")})
    code = compile_test(remote, source, _ANCHOR)
    plugin = _Plugin(module, marks_count=pytest_marks.are_static(source, visible))
    try:
        exec(code, module.__dict__)  # noqa: S102 - the task's tests
    except Abort:
        raise
    except BaseException as error:
        if isinstance(error, ImportError) and not hasattr(error, "candidate_raised"):
            if remote.aborted is not None:
                raise remote.aborted from None
            record.outcome(0, "w")
            record.report(0, "w", reason="undeclared_name", message=str(error)[:300])
            return
        settle(remote, record, 0, error, source)
        return
    arguments = [
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-o",
        "empty_parameter_set_mark=fail_at_collect",  # the parameters may be the candidate's
        "--noconftest",
        "-c",
        "/dev/null",
        "--rootdir",
        ".",
        "--confcutdir",
        ".",
        _ANCHOR,
    ]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        pytest.main(arguments, plugins=[plugin])
    _conclude(plugin, remote, record, source)


def _conclude(plugin: _Plugin, remote: Remote, record: Record, source: str) -> None:
    if remote.aborted is not None:
        raise remote.aborted
    if plugin.error is not None:
        if isinstance(plugin.error, Abort):
            raise plugin.error
        _settle(plugin.error, remote, record, source)
        return
    if not plugin.required and plugin.problem is None:
        message = "every test is skipped or expected to fail" if plugin.collected else "the file holds no test"
        record.outcome(0, "w")  # the candidate may have had a hand in it: a control tells
        record.report(0, "w", reason="no_tests", message=message)
        return
    if plugin.problem is None and plugin.required <= plugin.passed:
        record.outcome(0, "p")
        return
    record.outcome(0, "w")
    record.report(0, "w", message=plugin.problem or "not every test passed")


def _settle(error: BaseException, remote: Remote, record: Record, source: str) -> None:
    """Write the outcome of a test that raised; what it handed over itself is nothing that the candidate broke into."""
    raised = getattr(error, "candidate_raised", None)
    if raised is not None and raised.number == errno.EACCES and os.getcwd() in raised.message:
        raised.ending = None
    settle(remote, record, 0, error, source)
