"""Accuracy against precision across models, from an answer of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service.reports.plots.canvas import COLOURS, MARKERS, dress, new_figure, rendered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Answer = Mapping[str, Any]


def draw(answer: Answer, form: str) -> bytes:
    """Draw an answer of ``GET /v1/analyses/comparison``.

    Args:
        answer: The document.
        form: ``svg``, ``png`` or ``pdf``.

    Raises:
        ModuleNotFoundError: If matplotlib is not installed.
    """
    figure, panels = new_figure(1, 2, f"{len(answer['result']['models'])} models on {answer['n']} tasks")
    draw_models(panels[0][0], answer["result"])
    draw_differences(panels[0][1], answer["result"])
    return rendered(figure, form)


def draw_models(axes: Axes, result: Answer) -> None:
    """One point per model, with intervals, and the line through them if there is one."""
    dress(axes, "What passes, and what of it is right", "accuracy of a single sample", "P(right | accepted)")
    for place, model in enumerate(result["models"]):
        x, y = model["accuracy"], model["precision"]
        if x is None or y is None:
            continue
        axes.errorbar(
            x["value"],
            y["value"],
            xerr=_away(x),
            yerr=_away(y),
            fmt=MARKERS[place % len(MARKERS)],
            color=COLOURS[place % len(COLOURS)],
            capsize=2,
            elinewidth=0.8,
            label=model["name"],
        )
    line = result["line"]
    if line is not None:
        ends = [0.0, 1.0]
        told = f"{line['intercept']:.3f} + {line['slope']:.3f} x"
        axes.plot(ends, [line["intercept"] + line["slope"] * x for x in ends], color="black", lw=1, label=told)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=7.5, loc="lower right")
    else:
        axes.text(0.5, 0.5, "no visible verifier", ha="center")


def draw_differences(axes: Axes, result: Answer) -> None:
    """The paired difference of each pair with its interval."""
    pairs = list(reversed(result["pairs"]))
    dress(axes, "Paired differences of accuracy", "second minus first", "")
    for place, pair in enumerate(pairs):
        figure = pair["difference"]
        colour = COLOURS[1] if pair["significant"] else COLOURS[0]
        axes.errorbar(figure["value"], place, xerr=_away(figure), fmt="o", color=colour, capsize=3)
    axes.axvline(0, color="black", lw=0.8)
    names = [f"{pair['first']} → {pair['second']} (p {pair['adjusted_p_value']:.3g})" for pair in pairs]
    axes.set_yticks(range(len(pairs)), names, fontsize=7.5)
    axes.set_ylim(-0.5, len(pairs) - 0.5)


def _away(figure: Answer) -> list[list[float]] | None:
    interval = figure["interval"]
    if interval is None:
        return None
    return [[max(0.0, figure["value"] - interval[0])], [max(0.0, interval[1] - figure["value"])]]
