"""A model's opinion of its own code, held against an oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.analysis.self_evaluation import FaultyClass, faulty_class
from service.domain.requests import LOCAL, Caller
from service.usecases.analyses.samples import SampledTask, run_samples
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """What the opinions recorded under a verifier's name are worth on a run.

    Attributes:
        tasks: Tasks with both verdicts.
        found: Precision, recall and F1 of the faulty class.
    """

    run_id: str
    verifier: str
    oracle: str
    tasks: int
    found: FaultyClass


async def evaluate_opinions(
    app: App, run_id: str, *, verifier: str, oracle: str = "plus", confidence: float = 0.95, caller: Caller = LOCAL
) -> SelfEvaluation:
    """How well a verifier, such as a model's own opinion, finds faulty code.

    Raises:
        NotFound: No such run.
        InvalidInput: One of the two judged nothing here, or they are the same.
    """
    samples = await run_samples(app, run_id, caller=caller)
    tasks = samples.against(verifier, oracle)
    rows = (row for position, task in enumerate(tasks) for row in _rows(str(position), task))
    return SelfEvaluation(run_id, verifier, oracle, len(tasks), faulty_class(rows, confidence=confidence))


def _rows(name: str, task: SampledTask) -> Iterator[tuple[str, bool | None, bool | None]]:
    """Each sample of a task: is it called right, is it right."""
    both = task.accepted_correct
    yield from ((name, True, True) for _ in range(both))
    yield from ((name, True, False) for _ in range(task.accepted - both))
    yield from ((name, False, True) for _ in range(task.correct - both))
    yield from ((name, False, False) for _ in range(task.samples - task.accepted - task.correct + both))
    yield from ((name, None, None) for _ in range(task.unresolved))
