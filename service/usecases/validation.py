"""Validate a task set: do its references pass their own suites, and can its suites tell wrong from right?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.candidate import encode_program
from service.domain.check import Judgement
from service.domain.ports import Order
from service.domain.requests import LOCAL, Caller, Scope
from service.domain.verdict import Verdict
from service.usecases.app import App
from service.usecases.concurrency import each
from service.usecases.task_documents import load_tasks, set_tasks
from tasks.stubs import stub_programs
from tasks.task import Task
from tasks.weakness import inspect_suite


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
    caller.require(Scope.SUBMIT)
    async with app.storage.reading() as unit:
        keys = list(await set_tasks(app, unit, name))[:limit]
        if references_of is not None:
            await set_tasks(app, unit, references_of)
            others = await unit.tasks.keys(references_of)
    outcomes: dict[int, tuple[SuiteOutcome, ...]] = {}
    without: dict[int, str] = {}

    async def validate(key: int) -> None:
        async with app.storage.reading() as unit:
            task = (await load_tasks(app, unit, [key]))[key]
            reference = task.reference
            if references_of is not None:
                other = others.get(task.local)
                reference = (await load_tasks(app, unit, [other]))[other].reference if other is not None else None
        names = tuple(suite.name for suite in task.suites if not suites or suite.name in suites)
        outcomes[key] = ()
        if reference is None:
            without[key] = task.id
        elif names:
            outcomes[key] = await _validate(app, task, reference, names, stubs=stubs)
        if on_outcome is not None:
            on_outcome(len(outcomes), len(keys), outcomes[key])

    await each(keys, validate, concurrency)
    return SetValidation(
        name=name,
        references_of=references_of or name,
        tasks=len(keys),
        outcomes=tuple(outcome for key in keys for outcome in outcomes[key]),
        without_reference=tuple(without[key] for key in keys if key in without),
    )


async def _validate(
    app: App, task: Task, reference: str, names: tuple[str, ...], *, stubs: bool
) -> tuple[SuiteOutcome, ...]:
    judgements = await app.verifiers.judge(task, Order(encode_program(reference), names))
    fooled: dict[str, list[str]] = {name: [] for name in names}
    if stubs:
        for stub in stub_programs(task):
            found = await app.verifiers.judge(task, Order(encode_program(stub.source), names))
            for name in names:
                if found[name].verdict is Verdict.ACCEPTED:
                    fooled[name].append(stub.name)
    return tuple(_outcome(task, name, judgements[name], tuple(fooled[name]), stubs) for name in names)


def _outcome(task: Task, name: str, judgement: Judgement, fooled: tuple[str, ...], static: bool) -> SuiteOutcome:
    suite = task.suite(name)
    weak = inspect_suite(task, suite).weak if static and suite is not None else ()
    failed = next((case for case in judgement.evidence.cases if case.verdict != Verdict.ACCEPTED), None)
    message = judgement.evidence.message or judgement.detail.reason or ""
    if failed is not None:
        message = f"case {failed.index}: {failed.message or failed.verdict}"
    return SuiteOutcome(
        task_id=task.id,
        suite=name,
        verdict=judgement.verdict,
        failure=judgement.failure,
        accepted=None if judgement.verdict is None else judgement.verdict is Verdict.ACCEPTED,
        message="" if judgement.verdict is Verdict.ACCEPTED else message,
        stubs=fooled,
        weaknesses=tuple(f"{item.flaw.value}: {item.evidence}" for item in weak),
        wall_s=(judgement.usage.wall_ms or 0.0) / 1000,
    )
