"""Limits, jobs and results of a cell.

A *job* is one candidate with the exams it has to sit. An *exam* is what the examiner of a cell
holds: cases to judge and how to judge them. Seconds and bytes stand in names; ``None`` means no
limit. Nothing here performs I/O.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one candidate may use while it sits one exam.

    Attributes:
        cpu_s: CPU seconds of the candidate process, > 0.
        wall_s: Wall-clock seconds of the whole exam, > 0 (a backstop behind ``cpu_s``).
        case_wall_s: Wall-clock seconds of one case, > 0; a case may carry its own.
        memory_bytes: Address space beyond what the warm interpreter holds.
        processes: Processes (1 = the candidate alone; more opts in to ``fork``).
        output_bytes: Bytes of stdout and stderr together.
        result_bytes: Bytes of one encoded value.
    """

    cpu_s: float | None = 10.0
    wall_s: float | None = 20.0
    case_wall_s: float | None = 2.0
    memory_bytes: int | None = 512 * MIB
    processes: int = 1
    output_bytes: int | None = MIB
    result_bytes: int | None = 64 * MIB


class Rule(StrEnum):
    """How a returned value is compared with the expected one."""

    EQUAL = "equal"
    """Python equality of built-in values, with tolerance for floats where ``atol`` or ``rtol`` is set."""
    SET = "set"
    """Both are iterables of hashables with the same set of elements."""
    PRESENCE = "presence"
    """Expected is a bool: a bool must equal it, anything else must be (not) None."""
    ANY = "any"
    """Any returned value passes; only raising fails."""
    ROOT = "root"
    """The returned x is a root of the polynomial whose coefficients are the first argument, within ``atol``."""
    TRUTHY = "truthy"
    """The plain value is true (``expected`` is True) or false (``expected`` is False), as bare ``assert`` decides."""
    IDENTICAL = "identical"
    """``is``: the same singleton (None, True, False)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Stands for a large expected value of a case that is judged by plain equality.

    Attributes:
        fingerprint: 32 bytes that every equal value shares.
        text: The value for people, bounded.
    """

    fingerprint: bytes
    text: str


@dataclass(frozen=True, slots=True)
class CallCase:
    """One call of the entry point and what it must return.

    Attributes:
        args: Positional arguments, plain values.
        expected: The expected value, plain, or its ``Digest``; ignored by ``Rule.ANY`` and ``Rule.ROOT``.
        also: Further values that are accepted as well.
        rule: The comparator.
        atol: Absolute tolerance, >= 0.
        rtol: Relative tolerance, >= 0.
        case_wall_s: Own wall limit; None takes the one of the limits.
    """

    args: tuple[object, ...]
    expected: object = None
    also: tuple[object, ...] = ()
    rule: Rule = Rule.EQUAL
    atol: float = 0.0
    rtol: float = 0.0
    case_wall_s: float | None = None


@dataclass(frozen=True, slots=True)
class CallExam:
    """Input → output cases, judged by the resident comparator.

    Attributes:
        candidate_decides: An opaque object counts as true where a case asks for the bare truth.
        parts: Indices of cases that the candidate sees nothing of before it has answered all earlier ones.
    """

    name: str
    entry_point: str
    cases: tuple[CallCase, ...]
    candidate_decides: bool = False
    parts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CollectExam:
    """Inputs whose returned values are wanted: how expected values are computed from a reference."""

    name: str
    entry_point: str
    inputs: tuple[tuple[object, ...], ...]


class ScriptStyle(StrEnum):
    """The form of real test code."""

    ASSERTS = "asserts"
    """Each element of ``sources`` is one case: statements run in a fresh copy of the prelude's names."""
    CHECK = "check"
    """``sources[0]`` defines ``check(candidate)``; one case."""
    PYTEST = "pytest"
    """``sources[0]`` is a pytest file; the whole file is one case."""


@dataclass(frozen=True, slots=True)
class ScriptExam:
    """Real test code, run in an examiner of its own.

    Attributes:
        prelude: Trusted code run in the examiner first: helpers of the prompt, set-up code.
        late_prelude: Set-up code that uses the candidate's declared names.
        candidate_names: Names that tests may take from the candidate besides the entry point.
        candidate_decides: Deciding methods of the candidate's own objects are allowed.
    """

    name: str
    entry_point: str
    style: ScriptStyle
    sources: tuple[str, ...]
    prelude: str = ""
    late_prelude: str = ""
    candidate_names: tuple[str, ...] = ()
    candidate_decides: bool = False


@dataclass(frozen=True, slots=True)
class StdioCase:
    """What the program reads and what it must print (trailing white space of lines is ignored)."""

    stdin: str
    stdout: str


@dataclass(frozen=True, slots=True)
class StdioExam:
    """The candidate is a whole program: run once per case, in a process of its own, as ``__main__``.

    ``cpu_s`` and ``wall_s`` are for all cases together, the other limits for each.
    """

    name: str
    cases: tuple[StdioCase, ...]


Exam = CallExam | CollectExam | ScriptExam | StdioExam


@dataclass(frozen=True, slots=True)
class EncodedExam:
    """An exam as bytes for the wire; made once per suite by ``sandbox.encoding.encode_exam`` and reused.

    Attributes:
        name: The exam's name.
        cases: How many outcomes a completion record must list, >= 1.
        payload: What only the examiner reads.
        version: SHA-256 of the payload, hex.
        case_wall_s: The largest wall limit of a case in the exam itself, if any.
        case_digests: Of a ``CallExam``, what each case asks and how it is judged, its wall limit aside.
        programs: Of a ``StdioExam``, an exam for each case; they are sent in its place.
    """

    name: str
    cases: int
    payload: bytes
    entry_point: str | None
    case_wall_s: float | None = None
    case_digests: tuple[bytes, ...] = ()
    programs: tuple[EncodedExam, ...] = ()
    version: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Derive the version from the payload."""
        object.__setattr__(self, "version", hashlib.sha256(self.payload).hexdigest())


@dataclass(frozen=True, slots=True)
class Job:
    """One candidate and the exams it sits, each in a candidate process of its own.

    Attributes:
        source: The candidate's source as bytes (a coding line is honoured).
        exams: At least one.
        limits: For each exam.
        seed: Seeds the examiner's randomness, from the host; never shown to the candidate. None draws one.
        shares_limits: The limits of time are for all exams together, and what ends one early ends the job.
    """

    source: bytes
    exams: tuple[EncodedExam, ...]
    limits: Limits = Limits()
    seed: int | None = None
    shares_limits: bool = False


class Outcome(StrEnum):
    """What the examiner found for one case; the value is its letter in a completion record."""

    PASSED = "p"
    WRONG = "w"
    RAISED = "r"
    TIMED_OUT = "t"
    SKIPPED = "s"
    ABORTED = "a"
    """A limit, a violation or the candidate's end fell into this case."""


class Ending(StrEnum):
    """How a candidate's exam ended."""

    COMPLETED = "completed"
    """The completion record is there and valid. The only ending that can mean accepted."""
    COMPILE = "compile"
    """No code, syntax error, exception at import, entry point missing: ``reason`` says which."""
    CPU_TIME = "cpu_time"
    WALL_TIME = "wall_time"
    CASE_TIME = "case_time"
    MEMORY = "memory"
    OUTPUT = "output"
    RESULT = "result"
    """A returned value was larger, deeper or dearer than allowed, or not in the protocol's form."""
    RESOURCE = "resource"
    """Processes, files or disk; ``limit`` says which."""
    POLICY = "policy"
    """``rule`` says which rule was broken."""
    EXITED = "exited"
    """The candidate process ended by itself before it had answered."""
    SIGNALLED = "signalled"
    """The candidate process died on ``signal``."""
    EXAMINER_LOST = "examiner_lost"
    """The examiner died while candidate code ran: the candidate's doing until a control shows otherwise."""
    BROKEN_EXAM = "broken_exam"
    """The test code itself cannot run (syntax error, undeclared candidate name): see ``reason`` and ``message``."""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """Evidence about one case that did not pass. Text is bounded and untrusted."""

    index: int
    outcome: Outcome
    reason: str | None = None
    """``opaque_value``, an exception's class name, ``case_time`` …"""
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    traceback: str = ""
    """Frames of the candidate's own code only."""
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the candidate process used; ``None`` where the backend cannot tell."""

    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_peak_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class CollectedValue:
    """One returned value of a ``CollectExam``: encoded as on the wire, with its cost."""

    encoded: bytes | None
    """None when there is no value; ``error`` names the exception, or is ``opaque_value`` or ``result_too_large``."""
    error: str | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class ExamResult:
    """What is known after one exam. A verdict is made from it elsewhere."""

    exam: str
    ending: Ending
    outcomes: str
    """One ``Outcome`` letter per case, in order; cases never reached are ``s``."""
    phase: str = "test"
    """``import`` or ``test``: where the ending fell."""
    reason: str | None = None
    message: str = ""
    clock: str | None = None
    """``cpu`` or ``wall`` for time limits."""
    limit: str | None = None
    """The field of ``Limits`` that bound the candidate."""
    rule: str | None = None
    signal: int | None = None
    exit_code: int | None = None
    candidate_equality: bool = False
    reports: tuple[CaseReport, ...] = ()
    stdout: bytes = b""
    stderr: bytes = b""
    usage: Usage = Usage()
    values: tuple[CollectedValue, ...] = ()


@dataclass(frozen=True, slots=True)
class JobResult:
    """All exams of a job, in the job's order, and whether the cell may be used again."""

    exams: tuple[ExamResult, ...]
    cell_clean: bool
    cell_id: str


@dataclass(frozen=True, slots=True)
class CellInfo:
    """What a cell said of itself when it started: the environment of every verdict made in it."""

    backend: str
    isolation: str
    python: str
    image: str
    fingerprint: str
    """Hex digest over interpreter, site packages, runner source and confinement."""
    features: tuple[str, ...] = ()
    """``seccomp``, ``landlock``, ``uid``, ``cgroup_memory``, ``cgroup_pids`` … as probed, not as hoped."""
