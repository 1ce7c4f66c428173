"""Rates over tasks. The unit is the task, because samples of one task are not independent of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.analysis.estimates import Estimate
from service.analysis.intervals import clopper_pearson, on_logits, wilson

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def pass_at_k(samples: Sequence[int] | IntArray, passed: Sequence[int] | IntArray, k: int) -> FloatArray:
    """Probability that at least one of k draws passes, unbiased.

    Args:
        samples: Samples per task, shape (T,), each >= k.
        passed: Passing samples per task, shape (T,), 0 <= passed <= samples.
        k: Draws, >= 1.

    Returns:
        Probability per task, shape (T,), in [0, 1].

    Raises:
        ValueError: If shapes differ, passed > samples, or a task has fewer than k samples.

    Source:
        Chen et al. 2021, arXiv:2107.03374, eq. 1, as a running product instead of factorials.
    """
    n, c = np.asarray(samples, dtype=np.int64), np.asarray(passed, dtype=np.int64)
    if n.shape != c.shape or np.any(c < 0) or np.any(c > n):
        raise ValueError("passed must lie within 0 and samples, task by task")
    if k < 1 or np.any(n < k):
        raise ValueError(f"pass@{k} needs at least {max(k, 1)} samples of every task")
    miss = np.ones(n.shape, dtype=np.float64)
    for draw in range(k):
        miss *= np.clip(n - c - draw, 0, None) / (n - draw)
    return 1.0 - miss


def mean_share(numerators: Sequence[int], denominators: Sequence[int], confidence: float = 0.95) -> Estimate | None:
    """Mean over tasks of each task's share; tasks without data are left out.

    Args:
        numerators: Passing samples per task, shape (T,).
        denominators: Samples with a verdict per task, shape (T,).
        confidence: Within (0, 1).

    Returns:
        The mean with its interval over tasks, or None without any data. With one sample per task the interval
        is Wilson's; else from t · s/√T on the scale of log odds; where all tasks agree on 0 or 1 it is
        Clopper and Pearson's over tasks, since a width of zero would claim too much.

    Source:
        pass@1 of Chen et al. 2021, eq. 1 with k = 1; standard error of a mean of clusters.
    """
    top, bottom = _arrays(numerators, denominators)
    tasks = len(bottom)
    if not tasks:
        return None
    shares = top / bottom
    value = float(shares.mean())
    name = "mean over tasks of the share of samples that pass"
    if bool(np.all(bottom == 1)):
        interval = wilson(int(top.sum()), tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Wilson, one sample per task")
    if value in (0.0, 1.0):
        interval = clopper_pearson(tasks if value == 1.0 else 0, tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Clopper-Pearson over tasks, all of which agree")
    if tasks == 1:
        return Estimate(value, None, 1, f"{name}; no interval: one task says nothing about others")
    error = float(shares.std(ddof=1)) / math.sqrt(tasks)
    if error == 0.0:
        interval = wilson(round(value * tasks), tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Wilson over tasks, all of which have the same share")
    interval = on_logits(value, error, tasks - 1, confidence)
    return Estimate(value, interval, tasks, f"{name}; t interval of the mean over tasks")


def pooled_ratio(numerators: Sequence[int], denominators: Sequence[int], confidence: float = 0.95) -> Estimate | None:
    """Sum of numerators over sum of denominators, with a linearised interval over tasks.

    Args:
        numerators: Events per task, shape (T,), each at most its denominator.
        denominators: Trials per task, shape (T,).
        confidence: Within (0, 1).

    Returns:
        The ratio with ``n`` = tasks that have trials, or None without any trial. The interval is made of t · SE on
        the scale of log odds, with SE² = M/(M-1) · Σ(tᵢ - r·bᵢ)² / (Σb)² over those M tasks; Wilson's with one trial
        per task; Clopper and Pearson's over tasks where r is 0 or 1.

    Source:
        Ratio estimator with linearised variance, Cochran 1977, Sampling Techniques, eq. 6.13.
    """
    top, bottom = _arrays(numerators, denominators)
    tasks = len(bottom)
    if not tasks:
        return None
    value = float(top.sum() / bottom.sum())
    name = "ratio of sums over tasks"
    if value in (0.0, 1.0):
        interval = clopper_pearson(tasks if value == 1.0 else 0, tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Clopper-Pearson over tasks, all of which agree")
    if bool(np.all(bottom == 1)):
        interval = wilson(int(top.sum()), tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Wilson, one trial per task")
    if tasks == 1:
        return Estimate(value, None, 1, f"{name}; no interval: one task says nothing about others")
    spread = float(np.sum((top - value * bottom) ** 2)) * tasks / (tasks - 1)
    error = math.sqrt(spread) / float(bottom.sum())
    if error == 0.0:
        interval = wilson(round(value * tasks), tasks, confidence)
        return Estimate(value, interval, tasks, f"{name}; Wilson over tasks, all of which have the same ratio")
    interval = on_logits(value, error, tasks - 1, confidence)
    return Estimate(value, interval, tasks, f"{name}; linearised standard error over tasks")


def _arrays(numerators: Sequence[int], denominators: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    top, bottom = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if top.shape != bottom.shape or np.any(top < 0) or np.any(top > bottom):
        raise ValueError("counts contradict each other: numerators must lie within 0 and their denominators")
    some = bottom > 0
    return top[some], bottom[some]
