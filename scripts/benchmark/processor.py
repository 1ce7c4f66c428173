"""Processor time of this benchmark's own work: its processes, their children and its containers, nobody else's."""

from __future__ import annotations

import contextlib
import os
from enum import StrEnum
from pathlib import Path

import docker
from docker.errors import DockerException

from sandbox.engine import LABEL

_TICKS = os.sysconf("SC_CLK_TCK")
_DAEMONS = frozenset({"dockerd", "containerd"})
_SCOPE = "docker-"
_GROUPS = (
    ("/sys/fs/cgroup/cpuacct/docker", "", "cpuacct.usage", "", 1e9),
    ("/sys/fs/cgroup/docker", "", "cpu.stat", "usage_usec", 1e6),
    ("/sys/fs/cgroup/system.slice", ".scope", "cpu.stat", "usage_usec", 1e6),
)
"""Where engines put containers: directory, end of a container's name, file, word before the number, its unit."""


def stat_of(pid: int) -> tuple[str, int, list[float]]:
    """Name, parent and CPU seconds of a process (own user, own system, waited-for children's user, their system).

    Raises:
        OSError: There is no such process.
    """
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    head, _, rest = text.rpartition(")")
    fields = rest.split()
    return head.partition("(")[2], int(fields[1]), [int(part) / _TICKS for part in fields[11:15]]


class Containers(StrEnum):
    """Which containers count as this benchmark's work."""

    NONE = "none"
    CELLS = "cells"
    """The cells of this process and of those below it, as they are: none of them starts or ends meanwhile."""
    ALL = "all"
    """Every container, those that have ended too, and the engine itself."""


def spent_s(containers: Containers = Containers.NONE) -> float:
    """CPU seconds that this process, all below it and the containers asked for have spent so far."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    daemons = 0.0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            command, parent, times = stat_of(int(name))
        except OSError:
            continue
        parents[int(name)], spent[int(name)] = parent, sum(times)
        if command in _DAEMONS:
            daemons += sum(times)
    ours = sum(used for pid, used in spent.items() if _is_below(pid, parents))
    if containers is Containers.CELLS:
        return ours + sum(_group_s(f"/{name}") for name in _cells(parents))
    return ours + (daemons + _group_s("") if containers is Containers.ALL else 0.0)


def _is_below(pid: int, parents: dict[int, int]) -> bool:
    for _ in parents:
        if pid == os.getpid():
            return True
        pid = parents.get(pid, 0)
    return False


def _cells(parents: dict[int, int]) -> list[str]:
    """Ids of the cells that were started by this process or one below it."""
    try:
        client = docker.from_env(timeout=30)
    except DockerException:
        return []
    with contextlib.closing(client):
        found = client.api.containers(filters={"label": LABEL})
    return [str(each["Id"]) for each in found if _is_below(int(each["Labels"][LABEL].rsplit(".", 2)[1]), parents)]


def _group_s(below: str) -> float:
    """CPU seconds of one container, or of all, as the kernel counts them for their control group."""
    for group, suffix, file, key, unit in _GROUPS:
        place = group + (f"{below.replace('/', '/' + _SCOPE)}{suffix}" if below and suffix else below)
        path = Path(place, file)
        if path.is_file():
            words = path.read_text(encoding="ascii").split()
            return int(words[words.index(key) + 1] if key else words[0]) / unit
    return 0.0
