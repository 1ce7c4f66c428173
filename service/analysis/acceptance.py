"""Thresholds of a scored verifier that come with a guarantee.

Two promises. *Conformal risk control*: a new task loses at most alpha in expectation, where the loss is the share of
its samples that are accepted and wrong. *Learn then test*: with probability 1 - delta over the calibration samples,
the fdr = P(wrong | accepted) at the threshold is at most alpha. The fdr is no monotone function of the threshold, so
conformal risk control cannot promise it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special, stats

from service.analysis.thresholds_of_tasks import ScoredSample

MOST_THRESHOLDS = 50
TUNING_SHARE = 0.3


class PValue(StrEnum):
    """How the p-value of a threshold is made."""

    EXACT_BINOMIAL = "exact_binomial"
    HOEFFDING_BENTKUS = "hoeffding_bentkus"


@dataclass(frozen=True, slots=True)
class TestedThreshold:
    """One threshold of learn-then-test.

    Attributes:
        threshold: Scores from here on are accepted.
        accepted: Accepted calibration samples.
        wrong: Of those, wrong ones.
        p_value: Of the hypothesis that the fdr is above alpha.
        certified: Rejected in sequence, so its fdr is at most alpha with the stated confidence.
    """

    threshold: float
    accepted: int
    wrong: int
    p_value: float
    certified: bool


@dataclass(frozen=True, slots=True)
class Certified:
    """The answer of learn-then-test.

    Attributes:
        threshold: The most lenient certified one; None if none is.
        tested: In the order tested, up to the first that failed; later ones are not certified whatever their p-value.
        test: How p-values were made.
        tasks: Calibration tasks.
        samples: Calibration samples.
        tuning_tasks: Tasks that chose the thresholds and certify nothing.
        clean_needed: Accepted samples that are needed to certify anything, when not one is wrong.
    """

    threshold: float | None
    tested: tuple[TestedThreshold, ...]
    test: PValue
    tasks: int
    samples: int
    tuning_tasks: int
    clean_needed: int


@dataclass(frozen=True, slots=True)
class Controlled:
    """The answer of conformal risk control.

    Attributes:
        threshold: The most lenient that keeps the promise; None where nothing can be accepted.
        loss: Mean calibration loss at it, 0 where nothing is accepted.
        bound: n/(n+1) · loss + 1/(n+1), at most alpha if there is a threshold.
        tasks: n.
        tasks_needed: Fewest tasks with which a flawless verifier gets a threshold.
        accepted: Share of calibration samples that are accepted.
    """

    threshold: float | None
    loss: float
    bound: float
    tasks: int
    tasks_needed: int
    accepted: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of accepted samples, one per task, says of the fdr.

    Attributes:
        fdr: Wrong ones among the audited; None without audits.
        upper: One-sided upper bound at the confidence asked for.
        p_value: Of the hypothesis that the fdr is above alpha, exact.
        hoeffding_bentkus_p_value: The same by a bound that also holds for losses between 0 and 1; looser here.
        certified: Whether the fdr is at most alpha at that confidence.
        clean_needed: Audits needed when not one is wrong.
        needed: Size of a fresh audit that would certify with as many wrong ones.
    """

    fdr: float | None
    upper: float
    p_value: float
    hoeffding_bentkus_p_value: float
    certified: bool
    clean_needed: int
    needed: int


def upper_bound(failures: int, n: int, delta: float) -> float:
    """One-sided upper bound of a proportion at confidence 1 - delta.

    Source:
        Clopper and Pearson 1934; with no failure it is 1 - delta^(1/n).
    """
    return 1.0 if failures >= n else float(special.betaincinv(failures + 1, n - failures, 1 - delta))


def binomial_p_value(failures: int, n: int, alpha: float) -> float:
    """P(Bin(n, alpha) <= failures): super-uniform where the rate is above alpha."""
    return float(stats.binom.cdf(failures, n, alpha)) if n else 1.0


def hoeffding_bentkus_p_value(mean: float, n: int, alpha: float) -> float:
    """A p-value for a mean above alpha of n independent values in [0, 1].

    Args:
        mean: Observed.
        n: Values.
        alpha: Within (0, 1).

    Source:
        Angelopoulos et al., arXiv:2110.01052, eq. 4: the smaller of exp(-n KL(min(mean, alpha), alpha)) and
        e · P(Bin(n, alpha) <= ceil(n mean)).
    """
    if not n:
        return 1.0
    low = min(mean, alpha)
    divergence = float(special.rel_entr(low, alpha) + special.rel_entr(1 - low, 1 - alpha))
    bentkus = math.e * float(stats.binom.cdf(math.ceil(n * mean - 1e-9), n, alpha))
    return min(1.0, math.exp(-n * divergence), bentkus)


def clean_audits_needed(alpha: float, delta: float) -> int:
    """Independent samples, none of them wrong, that bound a rate by alpha with confidence 1 - delta.

    Source:
        The smallest n with (1 - alpha)^n <= delta; 59 for 5 % at 95 %.
    """
    return math.ceil(math.log(delta) / math.log1p(-alpha) - 1e-9)


def audit(failures: int, n: int, alpha: float, delta: float) -> Audit:
    """What ``failures`` wrong ones among ``n`` audited accepted samples show.

    Args:
        failures: 0 <= failures <= n.
        n: Audited samples, independent of each other (one per task).
        alpha: Promised fdr, within (0, 1).
        delta: 1 - confidence, within (0, 1).
    """
    p_value = binomial_p_value(failures, n, alpha)
    needed = n
    if p_value > delta:
        low, high = n, max(2 * n, 64)
        while binomial_p_value(failures, high, alpha) > delta:
            high *= 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if binomial_p_value(failures, middle, alpha) > delta else (low, middle)
        needed = high
    share = failures / n if n else None
    certified = p_value <= delta
    clean = clean_audits_needed(alpha, delta)
    looser = hoeffding_bentkus_p_value(share or 0.0, n, alpha)
    return Audit(share, upper_bound(failures, n, delta), p_value, looser, certified, clean, needed)


def learn_then_test(
    samples: Sequence[ScoredSample],
    alpha: float,
    delta: float,
    thresholds: Sequence[float] | None = None,
    *,
    seed: int = 0,
) -> Certified:
    """The most lenient threshold whose fdr is at most alpha, with confidence 1 - delta.

    Args:
        samples: Calibration samples of tasks that are independent of each other.
        alpha: Promised fdr, within (0, 1); with several samples per task the mean over tasks.
        delta: Probability of a broken promise, within (0, 1).
        thresholds: In the order of testing, chosen without a look at these samples. None lets a random 30 % of the
            tasks choose them; only the others then certify.
        seed: Of that choice.

    Returns:
        Thresholds are tested in order at level delta until one fails (fixed-sequence testing), so the promise holds
        for all that were certified together.

    Source:
        Angelopoulos et al., arXiv:2110.01052. With one sample per task P(Bin(accepted, alpha) <= wrong), exact; with
        several, samples of a task depend on each other, so the unit is the task: the share of wrong ones among its
        accepted samples, averaged over tasks with an accepted sample, is tested with the Hoeffding-Bentkus bound.
    """
    tasks = sorted({each.task_id for each in samples})
    tuning: set[str] = set()
    if thresholds is None:
        order = np.random.default_rng(seed).permutation(len(tasks))
        tuning = {tasks[place] for place in order[: int(TUNING_SHARE * len(tasks))]}
    kept = [each for each in samples if each.task_id not in tuning]
    left = len(tasks) - len(tuning)
    single = len(kept) == left and all(each.count == 1 for each in kept)
    if thresholds is None:
        chosen = [each for each in samples if each.task_id in tuning]
        thresholds = _sequence(chosen, len(kept), clean_audits_needed(alpha, delta))
    test = PValue.EXACT_BINOMIAL if single else PValue.HOEFFDING_BENTKUS
    tested: list[TestedThreshold] = []
    for threshold in thresholds:
        found = _tested(kept, threshold, alpha, delta, test)
        tested.append(found)
        if not found.certified:
            break
    good = [each.threshold for each in tested if each.certified]
    count = sum(each.count for each in kept)
    clean = clean_audits_needed(alpha, delta)
    return Certified(min(good, default=None), tuple(tested), test, left, count, len(tuning), clean)


def _sequence(tuning: Sequence[ScoredSample], calibration: int, needed: int) -> list[float]:
    """From the strictest threshold that is likely to accept twice what is needed, to the most lenient."""
    if not tuning:
        return []
    scores = np.sort(np.repeat([each.score for each in tuning], [each.count for each in tuning]))[::-1]
    first = min(len(scores) - 1, math.ceil(2 * needed / max(calibration, 1) * len(scores)))
    places = np.unique(np.linspace(first, len(scores) - 1, MOST_THRESHOLDS).round().astype(int))
    return list(dict.fromkeys(float(scores[place]) for place in places))


def _tested(
    samples: Sequence[ScoredSample], threshold: float, alpha: float, delta: float, test: PValue
) -> TestedThreshold:
    passing = [each for each in samples if each.score >= threshold]
    accepted = sum(each.count for each in passing)
    wrong = sum(each.count for each in passing if not each.right)
    if test is PValue.EXACT_BINOMIAL:
        p_value = binomial_p_value(wrong, accepted, alpha)
    else:
        shares = _shares(passing)
        p_value = hoeffding_bentkus_p_value(math.fsum(shares) / max(len(shares), 1), len(shares), alpha)
    return TestedThreshold(threshold, accepted, wrong, p_value, p_value <= delta)


def _shares(accepted: Sequence[ScoredSample]) -> list[float]:
    """Share of wrong ones among the accepted samples of each task that has some."""
    wrong: dict[str, int] = {}
    counts: dict[str, int] = {}
    for each in accepted:
        counts[each.task_id] = counts.get(each.task_id, 0) + each.count
        wrong[each.task_id] = wrong.get(each.task_id, 0) + (0 if each.right else each.count)
    return [wrong[task] / count for task, count in counts.items()]


def control_risk(samples: Sequence[ScoredSample], alpha: float) -> Controlled:
    """The most lenient threshold at which a new task is expected to lose at most alpha.

    Args:
        samples: Calibration samples, at least one, of tasks exchangeable with the new one.
        alpha: Promised expected share of samples that are accepted and wrong, within (0, 1).

    Source:
        Angelopoulos et al., arXiv:2208.02814, eq. 4 with B = 1: n/(n+1) · loss + 1/(n+1) <= alpha.
    """
    names = {name: place for place, name in enumerate(dict.fromkeys(each.task_id for each in samples))}
    task = np.array([names[each.task_id] for each in samples])
    weight = np.array([each.count for each in samples], dtype=np.float64)
    weight /= np.bincount(task, weight)[task]
    levels, place = np.unique([-each.score for each in samples], return_inverse=True)
    n = len(names)
    lost = np.cumsum(np.bincount(place, weight * [not each.right for each in samples], len(levels))) / n
    passed = np.cumsum(np.bincount(place, weight, len(levels))) / n
    kept = np.flatnonzero(n / (n + 1) * lost + 1 / (n + 1) <= alpha + 1e-12)
    needed = math.ceil(1 / alpha - 1 - 1e-9)
    if not len(kept):
        return Controlled(None, 0.0, 1 / (n + 1), n, needed, 0.0)
    last = int(kept[-1])
    loss = float(lost[last])
    return Controlled(float(-levels[last]), loss, n / (n + 1) * loss + 1 / (n + 1), n, needed, float(passed[last]))
