"""Rates when the truth is a verifier that errs too, or when only some samples were audited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.decisions import Method
from service.analysis.ground_truth import (
    AuditedRate,
    AuditedSample,
    CorrectedRate,
    LatentClasses,
    horvitz_thompson,
    latent_classes,
    prediction_powered,
    rogan_gladen,
)
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer, refused


async def corrected_rate(observed: float, sensitivity: float, specificity: float) -> Answer[CorrectedRate]:
    """The true share of right samples behind an observed one."""
    found = rogan_gladen(observed, sensitivity, specificity)
    method = Method("Rogan-Gladen, cut to [0, 1]", "Rogan and Gladen 1978: (observed + Sp - 1) / (Se + Sp - 1)")
    warnings = []
    if found.value is None:
        warnings.append("Sensitivity and specificity add up to at most 1: what is observed says nothing.")
    elif found.clipped:
        warnings.append("The raw value lies outside [0, 1]: the rates of the verifier do not fit what was observed.")
    return Answer(found, method, warnings=tuple(warnings))


@dataclass(frozen=True, slots=True)
class VerdictPattern:
    """So many samples of which the verifiers said the same."""

    accepted: tuple[bool, ...]
    count: int


async def hidden_classes(
    verifiers: Sequence[str], patterns: Sequence[VerdictPattern], seed: int
) -> Answer[LatentClasses]:
    """Recall and fpr of verifiers from their verdicts alone.

    Raises:
        InvalidInput: If there are fewer than three verifiers, a name twice, or another number of verdicts.
    """
    if len(set(verifiers)) < len(verifiers):
        raise InvalidInput("every verifier once", "/verifiers")
    for place, each in enumerate(patterns):
        if len(each.accepted) != len(verifiers):
            said = f"{len(each.accepted)} verdicts for {len(verifiers)} verifiers"
            raise InvalidInput(said, f"/patterns/{place}/accepted")
    merged: dict[tuple[bool, ...], int] = {}
    for each in patterns:
        merged[each.accepted] = merged.get(each.accepted, 0) + each.count
    with refused("/verifiers"):
        found = await asyncio.to_thread(latent_classes, list(merged), list(merged.values()), seed=seed)
    method = Method(
        "EM over two hidden classes, the best of eight starts",
        "Dawid and Skene 1979; identification: Hui and Walter 1980",
        seed=seed,
    )
    warnings = ["Verifiers that err together given the truth (suites written alike) look better than they are."]
    if not found.identified:
        warnings.append("Fewer than three verifiers tell right from wrong: the figures are not identified.")
    if not found.converged:
        warnings.append("EM did not settle.")
    return Answer(found, method, sum(merged.values()), unit="samples", warnings=tuple(warnings))


@dataclass(frozen=True, slots=True)
class PartialAudit:
    """The share of wrong ones among all samples, by audits alone and with a judge's view of all of them."""

    horvitz_thompson: AuditedRate
    prediction_powered: AuditedRate
    audited: int


async def partial_audit(samples: Sequence[AuditedSample], confidence: float) -> Answer[PartialAudit]:
    """The share of wrong ones among samples of which some were audited."""
    found = PartialAudit(
        horvitz_thompson(samples, confidence),
        prediction_powered(samples, confidence),
        sum(each.wrong is not None for each in samples),
    )
    method = Method(
        "inverse-probability weights, without and with the judge's view of all samples",
        "Horvitz and Thompson 1952; prediction-powered inference: arXiv:2301.09633",
        interval="linearised standard error over tasks, t interval",
        confidence=confidence,
    )
    warnings = ["The chances of being audited must be those that were used to draw the audits."]
    if not found.audited:
        warnings.append("Nothing was audited.")
    return Answer(found, method, len({each.task_id for each in samples}), warnings=tuple(warnings))
