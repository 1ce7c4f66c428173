"""Audits and strengthenings of task sets: begun, watched, reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from service.domain.audit import Audit, AuditKind, AuditState, Flag, FlagKind, Review
from service.domain.ids import new_id
from service.domain.requests import LOCAL, Caller, Idempotency, Page, Scope
from service.errors import NotFound, Unavailable
from service.usecases.app import App
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audit_runs import AuditRun
from service.usecases.strengthening import StrengthenOptions
from service.usecases.submission import require_same_body
from service.usecases.task_documents import set_tasks
from service.usecases.verifications import page_of, require_page


@dataclass(frozen=True, slots=True)
class AuditView:
    """An audit with what it found.

    Attributes:
        audit: Its state is the one that it has now.
        flags: All of them, in order.
        results: Task id → what was found of it.
    """

    audit: Audit
    flags: tuple[Flag, ...]
    results: Mapping[str, Mapping[str, Any]]


async def start_audit(
    app: App,
    task_set: str,
    options: AuditOptions | StrengthenOptions,
    *,
    limit: int | None = None,
    concurrency: int = 2,
    caller: Caller = LOCAL,
    idempotency: Idempotency | None = None,
) -> Audit:
    """Begin to audit or to strengthen a set; it goes on in the background.

    Tasks that an earlier, perhaps interrupted, one finished under the same conditions are not looked at again.

    Args:
        app: Ports and policies.
        task_set: The set's name.
        options: ``AuditOptions`` audit, ``StrengthenOptions`` strengthen.
        limit: Only the first so many tasks.
        concurrency: Tasks at a time.
        caller: Who asks.
        idempotency: Asking again with the same key gives the audit that was begun first.

    Raises:
        Forbidden: Without the scope ``admin``.
        NotFound: If the set does not exist.
        Conflict: If the idempotency key was used with another body.
        Unavailable: If this process runs no code.
    """
    caller.require(Scope.ADMIN)
    kind = AuditKind.AUDIT if isinstance(options, AuditOptions) else AuditKind.STRENGTHENING
    now = app.clock()
    async with app.storage.writing() as unit:
        known = None if idempotency is None else await unit.idempotency.find(idempotency)
        if known is not None and idempotency is not None:
            require_same_body(known, idempotency)
            return _existing(app, await unit.audits.get(known.resource_id), known.resource_id)
        keys = list(await set_tasks(app, unit, task_set))[:limit]
        if app.executor is None:
            raise Unavailable("this process runs no code")
        audit = Audit(
            id=new_id("aud"),
            kind=kind,
            task_set=task_set,
            state=AuditState.RUNNING,
            parameters={**asdict(options), "limit": limit},
            created_at=now,
            updated_at=now,
            total=len(keys),
            key_id=caller.key_id,
        )
        await unit.audits.add(audit)
        if idempotency is not None:
            await unit.idempotency.remember(idempotency, audit.id, now)
        await unit.commit()
    run = AuditRun(app, app.executor, audit, options)
    app.background.spawn(f"audit {audit.id}", run.run(keys, concurrency))
    return audit


async def get_audit(app: App, audit_id: str, *, caller: Caller = LOCAL, results: bool = True) -> AuditView:
    """One audit.

    Raises:
        Forbidden: Without the scope ``admin``: it tells of hidden cases and references.
        NotFound: If there is none of that id.
    """
    caller.require(Scope.ADMIN)
    async with app.storage.reading() as unit:
        audit = _existing(app, await unit.audits.get(audit_id), audit_id)
        flags = await unit.audits.flags(audit_id)
        found = await unit.audits.results(audit_id) if results else {}
    return AuditView(audit, tuple(flags), found)


async def list_audits(
    app: App, *, task_set: str | None = None, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL
) -> Page[Audit]:
    """Audits, newest first, without what they found.

    Raises:
        Forbidden: Without the scope ``admin``.
        InvalidInput: If the cursor is not one of ours or ``limit`` is not within 1 … 500.
    """
    caller.require(Scope.ADMIN)
    require_page(limit, cursor, "aud")
    async with app.storage.reading() as unit:
        found = [_existing(app, audit, audit.id) for audit in await unit.audits.page(task_set, cursor, limit + 1)]
    return page_of(found, limit, lambda audit: audit.id)


async def list_flags(
    app: App,
    audit_id: str,
    *,
    kind: FlagKind | None = None,
    review: Review | None = None,
    cursor: str | None = None,
    limit: int = 50,
    caller: Caller = LOCAL,
) -> Page[Flag]:
    """Flags of an audit, in order.

    Raises:
        Forbidden: Without the scope ``admin``.
        NotFound: If there is no such audit.
        InvalidInput: If the cursor is not one of ours or ``limit`` is not within 1 … 500.
    """
    caller.require(Scope.ADMIN)
    require_page(limit, cursor, "flag")
    async with app.storage.reading() as unit:
        _existing(app, await unit.audits.get(audit_id), audit_id)
        found = await unit.audits.flags(audit_id, kind=kind, review=review, after=cursor, limit=limit + 1)
    return page_of(found, limit, lambda each: each.id)


async def review_flag(
    app: App, audit_id: str, flag_id: str, review: Review, note: str = "", *, caller: Caller = LOCAL
) -> Flag:
    """Note what a person made of a flag; later audits of the same version of the task keep it.

    Raises:
        Forbidden: Without the scope ``admin``.
        NotFound: If the audit has no such flag.
    """
    caller.require(Scope.ADMIN)
    async with app.storage.writing() as unit:
        found = await unit.audits.review(audit_id, flag_id, review, note, app.clock())
        if found is None:
            raise NotFound(f"there is no flag {flag_id!r} of that audit")
        await unit.commit()
    return found


def _existing(app: App, audit: Audit | None, audit_id: str) -> Audit:
    if audit is None:
        raise NotFound(f"there is no audit {audit_id!r}")
    return replace(audit, state=audit.state_at(app.clock()))
