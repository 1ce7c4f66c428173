"""Submit one candidate for verification."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from service.domain.candidate import Candidate
from service.domain.check import Disclosure
from service.domain.ids import new_id
from service.domain.ports import NewVerification, Remembered, StoredTask, StoredTaskSet, UnitOfWork
from service.domain.ports.queue import INTERACTIVE
from service.domain.requests import LOCAL, CachePolicy, Caller, Idempotency, Isolation, LimitValues, Scope
from service.errors import Conflict, InvalidInput, NotFound, QuotaExceeded
from service.usecases.app import WORK, App
from service.usecases.programs import Program, read_program
from service.usecases.task_documents import load_tasks, to_stored
from service.usecases.verifier_names import learn_definitions, new_checks
from tasks.inline import INLINE_SET
from tasks.samples import Form
from tasks.task import Task
from tasks.versions import with_versions
from tasks.weakness import inspect_suite


@dataclass(frozen=True, slots=True)
class Submission:
    """What ``POST /v1/verifications`` asks for.

    Attributes:
        code: The program as the model wrote it, or bytes to be kept as they are.
        task_id: A stored task; exactly one of ``task_id`` and ``task`` is given.
        task: An inline task (see ``tasks.task``; set name ``inline``).
        verifiers: Names; default is the task's ``base`` suite, or its first one.
        required: Verifiers that make the verdict; default all of ``verifiers``.
        isolation: None takes the operator's default.
        disclosure: The most that hidden suites may show; above ``verdict`` needs the scope ``admin``.
    """

    code: str | bytes
    task_id: str | None = None
    task: Task | None = None
    verifiers: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    isolation: Isolation | None = None
    cache: CachePolicy = CachePolicy.USE
    limits: LimitValues = field(default_factory=LimitValues)
    model: str | None = None
    sample_index: int = 0
    parent: str | None = None
    disclosure: Disclosure = Disclosure.VERDICT


@dataclass(frozen=True, slots=True)
class Submitted:
    """The verification that stands for a submission; ``replayed`` if the idempotency key had made it before."""

    verification_id: str
    replayed: bool = False


async def submit_verification(
    app: App, submission: Submission, *, caller: Caller = LOCAL, idempotency: Idempotency | None = None
) -> Submitted:
    """Store the candidate and queue one check per verifier, in one transaction.

    Returns:
        The verification's id; read it with ``verifications.wait_for_verification``.

    Raises:
        NotFound: Unknown task or verifier.
        InvalidInput: Lone surrogates, a required verifier that was not asked for, an unusable inline task,
            an isolation that the operator does not allow. ``pointer`` names the place.
        LimitAboveCap: A limit above the operator's cap.
        TooLarge: More code than the operator allows.
        Conflict: The idempotency key came with another body before.
        QueueFull: Too many checks are waiting.
        QuotaExceeded: The caller has too many verifications in flight.
        Forbidden: The caller lacks the scope ``submit`` (or ``admin`` for ``disclosure``).
    """
    caller.require(Scope.SUBMIT)
    if submission.disclosure is not Disclosure.VERDICT:
        caller.require(Scope.ADMIN)
    app.policy.limits.check(submission.limits)
    isolation = allowed_isolation(app, submission.isolation)
    if idempotency is not None and (known := await _replay(app, idempotency)) is not None:
        return known
    task, stored = await _find_task(app, submission)
    program = await asyncio.to_thread(
        read_program, submission.code, Form.CODE, task, max_bytes=app.policy.max_code_bytes
    )
    names = submission.verifiers or (_default_verifier(task),)
    required = required_of(names, submission.required)
    weak = await asyncio.to_thread(_weak_notes, submission.task, names)
    order = _Draft(submission, task, program, names, required, isolation, caller.key_id, weak)
    async with app.storage.writing() as unit:
        await _require_quota(unit, caller)
        await app.backlog.require_room(unit.checks, len(names))
        if isinstance(stored, StoredTask):
            await unit.tasks.save_set(_inline_set(app))
            key = (await unit.tasks.put([stored])).keys[0]
            app.tasks.put(key, task)
        else:
            key = stored
        await learn_definitions(app, unit, names)
        new = _new_verification(app, order, key)
        ours = idempotency is None or await unit.idempotency.remember(idempotency, new.id, app.clock())
        if ours:
            await unit.verifications.add([new])
            await unit.commit()
    if not ours:  # the same key was used at the same moment
        return await submit_verification(app, submission, caller=caller, idempotency=idempotency)
    app.notifier.publish(WORK)
    return Submitted(new.id)


def allowed_isolation(app: App, asked: Isolation | None) -> Isolation:
    """The isolation that applies.

    Raises:
        InvalidInput: If the operator does not allow what was asked for.
    """
    if asked is None:
        return app.policy.isolation
    if asked not in app.policy.isolations:
        raise InvalidInput(f"this service does not allow isolation {asked.value!r}", "/isolation")
    return asked


def required_of(names: tuple[str, ...], required: tuple[str, ...]) -> tuple[str, ...]:
    """The verifiers that make the verdict.

    Raises:
        InvalidInput: If a name is asked for twice, or a required one is not asked for.
    """
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidInput(f"the verifier {name!r} is asked for twice", f"/verifiers/{index}")
    for index, name in enumerate(required):
        if name not in names:
            raise InvalidInput(
                f"the required verifier {name!r} is not among the verifiers asked for", f"/required_verifiers/{index}"
            )
    return required or names


def require_same_body(known: Remembered, idempotency: Idempotency) -> None:
    """Insist that a used idempotency key comes with the body it came with first.

    Raises:
        Conflict: If it does not.
    """
    if known.body_hash != idempotency.body_hash:
        raise Conflict(f"the idempotency key {idempotency.key!r} was used with another body")


@dataclass(frozen=True, slots=True)
class _Draft:
    submission: Submission
    task: Task
    program: Program
    names: tuple[str, ...]
    required: tuple[str, ...]
    isolation: Isolation
    key_id: str | None
    weak: tuple[str, ...]


async def _replay(app: App, idempotency: Idempotency) -> Submitted | None:
    async with app.storage.reading() as unit:
        known = await unit.idempotency.find(idempotency)
    if known is None:
        return None
    require_same_body(known, idempotency)
    return Submitted(known.resource_id, replayed=True)


async def _find_task(app: App, submission: Submission) -> tuple[Task, int | StoredTask]:
    """The task, and its storage key or what has to be stored for an inline one."""
    if (submission.task is None) == (submission.task_id is None):
        raise InvalidInput("give exactly one of task_id and task", "/task_id")
    if submission.task is not None:
        task = await asyncio.to_thread(with_versions, submission.task)
        return task, await asyncio.to_thread(to_stored, task, 0)
    assert submission.task_id is not None
    async with app.storage.reading() as unit:
        key = await unit.tasks.current_key(submission.task_id)
        if key is None:
            raise NotFound(f"there is no task {submission.task_id!r}")
        return (await load_tasks(app, unit, [key]))[key], key


async def _require_quota(unit: UnitOfWork, caller: Caller) -> None:
    if caller.quota is None or caller.key_id is None:
        return
    if await unit.verifications.in_flight(caller.key_id) >= caller.quota:
        raise QuotaExceeded(f"this key has its {caller.quota} verifications in flight; wait for one to finish")


def _default_verifier(task: Task) -> str:
    return "base" if task.suite("base") is not None else task.suites[0].name


def _inline_set(app: App) -> StoredTaskSet:
    return StoredTaskSet(INLINE_SET, "1", "", "tasks that came with their candidates", created_at=app.clock())


def _new_verification(app: App, draft: _Draft, task_key: int) -> NewVerification:
    submission = draft.submission
    candidate = Candidate(
        id=new_id("cand"),
        task_id=draft.task.id,
        task_key=task_key,
        code=draft.program.source,
        code_hash=draft.program.hash,
        model=submission.model,
        sample_index=submission.sample_index,
        parent=submission.parent,
        notes=(*draft.program.notes, *draft.weak),
    )
    return NewVerification(
        id=new_id("ver"),
        candidate=candidate,
        checks=new_checks(app, draft.task, draft.names),
        required=draft.required,
        limits=submission.limits,
        isolation=draft.isolation,
        cache=submission.cache,
        disclosure=submission.disclosure,
        priority=INTERACTIVE,
        key_id=draft.key_id,
        created_at=app.clock(),
    )


def _weak_notes(task: Task | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """What an inline task's own tests let through, said where it can still be changed."""
    if task is None:
        return ()
    suites = [suite for suite in task.suites if suite.name in names]
    weak = [weakness for suite in suites for weakness in inspect_suite(task, suite).weak]
    return tuple(f"weak_oracle: {item.flaw.value}: {item.evidence}" for item in weak[:5])
