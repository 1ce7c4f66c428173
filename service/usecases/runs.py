"""Create, list, cancel and watch runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from service.domain.check import Disclosure
from service.domain.ids import new_id
from service.domain.ports import UnitOfWork
from service.domain.requests import LOCAL, CachePolicy, Caller, Idempotency, Isolation, LimitValues, Page, Scope
from service.domain.run import Progress, Run
from service.domain.verdict import State
from service.domain.verification import Verification
from service.errors import Conflict, InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.submission import allowed_isolation, require_same_body, required_of
from service.usecases.task_documents import load_tasks, set_tasks
from service.usecases.verifications import disclosed, page_of, require_page, require_reader
from service.usecases.verifier_names import expand, learn_definitions, new_checks
from tasks.task import Task

_CALM_S = 0.2
"""Least time between two items of a watcher."""


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
    caller.require(Scope.SUBMIT)
    if request.disclosure is not Disclosure.VERDICT:
        caller.require(Scope.ADMIN)
    app.policy.limits.check(request.limits)
    _check_names(request)
    run = Run(
        id=new_id("run"),
        name=request.name,
        model=request.model,
        task_set=request.task_set,
        verifiers=request.verifiers,
        required=required_of(request.verifiers, request.required),
        limits=request.limits,
        isolation=allowed_isolation(app, request.isolation),
        cache=request.cache,
        disclosure=request.disclosure,
        created_at=app.clock(),
        key_id=caller.key_id,
    )
    async with app.storage.writing() as unit:
        known = await unit.idempotency.find(idempotency) if idempotency is not None else None
        if idempotency is not None and known is not None:
            require_same_body(known, idempotency)
            return Created(await _run(unit, known.resource_id), replayed=True)
        await learn_definitions(app, unit, run.verifiers)
        named = tuple(each.name for each in expand(app, run.verifiers, lambda _: False))
        await _require_verifiers(app, unit, run)
        run = replace(run, verifiers=named)
        await unit.runs.add(run)
        if idempotency is not None and not await unit.idempotency.remember(idempotency, run.id, app.clock()):
            raise Conflict(f"the idempotency key {idempotency.key!r} is being used at this moment")
        await unit.commit()
    return Created(run)


def _check_names(request: RunRequest) -> None:
    if not request.verifiers:
        raise InvalidInput("a run needs at least one verifier", "/verifiers")
    for pointer, text in (("/name", request.name), ("/model", request.model)):
        if not text.strip():
            raise InvalidInput("this must not be empty", pointer)


async def _require_verifiers(app: App, unit: UnitOfWork, run: Run) -> None:
    keys = await set_tasks(app, unit, run.task_set)
    missing = dict(enumerate(run.verifiers))
    for start in range(0, len(keys), 20):
        for task in (await load_tasks(app, unit, keys[start : start + 20])).values():
            missing = {index: name for index, name in missing.items() if not _has(app, task, name)}
        if not missing:
            return
    for index, name in missing.items():
        raise InvalidInput(f"no task of {run.task_set!r} has a verifier {name!r}", f"/verifiers/{index}")


def _has(app: App, task: Task, name: str) -> bool:
    try:
        new_checks(app, task, (name,))
    except NotFound:
        return False
    return True


async def _run(unit: UnitOfWork, run_id: str) -> Run:
    run = await unit.runs.get(run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id!r}")
    return run


async def _view(unit: UnitOfWork, run_id: str) -> RunView:
    run = await _run(unit, run_id)
    return RunView(run, (await unit.runs.progress([run_id]))[run_id])


async def get_run(app: App, run_id: str, *, caller: Caller = LOCAL) -> RunView:
    """A run and how far it is; see ``run_summary.summarise_run`` for the numbers.

    Raises:
        NotFound: If there is none of that id.
    """
    async with app.storage.reading() as unit:
        view = await _view(unit, run_id)
    require_reader(caller, view.run.key_id)
    return view


async def list_runs(app: App, *, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL) -> Page[RunView]:
    """Runs, newest first.

    Raises:
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    caller.require(Scope.READ)
    require_page(limit, cursor, "run")
    async with app.storage.reading() as unit:
        runs = await unit.runs.page(cursor, limit + 1)
        progress = await unit.runs.progress([run.id for run in runs])
    return page_of([RunView(run, progress[run.id]) for run in runs], limit, lambda view: view.run.id)


async def list_run_candidates(
    app: App, run_id: str, *, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL
) -> Page[Verification]:
    """The run's candidates with their checks, newest first; checks without cases.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    await get_run(app, run_id, caller=caller)
    require_page(limit, cursor, "ver")
    async with app.storage.reading() as unit:
        found = await unit.verifications.page(run_id=run_id, before=cursor, limit=limit + 1)
    return page_of([disclosed(item) for item in found], limit, lambda item: item.id)


async def cancel_run(app: App, run_id: str, *, caller: Caller = LOCAL) -> RunView:
    """Cancel what is not finished; finished checks stay. Idempotent.

    Raises:
        NotFound: If there is no such run.
        Forbidden: Without the scope ``submit``, or for a run of another key without ``admin``.
    """
    caller.require(Scope.SUBMIT)
    async with app.storage.writing() as unit:
        caller.require_own(Scope.SUBMIT, (await _run(unit, run_id)).key_id)
        await unit.runs.cancel(run_id, app.clock())
        await unit.checks.cancel_run(run_id, app.clock())
        view = await _view(unit, run_id)
        await unit.commit()
    app.notifier.publish(run_id)
    return view


def watch_run(app: App, run_id: str, *, caller: Caller = LOCAL, keep_alive_s: float = 15.0) -> AsyncIterator[RunView]:
    """Progress whenever it changed (at most a few times a second), at least every ``keep_alive_s``.

    The first item comes at once; the last one has a final state. An empty run is waited for.

    Raises:
        NotFound: On the first step, if there is no such run.
    """
    return _watch(app, run_id, caller, keep_alive_s)


async def _watch(app: App, run_id: str, caller: Caller, keep_alive_s: float) -> AsyncIterator[RunView]:
    shown: RunView | None = None
    shown_at = time.monotonic()
    with app.notifier.subscribe(run_id) as subscription:
        while True:
            view = await get_run(app, run_id, caller=caller)
            if view != shown or time.monotonic() - shown_at >= keep_alive_s:
                yield view
                shown, shown_at = view, time.monotonic()
            if view.state.final:
                return
            await asyncio.sleep(_CALM_S)
            await subscription.wait(max(0.0, app.policy.poll_s - _CALM_S))
