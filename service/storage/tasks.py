"""Task sets and tasks in SQL."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.ports import PutOutcome, StoredSuite, StoredTask, StoredTaskSet
from service.storage.models import SuiteRow, TaskRow, TaskSetRow
from service.storage.types import AnyRow
from service.storage.upsert import upsert

INLINE = "inline"
"""The set that inline tasks are kept in; not listed."""

_BATCH = 500
_SUMMARY = (
    TaskRow.key,
    TaskRow.id,
    TaskRow.set_name,
    TaskRow.local,
    TaskRow.version,
    TaskRow.entry_point,
    TaskRow.prompt,
    TaskRow.tags,
    TaskRow.position,
)
_SUITE_SUMMARY = (SuiteRow.task_key, SuiteRow.name, SuiteRow.version, SuiteRow.kind, SuiteRow.cases, SuiteRow.hidden)


class SqlTasks:
    """``TaskStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def save_set(self, task_set: StoredTaskSet) -> None:
        """Insert or update a task set."""
        values = {
            "name": task_set.name,
            "version": task_set.version,
            "licence": task_set.licence,
            "source": task_set.source,
            "created_at": task_set.created_at,
        }
        changed = ("version", "licence", "source")
        await self._connection.execute(upsert(self._connection, TaskSetRow, ("name",), changed), values)

    async def put(self, tasks: Sequence[StoredTask]) -> PutOutcome:
        """Make these the current versions of their ids."""
        added = replaced = unchanged = 0
        keys: list[int] = []
        for start in range(0, len(tasks), _BATCH):
            batch = tasks[start : start + _BATCH]
            before = await self._versions([task.id for task in batch])
            fresh = [task for task in batch if task.version not in before.get(task.id, {})]
            made = dict(zip([task.id for task in fresh], await self._insert(fresh), strict=True))
            for task in batch:
                versions = before.get(task.id, {})
                is_current = any(current for version, (_, current) in versions.items() if version == task.version)
                added += not versions
                replaced += bool(versions) and not is_current
                unchanged += is_current
                keys.append(made[task.id] if task.id in made else versions[task.version][0])
            await self._make_current(batch, keys[-len(batch) :])
        return PutOutcome(added, replaced, unchanged, tuple(keys))

    async def _versions(self, ids: Sequence[str]) -> dict[str, dict[str, tuple[int, bool]]]:
        query = select(TaskRow.id, TaskRow.version, TaskRow.key, TaskRow.current).where(TaskRow.id.in_(ids))
        found: dict[str, dict[str, tuple[int, bool]]] = {}
        for task_id, version, key, current in await self._connection.execute(query):
            found.setdefault(task_id, {})[version] = (key, current)
        return found

    async def _insert(self, tasks: Sequence[StoredTask]) -> list[int]:
        if not tasks:
            return []
        statement = insert(TaskRow).returning(TaskRow.key, sort_by_parameter_order=True)
        result = await self._connection.execute(statement, [_task_values(task) for task in tasks])
        keys = list(result.scalars())
        suites = [
            _suite_values(key, position, suite)
            for key, task in zip(keys, tasks, strict=True)
            for position, suite in enumerate(task.suites)
        ]
        if suites:
            await self._connection.execute(insert(SuiteRow), suites)
        return keys

    async def _make_current(self, tasks: Sequence[StoredTask], keys: Sequence[int]) -> None:
        ids = [task.id for task in tasks]
        outdated = update(TaskRow).where(TaskRow.id.in_(ids), TaskRow.key.not_in(keys), TaskRow.current.is_(True))
        await self._connection.execute(outdated.values(current=False))
        for task, key in zip(tasks, keys, strict=True):
            values = _task_values(task)
            await self._connection.execute(update(TaskRow).where(TaskRow.key == key).values(values))

    async def sets(self) -> Sequence[StoredTaskSet]:
        """All task sets by name, without the one that holds inline tasks."""
        rows = await self._connection.execute(_sets().where(TaskSetRow.name != INLINE).order_by(TaskSetRow.name))
        return [StoredTaskSet(*row) for row in rows]

    async def find_set(self, name: str) -> StoredTaskSet | None:
        """The set of that name."""
        row = (await self._connection.execute(_sets().where(TaskSetRow.name == name))).first()
        return None if row is None else StoredTaskSet(*row)

    async def page(self, set_name: str | None, after: str | None, limit: int) -> Sequence[StoredTask]:
        """Current tasks in order of set and position, after the task of id ``after``; without documents."""
        query = select(*_SUMMARY).where(TaskRow.current.is_(True), TaskRow.set_name != INLINE)
        if set_name is not None:
            query = select(*_SUMMARY).where(TaskRow.current.is_(True), TaskRow.set_name == set_name)
        if after is not None:
            place = select(TaskRow.set_name, TaskRow.position, TaskRow.id).where(
                TaskRow.id == after, TaskRow.current.is_(True)
            )
            row = (await self._connection.execute(place)).first()
            if row is None:
                return []
            query = query.where(tuple_(TaskRow.set_name, TaskRow.position, TaskRow.id) > tuple_(*row))
        query = query.order_by(TaskRow.set_name, TaskRow.position, TaskRow.id).limit(limit)
        rows = (await self._connection.execute(query)).all()
        suites = await self._suites([row.key for row in rows], documents=False)
        return [_task(row, suites.get(row.key, ())) for row in rows]

    async def keys(self, set_name: str) -> Mapping[str, int]:
        """Local id → storage key of the current tasks of a set."""
        query = select(TaskRow.local, TaskRow.key).where(TaskRow.set_name == set_name, TaskRow.current.is_(True))
        rows = await self._connection.execute(query.order_by(TaskRow.position))
        return {row.local: row.key for row in rows}

    async def current_key(self, task_id: str) -> int | None:
        """Storage key of the current version of a task."""
        query = select(TaskRow.key).where(TaskRow.id == task_id, TaskRow.current.is_(True))
        return (await self._connection.execute(query)).scalar()

    async def current_with_suite(self, set_name: str, suite: str) -> Mapping[str, int]:
        """Id → storage key of a set's current tasks that have a suite of that name."""
        query = (
            select(TaskRow.id, TaskRow.key)
            .join(SuiteRow, SuiteRow.task_key == TaskRow.key)
            .where(TaskRow.set_name == set_name, TaskRow.current.is_(True), SuiteRow.name == suite)
        )
        return {row.id: row.key for row in await self._connection.execute(query)}

    async def load(self, keys: Sequence[int]) -> Mapping[int, StoredTask]:
        """Tasks with their documents by storage key; missing ones are left out."""
        query = select(*_SUMMARY, TaskRow.document).where(TaskRow.key.in_(keys))
        rows = (await self._connection.execute(query)).all()
        suites = await self._suites([row.key for row in rows], documents=True)
        return {row.key: _task(row, suites.get(row.key, ())) for row in rows}

    async def _suites(self, keys: Sequence[int], *, documents: bool) -> dict[int, tuple[StoredSuite, ...]]:
        columns: tuple[Any, ...] = (*_SUITE_SUMMARY, SuiteRow.document) if documents else _SUITE_SUMMARY
        query = select(*columns).where(SuiteRow.task_key.in_(keys)).order_by(SuiteRow.task_key, SuiteRow.position)
        found: dict[int, tuple[StoredSuite, ...]] = {}
        for row in await self._connection.execute(query):
            document = zlib.decompress(row.document) if documents else b""
            suite = StoredSuite(row.name, row.version, row.kind, row.cases, row.hidden, document)
            found[row.task_key] = (*found.get(row.task_key, ()), suite)
        return found


def _sets() -> Any:
    count = select(func.count()).where(TaskRow.set_name == TaskSetRow.name, TaskRow.current.is_(True))
    return select(
        TaskSetRow.name,
        TaskSetRow.version,
        TaskSetRow.licence,
        TaskSetRow.source,
        count.correlate(TaskSetRow).scalar_subquery(),
        TaskSetRow.created_at,
    )


def _task_values(task: StoredTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "version": task.version,
        "set_name": task.set_name,
        "local": task.local,
        "position": task.position,
        "current": True,
        "entry_point": task.entry_point,
        "prompt": task.prompt,
        "tags": list(task.tags),
        "document": zlib.compress(task.document),
    }


def _suite_values(key: int, position: int, suite: StoredSuite) -> dict[str, Any]:
    return {
        "task_key": key,
        "name": suite.name,
        "position": position,
        "version": suite.version,
        "kind": suite.kind,
        "cases": suite.cases,
        "hidden": suite.hidden,
        "document": zlib.compress(suite.document),
    }


def _task(row: AnyRow, suites: Iterable[StoredSuite]) -> StoredTask:
    return StoredTask(
        id=row.id,
        set_name=row.set_name,
        local=row.local,
        version=row.version,
        entry_point=row.entry_point,
        prompt=row.prompt,
        tags=tuple(row.tags),
        suites=tuple(suites),
        position=row.position,
        document=zlib.decompress(row.document) if "document" in row._mapping else b"",
        key=row.key,
    )
