"""Readiness, limits and the verifiers on offer."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.requests import Environment, LimitPolicy
from service.errors import AssayError, NotMigrated
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class Readiness:
    """One thing that must work before requests are taken."""

    name: str
    ok: bool
    detail: str = ""


async def readiness(app: App) -> tuple[Readiness, ...]:
    """``database``, ``migrations`` and ``sandbox`` (that an environment answers), each ok or what is wrong.

    Never raises; the deep self-test of the sandbox is the sandbox's own.
    """
    return (*await _database(app), await _sandbox(app))


async def _database(app: App) -> tuple[Readiness, Readiness]:
    try:
        await app.storage.require_migrated()
    except NotMigrated as error:
        return Readiness("database", True), Readiness("migrations", False, str(error))
    except AssayError as error:
        return Readiness("database", False, str(error)), Readiness("migrations", False, "unknown")
    return Readiness("database", True), Readiness("migrations", True)


async def _sandbox(app: App) -> Readiness:
    try:
        found = await app.verifiers.environment()
    except AssayError as error:
        return Readiness("sandbox", False, str(error))
    return Readiness("sandbox", True, f"{found.backend}, Python {found.python}")


def limits(app: App) -> LimitPolicy:
    """Defaults and caps, for ``GET /v1/limits``."""
    return app.policy.limits


async def environment(app: App) -> Environment:
    """Where verdicts are made now.

    Raises:
        SandboxTrouble: If there is no sandbox.
    """
    return await app.verifiers.environment()
