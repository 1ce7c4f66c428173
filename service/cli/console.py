"""What commands print: data on stdout, the rest on stderr."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_PLAIN_WIDTH = 160


def say(text: str) -> None:
    """Tell the user something that is not data."""
    print(text, file=sys.stderr)


def emit(text: str) -> None:
    """Print data."""
    print(text)


def emit_json(document: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(document, indent=2 if sys.stdout.isatty() else None, ensure_ascii=not _speaks_unicode()))


def emit_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print a table; outside a terminal it is as wide as it needs to be.

    Args:
        columns: Headings.
        rows: Cells; None is shown as a dash.
        right: Headings of columns that are aligned to the right.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("–" if cell is None else str(cell) for cell in row))
    _stdout().print(table)


def emit_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print comma-separated values; None is an empty cell.

    Args:
        columns: Headings.
        rows: Cells.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    print(text.getvalue(), end="")


def _stdout() -> Console:
    if sys.stdout.isatty():
        return Console(markup=False, highlight=False, emoji=False)
    return Console(markup=False, highlight=False, emoji=False, width=_PLAIN_WIDTH, no_color=True)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def rate(value: float | None) -> str:
    """A rate in per cent."""
    return "–" if value is None else f"{100 * value:.1f} %"


def estimate(found: dict[str, Any] | None) -> str:
    """A rate with its interval; a dash without data."""
    if found is None:
        return "–"
    interval = found["interval"]
    if interval is None:
        return rate(found["value"])
    return f"{rate(found['value'])} [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"
