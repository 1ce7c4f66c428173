"""What all parsers share: bounded text, positions that make sense, the candidate's own line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MESSAGE = 500
EXCERPT = 160
ERROR, WARNING, NOTE = "error", "warning", "note"


class ToolOutputUnusable(ValueError):
    """A tool said something that its parser does not know: it has found nothing, and that is no pass."""


@dataclass(frozen=True, slots=True)
class Program:
    """A candidate's text by line.

    Attributes:
        lines: Its lines without their ends.
    """

    lines: Sequence[str]

    @classmethod
    def of(cls, source: bytes) -> Program:
        """From the bytes that were submitted."""
        return cls(source.decode("utf-8", "replace").split("\n"))

    def excerpt(self, line: int | None) -> str:
        """One line, shortened; empty where there is none."""
        if line is None or not 1 <= line <= len(self.lines):
            return ""
        return self.lines[line - 1].strip()[:EXCERPT]


def text(value: object) -> str:
    """A tool's words as one bounded line."""
    return " ".join(str(value).split())[:MESSAGE]


def place(value: object) -> int | None:
    """A line or column counted from 1, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None
