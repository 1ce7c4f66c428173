"""The matrix candidate × verifier in storage, and what others than the worker write into it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.definition import Definition
from service.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Selection:
    """Candidates that figures are made of; every condition that is given must hold.

    Attributes:
        run_ids: At least one.
        task_keys: Versions of tasks, or None for all.
        rule: Candidates in which an analyser found this rule broken: ``rule`` or ``tool:rule``.
        samples_only: Without candidates that repair another one.
    """

    run_ids: tuple[str, ...]
    task_keys: tuple[int, ...] | None = None
    rule: str | None = None
    samples_only: bool = False


@dataclass(frozen=True, slots=True)
class ProfileCount:
    """So many candidates of one run and task of which all verifiers said the same; None: not final yet.

    Attributes:
        profile_key: Storage key of the profile.
        scores: With ``MatrixStore.joint_scores`` what each verifier gave these candidates.
        rule: With ``MatrixStore.rules`` the rule that was broken in them, ``tool:rule``.
    """

    run_id: str
    task_key: int
    profile_key: int | None
    profile: Profile | None
    count: int
    scores: tuple[float | None, ...] = ()
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class ScorePoints:
    """Final candidates that one verifier scored: column by column, since there may be many of them.

    Attributes:
        run_ids: Of each candidate.
        task_keys: Of each candidate, as all that follows.
        profile_keys: Storage keys of their profiles.
        scores: In [0, 1].
    """

    run_ids: list[str]
    task_keys: array[int]
    profile_keys: array[int]
    scores: array[float]


@dataclass(frozen=True, slots=True)
class MatrixCandidate:
    """A candidate behind a figure."""

    candidate_id: str
    verification_id: str
    run_id: str
    task_key: int
    sample_index: int


class MatrixStore(Protocol):
    """What all verifiers said of all candidates, counted; each figure is one read of an index."""

    async def profiles(self, selection: Selection) -> Sequence[ProfileCount]:
        """Counts per run, task and profile."""

    async def scores(self, selection: Selection, verifier: str) -> ScorePoints:
        """The candidates that this verifier's newest version scored."""

    async def joint_scores(self, selection: Selection, verifiers: Sequence[str]) -> Sequence[ProfileCount]:
        """Counts per run, task, profile and scores of these verifiers (None without one)."""

    async def rules(self, selection: Selection) -> Sequence[ProfileCount]:
        """Counts per rule that was broken, run, task and profile."""

    async def candidates(
        self, selection: Selection, places: Sequence[tuple[int, int]], limit: int
    ) -> Sequence[MatrixCandidate]:
        """Candidates of one of these (task key, profile key), in order of submission."""

    async def task_ids(self, task_keys: Sequence[int]) -> Mapping[int, str]:
        """Storage key → id of tasks."""

    async def task_keys(self, task_ids: Sequence[str]) -> Sequence[int]:
        """Storage keys of all versions of these tasks."""

    async def scored(self, run_ids: Sequence[str]) -> frozenset[str]:
        """Verifiers that gave a score in these runs."""

    async def run_ids(self, *, models: Sequence[str] = (), task_sets: Sequence[str] = ()) -> Sequence[str]:
        """Runs of one of these models on one of these task sets, newest first; empty means any."""


@dataclass(frozen=True, slots=True)
class ExternalCheck:
    """What somebody outside says of one candidate.

    Attributes:
        accepted: None when only a score is given.
        score: In [0, 1], or None.
    """

    candidate_id: str
    accepted: bool | None
    score: float | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ExternalPlace:
    """The verification that a verdict from outside belongs to, and the key that owns it."""

    verification_id: str
    key_id: str | None


@dataclass(frozen=True, slots=True)
class DerivedBatch:
    """What deriving a combination's checks for some candidates came to.

    Attributes:
        last: The last verification that was looked at; None when none was left.
        recorded: Checks that were stored.
        undecided: Candidates whose stored checks do not decide the combination.
    """

    last: str | None
    recorded: int
    undecided: int


class VerdictStore(Protocol):
    """Checks that nobody runs: verdicts from outside, and combinations of what is stored."""

    async def places(self, candidate_ids: Sequence[str]) -> Mapping[str, ExternalPlace]:
        """Where these candidates' checks belong; unknown candidates are left out. Locks their verifications."""

    async def known(self, definition: Definition, candidate_ids: Sequence[str]) -> Mapping[str, ExternalCheck]:
        """What that version said of these candidates before."""

    async def add_external(self, definition: Definition, items: Sequence[ExternalCheck], now: datetime) -> None:
        """Store verdicts from outside as final checks of candidates that have none of that version yet."""

    async def derive(self, definition: Definition, run_id: str, after: str, limit: int, now: datetime) -> DerivedBatch:
        """Store a combination's checks of a run's next final candidates that have none of that version yet."""


class DefinitionStore(Protocol):
    """Verifiers that users defined, and those whose verdicts come from outside."""

    async def current(self) -> Sequence[Definition]:
        """The newest version of each name, by name."""

    async def versions(self, name: str) -> Sequence[Definition]:
        """All versions of a name, oldest first."""

    async def newest(self, names: Sequence[str]) -> Mapping[str, Definition]:
        """The newest version of each of these names that has one."""

    async def add(self, definition: Definition, key_id: str | None, now: datetime) -> Definition:
        """Store a version, which becomes the current one of its name; returns it with its key."""

    async def suite_names(self) -> frozenset[str]:
        """Names of all suites of all tasks."""
