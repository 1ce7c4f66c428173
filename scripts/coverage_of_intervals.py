"""Simulates how often each interval of an analysis holds the true value, and writes ``docs/method/coverage.md``.

Tasks come from a population with spread-out difficulty and a verifier that is worse on hard tasks. The truth of each
figure is its value over a very large number of such tasks.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.analysis.estimates import Interval
from service.analysis.intervals import clopper_pearson, wilson
from service.analysis.pass_at_k import passes_at
from service.analysis.resampling import Question, Resampling, analyse
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_quantities import Rate

PAGE = Path(__file__).resolve().parent.parent / "docs" / "method" / "coverage.md"
SAMPLES = 10
SIZES = (10, 20, 50, 100, 200)
MANY = 2_000_000
RATES = (Rate.ACCURACY, Rate.MACRO, Rate.POOLED, Rate.FDR_POOLED, Rate.FPR, Rate.COMPLETENESS, Rate.BREAK_EVEN_COST)
ENOUGH, AIM = 50, 0.02
"""With so many tasks intervals are to cover 95 % within so much."""
SINGLE = (0.05, 0.3)
"""True proportions for the intervals of single rates."""


@dataclass(frozen=True, slots=True)
class Population:
    """Where tasks come from: how hard they are, and how often wrong programs pass on hard and on easy ones."""

    name: str
    easy: float
    hard: float
    leak_on_hard: float
    leak_on_easy: float

    def counts(self, tasks: int, rng: np.random.Generator) -> Counts:
        """Counts of so many tasks, ten samples each; the verifier refuses 2 % of correct samples."""
        right = rng.beta(self.easy, self.hard, size=tasks)
        leak = self.leak_on_hard + (self.leak_on_easy - self.leak_on_hard) * right
        correct = rng.binomial(SAMPLES, right)
        both = rng.binomial(correct, 0.98)
        false = rng.binomial(SAMPLES - correct, rng.beta(2 * leak, 2 * (1 - leak)))
        rows = np.column_stack([np.full(tasks, SAMPLES), both + false, correct, both])
        distinct, times = np.unique(rows, axis=0, return_counts=True)
        n, b, p, t = (distinct[:, place].copy() for place in range(4))
        return Counts(n, b, p, t, times.astype(np.int64), 0)


POPULATIONS = (
    Population("middling model, leaky verifier", 0.8, 0.8, 0.35, 0.15),
    Population("weak model, good verifier", 0.4, 1.2, 0.12, 0.05),
)


def figures(found: Resampling) -> dict[str, tuple[float | None, Interval | None]]:
    """What is simulated, by name."""
    told = {rate.value: (found.rates[rate].value, found.rates[rate].interval) for rate in RATES}
    last = found.points[-1]
    for name, figure in (
        ("TP(5)", last.true_positive),
        ("FP(5)", last.false_positive),
        ("E[samples] (5)", last.expected_samples),
        ("reward(5), cost 1", last.rewards[0]),
        ("reward(5), cost 4", last.rewards[1]),
    ):
        told[name] = (figure.value, figure.interval)
    second, interval = found.attempts[1]
    told["fdr at draw 2"] = (second.fdr, interval)
    gained = next(each for each in found.compared if each.contrast.cost == 1.0).difference
    told["reward(5) − reward(1), cost 1"] = (gained.value, gained.interval)
    return told


def question(replicates: int, seed: int) -> Question:
    """Budgets 1 and 5, costs 1 and 4."""
    return Question((1, 5), (1.0, 4.0), replicates=replicates, seed=seed, compare=((5, 1),))


def truths(population: Population) -> dict[str, float]:
    """The value of each figure over very many tasks."""
    found = figures(analyse(population.counts(MANY, np.random.default_rng(99)), question(0, 0)))
    return {name: value for name, (value, _) in found.items() if value is not None}


def pass_at_5(counts: Counts, replicates: int, seed: int) -> tuple[float, Interval | None]:
    """pass@5 by the oracle."""
    samples, passed = (np.repeat(each, counts.multiplicity).tolist() for each in (counts.samples, counts.correct))
    (found,) = passes_at(samples, passed, (5,), replicates=replicates, seed=seed)
    return found.value, found.interval


def simulated(population: Population, tasks: int, rounds: int, replicates: int, seed: int) -> dict[str, float]:
    """Share of rounds in which each interval holds the truth; rounds without an interval count as held by none.

    Args:
        population: Of tasks.
        tasks: In each round.
        rounds: Simulated analyses.
        replicates: Of each bootstrap; 0 simulates linearised standard errors.
        seed: Of the whole simulation.
    """
    rng, truth = np.random.default_rng(seed), truths(population)
    truth["pass@5"] = pass_at_5(population.counts(200_000, np.random.default_rng(98)), 0, 0)[0]
    held, given = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0)
    for _ in range(rounds):
        counts = population.counts(tasks, rng)
        drawn = int(rng.integers(2**31))
        found = figures(analyse(counts, question(replicates, drawn)))
        found["pass@5"] = pass_at_5(counts, replicates, drawn)
        for name, value in truth.items():
            interval = found[name][1]
            if interval is not None:
                given[name] += 1
                held[name] += interval.low <= value <= interval.high
    return {name: held[name] / given[name] if given[name] else math.nan for name in truth}


def exact(share: float, tasks: int) -> tuple[float, float]:
    """Coverage of Wilson's and of Clopper and Pearson's interval, by enumeration."""
    covered = [0.0, 0.0]
    for hits in range(tasks + 1):
        chance = math.comb(tasks, hits) * share**hits * (1 - share) ** (tasks - hits)
        for place, method in enumerate((wilson, clopper_pearson)):
            interval = method(hits, tasks)
            covered[place] += chance * (interval.low <= share <= interval.high)
    return covered[0], covered[1]


def page(rounds: int, replicates: int) -> Iterator[str]:
    """The page, line by line."""
    yield "# How often the intervals hold\n"
    yield (
        f"Made by `scripts/coverage_of_intervals`: {rounds:,} simulated analyses for each cell, ten samples a task, "
        f"{replicates:,} resampled sets of tasks, intervals of 95 %. A cell is the share of analyses whose interval "
        f"holds the true value; its own standard error is {100 * math.sqrt(0.95 * 0.05 / rounds):.1f} points. With 50 "
        "tasks or more the aim is 95 % ± 2 points. With 10 or 20 tasks an interval is an indication, no more.\n"
    )
    off: list[str] = []
    for population in POPULATIONS:
        for name, drawn in (("BCa cluster bootstrap", replicates), ("linearised standard errors (`replicates: 0`)", 0)):
            yield f"## {population.name.capitalize()}: {name}\n"
            columns = [simulated(population, tasks, rounds, drawn, seed=tasks) for tasks in SIZES]
            yield from table(("figure", *(f"{tasks} tasks" for tasks in SIZES)), columns)
            off += outside(f"{population.name}, {name}", columns)
            print(f"{population.name}, {name}: done", file=sys.stderr)
    yield f"## Outside the aim with {ENOUGH} tasks or more\n"
    yield from off or ["none"]
    yield ""
    yield "## Single rates, one sample a task (by enumeration)\n"
    rows = {
        f"{name}, true share {share:g}": [exact(share, tasks)[place] for tasks in SIZES]
        for share in SINGLE
        for place, name in enumerate(("Wilson", "Clopper-Pearson"))
    }
    yield from table(
        ("interval", *(f"{tasks} tasks" for tasks in SIZES)),
        [{name: values[place] for name, values in rows.items()} for place in range(len(SIZES))],
    )


def outside(name: str, columns: Sequence[dict[str, float]]) -> list[str]:
    """Cells with enough tasks that miss the aim, in words."""
    return [
        f"- {name}: {figure} with {tasks} tasks, {100 * share:.1f} %"
        for tasks, column in zip(SIZES, columns, strict=True)
        if tasks >= ENOUGH
        for figure, share in column.items()
        if abs(share - 0.95) > AIM
    ]


def table(headings: Sequence[str], columns: Sequence[dict[str, float]]) -> Iterator[str]:
    """A table in Markdown from its columns."""
    yield f"| {' | '.join(headings)} |"
    yield "|" + "---|" * len(headings)
    for name in columns[0]:
        cells = ("–" if math.isnan(column[name]) else f"{100 * column[name]:.1f} %" for column in columns)
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--replicates", type=int, default=1_000)
    asked = parser.parse_args()
    PAGE.write_text("\n".join(page(asked.rounds, asked.replicates)).rstrip() + "\n", encoding="utf-8")
    print(f"wrote {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
