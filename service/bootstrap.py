"""Composes the service: the only place that names concrete classes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.analysis import ANALYSERS, AnalysisRoom
from sandbox.backends import BackendOptions, open_analysis, open_sandbox
from sandbox.pool import CellPool
from sandbox.port import Sandbox, SandboxError, SandboxUnavailable
from sandbox.selftest import self_test
from sandbox.spec import CellInfo, Job, JobResult
from service.domain.definition import Definitions
from service.domain.requests import Isolation, LimitPolicy, LimitValues
from service.errors import SandboxTrouble
from service.settings import Settings
from service.storage import migrate
from service.storage.database import parse_url
from service.storage.unit_of_work import SqlStorage
from service.usecases import system
from service.usecases.app import App, Policy
from service.usecases.notifier import LocalNotifier
from service.usecases.system import Readiness
from service.verify.differential import DifferentialVerifiers
from service.verify.differential_trials import Budget
from service.verify.execution import CellExecutor
from service.verify.registry import Registry
from service.verify.similarity import SimilarityVerifiers
from service.verify.static import StaticVerifiers
from service.verify.static_policy import parse_policy
from service.verify.suites import SuiteVerifiers
from service.verify.syntax_trees import CellTrees


class _NoSandbox:
    """Stands where a command runs no code."""

    async def start(self) -> None:
        """Nothing to start."""

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        """Refuse."""
        raise SandboxUnavailable("this command was started without a sandbox")

    async def info(self) -> CellInfo:
        """Refuse."""
        raise SandboxUnavailable("this command was started without a sandbox")

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class Service:
    """An opened service without its worker.

    Attributes:
        app: What use cases are given.
        settings: As read at start.
        sandbox: The cells.
        reading: The cells for static analysis.
    """

    app: App
    settings: Settings
    sandbox: Sandbox
    reading: AnalysisRoom
    _tested: list[Readiness] = field(default_factory=list)
    _testing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def analysers(self) -> Mapping[str, bool]:
        """Which analysers are there; empty until static analysis was asked for."""
        present = self.reading.present
        return {} if present is None else {name: name in present for name in ANALYSERS}

    async def readiness(self) -> Sequence[Readiness]:
        """Database, migrations and sandbox; the sandbox's self-test runs once and is then remembered."""
        parts = await system.readiness(self.app)
        if not all(part.ok for part in parts):
            return parts
        async with self._testing:
            if not self._tested:
                found = await _self_test(self.sandbox)
                if not found.ok:
                    return (*parts, found)
                self._tested.append(found)
        return (*parts, *self._tested)


async def _self_test(sandbox: Sandbox) -> Readiness:
    """The sandbox's self-test as one thing that must work."""
    try:
        findings = await self_test(sandbox)
    except SandboxError as error:
        return Readiness("sandbox self-test", False, str(error))
    wrong = [f"{finding.name}: {finding.detail}" for finding in findings if not finding.ok]
    return Readiness("sandbox self-test", not wrong, "; ".join(wrong) or f"{len(findings)} attempts held")


@asynccontextmanager
async def open_service(settings: Settings, *, sandbox: bool) -> AsyncIterator[Service]:
    """Open the database and, if code is to run, the cells; close both at the end.

    Raises:
        SandboxTrouble: If no cell can be started; says what to install.
        InvalidInput: If the database's URL cannot be used.
    """
    storage = SqlStorage(settings.database_url)
    try:
        cells: Sandbox = await _open_cells(settings) if sandbox else _NoSandbox()
        reading = open_analysis(_options(settings), _backend_of(cells), cells=max(1, settings.cells // 4))
        try:
            policy = policy_of(settings)
            definitions = Definitions()
            suites = SuiteVerifiers(cells, storage, policy.limits)
            kinds = (
                StaticVerifiers(reading, definitions),
                DifferentialVerifiers(cells, storage, policy.limits, budget_of(settings)),
                SimilarityVerifiers(cells),
            )
            app = App(
                storage,
                Registry(suites, kinds),
                LocalNotifier(),
                policy,
                definitions=definitions,
                parse_policy=parse_policy,
                executor=CellExecutor(cells) if sandbox else None,
                trees=CellTrees(cells) if sandbox else None,
            )
            try:
                yield Service(app, settings, cells, reading)
            finally:
                await app.background.close()
        finally:
            await reading.close()
            await cells.close()
    finally:
        await storage.close()


def _options(settings: Settings) -> BackendOptions:
    return BackendOptions(
        backend=settings.sandbox_backend,
        docker_url=settings.docker_url,
        docker_runtime=settings.docker_runtime,
        docker_transport=settings.docker_transport,
    )


def _backend_of(cells: Sandbox) -> Callable[[], Awaitable[str]]:
    """Says, once the cells run, what they run on."""

    async def backend() -> str:
        return (await cells.info()).backend

    return backend


async def _open_cells(settings: Settings) -> CellPool:
    try:
        return await open_sandbox(
            _options(settings), cells=settings.cells, isolation=settings.sandbox_isolation, grace_s=settings.drain_s
        )
    except SandboxError as error:
        raise SandboxTrouble(f"no sandbox, and code is never run without one: {error}") from error


def budget_of(settings: Settings) -> Budget:
    """What comparing with references may cost."""
    return Budget(settings.differential_seed, settings.differential_examples, settings.differential_shrink_s)


_ALLOWED = {"process": tuple(Isolation), "fresh": (Isolation.FRESH,)}
"""What a request may ask for: never less than the operator's choice."""


def policy_of(settings: Settings) -> Policy:
    """What the settings allow, in the use cases' words."""
    return Policy(
        limits=LimitPolicy(
            defaults=LimitValues.of(settings.limits.model_dump()), caps=LimitValues.of(settings.caps.model_dump())
        ),
        isolation=Isolation(settings.sandbox_isolation),
        isolations=frozenset(_ALLOWED[settings.sandbox_isolation]),
        max_code_bytes=settings.code_max_bytes,
        queue_bound=settings.queue_max_checks,
    )


async def examine_sandbox(settings: Settings) -> Sequence[Readiness]:
    """What the cells are, what bounds them, and each thing that the self-test tries.

    Raises:
        SandboxTrouble: If no cell can be started; says what to install.
    """
    cells = await _open_cells(settings)
    try:
        info = await cells.info()
        told = f"{info.backend}, isolation {info.isolation}, Python {info.python}, image {info.image}"
        findings = await self_test(cells)
    except SandboxError as error:
        raise SandboxTrouble(str(error)) from error
    finally:
        await cells.close()
    bound = Readiness("limits", True, _bounds(info))
    analysers = await _examine_analysis(settings, info.backend)
    tried = [Readiness(finding.name, finding.ok, finding.detail) for finding in findings]
    return (Readiness("sandbox", True, told), bound, *tried, analysers)


async def _examine_analysis(settings: Settings, backend: str) -> Readiness:
    """Whether every analyser reads a program."""

    async def same() -> str:
        return backend

    room = open_analysis(_options(settings), same)
    try:
        readings = await room.prove()
    except SandboxError as error:
        return Readiness("static analysis", False, str(error))
    finally:
        await room.close()
    lacking = [f"{name}: {reading.why}" for name, reading in readings.items() if reading.status != "found"]
    return Readiness("static analysis", not lacking, "; ".join(lacking) or f"{', '.join(readings)} read a program")


def _bounds(info: CellInfo) -> str:
    """How limits are enforced here."""
    held = {"cgroup_memory": "memory", "cgroup_pids": "processes"}
    by_rlimit = [name for feature, name in held.items() if feature not in info.features]
    told = f"{' and '.join(by_rlimit)} by rlimit only" if by_rlimit else "memory and processes by cgroup"
    return f"{told}; confined by {', '.join(info.features) or 'nothing that was probed'}"


def missing_database_file(settings: Settings) -> Path | None:
    """The SQLite file that the settings name and that does not exist; None if it does, or on PostgreSQL."""
    url = parse_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    file = Path(url.database).expanduser()
    return None if file.exists() else file


def upgrade_database(settings: Settings) -> None:
    """Bring the schema to this version's; blocking, idempotent.

    Raises:
        Unavailable: If the database does not answer.
    """
    migrate.upgrade(settings.database_url)


def current_revision(settings: Settings) -> str | None:
    """The schema's revision; None for an empty database. Blocking.

    Raises:
        Unavailable: If the database does not answer.
    """
    return migrate.current_revision(settings.database_url)


def head_revision() -> str:
    """The revision that this version needs."""
    return migrate.head_revision()


def require_migrated(settings: Settings) -> None:
    """Insist on this version's schema. Blocking.

    Raises:
        NotMigrated: If it is another one; says which command to run.
        Unavailable: If the database does not answer.
    """
    migrate.require_migrated(settings.database_url)
