"""Acceptance with a guarantee: thresholds on scores, and what an audit of accepted samples shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.acceptance import (
    Audit,
    Certified,
    Controlled,
    PValue,
    audit,
    control_risk,
    learn_then_test,
)
from service.analysis.decisions import Method
from service.analysis.thresholds_of_tasks import ScoredSample
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer

MOST_SAMPLES = 1_000_000


@dataclass(frozen=True, slots=True)
class FdrQuestion:
    """Scored calibration samples and the fdr to promise.

    Attributes:
        thresholds: In the order of testing, chosen without a look at the samples; empty lets a part of the tasks
            choose them.
    """

    samples: tuple[ScoredSample, ...]
    target_fdr: float
    confidence: float
    thresholds: tuple[float, ...] = ()
    seed: int = 0


async def certify_fdr(question: FdrQuestion) -> Answer[Certified]:
    """A threshold whose fdr among accepted is at most the target, with confidence.

    Raises:
        InvalidInput: If there are too many samples.
    """
    _require_size(question.samples)
    found = await asyncio.to_thread(
        learn_then_test,
        question.samples,
        question.target_fdr,
        1 - question.confidence,
        question.thresholds or None,
        seed=question.seed,
    )
    exact = found.test is PValue.EXACT_BINOMIAL
    method = Method(
        "learn then test, fixed sequence; " + ("exact binomial p-values" if exact else "Hoeffding-Bentkus over tasks"),
        "Angelopoulos et al., arXiv:2110.01052: P(Bin(accepted, α) <= wrong) per threshold, strictest first",
        seed=None if question.thresholds else question.seed,
        confidence=question.confidence,
    )
    excluded = {} if question.thresholds else {"tasks that chose the thresholds": found.tuning_tasks}
    return Answer(found, method, found.tasks, excluded=excluded, warnings=tuple(_fdr_warnings(found, question)))


def _fdr_warnings(found: Certified, question: FdrQuestion) -> list[str]:
    warnings = []
    if found.threshold is None:
        warnings.append(
            f"Nothing is certified. With none wrong, {found.clean_needed} accepted samples of different tasks are "
            "needed at the first threshold; what the first one had stands in tested."
        )
    if question.thresholds:
        warnings.append("The promise holds only if the thresholds were chosen without a look at these samples.")
    if found.test is PValue.HOEFFDING_BENTKUS:
        warnings.append("Tasks have several samples: the promise is of the mean over tasks with an accepted sample.")
    return warnings


@dataclass(frozen=True, slots=True)
class RiskQuestion:
    """Scored calibration samples and the risk to promise."""

    samples: tuple[ScoredSample, ...]
    target_risk: float


async def control_wrong_acceptances(question: RiskQuestion) -> Answer[Controlled]:
    """A threshold at which a new task is expected to lose at most the target.

    Raises:
        InvalidInput: If there are too many samples.
    """
    _require_size(question.samples)
    found = await asyncio.to_thread(control_risk, question.samples, question.target_risk)
    method = Method(
        "conformal risk control of P(accepted and wrong), the mean over samples of a new task",
        "Angelopoulos et al., arXiv:2208.02814, eq. 4, B = 1: n/(n+1) · loss + 1/(n+1) <= α",
    )
    warnings = ["The promise is of P(accepted and wrong) in expectation, not of the fdr among accepted samples."]
    if found.threshold is None:
        warnings.append(f"Nothing can be accepted; even a flawless verifier needs {found.tasks_needed} tasks.")
    return Answer(found, method, found.tasks, warnings=tuple(warnings))


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Audited accepted samples, one per task, and the fdr to promise."""

    audited: int
    wrong: int
    target_fdr: float
    confidence: float


async def audit_accepted(question: AuditQuestion) -> Answer[Audit]:
    """What an audit of accepted samples shows of the fdr.

    Raises:
        InvalidInput: If more are wrong than were audited.
    """
    if question.wrong > question.audited:
        raise InvalidInput(f"{question.wrong} wrong of {question.audited} audited", "/wrong")
    found = audit(question.wrong, question.audited, question.target_fdr, 1 - question.confidence)
    method = Method(
        "exact binomial test and one-sided bound",
        "Clopper and Pearson 1934; with none wrong 1 - δ^(1/n)",
        confidence=question.confidence,
    )
    warnings = ("Audits are independent: one sample per task, drawn at random, their number fixed before the first.",)
    return Answer(found, method, question.audited, unit="audited samples", warnings=warnings)


def _require_size(samples: Sequence[ScoredSample]) -> None:
    if sum(each.count for each in samples) > MOST_SAMPLES:
        raise InvalidInput(f"at most {MOST_SAMPLES} samples", "/samples")
