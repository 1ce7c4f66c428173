"""A model's feedback, tried out by simulated repairs: which of it is good enough to be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.self_evaluation import Calibration, Feedback, accept_feedback, calibrate
from service.domain.requests import LOCAL, Caller, Scope
from service.errors import InvalidInput, SandboxTrouble, TooLarge
from service.usecases.app import App
from service.usecases.programs import encode_answer


@dataclass(frozen=True, slots=True)
class TriedFeedback:
    """Feedback with the programs that were written with it, as the model wrote them.

    Attributes:
        fix: The fix that was proposed beside the feedback.
        refixes: Programs that were repaired again with the feedback alone, at least one.
    """

    task: str
    fix: str
    refixes: tuple[str, ...]
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """What is asked of feedback.

    Attributes:
        feedback: Counted already, or with its programs.
        precision: Wanted of what is shown, for choosing the threshold; needs judged feedback.
        threshold: Takes this one instead of the chosen one.
    """

    feedback: Sequence[Feedback | TriedFeedback]
    precision: float | None = None
    threshold: int | None = None
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class ShownFeedback:
    """One piece of feedback and what becomes of it.

    Attributes:
        unreadable: Of its programs, how many have no syntax tree; they agree with nothing.
        shown: At least as many agree with the fix as the threshold asks for.
    """

    feedback: Feedback
    unreadable: int
    shown: bool


@dataclass(frozen=True, slots=True)
class FeedbackAnswer:
    """Which feedback is shown, and how the threshold was found.

    Attributes:
        threshold: What was applied; None where none is precise enough, and then nothing is shown.
        calibration: None where no precision was wanted.
    """

    threshold: int | None
    calibration: Calibration | None
    feedback: tuple[ShownFeedback, ...]


async def judge_feedback(app: App, request: FeedbackRequest, *, caller: Caller = LOCAL) -> FeedbackAnswer:
    """Count how many simulated repairs agree with each fix, choose the threshold, and apply it.

    Raises:
        InvalidInput: Nothing that can be calibrated, a fix without a syntax tree; ``pointer`` names the place.
        Forbidden: Without the scope ``submit`` where programs are to be read.
        SandboxTrouble: If there is no sandbox to read programs in, or it failed.

    Source:
        Validation in PyFiXV, Phung et al. 2023, arXiv:2302.04662, section 3: repairs are compared with the fix by their
        syntax trees.
    """
    counted = await _count(app, request.feedback, caller)
    rows = [feedback for feedback, _ in counted]
    found = None if request.precision is None else calibrate_feedback(rows, request.precision, request.confidence)
    threshold = request.threshold
    if threshold is None and found is not None:
        threshold = found.chosen
    shown = tuple(
        ShownFeedback(each, unreadable, threshold is not None and accept_feedback(each, threshold))
        for each, unreadable in counted
    )
    return FeedbackAnswer(threshold, found, shown)


async def _count(app: App, feedback: Sequence[Feedback | TriedFeedback], caller: Caller) -> list[tuple[Feedback, int]]:
    """Each piece of feedback with its counts, and how many of its programs could not be read."""
    programs: list[bytes] = []
    for position, each in enumerate(feedback):
        if isinstance(each, TriedFeedback):
            programs += await asyncio.to_thread(_programs, app, position, each)
    digests = iter(await _digests(app, programs, caller) if programs else ())
    counted = []
    for position, each in enumerate(feedback):
        if isinstance(each, Feedback):
            if each.equal > each.tried:
                raise InvalidInput(f"{each.equal} of {each.tried} repairs cannot agree", f"/feedback/{position}/equal")
            counted.append((each, 0))
            continue
        fix, *trees = [next(digests) for _ in range(1 + len(each.refixes))]
        if fix is None:
            raise InvalidInput("the fix has no syntax tree to compare with", f"/feedback/{position}/fix")
        made = Feedback(each.task, trees.count(fix), len(trees), each.good)
        counted.append((made, trees.count(None)))
    return counted


def _programs(app: App, position: int, tried: TriedFeedback) -> list[bytes]:
    """The fix and then the repairs, each taken out of what the model wrote."""
    places = [("fix", tried.fix), *((f"refixes/{index}", text) for index, text in enumerate(tried.refixes))]
    found = []
    for name, text in places:
        program = encode_answer(text, f"/feedback/{position}/{name}")
        if len(program) > app.policy.max_code_bytes:
            said = f"the code has {len(program):,} bytes; this service takes at most {app.policy.max_code_bytes:,}"
            raise TooLarge(said, f"/feedback/{position}/{name}")
        found.append(program)
    return found


async def _digests(app: App, programs: Sequence[bytes], caller: Caller) -> Sequence[str | None]:
    caller.require(Scope.SUBMIT)
    if app.trees is None:
        raise SandboxTrouble("programs are compared in cells, and this process has none")
    return await app.trees.digests(programs)


def calibrate_feedback(feedback: Sequence[Feedback], precision: float, confidence: float = 0.95) -> Calibration:
    """The least number of agreeing repairs from which feedback is precise enough to be shown.

    Raises:
        InvalidInput: Nothing was judged, or feedback was tried out differently often; ``pointer`` names the place.
    """
    for position, each in enumerate(feedback):
        if each.tried != feedback[0].tried:
            said = f"tried {each.tried} times, the first one {feedback[0].tried} times; calibration needs equal numbers"
            raise InvalidInput(said, f"/feedback/{position}/tried")
    if all(each.good is None for each in feedback):
        raise InvalidInput("no feedback was judged good or bad", "/feedback")
    return calibrate(feedback, precision, confidence=confidence)
