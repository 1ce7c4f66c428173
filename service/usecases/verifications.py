"""Read verifications and wait for them. What is returned holds only what may be disclosed."""

from __future__ import annotations

from service.domain.requests import LOCAL, Caller, Page
from service.domain.verification import Verification
from service.usecases.app import App


async def get_verification(app: App, verification_id: str, *, caller: Caller = LOCAL) -> Verification:
    """One verification with the evidence that may be shown.

    Raises:
        NotFound: If there is none of that id.
    """
    raise NotImplementedError


async def wait_for_verification(
    app: App, verification_id: str, timeout_s: float, *, caller: Caller = LOCAL
) -> Verification:
    """The verification as soon as it is final, or as it stands after ``timeout_s`` seconds (``Prefer: wait=N``).

    Raises:
        NotFound: If there is none of that id.
    """
    raise NotImplementedError


async def list_verifications(
    app: App, *, run_id: str | None = None, cursor: str | None = None, limit: int = 50, caller: Caller = LOCAL
) -> Page[Verification]:
    """Verifications, newest first; checks without cases.

    Raises:
        InvalidInput: If the cursor is not one of ours or ``limit`` is not within 1 … 500.
    """
    raise NotImplementedError
