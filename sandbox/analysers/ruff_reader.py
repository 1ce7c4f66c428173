"""Has ruff read a batch: one process for all of it, one line of JSON for each finding."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .canary import CANARY
from .children import Bounds

SELECTED = ("E4", "E7", "E9", "F", "PLE", "B", "SIM", "N", "C90", "S")
"""Errors, bugbear, simplification, naming, complexity, security."""
_OPTIONS = ("check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero", "--quiet", "--target-version=py311",
            "--output-format=json-lines", f"--select={','.join(SELECTED)}")  # fmt: skip


def command(site: str) -> str:
    """Where ruff is.

    Raises:
        OSError: It is not there.
    """
    path = os.path.join(site, "bin", "ruff")
    if not os.access(path, os.X_OK):
        raise FileNotFoundError("ruff is not installed")
    return path


def bounds(files: int) -> Bounds:
    """What ruff may use for so many candidates."""
    return Bounds(cpu_s=5 + files // 4, memory_bytes=4 << 30, processes=2, wordless=True)


def read(path: str, files: Sequence[int]) -> None:
    """In a child: become ruff."""
    for descriptor in range(3):  # a confined child closes them when it becomes another program
        os.set_inheritable(descriptor, True)
    environment = {"RAYON_NUM_THREADS": "1", "LANG": "C.UTF-8", "HOME": "/"}
    os.execve(path, [path, *_OPTIONS, f"{CANARY}.py", *(f"c{index}.py" for index in files)], environment)  # noqa: S606 locked program
