"""Readiness, limits and the verifiers on offer."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.requests import Environment, LimitPolicy, VerifierInfo
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
    raise NotImplementedError


def limits(app: App) -> LimitPolicy:
    """Defaults and caps, for ``GET /v1/limits``."""
    return app.policy.limits


def verifiers(app: App) -> tuple[VerifierInfo, ...]:
    """What can judge, for ``GET /v1/verifiers``."""
    return tuple(app.verifiers.infos())


async def environment(app: App) -> Environment:
    """Where verdicts are made now.

    Raises:
        SandboxTrouble: If there is no sandbox.
    """
    return await app.verifiers.environment()
