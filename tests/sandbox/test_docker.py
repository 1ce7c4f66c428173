"""What is particular to containers."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import docker
import pytest

from sandbox.docker import DockerBackend, Transport
from sandbox.encoding import encode_exam
from sandbox.engine import LABEL
from sandbox.images import contents
from sandbox.owner import is_dead, owner_label
from sandbox.pool import CellPool
from sandbox.spec import CallCase, CallExam, Job

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]
DOUBLE = CallExam("base", "f", (CallCase((21,), 42),))
HONEST = Job(b"def f(x):\n    return 2 * x\n", (encode_exam(DOUBLE),))


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    with closing(docker.from_env()) as client:
        yield client


@pytest.fixture
async def backend() -> AsyncIterator[DockerBackend]:
    backend = await DockerBackend.connect()
    yield backend
    await backend.close()


async def test_containers_are_hardened(backend: DockerBackend, client: docker.DockerClient) -> None:
    cell = await backend.launch()
    try:
        facts: dict[str, Any] = client.containers.get(cell.cell_id).attrs
    finally:
        await cell.close()
    host = facts["HostConfig"]

    assert host["NetworkMode"] == "none"
    assert host["IpcMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert sorted(name.removeprefix("CAP_") for name in host["CapAdd"]) == ["SETGID", "SETUID"]
    assert host["Memory"] == host["MemorySwap"] > 0
    assert host["PidsLimit"] > 0
    assert not host["Privileged"]
    assert "no-new-privileges" in host["SecurityOpt"]
    assert any(option.startswith("seccomp=") for option in host["SecurityOpt"])
    assert "nr_inodes=" in host["Tmpfs"]["/cell"]
    assert not facts["Config"]["OpenStdin"]


# Asks the kernel for what no cell needs; prints the names of what it was given.
ASK = """
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, 38, 40):
    try:
        socket.socket(family, socket.SOCK_RAW if family in (16, 17) else socket.SOCK_STREAM)
        print("socket", family)
    except OSError:
        pass
calls = {"io_uring_setup": (425, 1, 0), "keyctl": (250, 0, 0), "ptrace": (101, 0, 0), "unshare": (272, 0x10000000),
         "mount": (165, 0, 0), "bpf": (321, 0, 0), "userfaultfd": (323, 0), "mq_open": (240, b"/a", 0o102, 0o600, 0),
         "shmget": (29, 1, 4096, 0o1600), "perf_event_open": (298, 0), "memfd_secret": (447, 0)}
for name, call in calls.items():
    ctypes.set_errno(0)
    if libc.syscall(*call) >= 0 or ctypes.get_errno() not in (1, 38):
        print(name, ctypes.get_errno())
pair = socket.socketpair()
try:
    socket.socket(socket.AF_UNIX).bind("/cell/listener")
    print("bind")
except PermissionError:
    pass
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of the calls are those of x86-64")
def test_the_profile_denies_what_no_cell_needs(engine: str, client: docker.DockerClient) -> None:
    confined = client.containers.run(
        engine, ["-c", ASK], entrypoint="python3", remove=True, tmpfs={"/cell": ""},
        security_opt=[f"seccomp={contents.SECCOMP.read_text()}"], privileged=False, network_mode="none",
        cap_add=["SYS_ADMIN", "NET_RAW"],
    )  # fmt: skip

    assert confined == b""


async def test_nothing_is_left_after_a_cell(backend: DockerBackend, client: docker.DockerClient) -> None:
    cell = await backend.launch()
    assert backend.transport is Transport.SOCKET
    assert backend._doors is not None
    assert list(backend._doors.iterdir()) == []
    doors = backend._doors
    await cell.close()
    await backend.close()

    assert not doors.exists()
    assert not client.containers.list(all=True, filters={"name": cell.cell_id})


async def test_the_attach_stream_serves_where_no_file_system_is_shared(client: docker.DockerClient) -> None:
    pool = CellPool(await DockerBackend.connect(transport=Transport.ATTACH), cells=1)
    await pool.start()
    try:
        results = [await pool.run(HONEST) for _ in range(10)]
        large = Job(b"# " + b"x" * 3_000_000 + b"\n" + HONEST.source, HONEST.exams)
        results.append(await pool.run(large))
    finally:
        await pool.close()

    assert {result.exams[0].outcomes for result in results} == {"p"}


async def test_auto_falls_back_to_the_attach_stream(
    backend: DockerBackend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def elsewhere(listener: socket.socket) -> Path:
        return tmp_path / "the engine does not see this"

    monkeypatch.setattr(backend, "_open_door", elsewhere)

    cell = await backend.launch()
    try:
        assert backend.transport is Transport.ATTACH
        assert (await cell.run(HONEST)).exams[0].outcomes == "p"
    finally:
        await cell.close()


def orphan(client: docker.DockerClient, image: str, label: str) -> str:
    container = client.containers.create(image, ["never"], labels={LABEL: label}, network_mode="none")
    return str(container.id)


async def test_a_start_sweeps_the_cells_of_the_dead_and_spares_those_of_the_living(
    engine: str, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, pid, own = owner_label().rsplit(".", 2)
    dead = orphan(client, engine, f"{here}.{pid}.1")
    living = orphan(client, engine, f"{here}.{pid}.{own}")
    unseen = orphan(client, engine, "another-boot.1.7.7")
    try:
        monkeypatch.setattr("sandbox.docker.owner_label", lambda: "another service")
        await (await DockerBackend.connect()).close()
        left = {container.id for container in client.containers.list(all=True, filters={"label": LABEL})}
    finally:
        for name in (dead, living, unseen):
            for container in client.containers.list(all=True, filters={"id": name}):
                container.remove(force=True)

    assert dead not in left
    assert {living, unseen} <= left


def test_an_owner_is_known_by_more_than_its_number() -> None:
    own = owner_label()
    here, pid, started = own.rsplit(".", 2)

    assert pid == str(os.getpid())
    assert not is_dead(own)
    assert is_dead(f"{here}.{pid}.{int(started) + 1}")
    assert not is_dead(f"elsewhere.{pid}.1")
    assert not is_dead("nonsense")
