"""Import, list and show task sets and tasks."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.ports import StoredSuite, StoredTask, StoredTaskSet, UnitOfWork
from service.domain.requests import LOCAL, Caller, Idempotency, Page, Scope
from service.errors import InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.strengthening import SUITE, with_suite
from service.usecases.submission import require_same_body
from service.usecases.task_documents import from_stored, load_tasks, to_stored
from service.usecases.verifications import MAX_PAGE, page_of
from tasks.inline import INLINE_SET
from tasks.task import Task, TaskSet, Visibility

_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed.

    Attributes:
        added: Tasks that were not there.
        replaced: Tasks that have a new version now.
        unchanged: Tasks that were the same.
        suites: Suites by name → tasks that have one.
        strengthen_again: Tasks whose suite ``strengthened`` was made for content that the import replaced.
    """

    name: str
    added: int
    replaced: int
    unchanged: int
    suites: dict[str, int]
    strengthen_again: int = 0

    @property
    def total(self) -> int:
        """Tasks in the import."""
        return self.added + self.replaced + self.unchanged


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as it is shown; hidden suites are left out of ``task`` without the scope ``admin``.

    Attributes:
        task: With the suites that may be shown; without reference unless ``admin``.
        suites: All suites: name, version, kind, how many cases, hidden or not.
    """

    task: Task
    suites: tuple[StoredSuite, ...]


async def import_task_set(
    app: App,
    task_set: TaskSet,
    tasks: Iterable[Task],
    *,
    caller: Caller = LOCAL,
    idempotency: Idempotency | None = None,
) -> Imported:
    """Store a task set; importing again replaces what changed and keeps old versions readable.

    Tasks that are not in the import stay as they are. A task that is the same but for the suite that strengthening
    gave it keeps that suite; where the task changed, the suite may be wrong, so the new version comes without.

    Raises:
        InvalidInput: If two tasks share an id, a task names another set, or there is no task.
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    if idempotency is not None and (known := await _replay(app, idempotency)) is not None:
        return known
    if not task_set.name or "/" in task_set.name or task_set.name == INLINE_SET or len(task_set.name) > _MAX_NAME:
        raise InvalidInput(f"{task_set.name[:60]!r} cannot be the name of a task set", "/name")
    stored = await asyncio.to_thread(_documents, task_set, tasks)
    about = StoredTaskSet(task_set.name, task_set.version, task_set.licence, task_set.source, created_at=app.clock())
    async with app.storage.writing() as unit:
        await unit.tasks.save_set(about)
        stored, again = await _with_strengthened(unit, stored)
        outcome = await unit.tasks.put(stored)
        suites = Counter(suite.name for task in stored for suite in task.suites)
        result = Imported(task_set.name, outcome.added, outcome.replaced, outcome.unchanged, dict(suites), again)
        if idempotency is not None:
            progress = json.dumps(dataclasses.asdict(result))
            await unit.idempotency.remember(idempotency, task_set.name, app.clock(), progress)
        await unit.commit()
    app.tasks.forget(outcome.keys)
    return result


async def list_task_sets(app: App) -> tuple[StoredTaskSet, ...]:
    """All task sets by name."""
    async with app.storage.reading() as unit:
        return tuple(await unit.tasks.sets())


async def list_tasks(
    app: App, *, set_name: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[StoredTask]:
    """Tasks by set and position; summaries without documents (``suites`` hold name, kind, cases, hidden).

    Raises:
        NotFound: If the set does not exist.
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"limit must be within 1 and {MAX_PAGE}", "/limit")
    async with app.storage.reading() as unit:
        if set_name is not None and await unit.tasks.find_set(set_name) is None:
            raise NotFound(f"there is no task set {set_name!r}")
        if cursor is not None and await unit.tasks.current_key(cursor) is None:
            raise InvalidInput("the cursor is not one that this service gave", "/cursor")
        found = await unit.tasks.page(set_name, cursor, limit + 1)
    return page_of(found, limit, lambda task: task.id)


async def show_task(app: App, task_id: str, *, caller: Caller = LOCAL) -> TaskView:
    """One task, hidden cases only for ``admin``.

    Raises:
        NotFound: If there is none of that id.
    """
    async with app.storage.reading() as unit:
        key = await unit.tasks.current_key(task_id)
        if key is None:
            raise NotFound(f"there is no task {task_id!r}")
        stored = (await unit.tasks.load([key]))[key]
        task = (await load_tasks(app, unit, [key]))[key]
    suites = tuple(dataclasses.replace(suite, document=b"") for suite in stored.suites)
    if caller.may(Scope.ADMIN):
        return TaskView(task, suites)
    shown = tuple(suite for suite in task.suites if suite.visibility is Visibility.VISIBLE)
    return TaskView(dataclasses.replace(task, suites=shown, reference=None), suites)


def _documents(task_set: TaskSet, tasks: Iterable[Task]) -> list[StoredTask]:
    stored: list[StoredTask] = []
    seen: set[str] = set()
    for position, task in enumerate(tasks):
        if task.set_name != task_set.name:
            raise InvalidInput(f"the task {task.id!r} is not of the set {task_set.name!r}")
        if task.id in seen:
            raise InvalidInput(f"two tasks have the id {task.id!r}")
        seen.add(task.id)
        stored.append(to_stored(task, position))
    if not stored:
        raise InvalidInput("there is no task in it")
    return stored


async def _with_strengthened(unit: UnitOfWork, tasks: Sequence[StoredTask]) -> tuple[list[StoredTask], int]:
    """Tasks with the suites that strengthening gave the same ones, and how many lose theirs because they changed."""
    keys = await unit.tasks.current_with_suite(tasks[0].set_name, SUITE)
    kept, again = list(tasks), 0
    for place, task in enumerate(tasks):
        if task.id in keys and all(suite.name != SUITE for suite in task.suites):
            current = (await unit.tasks.load([keys[task.id]]))[keys[task.id]]
            same = await asyncio.to_thread(_strengthened_like, task, current)
            kept[place] = same or task
            again += same is None
    return kept, again


def _strengthened_like(task: StoredTask, current: StoredTask) -> StoredTask | None:
    """The task with the current version's strengthened suite, if that makes it the current version."""
    suite = from_stored(current).suite(SUITE)
    assert suite is not None
    found = to_stored(with_suite(from_stored(task), suite), task.position)
    return found if found.version == current.version else None


async def _replay(app: App, idempotency: Idempotency) -> Imported | None:
    async with app.storage.reading() as unit:
        known = await unit.idempotency.find(idempotency)
    if known is None:
        return None
    require_same_body(known, idempotency)
    return Imported(**json.loads(known.progress))
