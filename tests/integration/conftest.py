"""The same tests on SQLite and on PostgreSQL, each on a fresh database with the migrated schema."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from service.storage import migrate
from service.storage.unit_of_work import SqlStorage
from service.usecases.app import App, Policy
from service.usecases.notifier import LocalNotifier
from service.usecases.task_sets import import_task_set
from tasks.task import AssertCase, Suite, SuiteKind, Task, TaskSet, Visibility
from tasks.versions import with_versions
from tests.fakes.verifiers import FakeVerifiers

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def required(what: str) -> bool:
    return what in os.environ.get("ASSAY_REQUIRE", "").split(",")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a server's ``postgres`` database: the one that is named, or a throwaway one."""
    given = os.environ.get("ASSAY_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    if not BINARIES:
        if required("postgres"):
            pytest.fail("PostgreSQL is required and not installed")
        pytest.skip("PostgreSQL is not installed")
    place = Path(tempfile.mkdtemp(prefix="assay-pg-"))
    user = []
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
        user = ["runuser", "-u", "postgres", "--"]
    run = [*user, "env", "LC_ALL=C"]
    binaries = BINARIES[-1]
    try:
        subprocess.run(
            [*run, binaries / "initdb", "-D", place / "data", "-A", "trust", "-U", "assay", "-E", "UTF8", "--no-sync"],
            check=True, capture_output=True, cwd=place,
        )  # fmt: skip
        options = f"-k {place} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
        subprocess.run(
            [*run, binaries / "pg_ctl", "-D", place / "data", "-o", options, "-l", place / "log", "-w", "start"],
            check=True, capture_output=True, cwd=place,
        )  # fmt: skip
        yield f"postgresql://assay@/postgres?host={place}"
    finally:
        if (place / "data" / "postmaster.pid").exists():
            subprocess.run(
                [*run, binaries / "pg_ctl", "-D", place / "data", "-m", "immediate", "-w", "stop"],
                check=False, capture_output=True, cwd=place,
            )  # fmt: skip
        shutil.rmtree(place, ignore_errors=True)


_counter = iter(range(1, 10**9))


def _sql(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    name = f"assay_template_{os.getpid()}"
    _sql(postgres_server, f"CREATE DATABASE {name}")
    migrate.upgrade(_named(postgres_server, name))
    return name


def _named(server: str, name: str) -> str:
    return (
        server.replace("/postgres?", f"/{name}?") if "/postgres?" in server else server.rsplit("/", 1)[0] + f"/{name}"
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "assay.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"assay_empty_{os.getpid()}_{next(_counter)}"
    _sql(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "assay.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"assay_{os.getpid()}_{next(_counter)}"
    _sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _named(server, name)
    _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def storage(database: str) -> AsyncIterator[SqlStorage]:
    storage = SqlStorage(database)
    yield storage
    await storage.close()
    await asyncio.sleep(0)


def suite(name: str, *sources: str, hidden: bool = False) -> Suite:
    return Suite(
        name,
        SuiteKind.ASSERTS,
        tuple(AssertCase(source) for source in sources),
        visibility=Visibility.HIDDEN if hidden else Visibility.VISIBLE,
    )


def make_task(local: str, *, set_name: str = "demo", base: str = "assert f(1) == 2") -> Task:
    suites = (suite("base", base), suite("plus", base, "assert f(2) == 3", hidden=True))
    return with_versions(Task(set_name, local, f"Task {local}", "f", suites, reference="def f(x):\n    return x + 1\n"))


DEMO = TaskSet("demo", "1", "MIT", "made for tests")


@pytest.fixture
def verifiers() -> FakeVerifiers:
    return FakeVerifiers()


@pytest.fixture
async def app(storage: SqlStorage, verifiers: FakeVerifiers) -> App:
    """An app on the database with ten tasks ``demo/0`` … ``demo/9``."""
    app = App(storage, verifiers, LocalNotifier(), Policy(poll_s=0.05))
    await import_task_set(app, DEMO, [make_task(str(number)) for number in range(10)])
    return app
