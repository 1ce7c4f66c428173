"""Read verifications and wait for them. What is returned holds only what may be disclosed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from service.domain.disclosure import level_of, project
from service.domain.ports import StoredVerification
from service.domain.requests import LOCAL, Caller, LimitValues, Page, Scope
from service.domain.verification import Verification
from service.errors import InvalidInput, NotFound
from service.reports.content import Report, make_report
from service.usecases.app import App

Item = TypeVar("Item")

MAX_PAGE = 500


async def get_verification(app: App, verification_id: str, *, caller: Caller = LOCAL) -> Verification:
    """One verification with the evidence that may be shown.

    Raises:
        NotFound: If there is none of that id.
    """
    return disclosed(await _stored(app, verification_id, caller))


async def report_verification(app: App, verification_id: str, *, caller: Caller = LOCAL) -> Report:
    """What to tell about one verification, with the evidence that may be shown and the limits that applied.

    Raises:
        NotFound: If there is none of that id.
    """
    stored = await _stored(app, verification_id, caller)
    return make_report(disclosed(stored), limits=limits_of(app, stored.limits))


def limits_of(app: App, asked: LimitValues) -> dict[str, float]:
    """Limits that applied, by name, as far as they do not depend on the task."""
    return {**app.policy.limits.defaults.given(), **asked.given()}


async def _stored(app: App, verification_id: str, caller: Caller) -> StoredVerification:
    async with app.storage.reading() as unit:
        stored = await unit.verifications.get(verification_id)
    if stored is None:
        raise NotFound(f"there is no verification {verification_id!r}")
    require_reader(caller, stored.key_id)
    return stored


async def wait_for_verification(
    app: App, verification_id: str, timeout_s: float, *, is_new: bool = False, caller: Caller = LOCAL
) -> Verification:
    """The verification as soon as it is final, or as it stands after ``timeout_s`` seconds (``Prefer: wait=N``).

    Args:
        app: Ports and policies.
        verification_id: Which.
        timeout_s: How long to wait, >= 0.
        is_new: It was submitted right now, so that it need not be looked at before something happens.
        caller: Who asks.

    Raises:
        NotFound: If there is none of that id.
    """
    deadline = time.monotonic() + timeout_s
    with app.notifier.subscribe(verification_id) as subscription:
        if is_new and timeout_s > 0:
            await subscription.wait(min(timeout_s, app.policy.poll_s))
        while (left := deadline - time.monotonic()) > 0:
            async with app.storage.reading() as unit:
                final = await unit.verifications.is_final(verification_id)
            if final is not False:
                break
            await subscription.wait(min(left, app.policy.poll_s))
    return await get_verification(app, verification_id, caller=caller)


async def list_verifications(
    app: App, *, run_id: str | None = None, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL
) -> Page[Verification]:
    """Verifications, newest first; checks without cases.

    Raises:
        InvalidInput: If the cursor is not one of ours or ``limit`` is not within 1 … 500.
    """
    caller.require(Scope.READ)
    require_page(limit, cursor, "ver")
    async with app.storage.reading() as unit:
        found = await unit.verifications.page(run_id=run_id, before=cursor, limit=limit + 1)
    return page_of([disclosed(item) for item in found], limit, lambda item: item.id)


def disclosed(stored: StoredVerification) -> Verification:
    """A verification with no more evidence than it allows."""
    checks = [project(check, level_of(check, stored.disclosure)) for check in stored.verification.checks]
    return stored.verification.with_checks(checks)


def require_reader(caller: Caller, owner: str | None) -> None:
    """Let through readers, and submitters to what is their own.

    Raises:
        Forbidden: Anybody else.
    """
    if caller.key_id is None or caller.key_id != owner or not caller.may(Scope.SUBMIT):
        caller.require(Scope.READ)


def require_page(limit: int, cursor: str | None, prefix: str) -> None:
    """Check what a listing was asked for.

    Raises:
        InvalidInput: If the limit is not within 1 … 500, or the cursor is not one of ours.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"limit must be within 1 and {MAX_PAGE}", "/limit")
    if cursor is not None and not re.fullmatch(rf"{prefix}_[0-9a-z]{{26}}", cursor):
        raise InvalidInput("the cursor is not one that this service gave", "/cursor")


def page_of(found: Sequence[Item], limit: int, cursor: Callable[[Item], str]) -> Page[Item]:
    """A page of at most ``limit`` of the ``limit + 1`` items that were looked for."""
    items = tuple(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit else None)
