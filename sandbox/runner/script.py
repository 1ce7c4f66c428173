"""Real test code: assert statements, ``check(candidate)`` and pytest files, run in an examiner of their own.

Names resolve in the order of rule R4: entry point, the test's own names, the prelude, built-ins, and the
names that the task declares of the candidate's module. A name that the prompt defines is never the candidate's.
"""

from __future__ import annotations

import ast
import builtins
import random
import symtable
import sys
import types
from typing import Any

from .errors import CandidateRaised
from .record import Record
from .remote import Abort, Remote

_PRELUDE_FILE = "<prelude>"
_TEST_FILE = "<test>"


class ScriptJudge:
    """One exam of test code for one candidate."""

    def __init__(self, parts: tuple[Any, ...]) -> None:
        """Take the exam apart."""
        _, self._entry_point, self._style, self._sources, self._prelude, self._late_prelude = parts[:6]
        self._names: tuple[str, ...] = parts[6]
        self.candidate_decides: bool = parts[7]

    def sit(self, remote: Remote, record: Record, limits: dict[str, Any]) -> None:
        """Have one candidate sit the exam and write its outcomes."""
        if self._style == "pytest":
            from .pytest_file import lay_anchor

            lay_anchor()
        names = self._execute(remote, self._prelude, {"__name__": "examiner"})
        remote.start_clock(limits["wall_s"])
        stand_ins = remote.load("module", self._entry_point, self._names, limits)
        names |= self._candidate_names(remote, stand_ins)
        late_is_meant = _speaks_of_stopping(self._late_prelude)
        remote.stop_iteration_is_meant = late_is_meant
        names = self._execute(remote, self._late_prelude, names)
        if self._style == "pytest":
            from .pytest_file import run_file

            remote.stop_iteration_is_meant = late_is_meant or _speaks_of_stopping(self._sources[0])
            remote.start_clock(limits["wall_s"])
            run_file(self._sources[0], names, self._visible(names), remote, record)
            return
        for index, source in enumerate(self._sources):
            record.begin(index)
            remote.begin_case(limits["wall_s"] if self._style == "check" else None)
            remote.stop_iteration_is_meant = late_is_meant or _speaks_of_stopping(source)
            self._run_case(remote, record, index, source, dict(names))

    def _visible(self, names: dict[str, Any]) -> dict[str, Any]:
        return {name: names[name] for name in (self._entry_point, *self._names)}

    def _candidate_names(self, remote: Remote, stand_ins: dict[str, type]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in (self._entry_point, *self._names):
            found[name] = stand_ins[name] if name in stand_ins else remote.operate("getattr", 0, name)
        return found

    def _execute(self, remote: Remote, source: str, names: dict[str, Any]) -> dict[str, Any]:
        if not source:
            return names
        code = compile_test(remote, source, _PRELUDE_FILE)
        try:
            exec(code, names)  # noqa: S102 - the task's own trusted code, in the examiner
        except Abort:
            raise
        except BaseException as error:
            raise self._setup_failed(remote, source, error) from None
        return names

    def _setup_failed(self, remote: Remote, source: str, error: BaseException) -> Abort:
        raised = getattr(error, "candidate_raised", None)
        if raised is not None:
            return remote.ended_by(raised)
        message = f"{type(error).__name__}: {error}"[:300]
        if remote.loaded and not is_undeclared(error, source):
            # It works with the task's own solution, so what the candidate put under the declared names broke it.
            return remote.abort("uncaught", reason=type(error).__name__, message=message)
        return remote.abort("broken_exam", reason="test_setup", message=message)

    def _run_case(self, remote: Remote, record: Record, index: int, source: str, names: dict[str, Any]) -> None:
        code = compile_test(remote, source, _TEST_FILE)
        try:
            exec(code, names)  # noqa: S102 - the task's tests, in the examiner
            if self._style == "check":
                names["check"](names[self._entry_point])
        except Abort:
            raise
        except BaseException as error:
            settle(remote, record, index, error, source)
        else:
            if remote.aborted is not None:
                raise remote.aborted
            record.outcome(index, "p")


def compile_test(remote: Remote, source: str, file: str) -> types.CodeType:
    """Compile test code.

    Raises:
        Abort: It is not Python: the exam is broken, whoever sits it.
    """
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise remote.abort("broken_exam", reason="test_syntax", message=str(error)[:300]) from None


_STOPS = frozenset({"StopIteration", "StopAsyncIteration"})


def _speaks_of_stopping(source: str) -> bool:
    """Whether test code names ``StopIteration``, as code: it then wants to see it raised."""
    if not any(name in source for name in _STOPS):
        return False
    try:
        return any(isinstance(node, ast.Name) and node.id in _STOPS for node in ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # compiling it will say so


def is_undeclared(error: BaseException, source: str) -> bool:
    """Whether a name is missing that the test code uses and nowhere binds: then the exam is broken, whoever sits it.

    A name that the test binds only on some paths (in a loop, in ``try``) is missing by the candidate's doing, and so is
    one that stands nowhere in the test: it came with text of the candidate's that the test evaluates.
    """
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError) or error.name is None:
        return False
    used = False
    tables = [symtable.symtable(source, _TEST_FILE, "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if error.name in table.get_identifiers():
            symbol = table.lookup(error.name)
            used = used or symbol.is_referenced()
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter():
                return False
    return used and not hasattr(builtins, error.name)


def settle(remote: Remote, record: Record, index: int, error: BaseException, source: str) -> None:
    """Write the outcome of a case whose test code, ``source``, raised."""
    if remote.aborted is not None:
        raise remote.aborted
    raised: CandidateRaised | None = getattr(error, "candidate_raised", None)
    if raised is not None:
        if raised.ending is not None:
            raise remote.ended_by(raised)
        record.outcome(index, "r")
        record.report(index, "r", reason=raised.name, message=raised.message, trace=raised.trace)
        return
    if is_undeclared(error, source):
        raise remote.abort("broken_exam", reason="undeclared_name", message=str(error)[:300])
    record.outcome(index, "w")
    message = str(error)[:300] if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"[:300]
    reason = None if isinstance(error, AssertionError) else type(error).__name__
    record.report(index, "w", reason=reason, message=message)


def seed_randomness(seed: int) -> None:
    """Seed the examiner's random numbers, per job, from the host."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed & 0xFFFFFFFF)
