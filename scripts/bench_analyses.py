"""What the analyses cost: CPU seconds and memory by number of tasks, on one core."""

from __future__ import annotations

import multiprocessing
import resource
import time
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import IntArray
from service.analysis.pass_at_k import passes_at
from service.analysis.resampling import Question, analyse
from service.analysis.resampling_counts import Counts, TaskCounts

SAMPLES = 200
BUDGETS = tuple(range(1, SAMPLES + 1))
COSTS = (0.0, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Load:
    """One measurement: how many tasks, and how many resampled sets of them (0: linearised standard errors)."""

    tasks: int
    replicates: int


LOADS = (
    Load(1_000, 2_000),
    Load(2_000, 2_000),
    Load(4_000, 2_000),
    Load(12_500, 0),
    Load(25_000, 0),
    Load(50_000, 0),
    Load(100_000, 0),
)


def drawn(tasks: int, seed: int = 0) -> tuple[IntArray, IntArray, IntArray]:
    """Accepted, correct, and both, of 200 samples of each task."""
    rng = np.random.default_rng(seed)
    accepted = rng.binomial(SAMPLES, rng.beta(0.5, 1.0, size=tasks))
    both = rng.binomial(accepted, rng.beta(4.0, 1.0, size=tasks))
    return accepted, both + rng.binomial(SAMPLES - accepted, 0.02), both


def measure(load: Load) -> tuple[int, float, float, float, float]:
    """Distinct rows; CPU seconds of grouping, of resampling, of pass@k; peak memory in MiB. In a process of its own."""
    columns = drawn(load.tasks)
    tasks = [TaskCounts(SAMPLES, *(int(each) for each in row)) for row in zip(*columns, strict=True)]
    before = time.process_time()
    counts = Counts.of(tasks)
    grouped = time.process_time()
    analyse(counts, Question(BUDGETS, COSTS, replicates=load.replicates))
    answered = time.process_time()
    ks = (1, 10, 100)
    passes_at([SAMPLES] * load.tasks, [task.accepted for task in tasks], ks, replicates=load.replicates)
    passed = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return len(counts.samples), grouped - before, answered - grouped, passed - answered, peak


def main() -> None:
    """Print the table."""
    print(f"{SAMPLES} samples a task, budgets 1 … {SAMPLES}, {len(COSTS)} costs; CPU seconds on one core")
    print(
        f"{'tasks':>8} {'distinct':>9} {'replicates':>10} {'group s':>8} {'resample s':>10} {'pass@k s':>9} {'MiB':>6}"
    )
    context = multiprocessing.get_context("spawn")
    for load in LOADS:
        with context.Pool(1) as pool:
            distinct, grouped, answered, passed, peak = pool.apply(measure, (load,))
        row = f"{load.tasks:>8} {distinct:>9} {load.replicates:>10} {grouped:>8.2f} {answered:>10.2f} {passed:>9.2f}"
        print(f"{row} {peak:>6.0f}")


if __name__ == "__main__":
    main()
