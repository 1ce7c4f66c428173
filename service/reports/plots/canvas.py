"""What all figures share: size, colours that the colour-blind tell apart, and how they become a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette."""
STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_DPI = 150
_MANY = 12


def new_figure(rows: int, columns: int, title: str, *, width: float = 5.6, height: float = 4.4) -> tuple[Figure, Any]:
    """A figure with panels under one title.

    Args:
        rows: Of panels.
        columns: Of panels.
        title: Above all of them.
        width: Of a panel, inches.
        height: Of a panel, inches.

    Returns:
        The figure and its panels as an array of that shape.

    Raises:
        ModuleNotFoundError: If matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(columns * width, rows * height + 0.5), layout="constrained")
    figure.suptitle(title, fontsize=11)
    return figure, figure.subplots(rows, columns, squeeze=False)


def dress(axes: Axes, title: str, across: str, up: str) -> None:
    """Name a panel and its axes, with a faint grid."""
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True, alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def budget_axis(axes: Axes, budgets: Sequence[int]) -> None:
    """An axis of whole draws, logarithmic where they span much."""
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator, ScalarFormatter

    shown = [budget for budget in budgets if budget > 0]
    if shown and max(shown) / min(shown) > 2 * _MANY:
        axes.set_xscale("log")
        last = max(shown)
        steps = [first * 10**power for power in range(6) for first in (1, 2, 5) if first * 10**power <= last]
        axes.xaxis.set_major_locator(FixedLocator(steps))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def rendered(figure: Figure, form: str) -> bytes:
    """The figure as a file.

    Args:
        figure: From ``new_figure``.
        form: ``svg``, ``png`` or ``pdf``.

    Returns:
        The same bytes for the same figure.
    """
    import matplotlib

    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    stream = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "assay", "svg.fonttype": "none"}):
        figure.savefig(stream, format=form, dpi=_DPI, metadata=metadata)
    return stream.getvalue()
