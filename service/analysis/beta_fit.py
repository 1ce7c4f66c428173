"""The Beta model fitted to counts: maximum likelihood, how well it fits, and when it cannot be fitted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from service.analysis.bootstrap import FloatArray
from service.analysis.resampling_counts import Counts

_LARGEST = 1e4
"""Above this sum of α and β tasks do not differ beyond chance: the likelihood rises towards equal tasks."""
_TOLD_APART = 2.7055
"""Twice the gain in log-likelihood over equal tasks at which the 5 % boundary test (½χ²₀ + ½χ²₁) tells them apart."""
_LEAST_TASKS = 5
_LEAST_EXPECTED = 5.0
_STEPS = 60
_BINS = 10


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters by maximum likelihood.

    Attributes:
        log_likelihood: Of the counts, without the binomial coefficients.
    """

    alpha: float
    beta: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class Goodness:
    """Pearson's test of the share of correct samples per task in bins against what the fit expects.

    Attributes:
        statistic: X².
        degrees: Of freedom, after two fitted parameters.
        p_value: Small where the fit does not describe the tasks; None without enough bins.
    """

    statistic: float
    degrees: int
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Unidentifiable:
    """Why there is no fit."""

    reason: str


def fit_beta(samples: FloatArray, hits: FloatArray, times: FloatArray) -> Fit | Unidentifiable:
    """Fit the spread of success probabilities over tasks; never on shares, always on counts.

    Args:
        samples: Samples per row, shape (G,), each >= 1.
        hits: Successes per row.
        times: Tasks per row.

    Returns:
        The fit, or why the counts do not determine one.

    Source:
        Beta-binomial likelihood Π B(α+x, β+n-x)/B(α, β); Skellam 1948.
    """
    refused = _refusal(samples, hits, times)
    if refused is not None:
        return refused
    mean = float(times @ hits) / float(times @ samples)

    def negative(logs: FloatArray) -> tuple[float, FloatArray]:
        a, b = np.exp(logs)
        value = times @ (special.betaln(a + hits, b + samples - hits) - special.betaln(a, b))
        shared = special.digamma(a + b) - special.digamma(a + b + samples)
        by_a = times @ (special.digamma(a + hits) - special.digamma(a) + shared)
        by_b = times @ (special.digamma(b + samples - hits) - special.digamma(b) + shared)
        return -float(value), -np.array([by_a * a, by_b * b])

    bounds = [(math.log(1e-6), math.log(10 * _LARGEST))] * 2
    found = optimize.minimize(negative, np.log([mean, 1.0 - mean]), jac=True, bounds=bounds, method="L-BFGS-B")
    alpha, beta = (float(each) for each in np.exp(found.x))
    alike = float(times @ (special.xlogy(hits, mean) + special.xlogy(samples - hits, 1.0 - mean)))
    if alpha + beta > _LARGEST or 2 * (-float(found.fun) - alike) < _TOLD_APART:
        return Unidentifiable("tasks do not differ more than chance makes them: any large α and β fit as well")
    return Fit(alpha, beta, -float(found.fun))


def refit_beta(samples: FloatArray, hits: FloatArray, times: FloatArray, start: Fit) -> FloatArray:
    """Fits to many resampled sets of the same tasks at once, by Newton's method on the logarithms.

    Args:
        samples: Samples per row, shape (G,).
        hits: Successes per row, shape (G,).
        times: Tasks per row in each set, shape (B, G).
        start: The fit to all tasks.

    Returns:
        α and β of each set, shape (B, 2); NaN where there is no maximum.
    """
    logs = np.tile(np.log([start.alpha, start.beta]), (len(times), 1))
    for _ in range(_STEPS):
        slope, curvature = _derivatives(samples, hits, times, np.exp(logs))
        step = _uphill(slope, curvature)
        logs = logs + step
        if np.all(np.abs(step) < 1e-7):
            break
    found: FloatArray = np.exp(logs)
    bad = (np.abs(step) > 1e-4).any(axis=1) | (found.sum(axis=1) > _LARGEST)
    return np.where(bad[:, None], np.nan, found)


def _derivatives(
    samples: FloatArray, hits: FloatArray, times: FloatArray, parameters: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradient, shape (B, 2), and Hessian, shape (B, 2, 2), of the log-likelihood in log α and log β."""
    a, b = parameters[:, :1], parameters[:, 1:]

    def sums(order: int, value: FloatArray, more: FloatArray) -> FloatArray:
        change = special.polygamma(order, value + more) - special.polygamma(order, value)
        summed: FloatArray = np.sum(times * change, axis=1)
        return summed

    both = [sums(order, a + b, samples) for order in (0, 1)]
    slope = np.stack([sums(0, a, hits) - both[0], sums(0, b, samples - hits) - both[0]], axis=1) * parameters
    bent = np.stack([sums(1, a, hits) - both[1], sums(1, b, samples - hits) - both[1]], axis=1) * parameters**2 + slope
    crossed = -both[1] * parameters.prod(axis=1)
    return slope, np.stack([bent[:, 0], crossed, crossed, bent[:, 1]], axis=1).reshape(-1, 2, 2)


def _uphill(slope: FloatArray, curvature: FloatArray) -> FloatArray:
    """Newton's step where the likelihood is concave, else along the slope; no component longer than 1."""
    (first, crossed), (_, second) = curvature.transpose(1, 2, 0)
    determinant = first * second - crossed**2
    concave = (first < 0) & (determinant > 0)
    safe = np.where(concave, determinant, 1.0)
    newton = np.stack(
        [crossed * slope[:, 1] - second * slope[:, 0], crossed * slope[:, 0] - first * slope[:, 1]], axis=1
    )
    along = 0.5 * np.sign(slope)
    step: FloatArray = np.clip(np.where(concave[:, None], newton / safe[:, None], along), -1.0, 1.0)
    return step


def goodness(fit: Fit, samples: FloatArray, hits: FloatArray, times: FloatArray) -> Goodness:
    """How well the fit describes the spread of successes per task.

    Args:
        fit: From the same counts.
        samples: Samples per row.
        hits: Successes per row.
        times: Tasks per row.

    Source:
        Pearson's X² over bins of the share of successes, merged until each expects five tasks; two parameters fitted.
    """
    edges = np.linspace(0, 1, _BINS + 1)[1:-1]
    observed, expected = np.zeros(_BINS), np.zeros(_BINS)
    np.add.at(observed, np.digitize(hits / samples, edges), times)
    for n in np.unique(samples):
        tasks = float(times[samples == n].sum())
        counts = np.arange(int(n) + 1)
        chance = np.exp(
            special.betaln(fit.alpha + counts, fit.beta + n - counts)
            - special.betaln(fit.alpha, fit.beta)
            - special.betaln(counts + 1, n - counts + 1)
            - math.log(n + 1)
        )
        np.add.at(expected, np.digitize(counts / n, edges), tasks * chance)
    observed, expected = _merged(observed, expected)
    degrees = len(expected) - 3
    statistic = float(np.sum((observed - expected) ** 2 / expected))
    return Goodness(statistic, degrees, float(special.chdtrc(degrees, statistic)) if degrees > 0 else None)


def pooled_fpr(counts: Counts) -> float | None:
    """ΣFP / Σ wrong samples; None where nothing is wrong."""
    wrong = float(counts.multiplicity @ counts.wrong)
    return float(counts.multiplicity @ counts.false_positives) / wrong if wrong else None


def _refusal(samples: FloatArray, hits: FloatArray, times: FloatArray) -> Unidentifiable | None:
    if times.sum() < _LEAST_TASKS:
        return Unidentifiable(f"fewer than {_LEAST_TASKS} tasks")
    if float(times[samples >= 2].sum()) < _LEAST_TASKS:
        return Unidentifiable("with one sample per task only the mean is known, not how tasks differ")
    if not (hits > 0).any() or not (hits < samples).any():
        return Unidentifiable("all samples are alike")
    if not ((hits > 0) & (hits < samples)).any():
        return Unidentifiable("every task is all or nothing: the likelihood has no maximum")
    return None


def _merged(observed: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    kept: list[list[float]] = []
    for seen, due in zip(observed, expected, strict=True):
        if kept and kept[-1][1] < _LEAST_EXPECTED:
            kept[-1][0] += seen
            kept[-1][1] += due
        else:
            kept.append([seen, due])
    if len(kept) > 1 and kept[-1][1] < _LEAST_EXPECTED:
        seen, due = kept.pop()
        kept[-1][0] += seen
        kept[-1][1] += due
    first, second = np.array(kept).T
    return first, second
