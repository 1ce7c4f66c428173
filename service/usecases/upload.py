"""Add candidates to a run, in a stream: what is broken is refused with its line, the rest goes on."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass

from service.domain.requests import LOCAL, Caller, Idempotency, NewCandidate
from service.usecases.app import App


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
        notes: Notes on what was cut → how many candidates.
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
    raise NotImplementedError


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
        Forbidden: Without the scope ``submit``.
    """
    raise NotImplementedError
