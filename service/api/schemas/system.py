"""Limits, version and readiness on the wire."""

from __future__ import annotations

from service.api.schemas.base import Read
from service.api.schemas.limits import LimitsRead


class ServiceLimitsRead(Read):
    """What a candidate may use by default and at most, and how large requests may be."""

    defaults: LimitsRead
    caps: LimitsRead
    isolations: list[str]
    code_max_bytes: int
    body_max_bytes: int
    import_max_bytes: int
    queue_max_checks: int
    wait_max_s: float


class VersionRead(Read):
    """Versions of what answers."""

    version: str
    api: str
    python: str


class ReadinessPartRead(Read):
    """One thing that must work."""

    name: str
    ok: bool
    detail: str


class ReadinessRead(Read):
    """Ready when every part is."""

    ready: bool
    parts: list[ReadinessPartRead]


class HealthRead(Read):
    """The process answers."""

    status: str = "ok"
