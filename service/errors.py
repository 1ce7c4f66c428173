"""Every error that the product raises on purpose.

::

    AssayError
    ├── InvalidInput            what was given cannot be used; names the place and the cure
    │   ├── TooLarge            larger than the operator allows
    │   └── LimitAboveCap       a limit asks for more than the operator's cap
    ├── NotFound                no such task, run, verification …
    ├── Conflict                contradicts what is stored (idempotency key with another body, name taken)
    ├── InvalidTask             a task or suite that cannot judge anything
    ├── NotAuthorised           no key, a wrong key or a missing scope
    │   └── Forbidden           the key is known but lacks the scope
    ├── Busy                    try again later
    │   ├── QueueFull           too many checks are waiting
    │   └── QuotaExceeded       this key has too many verifications in flight
    └── Unavailable             nothing was concluded
        ├── NotMigrated         the database's schema is not this version's
        └── SandboxTrouble      no sandbox, or it failed
"""

from __future__ import annotations


class AssayError(Exception):
    """Base of all; ``str()`` is a sentence that a user can act on."""


class InvalidInput(AssayError):
    """What was given cannot be used.

    Attributes:
        pointer: JSON pointer to the offending place, or None.
    """

    def __init__(self, message: str, pointer: str | None = None) -> None:
        """Keep the sentence and the place."""
        super().__init__(message)
        self.pointer = pointer


class TooLarge(InvalidInput):
    """Larger than the operator allows."""


class LimitAboveCap(InvalidInput):
    """A limit asks for more than the operator's cap; it is refused, not clamped."""


class NotFound(AssayError):
    """Nothing is stored under that id."""


class Conflict(AssayError):
    """The request contradicts what is stored."""


class InvalidTask(AssayError):
    """The task or suite cannot judge anything.

    Attributes:
        reason: A stable word such as ``accepts_stub``.
    """

    def __init__(self, message: str, reason: str) -> None:
        """Keep the sentence and the stable word."""
        super().__init__(message)
        self.reason = reason


class NotAuthorised(AssayError):
    """No key or a wrong one."""


class Forbidden(NotAuthorised):
    """The key is known but lacks the scope."""


class Busy(AssayError):
    """Try again after ``retry_after_s`` seconds."""

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        """Keep the sentence and the wait."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QueueFull(Busy):
    """Too many checks are waiting."""


class QuotaExceeded(Busy):
    """The key has too many verifications in flight."""


class Unavailable(AssayError):
    """Nothing was concluded."""


class NotMigrated(Unavailable):
    """The database's schema is not the one this version needs."""


class SandboxTrouble(Unavailable):
    """There is no sandbox, or it failed."""
