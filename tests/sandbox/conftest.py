"""Real cells of both backends. What is missing on this machine is skipped, unless ASSAY_REQUIRE names it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import closing
from typing import NoReturn

import docker
import pytest
from docker.errors import DockerException

from sandbox.backend import Backend
from sandbox.bubblewrap import BubblewrapBackend, find_bwrap
from sandbox.docker import DockerBackend
from sandbox.images.build import BuildFailed, build_image, build_site
from sandbox.pool import CellPool


def missing(what: str, why: str) -> NoReturn:
    if what in os.environ.get("ASSAY_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required: {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def engine() -> str:
    """An answering engine with the image of this very source; its name."""
    try:
        with closing(docker.from_env(timeout=600)) as client:
            client.ping()
            return build_image(client)
    except BuildFailed as error:
        missing("docker", f"the image cannot be built: {error}")
    except DockerException as error:
        missing("docker", f"no engine answers: {error}")


@pytest.fixture(scope="session")
def site() -> None:
    """The locked packages for jails."""
    if find_bwrap() is None:
        missing("bubblewrap", "there is no bwrap")
    build_site()


async def make_backend(name: str) -> Backend:
    return BubblewrapBackend() if name == "bubblewrap" else await DockerBackend.connect()


@pytest.fixture(params=["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)])
def backend_name(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue("engine" if request.param == "docker" else "site")
    return str(request.param)


@pytest.fixture
async def backend(backend_name: str) -> AsyncIterator[Backend]:
    backend = await make_backend(backend_name)
    yield backend
    await backend.close()


@pytest.fixture
async def sandbox(backend_name: str) -> AsyncIterator[CellPool]:
    pool = CellPool(await make_backend(backend_name), cells=1)
    await pool.start()
    yield pool
    await pool.close()
