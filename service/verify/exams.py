"""From suites to exams: what the examiner of a cell is given."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from reprlib import Repr

from sandbox import spec
from sandbox.encoding import encode_exam
from service.verify.expectations import Expectations
from tasks.lowering import lower
from tasks.scoring import tolerances
from tasks.task import AssertCase, CallCase, ScriptCase, StdioCase, Suite, SuiteKind, Task, TestCase, Unknown

_SOURCE_LIMIT = 2000
_SHOWN = Repr()
_SHOWN.maxlist = _SHOWN.maxtuple = _SHOWN.maxset = _SHOWN.maxdict = 40
_SHOWN.maxstring = _SHOWN.maxother = 400
_SHOWN.maxlevel = 8


@dataclass(frozen=True, slots=True)
class PreparedExam:
    """A suite ready to be sat.

    Attributes:
        exam: For the sandbox.
        cases: Index in the suite of each case of the exam.
        dropped: Cases of the suite that cannot be judged here, because the reference's value cannot cross.
        sources: Each case as a person reads it.
        inputs: What each case calls, without what it expects; empty for test code.
        budget_s: Seconds for the whole suite.
        reference_peak_bytes: Memory that the reference needed; 0 if it was never run.
        remark: What everybody who is judged by it should know.
    """

    exam: spec.EncodedExam
    cases: tuple[int, ...]
    dropped: int
    sources: tuple[str, ...]
    budget_s: float
    reference_peak_bytes: int = 0
    remark: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Roughly what holding it takes."""
        payloads = len(self.exam.payload) + sum(len(program.payload) for program in self.exam.programs)
        return payloads + sum(map(len, (*self.sources, *self.inputs))) + 64 * len(self.sources)


def needs_reference(suite: Suite) -> bool:
    """Whether expected values must be computed first."""
    return any(isinstance(case, CallCase) and case.expected is Unknown.EXPECTED for case in suite.cases)


def prepare_exam(task: Task, suite: Suite, expectations: Expectations | None, *, own_walls: bool) -> PreparedExam:
    """A suite as an exam.

    Args:
        task: Its task.
        suite: Lowered to cases where that keeps its meaning.
        expectations: What the reference returned, where the suite leaves expected values to it.
        own_walls: Each case has a wall limit from the reference's time (false if the request names one).

    Raises:
        ValueError: A value in the suite is not plain.
    """
    lowered = lower(suite, task.entry_point, task.prelude) if task.entry_point else suite
    sources = tuple(_source_of(task, case) for case in suite.cases)
    if lowered.kind is SuiteKind.CASES:
        return _call_exam(task, lowered, sources, expectations, own_walls=own_walls)
    exam, budget = _script_exam(task, lowered)
    return PreparedExam(encode_exam(exam), tuple(range(len(suite.cases))), 0, sources, budget)


def _call_exam(
    task: Task, suite: Suite, sources: tuple[str, ...], expectations: Expectations | None, *, own_walls: bool
) -> PreparedExam:
    from service.verify.budget import case_wall_s  # a cycle otherwise: budgets are of exams

    assert task.entry_point is not None
    known = expectations.apply(suite) if expectations is not None else suite
    kept, cases, budget = [], [], 0.0
    for index, (case, tolerance) in enumerate(zip(known.cases, tolerances(known), strict=True)):
        assert isinstance(case, CallCase)
        if case.expected is Unknown.EXPECTED:
            continue
        wall = case_wall_s(expectations.walls[index] if expectations is not None else None)
        budget += wall
        kept.append(index)
        made = spec.CallCase(
            args=case.args,
            expected=case.expected,
            also=case.also,
            rule=spec.Rule(case.comparison.value),
            atol=tolerance.atol,
            rtol=tolerance.rtol,
        )
        timed = own_walls and expectations is not None
        cases.append(replace(made, case_wall_s=wall) if timed else made)
    parts = frozenset(bisect_left(kept, size) for size in _sizes_of_parts(task, suite))
    exam = encode_exam(spec.CallExam(suite.name, task.entry_point, tuple(cases), task.candidate_decides, parts))
    peak = expectations.peak_bytes if expectations is not None else 0
    inputs = tuple(_call_of(task, case) for case in suite.cases if isinstance(case, CallCase))
    return PreparedExam(exam, tuple(kept), len(suite.cases) - len(kept), sources, budget, peak, inputs=inputs)


def _sizes_of_parts(task: Task, suite: Suite) -> Iterator[int]:
    """How many of the suite's first cases are all cases of another suite of the task."""
    for other in task.suites:
        size = len(other.cases)
        if size < len(suite.cases) and other.cases == suite.cases[:size]:
            yield size


def _script_exam(task: Task, suite: Suite) -> tuple[spec.Exam, float]:
    from service.verify.budget import MIN_SUITE_S, UNTIMED_CASE_WALL_S

    if suite.kind is SuiteKind.STDIO:
        pairs = tuple(spec.StdioCase(case.stdin, case.stdout) for case in suite.cases if isinstance(case, StdioCase))
        return spec.StdioExam(suite.name, pairs), UNTIMED_CASE_WALL_S * len(pairs)
    style = {
        SuiteKind.ASSERTS: spec.ScriptStyle.ASSERTS,
        SuiteKind.CHECK: spec.ScriptStyle.CHECK,
        SuiteKind.PYTEST: spec.ScriptStyle.PYTEST,
    }[suite.kind]
    texts = tuple(case.source for case in suite.cases if isinstance(case, AssertCase | ScriptCase))
    late = suite.setup_uses_candidate
    exam = spec.ScriptExam(
        name=suite.name,
        entry_point=task.entry_point or "",
        style=style,
        sources=texts,
        prelude=task.prelude + ("" if late else "\n" + suite.setup),
        late_prelude=suite.setup if late else "",
        candidate_names=task.candidate_names,
        candidate_decides=task.candidate_decides,
    )
    budget = UNTIMED_CASE_WALL_S * len(texts) if style is spec.ScriptStyle.ASSERTS else 3 * MIN_SUITE_S
    return exam, budget


def _source_of(task: Task, case: TestCase) -> str:
    match case:
        case AssertCase(source=source) | ScriptCase(source=source):
            return source[:_SOURCE_LIMIT]
        case StdioCase():
            return f"stdin {_SHOWN.repr(case.stdin)}"[:_SOURCE_LIMIT]
        case CallCase():
            return case.source[:_SOURCE_LIMIT] or _call_of(task, case)


def _call_of(task: Task, case: CallCase) -> str:
    return f"{task.entry_point}({', '.join(map(_SHOWN.repr, case.args))})"[:_SOURCE_LIMIT]
