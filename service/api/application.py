"""The ASGI application: routes, errors, middleware, and what is opened and closed with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version as installed_version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse

from service.api import pages, problems
from service.api.access import require_safe_binding
from service.api.context import Context
from service.api.metrics import Metrics
from service.api.middleware import BodyLimitMiddleware, RequestMiddleware
from service.api.routes import (
    analyses,
    audits,
    comparisons,
    decisions,
    prompts,
    repairs,
    runs,
    self_evaluation,
    system,
    tasks,
    verifications,
    verifiers,
)
from service.settings import Settings

Opening = Callable[[Settings], AbstractAsyncContextManager[Context]]
"""Opens a service and closes it again: database, sandbox, worker."""

PREFIX = "/v1"
TITLE = "Assay"
DESCRIPTION = (
    "Verifies programs that language models wrote, in sandboxes whose verdicts cannot be forged. "
    "A wrong program is a 200 with a verdict; errors are application/problem+json (RFC 9457)."
)
_ROUTERS = (
    verifications.router,
    audits.router,
    tasks.router,
    prompts.router,
    repairs.router,
    repairs.analyses_router,
    self_evaluation.router,
    verifiers.router,
    verifiers.quality_router,
    runs.router,
    analyses.router,
    comparisons.router,
    decisions.router,
    system.router,
)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What went wrong (RFC 9457).",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def create_app(settings: Settings, opening: Opening) -> FastAPI:
    """An application that opens its service when it starts.

    Args:
        settings: As read once.
        opening: What to open; the context it gives serves every request.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opening(settings) as context:
            if not context.trusted:
                await require_safe_binding(context.app, settings)
            app.state.context = context
            yield

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=installed_version("assay"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=_PROBLEMS,
    )
    app.state.metrics = Metrics(app.version)
    app.add_middleware(BodyLimitMiddleware, most=settings.body_max_bytes)
    app.add_middleware(RequestMiddleware, metrics=app.state.metrics)
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(system.bare_router)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]  # the documented way to extend it

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(pages.documentation(app.openapi()))

    return app


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: FastAPI's own, with problems instead of its error body."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = document["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        part = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(part.pop("$defs", {}))
        schemas["Problem"] = part
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["responses"].pop("422", None)
        app.openapi_schema = document
    return app.openapi_schema
