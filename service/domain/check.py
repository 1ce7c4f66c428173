"""What one verifier said of one candidate: the row everything else is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.verdict import Detail, Failure, State, Verdict


class Disclosure(StrEnum):
    """How much of a verifier's evidence may be shown, least first."""

    VERDICT = "verdict"
    NAMES = "names"
    INPUTS = "inputs"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case of a suite as the examiner judged it. Text comes from the candidate: bounded, never parsed.

    Attributes:
        index: Position in the suite, >= 0.
        verdict: A ``Verdict`` value or ``skipped``.
        source: The case as a person reads it.
        inputs: The call alone, without what is expected of it; "" where the two cannot be told apart.
        expected: Expected value as text.
        actual: Returned value as text.
        message: What went wrong, one sentence.
        traceback: Frames of the candidate's own code.
        stdout: What the candidate printed in this case.
    """

    index: int
    verdict: str
    source: str = ""
    inputs: str = ""
    expected: str | None = None
    actual: str | None = None
    message: str = ""
    traceback: str = ""
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a static analyser reported.

    Attributes:
        tool: ``ruff``, ``bandit``, ``mypy``, or a family of our own rules: ``misuse``, ``defects``, ``cheating``.
        rule: The tool's own name of the rule.
        level: ``error``, ``warning`` or ``note``.
        message: One sentence.
        line: Where it begins, counted from 1; None for the whole program.
        column: Counted from 1, in characters.
        cwe: Number in the Common Weakness Enumeration, if the tool gives one.
        end_line: Where it ends.
        end_column: The first character behind it.
        excerpt: The candidate's own line, shortened.
    """

    tool: str
    rule: str
    level: str
    message: str
    line: int | None = None
    column: int | None = None
    cwe: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An input on which a candidate and its task's reference disagree.

    Attributes:
        inputs: The call as a person reads it.
        expected: What the reference returns, as text.
        actual: What the candidate returns, as text; None if it raises.
        error: Name of the exception that the candidate raises; "" if it returns.
        seed: Of the inputs that were tried.
        examples: How many inputs were tried.
        shrunk: No simpler input among those tried disagrees; False where the budget ended before.
    """

    inputs: str
    expected: str
    actual: str | None
    error: str = ""
    seed: int = 0
    examples: int = 0
    shrunk: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Cost of a check; None where it was not measured."""

    cpu_ms: float | None = None
    wall_ms: float | None = None
    memory_peak_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on.

    Attributes:
        cases_total: Cases in the suite.
        cases_passed: Cases that passed.
        cases: Reports of cases that did not pass (and, in small suites, of those that did).
        findings: Findings of analysers.
        counterexample: Where the candidate disagrees with the reference, made as small as could be.
        stdout: Captured standard output, bounded.
        stderr: Captured standard error, bounded.
        message: One sentence for the whole check.
        metrics: Sizes, complexities and style of the program, by name; empty where nothing was measured.
    """

    cases_total: int = 0
    cases_passed: int = 0
    cases: tuple[CaseResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    counterexample: Counterexample | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    message: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verifier's answer for one candidate: a verdict, or a failure that says why there is none."""

    verdict: Verdict | None
    failure: Failure | None = None
    detail: Detail = field(default_factory=Detail)
    score: float | None = None
    evidence: Evidence = Evidence()
    usage: Usage = Usage()
    environment: str = ""
    """Fingerprint of the environment it was made in."""

    def __post_init__(self) -> None:
        """Hold the invariant: exactly one of verdict and failure."""
        if (self.verdict is None) == (self.failure is None):
            raise ValueError("a judgement has either a verdict or a failure")


@dataclass(frozen=True, slots=True)
class Check:
    """One verifier's check of one candidate as it is stored."""

    id: str
    verification_id: str
    candidate_id: str
    verifier: str
    verifier_version: str
    state: State
    attempt: int = 0
    verdict: Verdict | None = None
    failure: Failure | None = None
    detail: Detail = field(default_factory=Detail)
    score: float | None = None
    cached: bool = False
    hidden: bool = False
    """The verifier's evidence comes from a hidden suite."""
    disclosure: Disclosure = Disclosure.FULL
    """How much of the evidence this copy of the check still holds."""
    evidence: Evidence = field(default_factory=Evidence)
    usage: Usage = field(default_factory=Usage)
    environment: str = ""

    @property
    def accepted(self) -> bool | None:
        """True or False with a verdict, None without one."""
        return None if self.verdict is None else self.verdict is Verdict.ACCEPTED
