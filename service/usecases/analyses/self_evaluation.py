"""A model's opinion of its own code, held against an oracle; and the threshold from which its feedback is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.analysis.self_evaluation import Calibration, FaultyClass, Feedback, calibrate, faulty_class
from service.domain.requests import LOCAL, Caller
from service.errors import InvalidInput
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


def calibrate_feedback(feedback: Sequence[Feedback], precision: float, confidence: float = 0.95) -> Calibration:
    """The least number of agreeing repairs from which feedback is precise enough to be shown.

    Raises:
        InvalidInput: Nothing was judged, or feedback was tried out differently often; ``pointer`` names the place.
    """
    for position, each in enumerate(feedback):
        if each.equal > each.tried:
            raise InvalidInput(f"{each.equal} of {each.tried} repairs cannot agree", f"/feedback/{position}/equal")
        if each.tried != feedback[0].tried:
            said = f"tried {each.tried} times, the first one {feedback[0].tried} times; calibration needs equal numbers"
            raise InvalidInput(said, f"/feedback/{position}/tried")
    if all(each.good is None for each in feedback):
        raise InvalidInput("no feedback was judged good or bad", "/feedback")
    return calibrate(feedback, precision, confidence=confidence)
