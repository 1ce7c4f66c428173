"""The sandbox as the rest of the product sees it, and what can go wrong with it."""

from __future__ import annotations

from typing import Protocol

from sandbox.spec import CellInfo, Job, JobResult


class SandboxError(Exception):
    """Base of everything that is the sandbox's fault, never the candidate's. No verdict follows from it."""


class SandboxUnavailable(SandboxError):
    """No backend can run code here; the message says what to install."""


class CellLost(SandboxError):
    """A cell died, lied about the protocol or could not be started; the job may be tried on another."""


class SandboxClosed(SandboxError):
    """The pool is shutting down; the job was not started."""


class Sandbox(Protocol):
    """A pool of warm cells.

    ``run`` may be called from many tasks at once; it waits for a free cell. Cancelling it discards
    the cell. A candidate's misbehaviour is in the result; only the sandbox's own trouble is raised.
    """

    async def start(self) -> None:
        """Start the cells.

        Raises:
            SandboxUnavailable: If no cell can be started; nothing is left behind.
        """

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        """Verify one candidate in a cell.

        Args:
            job: Candidate, exams and limits.
            isolation: ``process`` or ``fresh``; None takes the pool's own.

        Raises:
            CellLost: The cell failed before any candidate code ran, or the engine failed. Try again.
            SandboxClosed: The pool is shutting down.
        """

    async def info(self) -> CellInfo:
        """Environment of the cells (waits for the first one)."""

    async def close(self) -> None:
        """End every cell and remove what they left; idempotent."""
