"""pass@k of a run, or of counts that somebody sends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.bootstrap import REPLICATES
from service.analysis.pass_at_k import PassAtK, Solved, passes_at, solved
from service.domain.requests import LOCAL, Caller
from service.errors import InvalidInput
from service.usecases.analyses.samples import run_samples
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class PassRequest:
    """What to compute.

    Attributes:
        ks: Each >= 1; empty means 1.
        replicates: Resampled sets of tasks; 0 takes Student's t instead.
        pointer: Where the ks stand in the request.
    """

    ks: tuple[int, ...] = ()
    confidence: float = 0.95
    seed: int = 0
    replicates: int = REPLICATES
    pointer: str = "/k"


@dataclass(frozen=True, slots=True)
class PassFigures:
    """pass@k of one verifier.

    Attributes:
        tasks: Tasks with samples.
        excluded: Tasks without a sample that has a verdict.
        samples: Samples with a verdict.
        excluded_samples: Samples without one.
        largest_k: Samples of the task that has fewest; None without tasks.
        verifier: None for counts that were sent.
    """

    tasks: int
    excluded: int
    samples: int
    excluded_samples: int
    largest_k: int | None
    pass_at_k: tuple[PassAtK, ...]
    solved: Solved
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class RunPasses:
    """pass@k of each verifier of a run; ``repairs`` are candidates left out because they repair another one."""

    run_id: str
    repairs: int
    verifiers: tuple[PassFigures, ...]


async def passes_of_counts(samples: Sequence[int], passed: Sequence[int], request: PassRequest) -> PassFigures:
    """pass@k of posted counts.

    Raises:
        InvalidInput: If more samples pass than there are, or a k is above the smallest number of samples.
    """
    for index, (n, c) in enumerate(zip(samples, passed, strict=True)):
        if c > n:
            raise InvalidInput(f"{c} of {n} samples cannot pass", f"/tasks/{index}/passed")
    return await asyncio.to_thread(_figures, samples, passed, 0, request)


async def passes_of_run(
    app: App, run_id: str, request: PassRequest, *, verifiers: Sequence[str] = (), caller: Caller = LOCAL
) -> RunPasses:
    """pass@k of a run by each verifier, its own ones unless others are named.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If a verifier judged nothing here, or a k is above the smallest number of samples.
    """
    found = await run_samples(app, run_id, caller=caller)
    answers = []
    for name in verifiers or found.run.verifiers:
        tasks = found.judged(name)
        samples, passed = [task.samples for task in tasks], [task.accepted for task in tasks]
        missing = sum(task.unresolved for task in tasks)
        answers.append(await asyncio.to_thread(_figures, samples, passed, missing, request, name))
    return RunPasses(run_id, found.repairs, tuple(answers))


def _figures(
    samples: Sequence[int], passed: Sequence[int], missing: int, request: PassRequest, verifier: str | None = None
) -> PassFigures:
    some = [(n, c) for n, c in zip(samples, passed, strict=True) if n]
    largest = min((n for n, _ in some), default=None)
    asked = request.ks or (1,)
    for index, k in enumerate(asked):
        if largest is not None and k > largest:
            raise InvalidInput(
                f"pass@{k} needs {k} samples of every task; the largest usable k is {largest}",
                f"{request.pointer}/{index}",
            )
    counts = [n for n, _ in some], [c for _, c in some]
    figures = (
        passes_at(*counts, asked, confidence=request.confidence, seed=request.seed, replicates=request.replicates)
        if some
        else ()
    )
    return PassFigures(
        tasks=len(some),
        excluded=len(samples) - len(some),
        samples=sum(counts[0]),
        excluded_samples=missing,
        largest_k=largest,
        pass_at_k=figures,
        solved=solved(*counts, request.confidence),
        verifier=verifier,
    )
