"""Several models on the same tasks: figures of each, every pair, all together, and what they say as a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from service.analysis.comparison import (
    McNemar,
    Omnibus,
    Permutation,
    cochran_q,
    holm,
    mcnemar,
    permutation_omnibus,
    sign_flips,
)
from service.analysis.decisions import FloatArray, estimated
from service.analysis.estimates import Estimate
from service.analysis.negative_flips import Flips, TaskPair, flips
from service.analysis.power import Power, paired_power
from service.analysis.rankings import FEWEST, RankingAgreement, ranking_agreement
from service.analysis.rates import mean_share
from service.analysis.regression import FEWEST as FEWEST_POINTS
from service.analysis.regression import Line, regression


@dataclass(frozen=True, slots=True)
class ModelCounts:
    """One model on the tasks that all have, in the same order.

    Attributes:
        name: Of the model or run.
        samples: Per task, each >= 1.
        correct: Of those, accepted by the verifier that is taken for the truth.
        visible: Per task accepted by the visible verifier, and accepted by both; None without one.
    """

    name: str
    samples: tuple[int, ...]
    correct: tuple[int, ...]
    visible: tuple[tuple[int, ...], tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model: accuracy of a single sample, and of what the visible verifier says, if there is one."""

    name: str
    samples: int
    accuracy: Estimate | None
    visible_accuracy: Estimate | None
    precision: Estimate | None


@dataclass(frozen=True, slots=True)
class PairComparison:
    """Two models.

    Attributes:
        first: Name.
        second: Name.
        difference: Accuracy of the second minus that of the first, with an interval over tasks.
        mcnemar: Only with one sample per task.
        permutation: Sign flips of the tasks' differences.
        adjusted_p_value: McNemar's, else the permutation's, adjusted over all pairs (Holm).
        significant: Adjusted p-value at most the level, and all models together differ (with three or more).
        flips: What changed from the first, taken for the old one, to the second.
        power: What so many tasks can show.
    """

    first: str
    second: str
    difference: Estimate
    mcnemar: McNemar | None
    permutation: Permutation
    adjusted_p_value: float
    significant: bool
    flips: Flips
    power: Power


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about several models.

    Attributes:
        models: Figures of each.
        omnibus: Whether they differ at all, None for two.
        omnibus_test: ``cochran_q`` or ``permutation``.
        pairs: Every pair.
        rankings: Agreement of visible and hidden ranking, None below five models or without a visible verifier.
        line: Precision on accuracy across models, None below three.
    """

    models: tuple[ModelFigures, ...]
    omnibus: Omnibus | None
    omnibus_test: str | None
    pairs: tuple[PairComparison, ...]
    rankings: RankingAgreement | None
    line: Line | None


def compare_models(
    task_ids: Sequence[str], models: Sequence[ModelCounts], *, seed: int = 0, confidence: float = 0.95
) -> Comparison:
    """Compare models on the same tasks.

    Args:
        task_ids: At least one task.
        models: At least two, with counts of each of the tasks.
        seed: Of bootstrap, permutations and draws of models.
        confidence: Of intervals; 1 - confidence is the level of tests.

    Source:
        Dietterich 1998 and Raschka 2018 (arXiv:1811.12808) for tests on fixed predictions; each part names its own.
    """
    samples = np.array([each.samples for each in models], dtype=np.int64).T
    correct = np.array([each.correct for each in models], dtype=np.int64).T
    single = bool(np.all(samples == 1))
    shares: FloatArray = correct / samples
    omnibus = None
    if len(models) > 2:
        omnibus = cochran_q(correct) if single else permutation_omnibus(shares, seed=seed)
    figures = tuple(_figures(each, confidence) for each in models)
    return Comparison(
        models=figures,
        omnibus=omnibus,
        omnibus_test=None if omnibus is None else "cochran_q" if single else "permutation",
        pairs=_pairs(task_ids, models, shares, omnibus, single, seed, confidence),
        rankings=_rankings(figures, seed),
        line=_line(figures, confidence),
    )


def _figures(model: ModelCounts, confidence: float) -> ModelFigures:
    visible = precision = None
    if model.visible is not None:
        accepted, both = model.visible
        visible = mean_share(accepted, model.samples, confidence)
        precision = mean_share(both, accepted, confidence)
    accuracy = mean_share(model.correct, model.samples, confidence)
    return ModelFigures(model.name, sum(model.samples), accuracy, visible, precision)


def _pairs(
    task_ids: Sequence[str],
    models: Sequence[ModelCounts],
    shares: FloatArray,
    omnibus: Omnibus | None,
    single: bool,
    seed: int,
    confidence: float,
) -> tuple[PairComparison, ...]:
    places = list(combinations(range(len(models)), 2))
    changes = shares[:, [second for _, second in places]] - shares[:, [first for first, _ in places]]
    differences = estimated(
        lambda means: means, changes, "paired difference, mean over tasks", seed=seed, confidence=confidence
    )
    permutations = sign_flips(changes, seed=seed)
    tables = [_table(models[first], models[second]) if single else None for first, second in places]
    p_values = [
        permutation.p_value if table is None else table.p_value
        for table, permutation in zip(tables, permutations, strict=True)
    ]
    level = 1 - confidence
    differ = omnibus is None or (omnibus.p_value is not None and omnibus.p_value <= level)
    found = []
    for number, ((first, second), adjusted) in enumerate(zip(places, holm(p_values), strict=True)):
        difference, spread = differences[number], changes[:, number]
        assert difference is not None
        deviation = float(spread.std(ddof=1)) if len(spread) > 1 else 0.0
        found.append(
            PairComparison(
                first=models[first].name,
                second=models[second].name,
                difference=difference,
                mcnemar=tables[number],
                permutation=permutations[number],
                adjusted_p_value=adjusted,
                significant=differ and adjusted <= level,
                flips=flips(_task_pairs(task_ids, models[first], models[second]), level),
                power=paired_power(difference.value, deviation, len(spread), alpha=level),
            )
        )
    return tuple(found)


def _table(first: ModelCounts, second: ModelCounts) -> McNemar:
    one, two = np.asarray(first.correct), np.asarray(second.correct)
    return mcnemar(int(np.sum(one > two)), int(np.sum(two > one)))


def _task_pairs(task_ids: Sequence[str], old: ModelCounts, new: ModelCounts) -> list[TaskPair]:
    rows = zip(task_ids, old.samples, old.correct, new.samples, new.correct, strict=True)
    return [TaskPair(*row) for row in rows]


def _rankings(models: Sequence[ModelFigures], seed: int) -> RankingAgreement | None:
    scores = [(each.visible_accuracy, each.accuracy) for each in models]
    both = [(seen.value, hidden.value) for seen, hidden in scores if seen is not None and hidden is not None]
    if len(both) < len(models) or len(both) < FEWEST:
        return None
    return ranking_agreement([seen for seen, _ in both], [hidden for _, hidden in both], seed=seed)


def _line(models: Sequence[ModelFigures], confidence: float) -> Line | None:
    points = [
        (each.accuracy.value, each.precision.value)
        for each in models
        if each.accuracy is not None and each.precision is not None
    ]
    if len(points) < FEWEST_POINTS:
        return None
    return regression([x for x, _ in points], [y for _, y in points], confidence)
