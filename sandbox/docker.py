"""Cells as hardened containers.

Theory of operation. A cell's container has no network, a read-only root, two capabilities, a seccomp
profile of our own, memory and pid cgroups, and one small tmpfs to write on. Its supervisor makes one
connection when it starts: to a unix socket in a directory of its own that is bind-mounted into it. The
listener and the path are gone before the cell is given anything to run. Where service and engine share
no file system, or the runtime lets no socket through, the connection is the container's own stdin and
stdout, through the engine's attach stream: dearer for each job, the same in everything else.

Each container carries the label ``assay.cell`` with its owner, so that a later start can sweep what a
killed service left.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import socket
import struct
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import docker
from docker.types import LogConfig, Mount, Ulimit

from sandbox.backend import START_TIMEOUT_S, WORK_IN_CELL, CellSize, cell_command, cell_config
from sandbox.cell import Cell, CellStream
from sandbox.engine import LABEL, Engine, EngineError, attach
from sandbox.images import contents
from sandbox.images.build import has_image
from sandbox.owner import owner_label
from sandbox.port import CellLost, SandboxUnavailable
from sandbox.uids import CellUids, UidSlots

_DOOR_IN_CELL = "/run/assay"
_DOOR = "host.sock"
_READABLE = ("/usr/local/lib", "/usr/lib", "/lib", "/lib64", "/usr/share/zoneinfo", contents.SITE_IN_CELL)
_REMAPPED_IDS = (1000, 60_000)
_LOOK_S = 0.5
_WORDS = 2000


class Transport(StrEnum):
    """How a cell is connected."""

    AUTO = "auto"
    """A socket where service and engine share a file system, else the attach stream."""
    SOCKET = "socket"
    ATTACH = "attach"


class _AttachedStream(CellStream):
    """Frames inside the engine's own multiplexing of stdout and stderr."""

    _HEAD = struct.Struct(">BxxxL")

    def __init__(self) -> None:
        super().__init__()
        self._raw = bytearray()
        self.words = bytearray()

    def data_received(self, data: bytes) -> None:
        """Take stdout as the cell's voice and keep the end of stderr."""
        self._raw += data
        while len(self._raw) >= self._HEAD.size:
            channel, size = self._HEAD.unpack_from(self._raw)
            end = self._HEAD.size + size
            if len(self._raw) < end:
                return
            content = bytes(self._raw[self._HEAD.size : end])
            del self._raw[:end]
            if channel == 1:
                super().data_received(content)
            else:
                self.words = (self.words + content)[-_WORDS:]


@dataclass(slots=True)
class _ContainerJail:
    """One container, from before it is created until it is gone."""

    engine: Engine
    name: str
    release: UidSlots
    uids: CellUids
    door: Path | None = None
    birth: asyncio.Future[Any] | None = None
    end: asyncio.Task[None] | None = None

    async def kill(self) -> None:
        if self.end is None:
            self.end = asyncio.create_task(self._end())
        await asyncio.shield(self.end)

    async def _end(self) -> None:
        if self.birth is not None:
            await asyncio.wait([self.birth])
        with contextlib.suppress(EngineError):
            await self.engine.remove(self.name)
            self.release.give_back(self.uids)
        self.shut_door()

    def shut_door(self) -> None:
        """Remove the way by which the cell was connected."""
        if self.door is not None:
            shutil.rmtree(self.door, ignore_errors=True)
            self.door = None

    async def diagnosis(self) -> str:
        try:
            words = await self.engine.call(lambda client: client.api.logs(self.name, stdout=False, tail=20))
        except EngineError:
            return ""
        return bytes(words)[-_WORDS:].decode(errors="replace").strip()

    async def running(self) -> bool:
        state = await self.engine.call(lambda client: client.api.inspect_container(self.name)["State"])
        return bool(state["Running"])


class DockerBackend:
    """Launches containers. Made by ``connect``."""

    name = "docker"

    def __init__(
        self, engine: Engine, facts: dict[str, Any], size: CellSize, runtime: str | None, recipe: contents.Recipe
    ) -> None:
        """Use ``connect`` instead."""
        self._recipe = recipe
        self._engine = engine
        self._size = size
        self._runtime = runtime
        self._label = owner_label()
        self._seccomp = contents.SECCOMP.read_text()
        self._doors: Path | None = None
        self._transport = Transport.ATTACH
        self._settled = True
        bounded = (("MemoryLimit", "cgroup_memory"), ("PidsLimit", "cgroup_pids"))
        self._features = tuple(feature for fact, feature in bounded if facts.get(fact))
        self._uids = UidSlots()

    @classmethod
    async def connect(
        cls,
        url: str | None = None,
        *,
        size: CellSize | None = None,
        uid_base: int | None = None,
        runtime: str | None = None,
        transport: Transport = Transport.AUTO,
        calls: int = 4,
        recipe: contents.Recipe = contents.PYTHON,
    ) -> DockerBackend:
        """Reach the engine, look for the image, and sweep what dead services left.

        Args:
            url: The engine's address; None takes the environment's.
            size: Size of a cell.
            uid_base: First of the cells' ids; None draws one.
            runtime: The engine's runtime, such as ``runsc``; None takes its default.
            transport: How cells are connected.
            calls: Engine calls at a time.
            recipe: What the cells are for.

        Raises:
            SandboxUnavailable: No engine answers, or it lacks the image.
        """
        engine = Engine(url, calls=calls)
        try:
            facts = await engine.call(lambda client: client.info())
            if not await engine.call(lambda client: has_image(client, recipe)):
                raise SandboxUnavailable(
                    f"the engine has no image {contents.image_tag(recipe)}: run `python -m sandbox.images build`"
                )
            backend = cls(engine, facts, size or CellSize(), runtime, recipe)
            await engine.sweep(backend._label)
        except EngineError as error:
            await engine.close()
            raise SandboxUnavailable(f"no container engine answers: install and start Docker ({error})") from error
        except SandboxUnavailable:
            await engine.close()
            raise
        options = " ".join(facts.get("SecurityOptions") or ())
        remapped = "name=userns" in options or "name=rootless" in options
        lowest, highest = _REMAPPED_IDS
        backend._uids = UidSlots(uid_base, lowest=lowest, highest=highest) if remapped else UidSlots(uid_base)
        backend._choose(transport)
        return backend

    def _choose(self, transport: Transport) -> None:
        if transport is Transport.AUTO:
            likely = self._engine.local and self._runtime is None
            self._transport, self._settled = (Transport.SOCKET, False) if likely else (Transport.ATTACH, True)
        else:
            self._transport, self._settled = transport, True
        if self._transport is Transport.SOCKET:
            self._doors = Path(tempfile.mkdtemp(prefix="assay-"))

    @property
    def image(self) -> str:
        """The image's tag."""
        return contents.image_tag(self._recipe)

    @property
    def site(self) -> str:
        """Digest of the locked packages, which are always in the image."""
        return contents.site_digest(self._recipe)

    @property
    def features(self) -> tuple[str, ...]:
        """The cgroup limits that the engine says it can set."""
        return self._features

    @property
    def confinement(self) -> str:
        """Version of this module's way to use an engine, its profile and its runtime."""
        return f"1 {contents.digest([('seccomp', contents.SECCOMP)])[:16]} {self._runtime or 'default'}"

    @property
    def transport(self) -> Transport:
        """How cells are connected at present."""
        return self._transport

    def _options(self, jail: _ContainerJail) -> dict[str, Any]:
        size = self._size
        work = f"rw,noexec,nosuid,nodev,mode=0755,size={size.work_bytes},nr_inodes={size.work_inodes}"
        readable = (*_READABLE, *self._recipe.places)
        config = cell_config(jail.uids, size, site=True, mount_work=False, read_paths=readable)
        connection = ("--socket", f"{_DOOR_IN_CELL}/{_DOOR}") if jail.door else ("--stdio",)
        command = cell_command("", config, *connection)
        options: dict[str, Any] = {
            "image": self.image,
            "command": command[command.index("--config") :],
            "name": jail.name,
            "labels": {LABEL: self._label},
            "user": "0:0",
            "network_mode": "none",
            "ipc_mode": "none",
            "read_only": True,
            "cap_drop": ["ALL"],
            "cap_add": ["SETUID", "SETGID"],
            "security_opt": ["no-new-privileges", f"seccomp={self._seccomp}"],
            "pids_limit": size.processes,
            "mem_limit": size.memory_bytes,
            "memswap_limit": size.memory_bytes,
            "tmpfs": {WORK_IN_CELL: work, "/dev/mqueue": "ro,noexec,nosuid,nodev,size=4k,nr_inodes=1,mode=0"},
            "ulimits": [Ulimit(name="core", soft=0, hard=0), Ulimit(name="nofile", soft=1024, hard=1024)],
            "environment": {"LANG": "C.UTF-8"},
            "log_config": LogConfig(type="json-file", config={"max-size": "256k", "max-file": "1"}),
            "stdin_open": jail.door is None,
        }
        if jail.door:
            options["mounts"] = [Mount(_DOOR_IN_CELL, str(jail.door), type="bind", read_only=True)]
        if self._runtime:
            options["runtime"] = self._runtime
        return options

    async def launch(self) -> Cell:
        """Start one container and wait for its hello.

        Raises:
            CellLost: It could not be started; nothing is left behind.
        """
        if self._transport is Transport.ATTACH:
            return await self._launch_attached()
        try:
            cell = await self._launch_with_door()
        except CellLost:
            if self._settled:
                raise
            cell = await self._launch_attached()
            self._transport = Transport.ATTACH
        self._settled = True
        return cell

    def _jail(self) -> _ContainerJail:
        return _ContainerJail(self._engine, f"assay-cell-{secrets.token_hex(8)}", self._uids, self._uids.take())

    async def _bear(self, jail: _ContainerJail, *, attached: bool) -> socket.socket | None:
        """Create and start the container; its stream, if wanted."""
        options = self._options(jail)

        def ask(client: docker.DockerClient) -> socket.socket | None:
            container = client.containers.create(**options)
            stream = attach(client, jail.name) if attached else None
            container.start()
            return stream

        jail.birth = asyncio.ensure_future(self._engine.call(ask))
        return await asyncio.shield(jail.birth)

    async def _launch_attached(self) -> Cell:
        jail = self._jail()
        try:
            attached = await self._bear(jail, attached=True)
            assert attached is not None
            stream = await _stream_on(attached, _AttachedStream)
        except BaseException:
            await jail.kill()
            raise
        return await Cell.greet(jail.name, stream, jail, START_TIMEOUT_S)

    async def _launch_with_door(self) -> Cell:
        jail = self._jail()
        try:
            with socket.socket(socket.AF_UNIX) as listener:
                jail.door = self._open_door(listener)
                await self._bear(jail, attached=False)
                connection = await self._admit(listener, jail)
            jail.shut_door()
            stream = await _stream_on(connection, CellStream)
        except CellLost as error:
            words = await jail.diagnosis()
            await jail.kill()
            raise CellLost(f"{error}{f' (stderr: {words})' if words else ''}") from error
        except BaseException:
            await jail.kill()
            raise
        return await Cell.greet(jail.name, stream, jail, START_TIMEOUT_S)

    def _open_door(self, listener: socket.socket) -> Path:
        """Listen in a directory that only this service and this one container can enter."""
        assert self._doors is not None
        door = Path(tempfile.mkdtemp(dir=self._doors))
        door.chmod(0o755)
        listener.setblocking(False)
        listener.bind(str(door / _DOOR))
        (door / _DOOR).chmod(0o666)
        listener.listen(1)
        return door

    async def _admit(self, listener: socket.socket, jail: _ContainerJail) -> socket.socket:
        """The cell's one connection."""
        loop = asyncio.get_running_loop()
        accepting = asyncio.ensure_future(loop.sock_accept(listener))
        deadline = loop.time() + START_TIMEOUT_S
        try:
            while loop.time() < deadline:
                done, _ = await asyncio.wait([accepting], timeout=_LOOK_S)
                if done:
                    return accepting.result()[0]
                if not await jail.running():
                    raise CellLost("the cell ended before it was connected")
        finally:
            accepting.cancel()
        raise CellLost("the cell did not connect")

    async def close(self) -> None:
        """Let go of the engine; idempotent."""
        if self._doors is not None:
            shutil.rmtree(self._doors, ignore_errors=True)
        await self._engine.close()


async def _stream_on(connection: socket.socket, kind: type[CellStream]) -> CellStream:
    """A stream on a connected socket, unix or TCP."""
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    try:
        if connection.family == socket.AF_UNIX:
            _, stream = await loop.create_unix_connection(kind, sock=connection)
        else:
            _, stream = await loop.create_connection(kind, sock=connection)
    except BaseException:
        connection.close()
        raise
    return stream
