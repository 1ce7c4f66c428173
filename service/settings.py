"""Everything an operator can set, read once and passed down.

Nobody else reads the environment. ``docs/settings.md`` explains each field.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=1)]


class LimitDefaults(BaseModel):
    """What a candidate may use when a request says nothing; None leaves it to the task, within the cap."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu_s: Seconds | None = None
    wall_s: Seconds | None = None
    case_wall_s: Seconds | None = None
    memory_bytes: Bytes = 512 * MIB
    processes: Count = 1
    output_bytes: Bytes = MIB
    result_bytes: Bytes = 64 * MIB


class LimitCaps(BaseModel):
    """The most that a request may ask for; more is refused, never clamped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu_s: Seconds = 300.0
    wall_s: Seconds = 600.0
    case_wall_s: Seconds = 60.0
    memory_bytes: Bytes = 2048 * MIB
    processes: Count = 16
    output_bytes: Bytes = 16 * MIB
    result_bytes: Bytes = 64 * MIB


class Settings(BaseSettings):
    """The service's settings: keyword argument, ``ASSAY_*`` in the environment, ``.env``, default.

    Raises:
        pydantic.ValidationError: If a value cannot be used; the message names the field.
    """

    model_config = SettingsConfigDict(
        env_prefix="ASSAY_",
        env_file=".env",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    database_url: str = "sqlite+aiosqlite:///.assay/assay.db"
    """SQLAlchemy URL; ``sqlite+aiosqlite:///PATH`` or ``postgresql+psycopg://…``."""
    host: str = "127.0.0.1"
    """Address that ``serve`` binds."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """Port that ``serve`` binds; 0 takes a free one."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged, on stderr."""

    url: str | None = None
    """Where the command line finds a server; None runs commands embedded."""
    api_key: SecretStr | None = None
    """Key that the command line sends to a server."""

    sandbox_backend: Literal["auto", "docker", "bubblewrap"] = "auto"
    """Which cells run candidates; ``auto`` prefers an answering Docker engine."""
    sandbox_isolation: Literal["process", "fresh"] = "process"
    """``process`` reuses a cell for the next candidate, ``fresh`` gives each its own."""
    docker_url: str | None = None
    """Address of the Docker engine; None takes ``DOCKER_HOST``, else the usual socket."""
    docker_runtime: str | None = None
    """OCI runtime of Docker cells, such as ``runsc``; None takes the engine's default."""
    docker_transport: Literal["auto", "socket", "attach"] = "auto"
    """How the service reaches its Docker cells: a socket in a shared directory, or the engine's attach stream."""
    cells: Count = Field(default_factory=lambda: os.cpu_count() or 1)
    """Warm cells, and so candidates verified at once; one per core by default."""

    limits: LimitDefaults = LimitDefaults()
    """Limits of a candidate when a request says nothing."""
    caps: LimitCaps = LimitCaps()
    """Largest limits that a request may ask for."""

    code_max_bytes: Bytes = 2 * MIB
    """Largest candidate, in bytes of UTF-8."""
    body_max_bytes: Bytes = 4 * MIB
    """Largest JSON request body; NDJSON uploads are streamed and only each line is bound."""
    import_max_bytes: Bytes = 512 * MIB
    """Largest uploaded task-set file."""
    queue_max_checks: Count = 200_000
    """Checks that may wait; more answer 429."""
    key_quota: Count = 1_000
    """Verifications that a new API key may have in flight unless it was created with another number."""

    differential_examples: Annotated[int, Field(ge=1, le=5_000)] = 500
    """Inputs that the differential verifier proposes for a task, at most."""
    differential_seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Seed of those inputs."""
    differential_shrink_s: Annotated[float, Field(ge=0, le=60)] = 2.0
    """Seconds for making one counterexample smaller; 0 shows it as it was found."""

    lease_s: Seconds = 60.0
    """How long a worker owns a claimed check without renewing it."""
    drain_s: Annotated[float, Field(ge=0)] = 20.0
    """How long SIGTERM waits for checks that are being verified."""
    wait_max_s: Annotated[float, Field(ge=0)] = 300.0
    """Longest ``Prefer: wait=N`` that is honoured."""
    worker: bool = True
    """Run a worker inside the API process."""

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, url: str) -> str:
        for plain, driver in (("sqlite://", "sqlite+aiosqlite://"), ("postgresql://", "postgresql+psycopg://")):
            if url.startswith(plain):
                return driver + url.removeprefix(plain)
        if not url.startswith(("sqlite+aiosqlite://", "postgresql+psycopg://")):
            raise ValueError("must be sqlite+aiosqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
        return url

    @model_validator(mode="after")
    def _defaults_within_caps(self) -> Settings:
        for name in LimitCaps.model_fields:
            default = getattr(self.limits, name)
            if default is not None and default > getattr(self.caps, name):
                raise ValueError(f"limits.{name} is above caps.{name}")
        if self.code_max_bytes > self.body_max_bytes:
            raise ValueError("code_max_bytes is above body_max_bytes")
        return self

    @property
    def loopback(self) -> bool:
        """Whether ``host`` can be reached from this machine only."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether an address or name can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
