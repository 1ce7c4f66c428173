"""Compute expected values that a suite leaves to its reference, ahead of the first candidate."""

from __future__ import annotations

from collections.abc import Callable

from service.domain.ports import Preparation
from service.domain.requests import LOCAL, Caller, Scope
from service.errors import NotFound
from service.usecases.app import App
from service.usecases.concurrency import each
from service.usecases.task_documents import load_tasks, set_tasks


async def prepare_suite(app: App, task_id: str, suite: str, *, caller: Caller = LOCAL) -> Preparation:
    """Prepare one suite of one task; nothing is done twice.

    Raises:
        NotFound: If task or suite do not exist.
        SandboxTrouble: If the sandbox failed.
    """
    caller.require(Scope.SUBMIT)
    async with app.storage.reading() as unit:
        key = await unit.tasks.current_key(task_id)
        if key is None:
            raise NotFound(f"there is no task {task_id!r}")
        task = (await load_tasks(app, unit, [key]))[key]
    if task.suite(suite) is None:
        raise NotFound(f"the task {task_id!r} has no suite {suite!r}")
    return await app.verifiers.prepare(task, suite)


async def prepare_task_set(
    app: App,
    name: str,
    *,
    concurrency: int = 2,
    on_progress: Callable[[int, int], None] | None = None,
    caller: Caller = LOCAL,
) -> tuple[Preparation, ...]:
    """Prepare every suite of a set; ``on_progress`` gets (done, total).

    Raises:
        NotFound: If the set does not exist.
        SandboxTrouble: If the sandbox failed.
    """
    caller.require(Scope.SUBMIT)
    async with app.storage.reading() as unit:
        keys = await set_tasks(app, unit, name)
    done: list[Preparation] = []
    finished = 0

    async def prepare(key: int) -> None:
        nonlocal finished
        async with app.storage.reading() as unit:
            task = (await load_tasks(app, unit, [key]))[key]
        for suite in task.suites:
            done.append(await app.verifiers.prepare(task, suite.name))
        finished += 1
        if on_progress is not None:
            on_progress(finished, len(keys))

    await each(keys, prepare, concurrency)
    return tuple(done)
