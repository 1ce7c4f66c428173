"""Limits and version; and without the prefix: health, readiness, metrics."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed_version

from fastapi import APIRouter, Request, Response, status

from service.api.access import Identified
from service.api.context import Here
from service.api.metrics import MEDIA_TYPE, Metrics
from service.api.problems import RETRY_AFTER_S
from service.api.schemas.limits import LimitsRead
from service.api.schemas.system import (
    HealthRead,
    ReadinessPartRead,
    ReadinessRead,
    ServiceLimitsRead,
    VersionRead,
)
from service.usecases import system
from service.usecases.backlog import queued_checks

router = APIRouter(tags=["system"])
bare_router = APIRouter(tags=["system"])

API_VERSION = "v1"


@router.get("/limits")
async def limits(here: Here, caller: Identified) -> ServiceLimitsRead:
    """What a candidate may use by default and at most, and how large requests may be."""
    policy, settings = system.limits(here.app), here.settings
    return ServiceLimitsRead(
        defaults=LimitsRead.model_validate(policy.defaults),
        caps=LimitsRead.model_validate(policy.caps),
        isolations=sorted(here.app.policy.isolations),
        code_max_bytes=settings.code_max_bytes,
        body_max_bytes=settings.body_max_bytes,
        import_max_bytes=settings.import_max_bytes,
        queue_max_checks=settings.queue_max_checks,
        wait_max_s=settings.wait_max_s,
    )


@router.get("/version")
async def version(caller: Identified) -> VersionRead:
    """Versions of what answers."""
    return VersionRead(version=installed_version("assay"), api=API_VERSION, python=platform.python_version())


@bare_router.get("/healthz")
async def health() -> HealthRead:
    """The process answers."""
    return HealthRead()


@bare_router.get("/readyz", responses={503: {"model": ReadinessRead, "description": "Something does not work."}})
async def ready(here: Here, response: Response) -> ReadinessRead:
    """Database, migrations and sandbox, each ok or what is wrong."""
    parts = [ReadinessPartRead.model_validate(part) for part in await here.readiness()]
    if not all(part.ok for part in parts):
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return ReadinessRead(ready=all(part.ok for part in parts), parts=parts)


@bare_router.get("/metrics", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}})
async def metrics(request: Request, here: Here) -> Response:
    """Prometheus metrics."""
    found: Metrics = request.app.state.metrics
    queued = await queued_checks(here.app)
    return Response(
        found.render(queued=queued, cells=here.settings.cells, analysers=here.analysers()), media_type=MEDIA_TYPE
    )
