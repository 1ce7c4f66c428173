"""Carries out an audit or a strengthening, task by task, so that nothing finished is done twice."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import Any

from service.domain.audit import Audit, AuditState, Flag
from service.domain.execution import Executor
from service.errors import AssayError
from service.usecases.app import App
from service.usecases.audit_documents import document_of
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audit_summary import set_flags, summary_of
from service.usecases.concurrency import each
from service.usecases.examination import VERSION, Examination
from service.usecases.strengthening import SUITE, Strengthened, StrengthenOptions, strengthen_task, with_suite, without
from service.usecases.task_documents import load_tasks, to_stored
from tasks.task import Task

_SIGN_OF_LIFE_S = 20.0
_KEY = "conditions"
"""Where a suite's provenance names the conditions that it was made under."""


class AuditRun:
    """One audit or strengthening at work."""

    def __init__(
        self, app: App, executor: Executor[Task], audit: Audit, options: AuditOptions | StrengthenOptions
    ) -> None:
        """Work for a stored audit."""
        self._app = app
        self._executor = executor
        self._audit = audit
        self._options = options
        self._done = 0
        self._tasks: dict[int, Task] = {}
        self._documents: dict[str, Mapping[str, Any]] = {}

    async def run(self, keys: Sequence[int], concurrency: int) -> None:
        """Look at every task and note the end; an error of ours, too, is noted."""
        try:
            async with self._alive():
                await each(keys, self._one, concurrency)
            await self._finish(keys)
        except AssayError as error:
            await self._end(AuditState.FAILED, str(error))
        except asyncio.CancelledError:
            await asyncio.shield(self._end(AuditState.INTERRUPTED, "interrupted; ask for it again to continue"))
            raise

    async def _one(self, key: int) -> None:
        async with self._app.storage.reading() as unit:
            task = (await load_tasks(self._app, unit, [key]))[key]
            programs = [each.code for each in await unit.audits.programs(task.id, self._options.candidates)]
        self._tasks[key] = task
        conditions = await self._conditions(task, programs)
        if isinstance(self._options, AuditOptions):
            await self._audit_one(task, programs, conditions, self._options)
        else:
            await self._strengthen_one(key, task, programs, conditions, self._options)

    async def _conditions(self, task: Task, programs: Sequence[bytes]) -> str:
        """Everything that what is found of a task depends on, as one digest."""
        environment = (await self._app.verifiers.environment()).fingerprint
        shown = without(task, SUITE) if isinstance(self._options, StrengthenOptions) else task
        versions = [VERSION, self._options.key(), shown.version, task.prompt, environment]
        codes = sorted(hashlib.sha256(program).hexdigest() for program in programs)
        return hashlib.sha256(json.dumps([self._audit.kind.value, versions, codes]).encode()).hexdigest()

    async def _audit_one(self, task: Task, programs: Sequence[bytes], conditions: str, options: AuditOptions) -> None:
        async with self._app.storage.reading() as unit:
            document = await unit.audits.result(conditions)
        if document is None:
            examination = Examination(self._app.verifiers, self._executor, task, options)
            document = document_of(await examination.examine(programs))
        await self._record(task, conditions, document)

    async def _strengthen_one(
        self, key: int, task: Task, programs: Sequence[bytes], conditions: str, options: StrengthenOptions
    ) -> None:
        known = task.suite(SUITE)
        if known is not None and known.provenance.get(_KEY) == conditions:
            await self._record(task, conditions, {"task_id": task.id, "fresh": False, **_told(known.provenance)})
            return
        found = await strengthen_task(self._executor, task, options, programs)
        document = {"task_id": task.id, "fresh": True, **_outcome(found)}
        if found.suite is not None:
            provenance = {**found.suite.provenance, _KEY: conditions, **_outcome(found)}
            await self._store(key, with_suite(task, replace(found.suite, provenance=provenance)))
        await self._record(task, conditions, document)

    async def _store(self, key: int, task: Task) -> None:
        async with self._app.storage.writing() as unit:
            position = (await unit.tasks.load([key]))[key].position
            outcome = await unit.tasks.put([to_stored(task, position)])
            await unit.commit()
        self._app.tasks.forget(outcome.keys)

    async def _record(self, task: Task, conditions: str, document: Mapping[str, Any]) -> None:
        self._documents[task.id] = document
        self._done += 1
        now = self._app.clock()
        async with self._app.storage.writing() as unit:
            await unit.audits.save_result(self._audit.id, task.id, conditions, document, now)
            await unit.audits.advance(self._audit.id, self._done, now)
            await unit.commit()

    # -- the end --------------------------------------------------------------------------------

    async def _finish(self, keys: Sequence[int]) -> None:
        ordered = [self._tasks[key] for key in keys]
        documents = {task.id: self._documents[task.id] for task in ordered}
        flags: tuple[Flag, ...] = ()
        if isinstance(self._options, AuditOptions):
            flags = await asyncio.to_thread(set_flags, ordered, documents)
            summary = await asyncio.to_thread(summary_of, documents, flags, self._options.seed)
        else:
            summary = _totals(documents)
        async with self._app.storage.writing() as unit:
            await unit.audits.add_flags(self._audit.id, flags)
            await unit.audits.finish(self._audit.id, AuditState.COMPLETED, self._app.clock(), summary=summary)
            await unit.commit()
        self._app.notifier.publish(self._audit.id)

    async def _end(self, state: AuditState, message: str) -> None:
        async with self._app.storage.writing() as unit:
            await unit.audits.finish(self._audit.id, state, self._app.clock(), summary=None, message=message)
            await unit.commit()
        self._app.notifier.publish(self._audit.id)

    @asynccontextmanager
    async def _alive(self) -> AsyncIterator[None]:
        """Give signs of life while a task takes long."""

        async def show() -> None:
            while True:
                await asyncio.sleep(_SIGN_OF_LIFE_S)
                async with self._app.storage.writing() as unit:
                    await unit.audits.advance(self._audit.id, self._done, self._app.clock())
                    await unit.commit()

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await showing


def _outcome(found: Strengthened) -> dict[str, Any]:
    told = {name: value for name, value in asdict(replace(found, suite=None)).items() if name != "suite"}
    return {**told, "cases": 0 if found.suite is None else len(found.suite.cases)}


def _told(provenance: Mapping[str, object]) -> dict[str, Any]:
    names = _outcome(Strengthened(None))
    return {name: provenance.get(name, default) for name, default in names.items()}


def _totals(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Sums over all tasks, and why some have no suite."""
    names = ("proposed", "trials", "cases", "mutants", "killed", "candidates", "caught")
    return {
        "tasks": len(documents),
        "strengthened": sum(document["cases"] > 0 for document in documents.values()),
        "unchanged": sum(not document["fresh"] for document in documents.values()),
        "without": {name: document["problem"] for name, document in documents.items() if document["problem"]},
        **{name: sum(document[name] for document in documents.values()) for name in names},
    }
