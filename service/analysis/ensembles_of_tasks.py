"""Ensembles of verifiers as measured: which errors they share, and what each combination comes to, over tasks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from service.analysis.decisions import FloatArray, IntArray, estimated
from service.analysis.ensembles import VerifierErrors, Vote, combined, optimal_vote
from service.analysis.estimates import Estimate

MOST_VERIFIERS = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """So many samples of a task of which the verifiers said the same."""

    task_id: str
    right: bool
    accepted: tuple[bool, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A combination: at least ``needed`` of ``members`` accept, or the weighted vote (``needed`` is None)."""

    name: str
    members: tuple[str, ...]
    needed: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A combination as measured; estimates are None where their denominator is empty.

    Attributes:
        rule: Which.
        recall: P(accepted | right), pooled.
        fpr: P(accepted | wrong), pooled.
        fdr: P(wrong | accepted), pooled.
        accepted: P(accepted) per sample.
        fpr_if_independent: What the members' own rates would give were their errors independent.
    """

    rule: Rule
    recall: Estimate | None
    fpr: Estimate | None
    fdr: Estimate | None
    accepted: Estimate | None
    fpr_if_independent: float | None


@dataclass(frozen=True, slots=True)
class SharedErrors:
    """Correlation (phi) of two verifiers' acceptances of wrong and of right samples; None where one is of one mind."""

    first: str
    second: str
    of_wrong: Estimate | None
    of_right: Estimate | None


@dataclass(frozen=True, slots=True)
class Added:
    """One verifier on what all the others accept: what it still removes; None without such samples."""

    verifier: str
    recall: float | None
    fpr: float | None


@dataclass(frozen=True, slots=True)
class Ensemble:
    """All combinations, what the verifiers share, and the weights of the vote."""

    combinations: tuple[Measured, ...]
    shared: tuple[SharedErrors, ...]
    added: tuple[Added, ...]
    vote: Vote | None
    prevalence: float


def ensemble_of_tasks(
    verifiers: Sequence[str],
    rows: Sequence[Judged],
    *,
    false_positive_cost: float = 1.0,
    seed: int = 0,
    confidence: float = 0.95,
) -> Ensemble:
    """Every verifier, all pairs by AND and OR, and ``needed`` of all, measured.

    Args:
        verifiers: Names, at most eight.
        rows: Samples with a verdict of every verifier, at least one.
        false_positive_cost: For the threshold of the vote.
        seed: Of the bootstrap.
        confidence: Of the intervals.

    Source:
        Pooled rates over tasks; correlation: Pearson's of two binary variables; weights as in ``optimal_vote``, with
        half a sample added to each cell so that they are finite.
    """
    patterns, cells = _cells(len(verifiers), rows)
    right, wrong = cells[:, 0, :].sum(axis=0), cells[:, 1, :].sum(axis=0)
    rates = [_rates(patterns[:, place], right, wrong) for place in range(len(verifiers))]
    vote, prevalence = _vote(patterns, right, wrong, false_positive_cost), float(right.sum() / cells.sum())
    rules = _rules(verifiers, with_vote=vote is not None)
    accepts = np.array([_accepts(rule, verifiers, patterns, vote) for rule in rules])
    return Ensemble(
        tuple(_measured(rules, accepts, cells, verifiers, rates, seed, confidence)),
        tuple(_shared(verifiers, patterns, cells, seed, confidence)),
        tuple(_added(verifiers, patterns, right, wrong)),
        vote,
        prevalence,
    )


def _cells(width: int, rows: Sequence[Judged]) -> tuple[IntArray, FloatArray]:
    """Patterns that occur, shape (P, m), and counts per task, right or wrong, and pattern, shape (T, 2, P)."""
    said = np.array([row.accepted for row in rows], dtype=np.int64).reshape(-1, width)
    patterns, place = np.unique(said, axis=0, return_inverse=True)
    names = {name: number for number, name in enumerate(dict.fromkeys(row.task_id for row in rows))}
    cells = np.zeros((len(names), 2, len(patterns)))
    task = np.array([names[row.task_id] for row in rows])
    wrong = np.array([not row.right for row in rows], dtype=np.int64)
    np.add.at(cells, (task, wrong, place.reshape(-1)), np.array([row.count for row in rows], dtype=np.float64))
    return patterns, cells


def _rates(accepts: IntArray, right: FloatArray, wrong: FloatArray) -> VerifierErrors:
    return VerifierErrors(
        _share(float(right @ accepts), float(right.sum())), _share(float(wrong @ accepts), float(wrong.sum()))
    )


def _share(top: float, bottom: float) -> float:
    return float(top / bottom) if bottom > 0 else math.nan


def _vote(patterns: IntArray, right: FloatArray, wrong: FloatArray, cost: float) -> Vote | None:
    good, bad = float(right.sum()), float(wrong.sum())
    if not good or not bad or not 0 < cost < math.inf:
        return None
    smooth = [
        VerifierErrors(float((right @ each + 0.5) / (good + 1)), float((wrong @ each + 0.5) / (bad + 1)))
        for each in patterns.T
    ]
    return optimal_vote(smooth, good / (good + bad), cost)


def _rules(verifiers: Sequence[str], *, with_vote: bool) -> list[Rule]:
    rules = [Rule(name, (name,), 1) for name in verifiers]
    if len(verifiers) > 2:
        for pair in combinations(verifiers, 2):
            rules += [Rule(" and ".join(pair), pair, 2), Rule(" or ".join(pair), pair, 1)]
    total = tuple(verifiers)
    if len(total) > 1:
        rules += [Rule(f"{needed} of {len(total)}", total, needed) for needed in range(1, len(total) + 1)]
        rules += [Rule("weighted vote", total, None)] if with_vote else []
    return rules


def _accepts(rule: Rule, verifiers: Sequence[str], patterns: IntArray, vote: Vote | None) -> IntArray:
    if rule.needed is None:
        assert vote is not None
        return np.array([vote.accepts([bool(each) for each in row]) for row in patterns], dtype=np.int64)
    places = [list(verifiers).index(name) for name in rule.members]
    found: IntArray = (patterns[:, places].sum(axis=1) >= rule.needed).astype(np.int64)
    return found


def _measured(
    rules: Sequence[Rule],
    accepts: IntArray,
    cells: FloatArray,
    verifiers: Sequence[str],
    rates: Sequence[VerifierErrors],
    seed: int,
    confidence: float,
) -> list[Measured]:
    count, totals = len(rules), cells.sum(axis=2)
    columns = np.hstack([cells[:, 0, :] @ accepts.T, cells[:, 1, :] @ accepts.T, totals])

    def statistic(means: FloatArray) -> FloatArray:
        right, wrong, good, bad = means[:, :count], means[:, count : 2 * count], means[:, -2:-1], means[:, -1:]
        accepted = right + wrong
        parts = ((right, good), (wrong, bad), (wrong, accepted), (accepted, good + bad))
        return np.hstack([_ratio(top, bottom) for top, bottom in parts])

    name = "ratio of sums over tasks"
    found = estimated(statistic, columns, name, seed=seed, confidence=confidence)
    return [
        Measured(
            rule,
            found[place],
            found[count + place],
            found[2 * count + place],
            found[3 * count + place],
            _independent(rule, verifiers, rates),
        )
        for place, rule in enumerate(rules)
    ]


def _independent(rule: Rule, verifiers: Sequence[str], rates: Sequence[VerifierErrors]) -> float | None:
    members = [rates[list(verifiers).index(name)] for name in rule.members]
    if rule.needed is None or any(math.isnan(each.fpr) for each in members):
        return None
    return combined([VerifierErrors(0.0, each.fpr) for each in members], 0.5, rule.needed).fpr


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    some = bottom > 0
    found: FloatArray = np.where(some, top / np.where(some, bottom, 1.0), np.nan)
    return found


def _shared(
    verifiers: Sequence[str], patterns: IntArray, cells: FloatArray, seed: int, confidence: float
) -> list[SharedErrors]:
    pairs = list(combinations(range(len(verifiers)), 2))
    if not pairs:
        return []
    both = np.array([patterns[:, first] * patterns[:, second] for first, second in pairs])
    parts = []
    for side in (1, 0):
        count = cells[:, side, :]
        parts += [count @ both.T, count @ patterns, count.sum(axis=1, keepdims=True)]
    firsts, seconds = (list(each) for each in zip(*pairs, strict=True))

    def statistic(means: FloatArray) -> FloatArray:
        width = means.shape[1] // 2
        return np.hstack([_phi(half, firsts, seconds) for half in (means[:, :width], means[:, width:])])

    found = estimated(
        statistic, np.hstack(parts), "phi coefficient of sums over tasks", seed=seed, confidence=confidence
    )
    return [
        SharedErrors(verifiers[first], verifiers[second], found[place], found[len(pairs) + place])
        for place, (first, second) in enumerate(pairs)
    ]


def _phi(means: FloatArray, firsts: list[int], seconds: list[int]) -> FloatArray:
    both, single, total = means[:, : len(firsts)], means[:, len(firsts) : -1], means[:, -1:]
    rates, joint = _ratio(single, total), _ratio(both, total)
    one, two = rates[:, firsts], rates[:, seconds]
    spread = one * (1 - one) * two * (1 - two)
    some = spread > 1e-15
    found: FloatArray = np.where(some, (joint - one * two) / np.sqrt(np.where(some, spread, 1.0)), np.nan)
    return found


def _added(verifiers: Sequence[str], patterns: IntArray, right: FloatArray, wrong: FloatArray) -> list[Added]:
    answers = []
    for place, name in enumerate(verifiers):
        others = np.delete(patterns, place, axis=1).all(axis=1).astype(np.int64)
        kept = others * patterns[:, place]
        parts = [(float(side @ kept), float(side @ others)) for side in (right, wrong)]
        recall, fpr = (top / bottom if bottom else None for top, bottom in parts)
        answers.append(Added(name, recall, fpr))
    return answers
