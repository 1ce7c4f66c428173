"""What the two zygotes have in common: what they are told, what they say, and what they import.

The supervisor forks both before it reads its first byte; each lives as long as the cell.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from dataclasses import dataclass

from . import confine

CANDIDATE_HEAD = struct.Struct("<dqiQ")
"""CPU seconds (negative: none), memory bytes (negative: none), processes, source bytes."""
EXAM_HEAD = struct.Struct("<QIIQddqq64s")
"""Exam bytes, exam index, cases, seed, wall_s, case_wall_s (negative: none), output_bytes, result_bytes, version."""
STARTED = struct.Struct("<ci")
UNCONFINED = 71
"""Exit code of a candidate's process that could not be confined."""
ENDED = struct.Struct("<ciddq")
"""``E``, wait status, user seconds, system seconds, peak resident bytes."""

# Left out for what they would cost each fork of every candidate: ``threading`` (and ``queue``) and ``random`` (and
# ``statistics``) by their hooks after a fork, ``hashlib`` by OpenSSL's size. Who needs them imports them.
_WARM_MODULES = [
    "abc",
    "array",
    "ast",
    "bisect",
    "cmath",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "os",
    "re",
    "string",
    "struct",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "uuid",
]


class ZygoteLost(Exception):
    """A zygote is gone; the cell is condemned."""


@dataclass(frozen=True, slots=True)
class ZygoteConfig:
    """What both zygotes need to know.

    Attributes:
        candidate: Confinement of candidates.
        examiner: Confinement of examiners.
        site: Locked site directory for candidates and tests, or None.
        work_bytes: Size of the cell's tmpfs.
        shared_bytes: What the processes of one candidate may take together, where it may have several.
    """

    candidate: confine.Side
    examiner: confine.Side
    site: str | None
    work_bytes: int
    shared_bytes: int


def warm_up() -> None:
    """Import what candidates usually import, once, before anything hostile exists."""
    for name in _WARM_MODULES:
        __import__(name)


def address_space_bytes() -> int:
    """What this process has mapped by now."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")


def receive(control: socket.socket, head: struct.Struct, count: int) -> tuple[bytes, list[int]]:
    """The next header with its descriptors; the process ends when the supervisor has."""
    data, descriptors, _, _ = socket.recv_fds(control, head.size, count)
    if not data:
        os._exit(0)
    return data, descriptors


def use_site(site: str | None) -> None:
    """Let imports find the locked packages, last."""
    if site is not None and site not in sys.path:
        sys.path.append(site)
