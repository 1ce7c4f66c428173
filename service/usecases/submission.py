"""Submit one candidate for verification."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.domain.check import Disclosure
from service.domain.requests import LOCAL, CachePolicy, Caller, Idempotency, Isolation, LimitValues
from service.usecases.app import App
from tasks.task import Task


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
    raise NotImplementedError
