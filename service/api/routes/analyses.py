"""Analyses of runs and of posted counts: pass@k, resampling, adherence to style."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.analysis.bootstrap import REPLICATES
from service.api.access import Party
from service.api.context import Here
from service.api.schemas.adherence import AdherenceQuery, AdherenceRead
from service.api.schemas.base import Name
from service.api.schemas.numbers import Confidence, Replicates, Seed
from service.api.schemas.pass_at_k import K, PassAnswerRead, PassAtKCreate, RunPassesRead
from service.api.schemas.resampling import ResamplingCreate, ResamplingQuery
from service.api.schemas.resampling_answer import ResamplingRead
from service.usecases.analyses.adherence import adherence_of_run
from service.usecases.analyses.pass_at_k import PassRequest, passes_of_counts, passes_of_run
from service.usecases.analyses.resampling import resample_counts, resample_run

router = APIRouter(tags=["analyses"])


@router.get("/runs/{run_id}/pass-at-k")
async def run_pass_at_k(
    run_id: Name,
    here: Here,
    caller: Party,
    k: Annotated[list[K], Query(description="May be repeated.", max_length=100)] = [1],  # noqa: B006 - never changed
    verifier: Annotated[list[Name], Query(description="May be repeated; all of the run's by default.")] = [],  # noqa: B006
    confidence: Annotated[Confidence, Query()] = 0.95,
    seed: Annotated[Seed, Query()] = 0,
    replicates: Annotated[Replicates, Query()] = REPLICATES,
) -> RunPassesRead:
    """pass@k of a run by each verifier, unbiased, with its variance and interval, and MBPP's own two numbers."""
    request = PassRequest(tuple(k), confidence, seed, replicates, "#/query/k")
    return RunPassesRead.of(await passes_of_run(here.app, run_id, request, verifiers=verifier, caller=caller), request)


@router.post("/analyses/pass-at-k")
async def pass_at_k(body: PassAtKCreate, caller: Party) -> PassAnswerRead:
    """pass@k of counts; a k above the smallest number of samples is refused, not extrapolated."""
    samples, passed = [each.samples for each in body.tasks], [each.passed for each in body.tasks]
    request = body.request()
    return PassAnswerRead.of(await passes_of_counts(samples, passed, request), request)


@router.get("/runs/{run_id}/resampling")
async def run_resampling(
    run_id: Name,
    here: Here,
    caller: Party,
    asked: Annotated[ResamplingQuery, Query()],
) -> ResamplingRead:
    """What it brings to sample again until the verifier says yes, over the samples of a run."""
    found = await resample_run(
        here.app, run_id, asked.request(), verifier=asked.verifier, oracle=asked.oracle, caller=caller
    )
    return ResamplingRead.of(found)


@router.post("/analyses/resampling")
async def resampling(body: ResamplingCreate, caller: Party) -> ResamplingRead:
    """What it brings to sample again until the verifier says yes, from counts per task."""
    return ResamplingRead.of(await resample_counts([each.counts() for each in body.tasks], body.request()))


@router.get("/runs/{run_id}/adherence")
async def run_adherence(
    run_id: Name, here: Here, caller: Party, asked: Annotated[AdherenceQuery, Query()]
) -> AdherenceRead:
    """Whether accepted, correct and wrongly accepted samples keep to style and static rules."""
    return AdherenceRead.of(await adherence_of_run(here.app, run_id, asked.request(), caller=caller))
