"""Verifiers: what is on offer, definitions, verdicts from outside, and how good each of them is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status

from service.api.access import Admin, Party, Reader, Submitter
from service.api.context import Here
from service.api.requests import Idempotent
from service.api.schemas.base import Name
from service.api.schemas.numbers import Seed
from service.api.schemas.verifier_quality import VerifierQualityReportRead
from service.api.schemas.verifiers import (
    CombinationCreate,
    EvaluatedRead,
    ExternalVerdictsCreate,
    ExternalVerdictsRead,
    VerifierCreate,
    VerifierRead,
    VerifiersRead,
)
from service.usecases.external_verdicts import record_external_verdicts
from service.usecases.verifier_quality import verifier_quality
from service.usecases.verifier_selection import GroupBy, QualityQuestion
from service.usecases.verifiers import define_verifier, evaluate_combination, list_verifiers, listed

router = APIRouter(tags=["verifiers"])
quality_router = APIRouter(tags=["analyses"])

_EMPTY: list[str] = []


@router.get("/verifiers")
async def index(here: Here, caller: Reader) -> VerifiersRead:
    """What can judge a candidate: built-in verifiers, then defined ones in their newest versions."""
    found = await list_verifiers(here.app, caller=caller)
    return VerifiersRead(items=[VerifierRead.of(each) for each in found])


@router.post("/verifiers", status_code=status.HTTP_201_CREATED, responses={200: {"model": VerifierRead}})
async def define(
    body: VerifierCreate, response: Response, here: Here, caller: Admin, idempotency: Idempotent
) -> VerifierRead:
    """Define a combination or a static policy; under a name that is taken, its next version.

    Defining what is current already changes nothing and answers 200.
    """
    made = await define_verifier(here.app, body.name, body.rule, caller=caller, idempotency=idempotency)
    if made.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    elif not made.created:
        response.status_code = status.HTTP_200_OK
    return VerifierRead.of(listed(made.definition))


@router.post("/external-verdicts")
async def external_verdicts(
    body: ExternalVerdictsCreate, response: Response, here: Here, caller: Submitter, idempotency: Idempotent
) -> ExternalVerdictsRead:
    """Record verdicts or scores of a judge or a person, each once per candidate, verifier and version."""
    found = await record_external_verdicts(here.app, body.verdicts(), caller=caller, idempotency=idempotency)
    return ExternalVerdictsRead.of(body, found)


@router.post("/runs/{run_id}/combinations")
async def evaluate(run_id: Name, body: CombinationCreate, here: Here, caller: Submitter) -> EvaluatedRead:
    """Store a combination's checks of a run's candidates, made from stored checks; nothing is run."""
    return EvaluatedRead.of(await evaluate_combination(here.app, run_id, body.verifier, caller=caller))


async def _question(
    verifier: Annotated[
        list[Name], Query(description="May be repeated; `name@version` for one version; default: all.", max_length=32)
    ] = _EMPTY,
    oracle: Annotated[Name, Query(description="Taken for the truth.")] = "plus",
    by: Annotated[GroupBy | None, Query(description="Also for each of these.")] = None,
    task: Annotated[Name | None, Query(description="Candidates for this task.")] = None,
    error_class: Annotated[Name | None, Query(description="Candidates of which the oracle found this.")] = None,
    rule: Annotated[Name | None, Query(description="Candidates with a finding of `rule` or `tool:rule`.")] = None,
    threshold: Annotated[
        float | None, Query(ge=0, le=1, description="Scored verifiers accept from here on, whatever they said.")
    ] = None,
    include_repairs: Annotated[bool, Query(description="With candidates that repair another one.")] = False,
    seed: Annotated[Seed, Query()] = 0,
) -> QualityQuestion:
    return QualityQuestion(
        verifiers=tuple(dict.fromkeys(verifier)),
        oracle=oracle,
        task_id=task,
        error_class=error_class,
        rule=rule,
        threshold=threshold,
        include_repairs=include_repairs,
        by=by,
        seed=seed,
    )


Question = Annotated[QualityQuestion, Depends(_question)]


@quality_router.get("/runs/{run_id}/verifier-quality")
async def of_run(run_id: Name, here: Here, caller: Party, question: Question) -> VerifierQualityReportRead:
    """How good the verifiers of a run are against an oracle."""
    return VerifierQualityReportRead.of(await verifier_quality(here.app, question.over((run_id,)), caller=caller))


@quality_router.get("/analyses/verifiers")
async def of_runs(
    here: Here,
    caller: Reader,
    question: Question,
    run: Annotated[list[Name], Query(description="May be repeated.", max_length=500)] = _EMPTY,
    model: Annotated[list[Name], Query(description="Runs of these models.", max_length=100)] = _EMPTY,
    task_set: Annotated[list[Name], Query(description="Runs on these task sets.", max_length=100)] = _EMPTY,
) -> VerifierQualityReportRead:
    """The same over several runs: those named, or all of a model or task set."""
    selected = question.over(tuple(run), tuple(model), tuple(task_set))
    return VerifierQualityReportRead.of(await verifier_quality(here.app, selected, caller=caller))
