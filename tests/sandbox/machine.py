"""What candidates could change on this machine, looked at from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.backend import Backend
from sandbox.uids import STRIDE

_PLACES = ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/run", "/etc", "/root", "/home", "/usr/lib")
_SETTINGS = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/kernel/modprobe")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_SLOTS = 4096


def _belongs(uid: int, base: int) -> bool:
    return base <= uid < base + STRIDE * _SLOTS


def _processes(base: int) -> set[str]:
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if _belongs(process.stat().st_uid, base):
                found.add(process.name)
        except OSError:
            continue
    return found


def _files(base: int) -> set[str]:
    found = set()
    for place in _PLACES:
        try:
            entries = list(os.scandir(place))
        except OSError:
            continue
        for entry in entries:
            try:
                if _belongs(entry.stat(follow_symlinks=False).st_uid, base):
                    found.add(entry.path)
            except OSError:
                continue
    return found


def _numbers(line: str) -> list[str]:
    return [word for word in line.split() if word.isdigit()]


def _ipc(base: int) -> set[str]:
    found = set()
    for kind in ("shm", "sem", "msg"):
        lines = Path("/proc/sysvipc", kind).read_text().splitlines()[1:]
        found |= {f"{kind} {line}" for line in lines if any(_belongs(int(n), base) for n in _numbers(line))}
    return found


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text()
    except OSError:
        return None


@dataclass(frozen=True)
class Footprint:
    """What is there of one backend's candidates, and what they must not touch."""

    processes: frozenset[str]
    files: frozenset[str]
    ipc: frozenset[str]
    settings: tuple[str | None, ...]
    stamps: tuple[float, ...]

    @classmethod
    def take(cls, backend: Backend) -> Footprint:
        slots: Any = vars(backend)["_uids"]
        return cls(
            processes=frozenset(_processes(slots.base)),
            files=frozenset(_files(slots.base)),
            ipc=frozenset(_ipc(slots.base)),
            settings=tuple(map(_text, _SETTINGS)),
            stamps=tuple(os.stat(path).st_mtime for path in _DEVICES),
        )

    def differences(self, later: Footprint) -> list[str]:
        """What is otherwise in a later footprint."""
        names = ("processes", "files", "ipc", "settings", "stamps")
        return [
            f"{name}: {getattr(self, name)} → {getattr(later, name)}"
            for name in names
            if getattr(self, name) != getattr(later, name)
        ]
