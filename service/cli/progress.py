"""The progress bar: on stderr, and only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s")


class Bar:
    """Shows how far something is."""

    def __init__(self, progress: Progress, label: str) -> None:
        """Add a bar to a display."""
        self._progress = progress
        self._task = progress.add_task(label, total=None, counts="")

    def another(self, label: str) -> Bar:
        """A further bar below this one."""
        return Bar(self._progress, label)

    def show(self, done: int, total: int, counts: Mapping[str, Any] | None = None) -> None:
        """Set the bar.

        Args:
            done: What is finished.
            total: Of how many.
            counts: What it came to, by name.
        """
        told = "  ".join(f"{name} {count}" for name, count in (counts or {}).items() if count)
        self._progress.update(self._task, completed=done, total=total or None, counts=told)


@contextmanager
def progress_bar(label: str) -> Iterator[Bar]:
    """A bar for as long as the block takes; silent where stderr is no terminal."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with progress:
        yield Bar(progress, label)
