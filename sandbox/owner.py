"""Who started a container, and whether that process still lives.

Two services may share one engine, so a label says whose a cell is. A process is known by its boot,
its pid namespace, its number and its start time; of a process in another namespace or on another
machine nothing can be said, and nothing is.
"""

from __future__ import annotations

import os
from pathlib import Path


def _started(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot; None if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rsplit(")", 1)[1].split()[19]


def _here() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}.{os.stat('/proc/self/ns/pid').st_ino}"


def owner_label() -> str:
    """This process, for a label."""
    return f"{_here()}.{os.getpid()}.{_started(os.getpid())}"


def is_dead(label: str) -> bool:
    """Whether the owner is known to be dead; False where that cannot be seen from here."""
    try:
        here, pid, started = label.rsplit(".", 2)
        return here == _here() and _started(int(pid)) != started
    except ValueError:
        return False
