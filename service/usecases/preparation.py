"""Compute expected values that a suite leaves to its reference, ahead of the first candidate."""

from __future__ import annotations

from collections.abc import Callable

from service.domain.ports import Preparation
from service.domain.requests import LOCAL, Caller
from service.usecases.app import App


async def prepare_suite(app: App, task_id: str, suite: str, *, caller: Caller = LOCAL) -> Preparation:
    """Prepare one suite of one task; nothing is done twice.

    Raises:
        NotFound: If task or suite do not exist.
        SandboxTrouble: If the sandbox failed.
    """
    raise NotImplementedError


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
    raise NotImplementedError
