"""Task, suite and test case.

Values in cases are plain Python values. Everything is immutable and hashable by content through
``Task.version`` and ``Suite.version``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Visibility(StrEnum):
    """Whether a suite's cases may be shown to whoever submits candidates."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Comparison(StrEnum):
    """How a returned value is compared with the expected one (see ``docs/tasks.md``)."""

    EQUAL = "equal"
    SET = "set"
    PRESENCE = "presence"
    ANY = "any"
    ROOT = "root"
    TRUTHY = "truthy"
    IDENTICAL = "identical"


class SuiteKind(StrEnum):
    """The form of a suite's cases."""

    ASSERTS = "asserts"
    CHECK = "check"
    CASES = "cases"
    STDIO = "stdio"
    PYTEST = "pytest"


class Unknown(StrEnum):
    """Stands where the reference has yet to say what is expected."""

    EXPECTED = "unknown-expected"


@dataclass(frozen=True, slots=True)
class AssertCase:
    """Statements that raise when the candidate is wrong, usually one ``assert``."""

    source: str


@dataclass(frozen=True, slots=True)
class CallCase:
    """Call the entry point with ``args``; compare with ``expected``.

    Attributes:
        args: Positional arguments.
        expected: Expected value, or ``Unknown.EXPECTED`` until the reference has computed it.
        also: Further accepted values.
        comparison: The comparator.
        atol: Absolute tolerance, >= 0.
        rtol: Relative tolerance, >= 0.
        source: What a person reads; derived from args and expected when empty.
    """

    args: tuple[object, ...]
    expected: object = Unknown.EXPECTED
    also: tuple[object, ...] = ()
    comparison: Comparison = Comparison.EQUAL
    atol: float = 0.0
    rtol: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class StdioCase:
    """What the program reads on stdin and what it must print."""

    stdin: str
    stdout: str


@dataclass(frozen=True, slots=True)
class ScriptCase:
    """A whole test script: ``check(candidate)`` or a pytest file."""

    source: str


TestCase = AssertCase | CallCase | StdioCase | ScriptCase


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of test cases of one form.

    Attributes:
        name: ``base``, ``plus``, ``plus-extra``, ``challenge`` or a generated one's own name.
        kind: The form of all cases.
        cases: At least one; ``check`` and ``pytest`` suites have exactly one ``ScriptCase``.
        visibility: Visible or hidden.
        setup: Code run in the examiner before the cases, after ``Task.prelude``.
        setup_uses_candidate: ``setup`` uses names of the candidate, so it runs after the candidate was loaded.
        float_atol: When > 0 and a case's expected value is a float, or a non-empty list or tuple of floats,
            cases from there on with ``atol`` 0 are compared with this tolerance and ``float_rtol``
            (EvalPlus's rule, where the tolerance once raised stays raised).
        float_rtol: Relative tolerance that goes with ``float_atol`` and with any ``atol``.
        float_restart: Index of a case before which a raised tolerance falls back (where a second list of cases begins).
        provenance: How the suite was made, if it was generated: plain JSON values. No part of the content.
        version: SHA-256 over the content, hex.
    """

    name: str
    kind: SuiteKind
    cases: tuple[TestCase, ...]
    visibility: Visibility = Visibility.VISIBLE
    setup: str = ""
    setup_uses_candidate: bool = False
    float_atol: float = 0.0
    float_rtol: float = 0.0
    float_restart: int = 0
    provenance: Mapping[str, object] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One problem.

    Attributes:
        set_name: Name of the task set.
        local: Id within the set; ``<set_name>/<local>`` is the task's id.
        prompt: What a model is shown.
        entry_point: Name the tests call; None for stdin → stdout programs.
        reference: A solution that is believed right, self-contained source, or None.
        suites: At least one, names unique.
        prelude: Trusted code that belongs to the prompt (helpers), run in the examiner.
        candidate_names: Names that tests may take from the candidate besides the entry point.
        candidate_decides: Deciding methods of the candidate's own objects may answer (see the sandbox rules).
        contract: Statements that raise AssertionError for inputs outside the task's contract, or "".
        completion_prompt: What is put before a ``completion`` sample; "" when samples are whole programs.
        tags: Free words.
        version: SHA-256 over everything that can change a verdict, hex.
    """

    set_name: str
    local: str
    prompt: str
    entry_point: str | None
    suites: tuple[Suite, ...]
    reference: str | None = None
    prelude: str = ""
    candidate_names: tuple[str, ...] = ()
    candidate_decides: bool = False
    contract: str = ""
    completion_prompt: str = ""
    tags: tuple[str, ...] = ()
    version: str = ""

    @property
    def id(self) -> str:
        """``<set>/<local>``."""
        return f"{self.set_name}/{self.local}"

    def suite(self, name: str) -> Suite | None:
        """The suite of that name, or None."""
        return next((suite for suite in self.suites if suite.name == name), None)


@dataclass(frozen=True, slots=True)
class TaskSet:
    """Where a group of tasks comes from.

    Attributes:
        name: ``mbpp``, ``humaneval-plus`` …
        version: The source's own version or a content hash.
        licence: SPDX id.
        source: Where it was read from, for people.
    """

    name: str
    version: str
    licence: str
    source: str
