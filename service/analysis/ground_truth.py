"""Rates when the truth is itself a verifier that errs, and when only some samples were audited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from service.analysis.decisions import FloatArray
from service.analysis.estimates import Interval


@dataclass(frozen=True, slots=True)
class CorrectedRate:
    """A share of right samples, corrected for the errors of the verifier that measured it.

    Attributes:
        value: Within [0, 1]; None where the verifier says yes to wrong samples as often as to right ones.
        raw: Before it was cut to [0, 1].
        clipped: Whether it was.
    """

    value: float | None
    raw: float | None
    clipped: bool


def rogan_gladen(observed: float, sensitivity: float, specificity: float) -> CorrectedRate:
    """The true share behind an observed one.

    Args:
        observed: Share that the verifier accepts.
        sensitivity: P(accepted | right).
        specificity: P(refused | wrong).

    Source:
        Rogan and Gladen 1978: (observed + Sp - 1) / (Se + Sp - 1), undefined where Se + Sp <= 1.
    """
    power = sensitivity + specificity - 1
    if power <= 1e-12:
        return CorrectedRate(None, None, False)
    raw = (observed + specificity - 1) / power
    value = min(1.0, max(0.0, raw))
    return CorrectedRate(value, raw, value != raw)


@dataclass(frozen=True, slots=True)
class LatentVerifier:
    """A verifier as fitted without knowing the truth."""

    recall: float
    fpr: float


@dataclass(frozen=True, slots=True)
class LatentClasses:
    """What verifiers say of each other.

    Attributes:
        prevalence: Share of right samples.
        verifiers: In the order given.
        log_likelihood: At the optimum.
        iterations: Of the best start.
        converged: Whether it settled.
        identified: At least three verifiers, and each tells right from wrong better than chance.
    """

    prevalence: float
    verifiers: tuple[LatentVerifier, ...]
    log_likelihood: float
    iterations: int
    converged: bool
    identified: bool


def latent_classes(
    accepted: Sequence[Sequence[bool]], counts: Sequence[int], *, seed: int = 0, starts: int = 8
) -> LatentClasses:
    """Fit right and wrong as hidden classes, from verdicts alone.

    Args:
        accepted: Patterns of verdicts, one row each, at least three verifiers.
        counts: Samples of each pattern, at least one in all.
        seed: Of the starts beyond the first, which follows the majority.
        starts: How many; the best one counts.

    Raises:
        ValueError: With fewer than three verifiers: two verdicts cannot tell three numbers.

    Source:
        Dawid and Skene 1979, EM with errors independent given the truth; identification: Hui and Walter 1980. Of the
        two mirror images the one is taken in which verifiers are right more often than not.
    """
    said = np.asarray(accepted, dtype=np.float64)
    weight = np.asarray(counts, dtype=np.float64)
    if said.ndim != 2 or said.shape[1] < 3 or not weight.sum():
        raise ValueError("hidden classes need at least three verifiers and a sample")
    rng = np.random.default_rng(seed)
    majority = said.mean(axis=1)
    best: _Fit | None = None
    for start in range(starts):
        first = majority if start == 0 else np.clip(majority + rng.normal(0, 0.3, len(said)), 0.02, 0.98)
        fit = _em(said, weight, first)
        if best is None or fit.log_likelihood > best.log_likelihood + 1e-9:
            best = fit
    assert best is not None
    return _oriented(best)


@dataclass(frozen=True, slots=True)
class _Fit:
    prevalence: float
    recall: FloatArray
    fpr: FloatArray
    log_likelihood: float
    iterations: int
    converged: bool


def _em(said: FloatArray, weight: FloatArray, right: FloatArray, most: int = 2_000) -> _Fit:
    last = -math.inf
    for iteration in range(1, most + 1):
        # A trace of a sample in each cell keeps rates off 0 and 1, where EM could never leave them.
        yes, no = weight * right, weight * (1 - right)
        recall = (said.T @ yes + 0.01) / (yes.sum() + 0.02)
        fpr = (said.T @ no + 0.01) / (no.sum() + 0.02)
        prevalence = float((yes.sum() + 0.01) / (weight.sum() + 0.02))
        logs = [
            math.log(share) + said @ np.log(rate) + (1 - said) @ np.log1p(-rate)
            for share, rate in ((prevalence, recall), (1 - prevalence, fpr))
        ]
        total = np.logaddexp(*logs)
        right = np.exp(logs[0] - total)
        now = float(weight @ total)
        if abs(now - last) <= 1e-10 * max(1.0, abs(now)):
            return _Fit(prevalence, recall, fpr, now, iteration, True)
        last = now
    return _Fit(prevalence, recall, fpr, last, most, False)


def _oriented(fit: _Fit) -> LatentClasses:
    prevalence, recall, fpr = fit.prevalence, fit.recall, fit.fpr
    if float(np.sum(recall - fpr)) < 0:
        prevalence, recall, fpr = 1 - prevalence, fpr, recall
    verifiers = tuple(LatentVerifier(float(t), float(f)) for t, f in zip(recall, fpr, strict=True))
    informed = sum(each.recall - each.fpr > 0.05 for each in verifiers)
    return LatentClasses(prevalence, verifiers, fit.log_likelihood, fit.iterations, fit.converged, informed >= 3)


@dataclass(frozen=True, slots=True)
class AuditedRate:
    """A rate of all samples from an audit of some.

    Attributes:
        value: The estimate, which may leave [0, 1] by chance.
        standard_error: Over tasks.
        interval: Of the value, cut to [0, 1]; None with fewer than two tasks.
    """

    value: float
    standard_error: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class AuditedSample:
    """One sample: what a cheap judge says of it, and if it was audited, the truth and the chance of being audited.

    Attributes:
        task_id: Samples of a task depend on each other.
        predicted: P(wrong) as the cheap judge sees it, or its verdict as 0 or 1.
        wrong: The truth, None where not audited.
        chance: Of being audited, within (0, 1], known beforehand.
    """

    task_id: str
    predicted: float
    wrong: bool | None
    chance: float


def horvitz_thompson(samples: Sequence[AuditedSample], confidence: float = 0.95) -> AuditedRate:
    """The share of wrong samples from audits alone, each weighted by the inverse of its chance.

    Args:
        samples: All of them, audited or not, at least one.
        confidence: Of the interval.

    Source:
        Horvitz and Thompson 1952; variance over tasks.
    """
    return _over_tasks(samples, [_weighted(each, float(bool(each.wrong))) for each in samples], confidence)


def prediction_powered(samples: Sequence[AuditedSample], confidence: float = 0.95) -> AuditedRate:
    """The same with the cheap judge's view of all samples, corrected by the audited ones.

    Args:
        samples: All of them, at least one.
        confidence: Of the interval.

    Source:
        Angelopoulos et al. 2023, arXiv:2301.09633, in the form for unequal chances: mean of prediction plus
        1{audited}/chance · (truth - prediction); unbiased however bad the judge is.
    """
    values = [each.predicted + _weighted(each, float(bool(each.wrong)) - each.predicted) for each in samples]
    return _over_tasks(samples, values, confidence)


def _weighted(sample: AuditedSample, value: float) -> float:
    return 0.0 if sample.wrong is None else value / sample.chance


def _over_tasks(samples: Sequence[AuditedSample], values: Sequence[float], confidence: float) -> AuditedRate:
    """Ratio of sums over tasks with its linearised standard error."""
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for sample, value in zip(samples, values, strict=True):
        sums[sample.task_id] = sums.get(sample.task_id, 0.0) + value
        counts[sample.task_id] = counts.get(sample.task_id, 0) + 1
    total, tasks = len(samples), len(sums)
    value = math.fsum(sums.values()) / total
    if tasks < 2:
        return AuditedRate(value, None, None)
    spread = math.fsum((sums[task] - value * counts[task]) ** 2 for task in sums) * tasks / (tasks - 1)
    error = math.sqrt(spread) / total
    half = float(special.stdtrit(tasks - 1, 0.5 + confidence / 2)) * error
    low, high = min(1.0, max(0.0, value - half)), max(0.0, min(1.0, value + half))
    return AuditedRate(value, error, Interval(low, high, confidence))
