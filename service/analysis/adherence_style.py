"""Whether accepted programs follow the style that the prompt asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import FloatArray, bca_of
from service.analysis.estimates import Estimate
from service.analysis.intervals import clopper_pearson, wilson

DIMENSIONS = ("camel_case", "snake_case", "length", "comments")
_METHOD = "mean over tasks of the share that adheres; BCa interval of a cluster bootstrap over tasks (Efron 1987)"


@dataclass(frozen=True, slots=True)
class StyledSample:
    """One sample.

    Attributes:
        task: Its task.
        weak: The weak verifier accepts it.
        strong: The strong one does.
        adheres: It follows the instruction.
    """

    task: str
    weak: bool
    strong: bool
    adheres: bool


@dataclass(frozen=True, slots=True)
class Adherence:
    """P(adheres | …) for one instruction; None where no task has such a sample.

    Attributes:
        weak: Among samples that the weak verifier accepts.
        strong: Among those that the strong one accepts.
        false_positive: Among those that only the weak one accepts.
    """

    weak: Estimate | None
    strong: Estimate | None
    false_positive: Estimate | None


def adherence(samples: Sequence[StyledSample], rng: np.random.Generator, confidence: float = 0.95) -> Adherence:
    """How far accepted, right and wrongly accepted samples follow an instruction.

    Args:
        samples: Of one model and one instruction, any number per task.
        rng: Of the bootstrap.
        confidence: Within (0, 1).

    Returns:
        Per group the unweighted mean over the tasks that have a sample in it: different groups rest on different
        tasks, and n says on how many.

    Source:
        The resampling paper's published scripts for RACE: shares per task, tasks without a sample left out, unweighted
        mean. The intervals are ours.
    """
    return Adherence(
        weak=_group([each for each in samples if each.weak], rng, confidence),
        strong=_group([each for each in samples if each.strong], rng, confidence),
        false_positive=_group([each for each in samples if each.weak and not each.strong], rng, confidence),
    )


def _group(samples: Sequence[StyledSample], rng: np.random.Generator, confidence: float) -> Estimate | None:
    by_task: dict[str, list[bool]] = {}
    for sample in samples:
        by_task.setdefault(sample.task, []).append(sample.adheres)
    if not by_task:
        return None
    shares: FloatArray = np.array([[sum(each) / len(each)] for each in by_task.values()], dtype=np.float64)
    value = float(shares.mean())
    tasks, name = len(shares), "mean over tasks of the share that adheres"
    if tasks < 2:
        return Estimate(value, None, tasks, f"{name}; no interval: one task says nothing about others")
    if np.ptp(shares) == 0:
        interval = (clopper_pearson if value in (0.0, 1.0) else wilson)(round(value * tasks), tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; of a proportion of tasks, all of which agree")
    band = bca_of(lambda means: means, shares, rng, confidence=confidence)
    return Estimate(value, band.interval(), len(shares), _METHOD)


def adherences(
    instructions: Sequence[Sequence[StyledSample]], confidence: float = 0.95, seed: int = 0
) -> tuple[Adherence, ...]:
    """Adherence to each of several instructions, every bootstrap from the same seed.

    Args:
        instructions: The samples judged by each instruction.
        confidence: Within (0, 1).
        seed: Of the bootstraps.
    """
    return tuple(adherence(samples, np.random.default_rng(seed), confidence) for samples in instructions)
