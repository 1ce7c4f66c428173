"""What a model's opinion of its own code, and of its own feedback, is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.analysis.estimates import Estimate
from service.analysis.rates import pooled_ratio


@dataclass(frozen=True, slots=True)
class FaultyClass:
    """Finding faulty code as a classification: "faulty" is the positive class.

    Attributes:
        precision: Faulty among those called faulty; None without any.
        recall: Called faulty among the faulty; None without any.
        f1: Harmonic mean of the two; None where either is.
        excluded: Candidates without an opinion or without a verdict of the oracle.
    """

    called_faulty_and_faulty: int
    called_faulty_and_right: int
    called_right_and_faulty: int
    called_right_and_right: int
    excluded: int
    precision: Estimate | None
    recall: Estimate | None
    f1: float | None


def faulty_class(rows: Iterable[tuple[str, bool | None, bool | None]], *, confidence: float = 0.95) -> FaultyClass:
    """Precision, recall and F1 of a self-evaluation for the faulty class.

    Args:
        rows: (task, the model calls its code correct, the oracle accepts it); None where unknown.
        confidence: Of the intervals, within (0, 1).

    Source:
        Self-evaluation in Dolcetti et al. 2024, arXiv:2412.14841; intervals are linearised over tasks.
    """
    cells = dict.fromkeys(((False, False), (False, True), (True, False), (True, True)), 0)
    by_task: dict[str, list[tuple[bool, bool]]] = {}
    excluded = 0
    for task, opinion, truth in rows:
        if opinion is None or truth is None:
            excluded += 1
            continue
        cells[opinion, truth] += 1
        by_task.setdefault(task, []).append((opinion, truth))
    caught = [sum(pair == (False, False) for pair in pairs) for pairs in by_task.values()]
    called = [sum(not opinion for opinion, _ in pairs) for pairs in by_task.values()]
    faulty = [sum(not truth for _, truth in pairs) for pairs in by_task.values()]
    precision = pooled_ratio(caught, called, confidence) if sum(called) else None
    recall = pooled_ratio(caught, faulty, confidence) if sum(faulty) else None
    f1 = None
    if precision is not None and recall is not None:
        f1 = 2 * cells[False, False] / (sum(called) + sum(faulty))
    return FaultyClass(
        cells[False, False], cells[False, True], cells[True, False], cells[True, True], excluded, precision, recall, f1
    )


@dataclass(frozen=True, slots=True)
class Feedback:
    """A piece of feedback that was tried out: n programs were repaired with it.

    Attributes:
        task: What it is about; the unit of the intervals.
        equal: Of these, how many equal the proposed fix up to their syntax trees.
        tried: n, >= 1.
        good: Whether a judge found the feedback right; None where nobody judged.
    """

    task: str
    equal: int
    tried: int
    good: bool | None = None


def accept_feedback(feedback: Feedback, threshold: int) -> bool:
    """Whether feedback is good enough to be shown: at least ``threshold`` of its simulated repairs agree with the fix.

    Source:
        Validation in PyFiXV, Phung et al. 2023, arXiv:2302.04662, section 3.
    """
    return feedback.equal >= threshold


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold of the validation rule.

    Attributes:
        threshold: h, the least number of simulated repairs that must agree.
        precision: Good among the feedback that is shown; None if none is.
        coverage: Share of all feedback that is shown.
    """

    threshold: int
    shown: int
    precision: Estimate | None
    coverage: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """The precision-coverage curve, and the threshold that was chosen.

    Attributes:
        chosen: The smallest h whose precision reaches what was wanted; None if none does.
        wanted: Precision that was wanted.
        curve: Every h from 0 to n.
    """

    chosen: int | None
    wanted: float
    curve: tuple[Threshold, ...]


def calibrate(judged: Sequence[Feedback], wanted_precision: float, *, confidence: float = 0.95) -> Calibration:
    """Pick the threshold for a wanted precision: the one with the most coverage that reaches it.

    Args:
        judged: Feedback with its judgement, all tried out equally often.
        wanted_precision: Within (0, 1].
        confidence: Of the intervals, within (0, 1).

    Raises:
        ValueError: If nothing was judged, or feedback was tried out differently often.

    Source:
        Phung et al. 2023, arXiv:2302.04662: the threshold is picked on a calibration set.
    """
    known = [each for each in judged if each.good is not None]
    sizes = {each.tried for each in known}
    if len(sizes) != 1:
        raise ValueError("calibration needs judged feedback that was tried out equally often")
    (tried,) = sizes
    curve = tuple(_threshold(known, level, confidence) for level in range(tried + 1))
    reaching = [each for each in curve if each.precision is not None and each.precision.value >= wanted_precision]
    return Calibration(reaching[0].threshold if reaching else None, wanted_precision, curve)


def _threshold(known: Sequence[Feedback], level: int, confidence: float) -> Threshold:
    total: dict[str, int] = {}
    shown: dict[str, int] = {}
    good: dict[str, int] = {}
    for each in known:
        passes = accept_feedback(each, level)
        total[each.task] = total.get(each.task, 0) + 1
        shown[each.task] = shown.get(each.task, 0) + passes
        good[each.task] = good.get(each.task, 0) + (passes and bool(each.good))
    coverage = pooled_ratio(list(shown.values()), list(total.values()), confidence)
    assert coverage is not None  # something was judged
    some = sum(shown.values())
    precision = pooled_ratio(list(good.values()), list(shown.values()), confidence) if some else None
    return Threshold(level, some, precision, coverage)
