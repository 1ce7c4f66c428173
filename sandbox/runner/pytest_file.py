"""A pytest file held in memory: collected, run and judged without a file, a cache or a plug-in from outside."""

from __future__ import annotations

import io
import os
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

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
    """Hands pytest the module from memory and keeps what it says of each test."""

    def __init__(self, module: types.ModuleType) -> None:
        self.module = module
        self.passed = 0
        self.collected = 0
        self.problem: str | None = None
        self.error: BaseException | None = None

    def pytest_collect_file(self, file_path: Any, parent: Any) -> Any:
        import pytest

        module = self.module

        class MemoryModule(pytest.Module):
            def _getobj(self) -> types.ModuleType:
                return module

        return MemoryModule.from_parent(parent, path=file_path) if file_path.name == _ANCHOR else None

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        self.collected = len(items)

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        if call.excinfo is not None and self.error is None:
            self.error = call.excinfo.value
            self.problem = f"{item.name}: {call.excinfo.exconly()}"[:300]

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.outcome == "passed" and not hasattr(report, "wasxfail"):
            self.passed += 1
        elif report.outcome != "passed" and self.problem is None:
            self.problem = f"{report.nodeid.rpartition('::')[2]}: {report.outcome}"

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and self.problem is None:
            self.problem = f"collection: {report.longreprtext}"[-300:]


def lay_anchor() -> None:
    """Make the empty file that pytest collects, while no candidate can have filled the disk yet."""
    with open(_ANCHOR, "w"):
        pass
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def run_file(source: str, names: dict[str, Any], visible: dict[str, Any], remote: Remote, record: Record) -> None:
    """Run a pytest file as one case: passed if it has a test and every test passed; skips and xfails are not passes.

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
    plugin = _Plugin(module)
    code = compile_test(remote, source, _ANCHOR)
    try:
        exec(code, module.__dict__)  # noqa: S102 - the task's tests
    except Abort:
        raise
    except BaseException as error:
        if isinstance(error, ImportError) and not hasattr(error, "candidate_raised"):
            raise remote.abort("broken_exam", reason="undeclared_name", message=str(error)[:300]) from None
        settle(remote, record, 0, error, source)
        return
    arguments = [
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
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
        settle(remote, record, 0, plugin.error, source)
        return
    if plugin.collected == 0 and plugin.problem is None:
        raise remote.abort("broken_exam", reason="no_tests", message="the file holds no test")
    if plugin.problem is None and plugin.passed == plugin.collected:
        record.outcome(0, "p")
        return
    record.outcome(0, "w")
    record.report(0, "w", message=plugin.problem or "not every test passed")
