"""How long a process had to wait for a processor: what a wall clock shows and the process did not choose."""

from __future__ import annotations

MOST_PATIENCE = 9.0
"""By how many times itself a wall limit grows at most."""


def waited_s(pid: int) -> float:
    """Seconds that a process was ready to run and was not let run; 0 where the kernel does not say."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
