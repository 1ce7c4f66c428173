"""What an audit knows of one task before it says what speaks against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from service.domain.verdict import Verdict
from tasks.strengthen.contradiction import Contradiction
from tasks.strengthen.mutation import Mutant
from tasks.task import Task


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How closely a task is looked at.

    Attributes:
        seed: Of the mutants and the pool of inputs.
        mutants: Mutants of one operator.
        examples: Inputs on which mutants that every suite accepts are compared with the reference.
        repeats: Runs of a reference whose tests or code might depend on chance; others are run three times.
        candidates: Recorded programs to listen to.
    """

    seed: int = 0
    mutants: int = 3
    examples: int = 150
    repeats: int = 30
    candidates: int = 16

    def key(self) -> str:
        """Everything about the options that can change what is found, as text."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One program at one suite, without what differs from run to run anyway.

    Attributes:
        verdict: A ``Verdict`` value, or None.
        reason: Why there is none, or the reason that stands with it.
        failed: Indices of cases that did not pass, as far as they are known.
        messages: What was expected and what came, for the first of them.
    """

    verdict: str | None
    reason: str = field(default="", compare=False)
    failed: tuple[int, ...] = ()
    messages: tuple[str, ...] = field(default=(), compare=False)

    @property
    def accepted(self) -> bool:
        """The suite accepted the program."""
        return self.verdict == Verdict.ACCEPTED.value


@dataclass(frozen=True, slots=True)
class Judged:
    """A program and the suites that accepted it."""

    program: Mutant
    accepted_by: frozenset[str]
    judged_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vote:
    """What recorded programs answer to one input.

    Attributes:
        args: The input, as text.
        reference: What the reference answers, as text.
        answers: Answer as text → programs that give it.
        of_suite: The input is one of a suite's.
    """

    args: str
    reference: str
    answers: Mapping[str, int]
    of_suite: bool


@dataclass(slots=True)
class Evidence:
    """All that was found of one task.

    Attributes:
        reference: Per suite the runs of the reference, equal ones once, with how often each was seen.
        table: Per suite the cases that a program fails which answers as the suites themselves say.
        disputes: Inputs of which different things are expected.
        mutants: Scoring mutants.
        alike: Sources of mutants that no input of the pool told from the reference.
        pool: Size of that pool.
        controls: Programs that do the same as the reference by construction.
        stubs: Per suite the stub programs that it accepts.
        votes: What recorded programs answer where the reference is in doubt.
        voters: How many recorded programs the visible suites accept.
    """

    task: Task
    sound: tuple[str, ...] = ()
    reference: dict[str, dict[Sitting, int]] = field(default_factory=dict)
    table: dict[str, tuple[int, ...]] = field(default_factory=dict)
    disputes: tuple[Contradiction, ...] = ()
    mutants: list[Judged] = field(default_factory=list)
    alike: frozenset[str] = frozenset()
    pool: int = 0
    controls: list[Judged] = field(default_factory=list)
    stubs: dict[str, list[str]] = field(default_factory=dict)
    votes: list[Vote] = field(default_factory=list)
    voters: int = 0
