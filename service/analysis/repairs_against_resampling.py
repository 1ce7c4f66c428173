"""Is it better to repair a program or to draw another one? Both at the same cost, task by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import REPLICATES, FloatArray, bca_of
from service.analysis.estimates import Interval
from service.analysis.repairs import Session
from service.analysis.resampling_counts import TaskCounts


@dataclass(frozen=True, slots=True)
class Against:
    """Repair and resampling at one cost, over the tasks that both have.

    Attributes:
        cost: ``samples`` (programs written) or ``tokens`` (mean tokens spent in a session).
        rounds: Repairs after the first program.
        budget: Samples that resampling may draw for the same cost.
        tasks: How many tasks are compared.
        repair: Share of tasks that end with a program that is accepted and correct, by repair.
        resampling: The same by drawing until one is accepted, at most ``budget`` times.
        difference: Repair minus resampling.
        interval: Of the difference, BCa over tasks; None with fewer than two tasks.
        repair_false: Share that ends with a program that is accepted and wrong, by repair.
        resampling_false: The same by resampling.
    """

    cost: str
    rounds: int
    budget: int
    tasks: int
    repair: float
    resampling: float
    difference: float
    interval: Interval | None
    repair_false: float
    resampling_false: float


def against_resampling(
    sessions: Sequence[Session],
    samples: Mapping[str, TaskCounts],
    seed: int,
    *,
    sample_tokens: float | None = None,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
) -> tuple[Against, ...]:
    """Compare both after each round, as far as the samples reach.

    Args:
        sessions: Repair sessions of one model and one feedback policy; those without all verdicts are left out.
        samples: Counts of independent samples of the same model by task, judged by the same verifier and oracle.
        seed: Of the bootstrap.
        sample_tokens: Mean tokens of one sample; where it and the sessions' tokens are known, both are also compared
            at equal tokens.
        confidence: Of the intervals, within (0, 1).
        replicates: Bootstrap replicates.

    Returns:
        One entry for each round and kind of cost whose budget is within every task's samples.

    Source:
        Resampling in closed form: hypergeometric, see ``resampling_curve``; the comparison is paired by task.
    """
    by_task: dict[str, list[Session]] = {}
    for session in sessions:
        if session.task in samples and all(None not in (each.accepted, each.correct) for each in session.rounds):
            by_task.setdefault(session.task, []).append(session)
    if not by_task:
        return ()
    counts = [samples[task] for task in by_task]
    most = min(task.samples for task in counts)
    longest = max(len(session.rounds) for group in by_task.values() for session in group)
    rng = np.random.default_rng(seed)
    made = []
    for rounds in range(longest):
        outcomes = np.array([_repaired(group, rounds) for group in by_task.values()])
        for cost, budget in _budgets(by_task, rounds, sample_tokens):
            if 1 <= budget <= most:
                drawn = np.array([_resampled(task, budget) for task in counts])
                made.append(_compare(cost, rounds, budget, outcomes, drawn, rng, confidence, replicates))
    return tuple(made)


def _budgets(
    by_task: Mapping[str, Sequence[Session]], rounds: int, sample_tokens: float | None
) -> list[tuple[str, int]]:
    found = [("samples", rounds + 1)]
    spent = [[each.tokens for each in session.rounds[: rounds + 1]] for group in by_task.values() for session in group]
    known = [sum(token for token in tokens if token is not None) for tokens in spent if None not in tokens]
    if sample_tokens and len(known) == len(spent):
        found.append(("tokens", round(sum(known) / len(known) / sample_tokens)))
    return found


def _repaired(group: Sequence[Session], rounds: int) -> tuple[float, float]:
    """Share of a task's sessions that end accepted and correct, and accepted and wrong."""
    ends = [session.after(rounds) for session in group]
    right = sum(bool(end.accepted and end.correct) for end in ends)
    wrong = sum(bool(end.accepted and not end.correct) for end in ends)
    return right / len(ends), wrong / len(ends)


def _resampled(task: TaskCounts, budget: int) -> tuple[float, float]:
    """Probability that drawing until one is accepted ends with a correct one, and with a wrong one."""
    if not task.accepted:
        return 0.0, 0.0
    missed = 1.0
    for draw in range(budget):
        missed *= max(0, task.samples - task.accepted - draw) / (task.samples - draw)
    share = task.accepted_correct / task.accepted
    return (1 - missed) * share, (1 - missed) * (1 - share)


def _compare(
    cost: str,
    rounds: int,
    budget: int,
    repaired: FloatArray,
    drawn: FloatArray,
    rng: np.random.Generator,
    confidence: float,
    replicates: int,
) -> Against:
    gaps = repaired[:, 0] - drawn[:, 0]
    interval = None
    if len(gaps) > 1 and np.ptp(gaps) > 0:
        interval = bca_of(lambda means: means, gaps, rng, replicates=replicates, confidence=confidence).interval()
    ours, theirs = repaired.mean(axis=0), drawn.mean(axis=0)
    return Against(
        cost, rounds, budget, len(gaps), float(ours[0]), float(theirs[0]), float(gaps.mean()), interval,
        float(ours[1]), float(theirs[1]),
    )  # fmt: skip
