"""What the use cases need from storage, verifiers and the process: protocols, implemented elsewhere.

``TaskT`` is ``tasks.task.Task`` wherever these are used; the domain itself knows no task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from service.domain.audit import AuditStore
from service.domain.candidate import Candidate
from service.domain.check import Disclosure, Judgement
from service.domain.definition import Definition
from service.domain.profile import Profile
from service.domain.repair import RepairStore
from service.domain.requests import (
    ApiKey,
    CachePolicy,
    Environment,
    Idempotency,
    Isolation,
    LimitValues,
    VerifierInfo,
)
from service.domain.run import Progress, Run
from service.domain.verification import Verification

TaskT = TypeVar("TaskT")
TaskT_contra = TypeVar("TaskT_contra", contravariant=True)

INTERACTIVE = 0
BULK = 10
"""Priorities of checks: lower is claimed first."""


# --- tasks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A suite as bytes of the native format, with what listings show."""

    name: str
    version: str
    kind: str
    cases: int
    hidden: bool
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task as bytes of the native format (without its suites), with what listings show.

    Attributes:
        key: Storage key of this version of the task; 0 before it is stored.
        position: Place in the set, >= 0.
        document: Empty in listings.
    """

    id: str
    set_name: str
    local: str
    version: str
    entry_point: str | None
    prompt: str
    tags: tuple[str, ...]
    suites: tuple[StoredSuite, ...]
    position: int = 0
    document: bytes = b""
    key: int = 0


@dataclass(frozen=True, slots=True)
class StoredTaskSet:
    """A task set and how many current tasks it has."""

    name: str
    version: str
    licence: str
    source: str
    tasks: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """What storing tasks changed; ``keys`` are the storage keys in the order given."""

    added: int
    replaced: int
    unchanged: int
    keys: tuple[int, ...]


class TaskStore(Protocol):
    """Task sets and tasks; a changed task is a new version, the old one stays readable."""

    async def save_set(self, task_set: StoredTaskSet) -> None:
        """Insert or update a task set."""

    async def put(self, tasks: Sequence[StoredTask]) -> PutOutcome:
        """Make these the current versions of their ids."""

    async def sets(self) -> Sequence[StoredTaskSet]:
        """All task sets by name, without the one that holds inline tasks."""

    async def find_set(self, name: str) -> StoredTaskSet | None:
        """The set of that name."""

    async def page(self, set_name: str | None, after: str | None, limit: int) -> Sequence[StoredTask]:
        """Current tasks in order of set and position, after the task of id ``after``; without documents."""

    async def keys(self, set_name: str) -> Mapping[str, int]:
        """Local id → storage key of the current tasks of a set."""

    async def current_key(self, task_id: str) -> int | None:
        """Storage key of the current version of a task."""

    async def load(self, keys: Sequence[int]) -> Mapping[int, StoredTask]:
        """Tasks with their documents by storage key; missing ones are left out."""


# --- verifications and the queue -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check to be queued, or with a definition's key to follow from the others as soon as they are final."""

    id: str
    verifier: str
    verifier_version: str
    hidden: bool
    definition_key: int | None = None


@dataclass(frozen=True, slots=True)
class NewVerification:
    """A verification to be queued: the candidate and one check per verifier, stored in one transaction."""

    id: str
    candidate: Candidate
    checks: tuple[NewCheck, ...]
    required: tuple[str, ...]
    limits: LimitValues
    isolation: Isolation
    cache: CachePolicy
    disclosure: Disclosure
    priority: int
    key_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredVerification:
    """A verification with all its evidence, the most that may be disclosed of hidden suites, and what was asked for."""

    verification: Verification
    disclosure: Disclosure
    key_id: str | None
    code: bytes = b""
    limits: LimitValues = field(default_factory=LimitValues)


class VerificationStore(Protocol):
    """Verifications and their candidates."""

    async def add(self, items: Sequence[NewVerification]) -> None:
        """Store candidates and queue their checks."""

    async def get(self, verification_id: str, *, evidence: bool = True) -> StoredVerification | None:
        """One verification with its checks."""

    async def is_final(self, verification_id: str) -> bool | None:
        """Whether nothing more will happen; None if it does not exist."""

    async def page(
        self, *, run_id: str | None, before: str | None, limit: int, evidence: bool = False
    ) -> Sequence[StoredVerification]:
        """Verifications, newest first, older than ``before``; of one run if ``run_id`` is given."""

    async def in_flight(self, key_id: str) -> int:
        """Verifications of a key outside runs that are not final."""

    async def candidate(self, candidate_id: str) -> Candidate | None:
        """One candidate."""


@dataclass(frozen=True, slots=True)
class ClaimedCheck:
    """One check of a claim. ``attempt`` fences its recording; ``losses`` counts earlier sandbox trouble."""

    id: str
    verifier: str
    verifier_version: str
    attempt: int
    losses: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The checks of one verification that a worker holds until the lease ends."""

    verification_id: str
    candidate_id: str
    run_id: str | None
    task_key: int
    code: bytes
    code_hash: str
    limits: LimitValues
    isolation: Isolation
    cache: CachePolicy
    priority: int
    checks: tuple[ClaimedCheck, ...]


@dataclass(frozen=True, slots=True)
class Reusable:
    """A recorded judgement for identical work. Its evidence stays with ``check_id``."""

    check_id: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Recording:
    """What a worker found out about one check that it holds.

    Attributes:
        judgement: None puts the check back into the queue.
        content_key: Key under which a deterministic verdict may be reused, or None.
        source_id: The check whose judgement was reused, or None.
        lost: The attempt was lost to sandbox trouble (counted when the check goes back).
        trouble: What went wrong, for the operator.
    """

    check_id: str
    attempt: int
    judgement: Judgement | None
    content_key: str | None = None
    source_id: str | None = None
    lost: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording changed.

    Attributes:
        checks: Ids of the checks that were recorded; others were no longer this worker's.
        finished: (verification id, run id) of verifications that became final.
    """

    checks: frozenset[str]
    finished: tuple[tuple[str, str | None], ...]


class CheckQueue(Protocol):
    """The stored check row is the job."""

    async def backlog(self, at_most: int) -> int:
        """Queued checks, counted up to ``at_most``."""

    async def claim(self, worker: str, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Claim]:
        """Take about ``limit`` queued or abandoned checks; all checks of one verification together."""

    async def renew(self, worker: str, check_ids: Sequence[str], lease_until: datetime) -> frozenset[str]:
        """Extend leases; returns the ids that are still this worker's."""

    async def holders(self) -> frozenset[str]:
        """Workers that hold checks, dead or alive."""

    async def release(self, workers: Sequence[str]) -> int:
        """Put back everything that these (dead) workers hold; returns how many checks."""

    async def reusable(self, content_keys: Sequence[str]) -> Mapping[str, Reusable]:
        """Recorded deterministic judgements by content key."""

    async def record(self, worker: str, recordings: Sequence[Recording], now: datetime) -> Recorded:
        """Store results of checks that this worker still holds at the same attempt; nothing else changes."""

    async def cancel_run(self, run_id: str, now: datetime) -> int:
        """Cancel every check of a run that is not final; returns how many."""


# --- runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskTally:
    """Checks of one verifier on one task of a run, counted.

    Attributes:
        judged: Checks with a verdict.
        accepted: Of those, accepted.
        infrastructure_error: Failed for our reasons.
        invalid_task: Failed because the task cannot judge.
        cancelled: Cancelled.
        open: Not final yet.
        score_only: From outside, with a score and no verdict.
    """

    task_key: int
    verifier: str
    judged: int
    accepted: int
    infrastructure_error: int
    invalid_task: int
    cancelled: int
    open: int
    score_only: int = 0


@dataclass(frozen=True, slots=True)
class TaskCross:
    """One verifier against the oracle on one task of a run; ``unresolved`` lacks one verdict or both."""

    task_key: int
    verifier: str
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class ExportedCheck:
    """A check as an export needs it: no evidence but the message-free verdict."""

    verifier: str
    state: str
    verdict: str | None
    failure: str | None
    error_class: str | None
    score: float | None
    cached: bool
    cpu_ms: float | None
    wall_ms: float | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class ExportedCandidate:
    """A candidate of a run with its checks."""

    candidate: Candidate
    verification_id: str
    state: str
    verdict: str | None
    failure: str | None
    checks: tuple[ExportedCheck, ...]


class RunStore(Protocol):
    """Runs and their aggregates, each in one query."""

    async def add(self, run: Run) -> None:
        """Store a run."""

    async def get(self, run_id: str) -> Run | None:
        """One run."""

    async def page(self, before: str | None, limit: int) -> Sequence[Run]:
        """Runs, newest first."""

    async def cancel(self, run_id: str, now: datetime) -> None:
        """Mark a run as cancelled."""

    async def progress(self, run_ids: Sequence[str]) -> Mapping[str, Progress]:
        """Progress by run id."""

    async def tallies(self, run_id: str, *, samples_only: bool = False) -> Sequence[TaskTally]:
        """Counts per task and verifier; ``samples_only`` leaves out candidates that repair another one."""

    async def crosses(self, run_id: str, oracle: str) -> Sequence[TaskCross]:
        """Four cells per task and verifier against an oracle, without candidates that repair another one."""

    async def repairs(self, run_id: str) -> int:
        """How many candidates repair another one."""

    async def candidates(self, run_id: str, after: str | None, limit: int) -> Sequence[ExportedCandidate]:
        """Candidates in order of submission after the candidate ``after``."""

    async def sample_counts(self, run_id: str) -> Mapping[int, int]:
        """Task key → the next free sample index."""


# --- the matrix candidate × verifier -------------------------------------------------------------


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
        score: With ``MatrixStore.scores`` the one verifier's score of these candidates.
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

    async def scores(self, selection: Selection, verifiers: Sequence[str]) -> Sequence[ProfileCount]:
        """Counts per run, task, profile and scores of these verifiers (the newest version's; None without one)."""

    async def curve(self, selection: Selection, verifier: str) -> Sequence[tuple[int, int | None, float]]:
        """Task key, profile key and score of each candidate that this verifier scored (the newest version's)."""

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


# --- the rest ------------------------------------------------------------------------------------


class KeyStore(Protocol):
    """API keys by the SHA-256 of their secret."""

    async def add(self, key: ApiKey, secret_hash: str) -> None:
        """Store a key."""

    async def by_hash(self, secret_hash: str) -> ApiKey | None:
        """The key with that secret, revoked or not."""

    async def list(self) -> Sequence[ApiKey]:
        """All keys, newest first."""

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke; False if there is no such key."""

    async def any_active(self) -> bool:
        """Whether at least one key is not revoked."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an idempotency key made.

    Attributes:
        body_hash: SHA-256 of the body that came with it.
        resource_id: The verification, run … that it created.
        progress: For uploads: what was stored so far, as JSON.
    """

    body_hash: str
    resource_id: str
    progress: str = ""


class IdempotencyStore(Protocol):
    """Idempotency keys and the resources they made."""

    async def find(self, key: Idempotency) -> Remembered | None:
        """What the key made before."""

    async def remember(self, key: Idempotency, resource_id: str, now: datetime, progress: str = "") -> bool:
        """Store what the key made, in the resource's own transaction; False if the key is taken by now."""

    async def advance(self, key: Idempotency, progress: str) -> None:
        """Note how far an upload came, in the same transaction as what it stored."""

    async def forget(self, before: datetime) -> int:
        """Delete keys older than that."""


class EvidenceStore(Protocol):
    """What the sandbox found about tasks: expected values, vettings of suites, environments."""

    async def expectations(self, reference_hash: str, inputs_hash: str, environment: str) -> bytes | None:
        """Stored expected values."""

    async def save_expectations(
        self, reference_hash: str, inputs_hash: str, environment: str, document: bytes, now: datetime
    ) -> None:
        """Store expected values; the first writer wins."""

    async def save_environment(self, environment: Environment, now: datetime) -> None:
        """Store what a fingerprint stands for; idempotent."""


class UnitOfWork(Protocol):
    """One transaction. Rolled back unless ``commit`` was awaited."""

    @property
    def tasks(self) -> TaskStore:
        """Tasks."""

    @property
    def verifications(self) -> VerificationStore:
        """Verifications."""

    @property
    def checks(self) -> CheckQueue:
        """The queue."""

    @property
    def runs(self) -> RunStore:
        """Runs."""

    @property
    def matrix(self) -> MatrixStore:
        """Figures over candidates and verifiers."""

    @property
    def definitions(self) -> DefinitionStore:
        """Verifiers that users defined."""

    @property
    def verdicts(self) -> VerdictStore:
        """Checks that nobody runs."""

    @property
    def keys(self) -> KeyStore:
        """API keys."""

    @property
    def idempotency(self) -> IdempotencyStore:
        """Idempotency keys."""

    @property
    def evidence(self) -> EvidenceStore:
        """Expected values and environments."""

    @property
    def audits(self) -> AuditStore:
        """Audits of task sets."""

    @property
    def repairs(self) -> RepairStore:
        """Repair sessions."""

    async def commit(self) -> None:
        """Make it last."""


class Storage(Protocol):
    """The database."""

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that only reads."""

    def writing(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that may write; writers of one process queue up on SQLite."""

    async def require_migrated(self) -> None:
        """Insist on this version's schema.

        Raises:
            NotMigrated: If the schema is another one; says which command to run.
            Unavailable: If the database does not answer.
        """

    async def close(self) -> None:
        """Give back every connection."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A verifier as it applies to one task."""

    name: str
    version: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One candidate to be judged by some verifiers.

    Attributes:
        source: The program.
        verifiers: Names, each resolved for the task before.
        limits: As asked for; the rest is filled in per suite.
        isolation: How; None takes the sandbox's default.
    """

    source: bytes
    verifiers: tuple[str, ...]
    limits: LimitValues = field(default_factory=LimitValues)
    isolation: Isolation | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """What preparing a suite came to.

    Attributes:
        cases: Cases of the suite.
        computed: Expected values that were computed now; 0 when they were stored already.
        wall_s: Seconds that the reference took for them.
        problem: Why the suite cannot judge, or None.
    """

    suite: str
    cases: int
    computed: int = 0
    wall_s: float = 0.0
    problem: str | None = None


class Verifiers(Protocol[TaskT_contra]):
    """Everything that can judge a candidate."""

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer."""

    def resolve(self, task: TaskT_contra, name: str) -> Resolved:
        """The verifier of that name for that task.

        Raises:
            NotFound: If there is none.
        """

    def gathers(self, name: str) -> bool:
        """Whether checks of the verifier of that name are better judged many at a time."""

    async def environment(self) -> Environment:
        """Where verdicts are made now.

        Raises:
            SandboxTrouble: If there is no sandbox.
        """

    async def judge(self, task: TaskT_contra, order: Order) -> Mapping[str, Judgement]:
        """Judge one candidate; one judgement per verifier asked for.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """

    async def prepare(self, task: TaskT_contra, suite: str) -> Preparation:
        """Compute and store expected values that the suite leaves to the reference.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """


class Subscription(Protocol):
    """One waiter."""

    async def wait(self, timeout_s: float) -> bool:
        """Wait until the topic was published since the last wait; False when time ran out."""


class Notifier(Protocol):
    """Wakes those who wait in this process. A hint only: the database is the truth, so waiters poll as well."""

    def publish(self, topic: str) -> None:
        """Wake everybody who waits for the topic."""

    def subscribe(self, topic: str) -> AbstractContextManager[Subscription]:
        """Listen to a topic from now on."""
