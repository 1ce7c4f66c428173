"""Generated inputs of a task with its reference's answers: what candidates are compared on.

Made once per (task version, seed, budget, environment) and stored like expected values.
"""

from __future__ import annotations

import ast
import hashlib
import zlib
from dataclasses import dataclass
from typing import Any

from sandbox import spec
from sandbox.encoding import decode_value, encode_exam, encode_value
from service.verify.budget import case_wall_s
from service.verify.exams import PreparedExam
from tasks.formats.evalplus import second_answer
from tasks.literal_text import literal_text
from tasks.lowering import lower
from tasks.scoring import expected_value
from tasks.strategies.proposal import VERSION as PROPOSALS
from tasks.strategies.relations import Args
from tasks.syntax import parse
from tasks.task import CallCase, Comparison, SuiteKind, Task

VERSION = "1"
"""Of how candidates are compared with references; part of the verifier's version."""
NAME = "differential"
FLOAT_ATOL, FLOAT_RTOL = 1e-6, 1e-7
"""Tolerance wherever the reference's answer holds a float; a task's own larger one goes first."""
_CASE_WALL_S = 3.0
"""Least time for one input: generous, since inputs are small and a busy machine refutes nobody."""
_SPARE_S = 20.0
_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is tried.

    Attributes:
        seed: Of the inputs.
        examples: Inputs that are proposed to the reference, at most.
        shrink_s: Seconds for making one counterexample smaller.
    """

    seed: int = 0
    examples: int = 500
    shrink_s: float = 2.0

    def key(self, task: Task) -> str:
        """What a task's trials are stored under, 64 hexadecimal digits."""
        text = f"{NAME}:{VERSION}:{PROPOSALS}:{task.version}:{self.seed}:{self.examples}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Trial:
    """One input and what the reference makes of it.

    Attributes:
        args: Arguments.
        expected: The reference's answer.
        wall_s: Seconds that it took.
    """

    args: Args
    expected: Any
    wall_s: float


@dataclass(frozen=True, slots=True)
class Trials:
    """What candidates of one task are compared on.

    Attributes:
        trials: The smallest input first.
        proposed: Inputs that the reference was asked about.
        guarded: The task's contract decided which of them belong to the task.
    """

    trials: tuple[Trial, ...]
    proposed: int
    guarded: bool

    def pack(self) -> bytes:
        """As bytes for storage."""
        parts = tuple((trial.args, trial.expected, trial.wall_s) for trial in self.trials)
        return zlib.compress(encode_value((parts, self.proposed, self.guarded)), 1)

    @classmethod
    def unpack(cls, document: bytes) -> Trials:
        """From bytes that ``pack`` wrote.

        Raises:
            ValueError: If they are not.
        """
        stored: Any = decode_value(zlib.decompress(document))
        parts, proposed, guarded = stored
        return cls(tuple(Trial(*part) for part in parts), proposed, guarded)


class Judging:
    """How answers of one task are compared: as its first visible suite of cases does, floats with tolerance."""

    def __init__(self, task: Task) -> None:
        """Read the comparator off the task's suites."""
        assert task.entry_point is not None
        self._entry_point = task.entry_point
        self._decides = task.candidate_decides
        lowered = (lower(suite, task.entry_point, task.prelude) for suite in task.suites)
        suites = [suite for suite in lowered if suite.kind is SuiteKind.CASES]
        cases = [case for suite in suites[:1] for case in suite.cases if isinstance(case, CallCase)]
        usual = [case.comparison for case in cases]
        self.comparison = max(set(usual), key=usual.count) if usual else Comparison.EQUAL
        if self.comparison in (Comparison.TRUTHY, Comparison.IDENTICAL):
            self.comparison = Comparison.EQUAL  # ``assert f(x)``: the reference says more than the assert
        self._atol = max((case.atol for case in cases), default=0.0)
        self._rtol = max((case.rtol for case in cases), default=0.0)
        self._also = second_answer(task)

    def expected(self, args: Args, answer: object) -> object:
        """What is expected, given the reference's answer."""
        return expected_value(CallCase(args, comparison=self.comparison), answer)

    def case(self, trial: Trial, *, own_wall: bool = True) -> spec.CallCase:
        """One input as a case."""
        inexact = holds_float(trial.expected)
        also = self._also(*trial.args) if self._also is not None else None
        return spec.CallCase(
            args=trial.args,
            expected=trial.expected,
            also=() if also is None else (also,),
            rule=spec.Rule(self.comparison.value),
            atol=max(self._atol, FLOAT_ATOL) if inexact else self._atol,
            rtol=max(self._rtol, FLOAT_RTOL) if inexact else self._rtol,
            case_wall_s=max(_CASE_WALL_S, case_wall_s(trial.wall_s)) if own_wall else None,
        )

    def exam(self, trials: tuple[Trial, ...], *, own_walls: bool = True) -> PreparedExam:
        """Trials as an exam."""
        cases = tuple(self.case(trial, own_wall=own_walls) for trial in trials)
        texts = tuple(self.call(trial.args) for trial in trials)
        return PreparedExam(
            exam=encode_exam(spec.CallExam(NAME, self._entry_point, cases, self._decides)),
            cases=tuple(range(len(trials))),
            dropped=0,
            sources=texts,
            budget_s=_SPARE_S + sum(4 * trial.wall_s for trial in trials),
            inputs=texts,
        )

    def call(self, args: Args) -> str:
        """The call as a person reads it and can repeat it."""
        text = f"{self._entry_point}({', '.join(map(literal_text, args))})"
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def holds_float(value: object) -> bool:
    """Whether a value is a float or holds one."""
    match value:
        case float() | complex():
            return True
        case list() | tuple() | set() | frozenset():
            return any(map(holds_float, value))
        case dict():
            return any(map(holds_float, value.values()))
        case _:
            return False


_CLOCKS = frozenset({"time", "time_ns", "now", "today", "utcnow", "perf_counter", "monotonic"})


def reads_clock(source: str) -> bool:
    """Whether a program asks what time it is, so that its answers are true for a while only."""
    tree = parse(source)
    if tree is None:
        return False
    named = {alias.asname or alias.name for node in ast.walk(tree) for alias in getattr(node, "names", ()) if alias}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if name in _CLOCKS:
                if owner in ("time", "datetime", "date"):
                    return True
            case ast.Name(id=name) if name in _CLOCKS and name in named:
                return True
    return False
