"""Add candidates to a run, in a stream: what is broken is refused with its line, the rest goes on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.domain.candidate import Candidate
from service.domain.ids import new_id
from service.domain.ports import NewVerification, UnitOfWork
from service.domain.ports.queue import BULK
from service.domain.requests import LOCAL, Caller, Idempotency, NewCandidate, Scope
from service.domain.run import Run
from service.errors import Conflict, InvalidInput, NotFound, QueueFull
from service.usecases.app import WORK, App
from service.usecases.programs import read_program
from service.usecases.submission import require_same_body
from service.usecases.task_documents import load_tasks
from service.usecases.verifier_names import learn_definitions, new_checks
from tasks.identifiers import resolve_local
from tasks.rows import Row
from tasks.samples import Form, RefusedSample, sample_from_row
from tasks.task import Task

_BATCH = 250
_SHORT = 20_000
"""Characters of a program that are looked through at once, where a thread would cost more."""
_PATIENCE_S = 60.0
_SHOWN_REFUSALS = 1_000
_MAX_INDEX = 2**31 - 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken and why."""

    line: int
    detail: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of an upload.

    Attributes:
        refused: At most the first 1,000 refusals, by line.
        refused_total: All of them.
        replayed: The idempotency key had made it before.
    """

    accepted: int
    refused: tuple[Refusal, ...] = ()
    refused_total: int = 0
    replayed: bool = False


def parse_candidate(line: int, text: str | bytes) -> NewCandidate | Refusal | None:
    """One line of a samples file (NDJSON); None for a blank line.

    Takes ``{"task_id", "solution" | "completion" | "code", "sample_index", "parent", "metadata"}``; other
    fields of sample files (``sample_id``, ``model`` …) are ignored.
    """
    if not text.strip():
        return None
    try:
        content = text if isinstance(text, str) else text.decode()
        fields = json.loads(content)
    except UnicodeDecodeError:
        return Refusal(line, "the line is not UTF-8")
    except (ValueError, RecursionError) as error:
        return Refusal(line, f"the line is not JSON: {error}")
    if not isinstance(fields, dict):
        return Refusal(line, "the line is not a JSON object")
    sample = sample_from_row(Row(line, fields))
    if isinstance(sample, RefusedSample):
        return Refusal(line, sample.message)
    return NewCandidate(
        line=line,
        task_id=sample.task_id,
        code=None if sample.form is Form.COMPLETION else sample.text,
        completion=sample.text if sample.form is Form.COMPLETION else None,
        sample_index=sample.sample_index,
        parent=sample.parent,
        metadata=sample.metadata,
    )


async def add_candidates(
    app: App,
    run_id: str,
    candidates: AsyncIterable[NewCandidate | Refusal],
    *,
    caller: Caller = LOCAL,
    idempotency: Idempotency | None = None,
) -> Upload:
    """Store candidates in batches and queue their checks.

    A missing ``sample_index`` is numbered per task in order of arrival. With an idempotency key a repeat
    of the same body goes on where the first attempt was cut off.

    Raises:
        NotFound: If there is no such run.
        Conflict: If the run was cancelled, or the idempotency key came with another body.
        QueueFull: If the queue is full at the start; later the upload waits for room.
        Forbidden: Without the scope ``submit``, or for a run of another key without ``admin``.
    """
    caller.require(Scope.SUBMIT)
    uploading = await _begin(app, run_id, caller, idempotency)
    if uploading.complete:
        return uploading.result(replayed=True)
    batch: list[NewCandidate | Refusal] = []
    position = 0
    async for item in candidates:
        position += 1
        if position <= uploading.stored:
            continue
        batch.append(item)
        if len(batch) == _BATCH:
            await uploading.store(batch)
            batch = []
    await uploading.store(batch, last=True)
    return uploading.result(replayed=False)


async def _begin(app: App, run_id: str, caller: Caller, idempotency: Idempotency | None) -> _Uploading:
    async with app.storage.writing() as unit:
        run = await unit.runs.get(run_id)
        if run is None:
            raise NotFound(f"there is no run {run_id!r}")
        caller.require_own(Scope.SUBMIT, run.key_id)
        if run.cancelled_at is not None:
            raise Conflict(f"the run {run_id!r} was cancelled")
        known = await unit.idempotency.find(idempotency) if idempotency is not None else None
        if idempotency is not None and known is not None:
            require_same_body(known, idempotency)
        elif idempotency is not None:
            await unit.idempotency.remember(idempotency, run_id, app.clock())
            await unit.commit()
        tasks = await unit.tasks.keys(run.task_set)
        next_index = await unit.runs.sample_counts(run_id)
        if known is None:
            await app.backlog.require_room(unit.checks, 0)
    return _Uploading(app, run, caller, idempotency, tasks, dict(next_index), known.progress if known else "")


class _Uploading:
    """One upload under way. Every batch and the note of how far it came are stored together."""

    def __init__(
        self,
        app: App,
        run: Run,
        caller: Caller,
        idempotency: Idempotency | None,
        tasks: Mapping[str, int],
        next_index: dict[int, int],
        progress: str,
    ) -> None:
        noted: dict[str, Any] = {"stored": 0, "accepted": 0, "refused": [], "refused_total": 0}
        if progress:
            noted = json.loads(progress)
        self.stored: int = noted["stored"]
        self.complete: bool = noted.get("complete", False)
        self._accepted: int = noted["accepted"]
        self._refused: list[Refusal] = [Refusal(line, detail) for line, detail in noted["refused"]]
        self._refused_total: int = noted["refused_total"]
        self._app, self._run, self._caller, self._idempotency = app, run, caller, idempotency
        self._tasks, self._next_index = tasks, next_index

    def result(self, *, replayed: bool) -> Upload:
        """What became of the upload so far."""
        refused = tuple(sorted(self._refused, key=lambda refusal: refusal.line))
        return Upload(self._accepted, refused, self._refused_total, replayed)

    async def store(self, batch: Sequence[NewCandidate | Refusal], *, last: bool = False) -> None:
        """Store a batch, and note how far the upload came."""
        app = self._app
        await self._wait_for_room(len(batch) * len(self._run.verifiers))
        async with app.storage.writing() as unit:
            run = await unit.runs.get(self._run.id)
            if run is None or run.cancelled_at is not None:
                raise Conflict(f"the run {self._run.id!r} was cancelled")
            new = await self._verifications(unit, batch)
            await unit.verifications.add(new)
            self.stored += len(batch)
            self._accepted += len(new)
            if self._idempotency is not None:
                await unit.idempotency.advance(self._idempotency, self._progress(complete=last))
            await unit.commit()
        if new:
            app.notifier.publish(WORK)
            app.notifier.publish(self._run.id)

    async def _wait_for_room(self, checks: int) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                async with self._app.storage.reading() as unit:
                    await self._app.backlog.require_room(unit.checks, checks)
                return
            except QueueFull:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(self._app.policy.poll_s)

    async def _verifications(self, unit: UnitOfWork, batch: Sequence[NewCandidate | Refusal]) -> list[NewVerification]:
        ready: list[tuple[NewCandidate, int]] = []
        for item in batch:
            if isinstance(item, Refusal):
                self._refuse(item.line, item.detail)
            elif (key := self._tasks.get(resolve_local(self._run.task_set, item.task_id))) is None:
                self._refuse(item.line, f"the task set {self._run.task_set!r} has no task {item.task_id[:200]!r}")
            else:
                ready.append((item, key))
        tasks = await load_tasks(self._app, unit, (key for _, key in ready))
        await learn_definitions(self._app, unit, self._run.verifiers)
        # Ids of one batch rise with the lines, so that an export keeps the order of the upload.
        ids = sorted(new_id("cand") for _ in ready), sorted(new_id("ver") for _ in ready)
        found = []
        for (item, key), candidate_id, verification_id in zip(ready, *ids, strict=True):
            try:
                found.append(await self._new(item, tasks[key], key, candidate_id, verification_id))
            except (InvalidInput, NotFound) as error:
                self._refuse(item.line, str(error))
        return found

    async def _new(
        self, item: NewCandidate, task: Task, key: int, candidate_id: str, verification_id: str
    ) -> NewVerification:
        app, run = self._app, self._run
        form, text = (Form.CODE, item.code) if item.code is not None else (Form.COMPLETION, item.completion)
        if text is None:
            raise InvalidInput('there is no program; give it as "solution", "completion" or "code"')
        read = partial(read_program, text, form, task, max_bytes=app.policy.max_code_bytes)
        program = read() if len(text) < _SHORT else await asyncio.to_thread(read)
        checks = new_checks(app, task, run.verifiers)
        index = item.sample_index if item.sample_index is not None else self._next_index.get(key, 0)
        if index > _MAX_INDEX:
            raise InvalidInput(f"sample_index is larger than {_MAX_INDEX}")
        self._next_index[key] = max(self._next_index.get(key, 0), index + 1)
        candidate = Candidate(
            id=candidate_id,
            task_id=task.id,
            task_key=key,
            code=program.source,
            code_hash=program.hash,
            model=run.model,
            sample_index=index,
            parent=item.parent,
            run_id=run.id,
            notes=program.notes,
            metadata=item.metadata,
        )
        return NewVerification(
            id=verification_id,
            candidate=candidate,
            checks=checks,
            required=run.required,
            limits=run.limits,
            isolation=run.isolation,
            cache=run.cache,
            disclosure=run.disclosure,
            priority=BULK,
            key_id=self._caller.key_id,
            created_at=app.clock(),
        )

    def _refuse(self, line: int, detail: str) -> None:
        self._refused_total += 1
        if len(self._refused) < _SHOWN_REFUSALS:
            self._refused.append(Refusal(line, detail))

    def _progress(self, *, complete: bool) -> str:
        return json.dumps(
            {
                "stored": self.stored,
                "accepted": self._accepted,
                "refused": [[item.line, item.detail] for item in self._refused],
                "refused_total": self._refused_total,
                "complete": complete,
            }
        )
