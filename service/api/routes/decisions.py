"""Decisions: what verifiers must be worth, when to stop, thresholds with a guarantee, alarms."""

from __future__ import annotations

from typing import Annotated, assert_never

from fastapi import APIRouter, Body
from pydantic import Field

from service.api.access import Party
from service.api.schemas import acceptance as asked_acceptance
from service.api.schemas import decision_answers as answers
from service.api.schemas import decisions as asked
from service.api.schemas import ground_truth as truth
from service.api.schemas import verifier_decisions as verifiers
from service.api.schemas.answers import answer_read
from service.api.schemas.drift import CusumCreate, DriftRead, EProcessCreate, SprtCreate
from service.usecases.analyses import decisions, ground_truth, required_quality, verifier_decisions
from service.usecases.analyses.acceptance import audit_accepted, certify_fdr, control_wrong_acceptances
from service.usecases.analyses.drift import watch_e_value, watch_rates

router = APIRouter(prefix="/analyses", tags=["analyses"])

Asked = Annotated[
    asked.RequiredQualityCreate
    | asked.RequiredQualityOfTasksCreate
    | asked.SuitesCreate
    | asked.StoppingCreate
    | asked.CascadeCreate
    | verifiers.ThresholdCreate
    | verifiers.ThresholdOfTasksCreate
    | verifiers.EnsembleCreate
    | verifiers.EnsembleOfTasksCreate
    | truth.CorrectedRateCreate
    | truth.LatentClassesCreate
    | truth.PartialAuditCreate,
    Body(discriminator="kind"),
]
Answered = Annotated[
    answers.RequiredQualityRead
    | answers.RequiredQualityOfTasksRead
    | answers.SuitesRead
    | answers.StoppingRead
    | answers.CascadeRead
    | answers.ThresholdRead
    | answers.ThresholdOfTasksRead
    | answers.EnsembleRead
    | answers.EnsembleOfTasksRead
    | truth.CorrectedRateRead
    | truth.LatentClassesRead
    | truth.PartialAuditRead,
    Field(discriminator="kind"),
]


@router.post("/decision")
async def decision(body: Asked, caller: Party) -> Answered:
    """A decision about verifiers and budgets; `kind` says which."""
    match body:
        case asked.RequiredQualityCreate():
            return answer_read(answers.RequiredQualityRead, await required_quality.required_quality(body.question()))
        case asked.RequiredQualityOfTasksCreate():
            found = await required_quality.required_quality_of_tasks(body.question())
            return answer_read(answers.RequiredQualityOfTasksRead, found)
        case asked.SuitesCreate():
            return answer_read(answers.SuitesRead, await required_quality.suites(body.question()))
        case asked.StoppingCreate():
            return answer_read(answers.StoppingRead, await decisions.stopping(body.question()))
        case asked.CascadeCreate():
            return answer_read(answers.CascadeRead, await decisions.cascade_of_tasks(body.question()))
        case truth.CorrectedRateCreate() | truth.LatentClassesCreate() | truth.PartialAuditCreate():
            return await _about_the_truth(body)
    return await _about_verifiers(body)


async def _about_the_truth(
    body: truth.CorrectedRateCreate | truth.LatentClassesCreate | truth.PartialAuditCreate,
) -> Answered:
    match body:
        case truth.CorrectedRateCreate():
            rate = await ground_truth.corrected_rate(body.observed, body.sensitivity, body.specificity)
            return answer_read(truth.CorrectedRateRead, rate)
        case truth.LatentClassesCreate():
            patterns = [each.pattern() for each in body.patterns]
            classes = await ground_truth.hidden_classes(body.verifiers, patterns, body.seed)
            return answer_read(truth.LatentClassesRead, classes)
        case truth.PartialAuditCreate():
            samples = [each.sample() for each in body.samples]
            return answer_read(truth.PartialAuditRead, await ground_truth.partial_audit(samples, body.confidence))
    assert_never(body)


async def _about_verifiers(
    body: verifiers.ThresholdCreate
    | verifiers.ThresholdOfTasksCreate
    | verifiers.EnsembleCreate
    | verifiers.EnsembleOfTasksCreate,
) -> Answered:
    match body:
        case verifiers.ThresholdCreate():
            return answer_read(answers.ThresholdRead, await verifier_decisions.threshold_on_curve(body.question()))
        case verifiers.ThresholdOfTasksCreate():
            found = await verifier_decisions.threshold_of_scores(body.question())
            return answer_read(answers.ThresholdOfTasksRead, found)
        case verifiers.EnsembleCreate():
            return answer_read(answers.EnsembleRead, await verifier_decisions.ensemble(body.question()))
        case verifiers.EnsembleOfTasksCreate():
            return answer_read(answers.EnsembleOfTasksRead, await verifier_decisions.measured_ensemble(body.question()))
    assert_never(body)


@router.post("/acceptance")
async def acceptance(
    body: Annotated[
        asked_acceptance.LearnThenTestCreate | asked_acceptance.ConformalCreate | asked_acceptance.AuditCreate,
        Body(discriminator="method"),
    ],
    caller: Party,
) -> Annotated[
    asked_acceptance.LearnThenTestRead | asked_acceptance.ConformalRead | asked_acceptance.AuditRead,
    Field(discriminator="kind"),
]:
    """An acceptance threshold with a guarantee, or what an audit guarantees; `method` says which."""
    match body:
        case asked_acceptance.LearnThenTestCreate():
            return answer_read(asked_acceptance.LearnThenTestRead, await certify_fdr(body.question()))
        case asked_acceptance.ConformalCreate():
            return answer_read(asked_acceptance.ConformalRead, await control_wrong_acceptances(body.question()))
        case asked_acceptance.AuditCreate():
            return answer_read(asked_acceptance.AuditRead, await audit_accepted(body.question()))
    assert_never(body)


@router.post("/drift")
async def drift(
    body: Annotated[SprtCreate | CusumCreate | EProcessCreate, Body(discriminator="method")], caller: Party
) -> DriftRead:
    """A sequential alarm over audited accepted samples; `method` says which."""
    if isinstance(body, EProcessCreate):
        return answer_read(DriftRead, await watch_e_value(body.question()), kind=body.method)
    return answer_read(DriftRead, await watch_rates(body.question()), kind=body.method)
