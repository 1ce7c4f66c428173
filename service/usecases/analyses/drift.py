"""Sequential alarms: has a verifier's fdr drifted?"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.decisions import Method
from service.analysis.estimates import Interval
from service.analysis.sequential import (
    Side,
    Sprt,
    Watched,
    confidence_sequence,
    log_e_value,
    run_cusum,
    run_e_process,
    run_sprt,
)
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer

_AUDITS = (
    "Outcomes are audits of accepted samples of different tasks, in order; samples of one task are not independent."
)


@dataclass(frozen=True, slots=True)
class DriftFound:
    """How the test went, and where the fdr lies at any time.

    Attributes:
        watched: The test; its statistic is a logarithm.
        upper: Alarm from here on.
        lower: Accepted from here down, None where the test never accepts.
        wrong: Wrong ones among all outcomes.
        confidence_sequence: All rates that the outcomes do not rule out, at every time at once.
        e_value: Of the e-process, None for others.
    """

    watched: Watched
    upper: float
    lower: float | None
    wrong: int
    confidence_sequence: Interval
    e_value: float | None = None


@dataclass(frozen=True, slots=True)
class SprtQuestion:
    """Outcomes against two rates; ``between_alarms`` makes it a CUSUM that watches for a change at any time."""

    outcomes: tuple[bool, ...]
    test: Sprt
    between_alarms: float | None = None


async def watch_rates(question: SprtQuestion) -> Answer[DriftFound]:
    """Wald's test, or Page's for a change at any time.

    Raises:
        InvalidInput: If the alternative is not above the tolerated rate.
    """
    test, outcomes = question.test, question.outcomes
    if test.alternative - test.null < 1e-6:
        raise InvalidInput("the fdr that raises the alarm must be above the tolerated one", "/alarm_fdr")
    if question.between_alarms is None:
        watched = await asyncio.to_thread(run_sprt, test, outcomes)
        found = _found(watched, outcomes, test.upper, test.lower, test.alpha)
        method = Method("sequential probability ratio test", "Wald 1945: bounds ln((1-β)/α) and ln(β/(1-α))")
    else:
        watched = await asyncio.to_thread(run_cusum, test, outcomes, question.between_alarms)
        found = _found(watched, outcomes, math.log(question.between_alarms), None, test.alpha)
        method = Method(
            "CUSUM of likelihood ratios", "Page 1954; mean time to a false alarm: Shin et al., arXiv:2203.03532"
        )
    return Answer(found, method, len(outcomes), unit="audited samples", warnings=(_AUDITS,))


@dataclass(frozen=True, slots=True)
class EProcessQuestion:
    """Outcomes, or their counts alone, against one tolerated rate."""

    outcomes: tuple[bool, ...]
    counts: tuple[int, int] | None
    tolerated_fdr: float
    alpha: float
    side: Side


async def watch_e_value(question: EProcessQuestion) -> Answer[DriftFound]:
    """The e-value, which may be looked at after every outcome.

    Raises:
        InvalidInput: If more are wrong than were audited.
    """
    outcomes = question.outcomes
    if question.counts is not None:
        wrong, n = question.counts
        if wrong > n:
            raise InvalidInput(f"{wrong} wrong of {n} audited", "/wrong")
        value = log_e_value(wrong, n, question.tolerated_fdr, question.side)
        watched = Watched.of_value(value, -math.log(question.alpha), n)
    else:
        wrong, n = sum(outcomes), len(outcomes)
        watched = await asyncio.to_thread(
            run_e_process, outcomes, question.tolerated_fdr, question.alpha, question.side
        )
    now = log_e_value(wrong, n, question.tolerated_fdr, question.side)
    found = DriftFound(
        watched,
        -math.log(question.alpha),
        None,
        wrong,
        confidence_sequence(wrong, n, question.alpha),
        math.exp(min(now, 700.0)),
    )
    method = Method(
        "beta-binomial mixture e-process",
        "B(1+S, 1+n-S) / (p₀^S (1-p₀)^(n-S)); alarm at 1/α by Ville's inequality (Robbins 1970)",
        confidence=1 - question.alpha,
    )
    return Answer(found, method, n, unit="audited samples", warnings=(_AUDITS,))


def _found(watched: Watched, outcomes: Sequence[bool], upper: float, lower: float | None, alpha: float) -> DriftFound:
    wrong = sum(outcomes)
    return DriftFound(watched, upper, lower, wrong, confidence_sequence(wrong, len(outcomes), alpha))
