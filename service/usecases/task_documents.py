"""Tasks as the bytes that storage keeps, one document per suite, and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence

from service.domain.ports import StoredSuite, StoredTask, UnitOfWork
from service.errors import InvalidInput, NotFound
from service.usecases.app import App
from tasks.errors import TaskFormatError
from tasks.formats import native
from tasks.task import Task, Visibility
from tasks.versions import with_versions

_MAX_ID = 200


def to_stored(task: Task, position: int) -> StoredTask:
    """A task as documents; versions are worked out where they are missing.

    Raises:
        InvalidInput: If its id is too long or a value in it is not plain.
    """
    try:
        if not task.version or any(not suite.version for suite in task.suites):
            task = with_versions(task)
        document = native.encode(task)
    except TaskFormatError as error:
        raise InvalidInput(f"task {task.id}: {error}") from None
    if len(task.local) > _MAX_ID or len(task.set_name) > _MAX_ID:
        raise InvalidInput(f"the id {task.id[:60]}… is longer than {_MAX_ID} characters")
    suites = document.pop("suites")
    assert isinstance(suites, list)
    return StoredTask(
        id=task.id,
        set_name=task.set_name,
        local=task.local,
        version=task.version,
        entry_point=task.entry_point,
        prompt=task.prompt,
        tags=task.tags,
        suites=tuple(
            StoredSuite(
                name=suite.name,
                version=suite.version,
                kind=suite.kind.value,
                cases=len(suite.cases),
                hidden=suite.visibility is Visibility.HIDDEN,
                document=_dump(content),
            )
            for suite, content in zip(task.suites, suites, strict=True)
        ),
        position=position,
        document=_dump(document),
    )


def from_stored(stored: StoredTask) -> Task:
    """The task that the documents describe."""
    document = json.loads(stored.document)
    document["suites"] = [json.loads(suite.document) for suite in stored.suites]
    return native.decode(document)


async def load_tasks(app: App, unit: UnitOfWork, keys: Iterable[int]) -> Mapping[int, Task]:
    """Tasks by storage key, from the cache where it holds them.

    Raises:
        NotFound: If a key is unknown.
    """
    wanted = set(keys)
    found = {key: task for key in wanted if (task := app.tasks.get(key)) is not None}
    missing = sorted(wanted - found.keys())
    for start in range(0, len(missing), 50):
        batch = missing[start : start + 50]
        stored = await unit.tasks.load(batch)
        for key in batch:
            if key not in stored:
                raise NotFound(f"there is no task with the key {key}")
            found[key] = await asyncio.to_thread(from_stored, stored[key])
            app.tasks.put(key, found[key])
    return found


async def load_task(app: App, key: int) -> Task:
    """One task by storage key, without a transaction if the cache holds it.

    Raises:
        NotFound: If the key is unknown.
    """
    task = app.tasks.get(key)
    if task is None:
        async with app.storage.reading() as unit:
            task = (await load_tasks(app, unit, [key]))[key]
    return task


async def set_tasks(app: App, unit: UnitOfWork, set_name: str) -> Sequence[int]:
    """Storage keys of the current tasks of a set, in order.

    Raises:
        NotFound: If the set does not exist.
    """
    if await unit.tasks.find_set(set_name) is None:
        raise NotFound(f"there is no task set {set_name!r}; `assay tasks list` shows which there are")
    return list((await unit.tasks.keys(set_name)).values())


def _dump(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
