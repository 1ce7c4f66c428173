"""Create, list, cancel and watch runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from service.domain.check import Disclosure
from service.domain.requests import LOCAL, CachePolicy, Caller, Idempotency, Isolation, LimitValues, Page
from service.domain.run import Progress, Run
from service.domain.verdict import State
from service.domain.verification import Verification
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What ``POST /v1/runs`` asks for.

    Attributes:
        required: Verifiers that make a candidate's verdict; default all.
        disclosure: The most that hidden suites may show; above ``verdict`` needs ``admin``.
    """

    name: str
    model: str
    task_set: str
    verifiers: tuple[str, ...] = ("base",)
    required: tuple[str, ...] = ()
    limits: LimitValues = field(default_factory=LimitValues)
    isolation: Isolation | None = None
    cache: CachePolicy = CachePolicy.USE
    disclosure: Disclosure = Disclosure.VERDICT


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its progress."""

    run: Run
    progress: Progress

    @property
    def state(self) -> State:
        """Queued while empty, running, completed, or cancelled."""
        return self.progress.state(self.run)


@dataclass(frozen=True, slots=True)
class Created:
    """The run that stands for a request; ``replayed`` if the idempotency key had made it before."""

    run: Run
    replayed: bool = False


async def create_run(
    app: App, request: RunRequest, *, caller: Caller = LOCAL, idempotency: Idempotency | None = None
) -> Created:
    """Create a run without candidates.

    Raises:
        NotFound: Unknown task set.
        InvalidInput: A verifier that no task of the set has, none at all, or one twice.
        LimitAboveCap: A limit above the cap.
        Conflict: The idempotency key came with another body before.
        Forbidden: Without the scope ``submit``.
    """
    raise NotImplementedError


async def get_run(app: App, run_id: str, *, caller: Caller = LOCAL) -> RunView:
    """A run and how far it is; see ``run_summary.summarise_run`` for the numbers.

    Raises:
        NotFound: If there is none of that id.
    """
    raise NotImplementedError


async def list_runs(app: App, *, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL) -> Page[RunView]:
    """Runs, newest first.

    Raises:
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    raise NotImplementedError


async def list_run_candidates(
    app: App, run_id: str, *, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL
) -> Page[Verification]:
    """The run's candidates with their checks, newest first; checks without cases.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    raise NotImplementedError


async def cancel_run(app: App, run_id: str, *, caller: Caller = LOCAL) -> RunView:
    """Cancel what is not finished; finished checks stay. Idempotent.

    Raises:
        NotFound: If there is no such run.
        Forbidden: Without the scope ``submit``.
    """
    raise NotImplementedError


def watch_run(app: App, run_id: str, *, caller: Caller = LOCAL, keep_alive_s: float = 15.0) -> AsyncIterator[RunView]:
    """Progress whenever it changed (at most a few times a second), at least every ``keep_alive_s``.

    The first item comes at once; the last one has a final state. An empty run is waited for.

    Raises:
        NotFound: On the first step, if there is no such run.
    """
    raise NotImplementedError
