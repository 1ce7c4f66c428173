"""Gives a freshly forked child its final, small set of rights. The order is the point.

New session, descriptors by allow-list, resource limits, groups, group, user, non-dumpable and
parent-death signal (a change of user clears both), no new privileges, Landlock, seccomp last.

What is the same for every child of a zygote, and what the zygote itself can do without, the zygote gives
up once and its children inherit: groups, most resource limits, the working directory, new privileges and
the long system-call filter. The rest is done in the child, where each page that is touched costs time.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from . import kernel, seccomp


@dataclass(frozen=True, slots=True)
class Side:
    """The confinement of one of the two sides of a cell, prepared before anything hostile arrives.

    Attributes:
        uid: Host-unique user and group id; None in a user namespace with a single id.
        directory: The side's own directory.
        ruleset: Landlock rule set, or None.
    """

    uid: int | None
    directory: str
    ruleset: int | None


@dataclass(frozen=True, slots=True)
class Rights:
    """Numbers for the resource limits of one child; None = no limit."""

    cpu_s: float | None
    address_space_bytes: int | None
    processes: int
    threads: int = 32


_OPEN_FILES = 128
_FILTERED = kernel.MACHINE in ("x86_64", "aarch64")


def confine_zygote(side: Side, file_bytes: int) -> None:
    """Give up, for good, what neither a zygote nor any of its children needs.

    Args:
        side: Which side's zygote this is.
        file_bytes: Largest file that a child may write.

    Raises:
        OSError: If any step is refused.
    """
    if side.uid is not None:
        os.setgroups([])
    os.umask(0o077)
    os.chdir(side.directory)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, file_bytes)
    _bound(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _bound(resource.RLIMIT_MEMLOCK, 0)
    _bound(resource.RLIMIT_MSGQUEUE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if _FILTERED:
        kernel.install_filter(seccomp.zygote_program(kernel.MACHINE))
        for processes in (1, 2):
            seccomp.child_program(kernel.MACHINE, 0, processes)


def confine_judge(side: Side, address_space_bytes: int) -> None:
    """Give up what a zygote that forks nobody can do without; it runs none but our code.

    Args:
        side: The examiner's side.
        address_space_bytes: Its limit.

    Raises:
        OSError: If any step is refused.
    """
    _bound(resource.RLIMIT_AS, address_space_bytes)
    kernel.drop_capabilities()
    if side.ruleset is not None:
        kernel.landlock_restrict(side.ruleset)


def _bound(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def place_descriptors(sources: Sequence[int]) -> None:
    """Make ``sources[i]`` descriptor ``i`` and close every other one."""
    base = max([*sources, len(sources)]) + 1
    for offset, source in enumerate(sources):
        os.dup2(source, base + offset, inheritable=False)
    for target in range(len(sources)):
        os.dup2(base + target, target, inheritable=False)
    os.closerange(len(sources), 1 << 20)


def set_limits(rights: Rights) -> None:
    """Apply the resource limits that differ from child to child."""
    if rights.cpu_s is not None:
        whole = int(rights.cpu_s) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    _bound(resource.RLIMIT_NPROC, rights.processes + rights.threads)
    if rights.address_space_bytes is not None:
        _bound(resource.RLIMIT_AS, rights.address_space_bytes)


def confine(side: Side, rights: Rights, descriptors: Sequence[int]) -> None:
    """Drop everything but what the child of a confined zygote needs; there is no way back.

    Args:
        side: Which side's confinement.
        rights: Its limits.
        descriptors: Become 0, 1, 2 … in this order; all others are closed.

    Raises:
        OSError: If any step is refused; the child must then end at once.
    """
    os.setsid()
    count = len(descriptors)
    place_descriptors(descriptors if side.ruleset is None else [*descriptors, side.ruleset])
    set_limits(rights)
    if side.uid is not None:
        os.setresgid(side.uid, side.uid, side.uid)
        os.setresuid(side.uid, side.uid, side.uid)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if side.ruleset is not None:
        kernel.landlock_restrict(count)
        os.close(count)
    if _FILTERED:
        kernel.install_filter(seccomp.child_program(kernel.MACHINE, os.getpid(), rights.processes))
