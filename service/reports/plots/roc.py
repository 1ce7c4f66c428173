"""The ROC of a scored verifier with the thresholds chosen on it, from an answer of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service.reports.plots.canvas import COLOURS, MARKERS, STYLES, budget_axis, dress, new_figure, rendered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Answer = Mapping[str, Any]


def draw(answer: Answer, form: str) -> bytes:
    """Draw an answer of ``POST /v1/analyses/decision`` about a threshold.

    Args:
        answer: The document.
        form: ``svg``, ``png`` or ``pdf``.

    Raises:
        ModuleNotFoundError: If matplotlib is not installed.
    """
    result = answer["result"]
    curve = result if answer["kind"] == "threshold" else result["pooled"]
    figure, panels = new_figure(1, 2 if curve and curve["best_of"] else 1, "Thresholds of a scored verifier")
    if curve is None:
        panels[0][0].text(0.5, 0.5, "all samples are right, or all are wrong: no ROC", ha="center")
    else:
        draw_roc(panels[0][0], curve)
        if curve["best_of"]:
            draw_best_of(panels[0][1], curve)
    return rendered(figure, form)


def draw_roc(axes: Axes, curve: Answer) -> None:
    """The points, the concave hull, and the operating points."""
    dress(axes, "Receiver operating characteristic", "fpr = P(accepted | wrong)", "recall = P(accepted | right)")
    axes.plot([0, 1], [0, 1], color="grey", lw=0.8, linestyle=STYLES[3], label="chance")
    if curve["roc"]:
        axes.plot(*zip(*curve["roc"], strict=True), color=COLOURS[0], lw=1.2, label="ROC")
        axes.plot(*zip(*curve["hull"], strict=True), STYLES[1], color=COLOURS[2], lw=1, label="concave hull")
    for place, (name, label) in enumerate((("one_shot", "one sample"), ("unlimited", "until one is accepted"))):
        point = curve[name]
        told = "never answer" if point["precision"] is None else f"precision {point['precision']:.3f}"
        axes.plot(
            point["fpr"], point["recall"], MARKERS[place], color=COLOURS[1 + 2 * place], ms=8, label=f"{label}: {told}"
        )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.legend(fontsize=7.5, loc="lower right")


def draw_best_of(axes: Axes, curve: Answer) -> None:
    """Best-of-n against rejection sampling with as many draws."""
    points = sorted(curve["best_of"], key=lambda each: each["samples"])
    drawn = [each["samples"] for each in points]
    dress(axes, "Best-of-n and rejection sampling", "samples, in the mean", "P(the answer is right)")
    axes.plot(drawn, [each["best_of"] for each in points], "o-", color=COLOURS[0], label="best of n")
    accuracies = [each["rejection"]["precision"] for each in points]
    axes.plot(drawn, accuracies, "s--", color=COLOURS[1], label="rejection sampling")
    axes.axhline(curve["limit"], color="grey", lw=1, linestyle=STYLES[3], label=f"limit {curve['limit']:.3f}")
    axes.set_ylim(0, 1.02)
    budget_axis(axes, drawn)
    axes.legend(fontsize=7.5, loc="lower right")
