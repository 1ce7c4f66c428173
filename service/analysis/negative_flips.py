"""Negative flips: tasks that the old model solves and the new one does not, whatever the mean says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scipy import stats


@dataclass(frozen=True, slots=True)
class TaskPair:
    """One task under both models: samples, and how many pass."""

    task_id: str
    old_samples: int
    old_passed: int
    new_samples: int
    new_passed: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A task that flipped; ``p_value`` is Fisher's where there are several samples, else None."""

    task_id: str
    old_samples: int
    old_passed: int
    new_samples: int
    new_passed: int
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Flips:
    """Rates are None where their denominator is empty.

    Attributes:
        tasks: N.
        nfr: Negative flip rate, |old solves, new does not| / N.
        pfr: Positive flip rate, |new solves, old does not| / N.
        difference: Accuracy of new minus old, PFR - NFR.
        btc: Backward trust compatibility, |both solve| / |old solves|.
        bec: Backward error compatibility, |neither solves| / |new does not|.
        nfi: Negative flip impact, NFR / (1 - accuracy of new): share of new errors that old did not make.
        negative: The tasks that flipped to the worse, worst first.
        positive: Those that flipped to the better.
        by_test: Whether a flip is what Fisher's exact test calls one, because tasks have several samples.
    """

    tasks: int
    nfr: float | None
    pfr: float | None
    difference: float | None
    btc: float | None
    bec: float | None
    nfi: float | None
    negative: tuple[Flip, ...]
    positive: tuple[Flip, ...]
    by_test: bool

    @property
    def negative_total(self) -> int:
        """How many flipped to the worse."""
        return len(self.negative)

    @property
    def positive_total(self) -> int:
        """How many flipped to the better."""
        return len(self.positive)


def flips(pairs: Sequence[TaskPair], significance: float = 0.05) -> Flips:
    """What changed from the old to the new model.

    Args:
        pairs: Tasks with at least one sample of either model.
        significance: Level of Fisher's test, per task.

    Returns:
        With one sample per task and model every change is a flip. With several, rates are expectations over one
        random sample of each model, and a task is listed only if Fisher's exact test on its two counts says so.

    Source:
        MUSCLE, Echterhoff et al. 2024, arXiv:2407.09435, section 3; Fisher 1935.
    """
    single = all(each.old_samples == each.new_samples == 1 for each in pairs)
    old = [each.old_passed / each.old_samples for each in pairs]
    new = [each.new_passed / each.new_samples for each in pairs]
    rows = list(zip(old, new, strict=True))
    tested = [_flip(each, single) for each in pairs]
    changed = [each for each in tested if each.p_value is None or each.p_value <= significance]
    rates = flip_rates(
        both=math.fsum(before * after for before, after in rows),
        lost=math.fsum(before * (1 - after) for before, after in rows),
        won=math.fsum((1 - before) * after for before, after in rows),
        neither=math.fsum((1 - before) * (1 - after) for before, after in rows),
    )
    return replace(
        rates,
        tasks=len(pairs),
        negative=tuple(sorted((each for each in changed if _change(each) < 0), key=_change)),
        positive=tuple(sorted((each for each in changed if _change(each) > 0), key=_change, reverse=True)),
        by_test=not single,
    )


def flip_rates(both: float, lost: float, won: float, neither: float) -> Flips:
    """Rates from tasks that both models solve, that only the old, only the new, and that none solves; none named."""
    tasks = both + lost + won + neither
    return Flips(
        tasks=round(tasks),
        nfr=_share(lost, tasks),
        pfr=_share(won, tasks),
        difference=_share(won - lost, tasks),
        btc=_share(both, both + lost),
        bec=_share(neither, neither + lost),
        nfi=_share(lost, neither + lost),
        negative=(),
        positive=(),
        by_test=False,
    )


def _flip(pair: TaskPair, single: bool) -> Flip:
    counts = (pair.old_samples, pair.old_passed, pair.new_samples, pair.new_passed)
    return Flip(pair.task_id, *counts, None if single else _fisher(*counts))


@lru_cache(maxsize=2**16)
def _fisher(old_samples: int, old_passed: int, new_samples: int, new_passed: int) -> float:
    table = [[old_passed, old_samples - old_passed], [new_passed, new_samples - new_passed]]
    return float(stats.fisher_exact(table).pvalue)


def _change(flip: Flip) -> float:
    return flip.new_passed / flip.new_samples - flip.old_passed / flip.old_samples


def _share(top: float, bottom: float) -> float | None:
    return top / bottom if bottom > 0 else None
