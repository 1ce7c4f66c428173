"""Validate a task set: do its references pass their own suites, and can its suites tell wrong from right?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.requests import LOCAL, Caller
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class SuiteOutcome:
    """One reference against one suite.

    Attributes:
        verdict: A ``Verdict`` value, or None.
        failure: A ``Failure`` value, or None with a verdict.
        accepted: Of the verdict; None without one.
        message: One sentence on the first thing that went wrong.
        stubs: Stub programs that the suite accepts; it is then not to be trusted.
        weaknesses: Static weaknesses of the suite (``weak_oracle``), each a sentence.
    """

    task_id: str
    suite: str
    verdict: str | None
    failure: str | None
    accepted: bool | None
    message: str = ""
    stubs: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SetValidation:
    """All outcomes of a validation.

    Attributes:
        tasks: Tasks looked at.
        without_reference: Ids of tasks that have none (or that the other set lacks).
    """

    name: str
    references_of: str
    tasks: int
    outcomes: tuple[SuiteOutcome, ...]
    without_reference: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[SuiteOutcome, ...]:
        """References that their suite did not accept."""
        return tuple(outcome for outcome in self.outcomes if not outcome.accepted)

    @property
    def accepted_tasks(self) -> int:
        """Tasks whose reference was accepted by every suite it sat."""
        refused = {outcome.task_id for outcome in self.refused}
        return len({outcome.task_id for outcome in self.outcomes} - refused)

    @property
    def ok(self) -> bool:
        """Every reference was accepted."""
        return not self.refused


async def validate_task_set(
    app: App,
    name: str,
    *,
    references_of: str | None = None,
    suites: tuple[str, ...] = (),
    stubs: bool = True,
    concurrency: int = 2,
    limit: int | None = None,
    on_outcome: Callable[[int, int, tuple[SuiteOutcome, ...]], None] | None = None,
    caller: Caller = LOCAL,
) -> SetValidation:
    """Run references (and stubs) against the suites of a set.

    Args:
        app: Ports and policies.
        name: The set whose suites are sat.
        references_of: Take the references of another set (same local ids) instead of the set's own.
        suites: Only these; default all.
        stubs: Also run the stub programs and look for static weaknesses.
        concurrency: Tasks at a time.
        limit: Only the first so many tasks.
        on_outcome: Called after each task with (done, total, its outcomes).
        caller: Who asks.

    Returns:
        One outcome per reference and suite.

    Raises:
        NotFound: If a set does not exist.
        SandboxTrouble: If there is no sandbox.
    """
    raise NotImplementedError
