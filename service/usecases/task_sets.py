"""Import, list and show task sets and tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.ports import StoredSuite, StoredTask, StoredTaskSet
from service.domain.requests import LOCAL, Caller, Idempotency, Page
from service.usecases.app import App
from tasks.task import Task, TaskSet


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed.

    Attributes:
        added: Tasks that were not there.
        replaced: Tasks that have a new version now.
        unchanged: Tasks that were the same.
        suites: Suites by name → tasks that have one.
    """

    name: str
    added: int
    replaced: int
    unchanged: int
    suites: dict[str, int]

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

    Tasks that are not in the import stay as they are.

    Raises:
        InvalidInput: If two tasks share an id, a task names another set, or there is no task.
        Forbidden: Without the scope ``admin``.
    """
    raise NotImplementedError


async def list_task_sets(app: App) -> tuple[StoredTaskSet, ...]:
    """All task sets by name."""
    raise NotImplementedError


async def list_tasks(
    app: App, *, set_name: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[StoredTask]:
    """Tasks by set and position; summaries without documents (``suites`` hold name, kind, cases, hidden).

    Raises:
        NotFound: If the set does not exist.
        InvalidInput: If the cursor or the limit (1 … 500) is wrong.
    """
    raise NotImplementedError


async def show_task(app: App, task_id: str, *, caller: Caller = LOCAL) -> TaskView:
    """One task, hidden cases only for ``admin``.

    Raises:
        NotFound: If there is none of that id.
    """
    raise NotImplementedError
