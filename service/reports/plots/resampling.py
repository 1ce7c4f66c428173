"""Scaling curves, rewards with the best budget marked, and the fdr by attempt, from an answer of resampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.reports.plots.canvas import COLOURS, MARKERS, STYLES, budget_axis, dress, new_figure, rendered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Answer = Mapping[str, Any]
_MOST_COSTS = 7


def draw(answer: Answer, form: str, *, title: str | None = None, reference: tuple[str, float] | None = None) -> bytes:
    """Draw an answer of ``/v1/analyses/resampling`` or ``/v1/runs/{id}/resampling``.

    Args:
        answer: The document.
        form: ``svg``, ``png`` or ``pdf``.
        title: Above the panels; says what the samples are.
        reference: Something to compare the curve with, such as another model's accuracy: its name and value.

    Raises:
        ModuleNotFoundError: If matplotlib is not installed.
    """
    figure, panels = new_figure(1, 3, title or _title(answer))
    draw_curve(panels[0][0], answer, reference)
    draw_rewards(panels[0][1], answer)
    draw_attempts(panels[0][2], answer)
    return rendered(figure, form)


def draw_curve(axes: Axes, answer: Answer, reference: tuple[str, float] | None = None) -> None:
    """What the verifier lets through against what is right, by budget."""
    points = [point for point in answer["curve"] if point["budget"] > 0 and point["true_positive"] is not None]
    budgets = [point["budget"] for point in points]
    dress(axes, "Answers by budget", "most draws per task", "share of tasks")
    answered = [point["true_positive"] + point["false_positive"] for point in points]
    lines = (
        ("some draw is correct (perfect verifier)", [point["coverage"] for point in points], 2),
        ("answered: the verifier said yes", answered, 1),
        ("answered correctly", [point["true_positive"] for point in points], 0),
    )
    for label, values, place in lines:
        axes.plot(budgets, values, STYLES[place], color=COLOURS[place], marker=MARKERS[place], ms=4, label=label)
    _band(axes, budgets, [point["intervals"]["true_positive"] for point in points], COLOURS[0])
    if points:
        axes.fill_between(
            budgets, lines[2][1], answered, color=COLOURS[1], alpha=0.12, label="answered wrongly", linewidth=0
        )
    limit = answer["limit"]["true_positive"]
    if limit is not None:
        label = f"correct without limit: {limit:.3f}"
        axes.axhline(limit, color=COLOURS[0], linewidth=1, linestyle=STYLES[3], label=label)
    if reference is not None:
        name, value = reference
        axes.axhline(value, color=COLOURS[3], linewidth=1.5, label=f"{name}: {value:.3f}")
    axes.set_ylim(0, 1)
    budget_axis(axes, budgets)
    axes.legend(fontsize=7.5, loc="best")


def draw_rewards(axes: Axes, answer: Answer) -> None:
    """The reward by budget for each finite cost, the best budget marked."""
    points = [point for point in answer["curve"] if point["true_positive"] is not None]
    dress(axes, "Reward by budget, ★ best", "most draws per task", "reward per task")
    finite = [best for best in answer["optimum"] if isinstance(best["false_positive_cost"], int | float)]
    for place, best in enumerate(finite[:_MOST_COSTS]):
        cost = best["false_positive_cost"]
        values = [_reward(point, cost) for point in points]
        colour, style = COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]
        budgets = [point["budget"] for point in points]
        axes.plot(budgets, values, style, color=colour, label=_best_in_words(cost, best))
        if best["budget"]:
            axes.plot([best["budget"]], [best["reward"]], "*", color=colour, ms=13, markeredgecolor="black")
    axes.axhline(0, color="grey", linewidth=0.8)
    budget_axis(axes, [point["budget"] for point in points])
    axes.legend(fontsize=7.5, loc="best", title="cost of a false positive", title_fontsize=8)


def draw_attempts(axes: Axes, answer: Answer) -> None:
    """How often what was accepted at a draw is wrong, with intervals over tasks."""
    attempts = [each for each in answer["fdr_by_attempt"]["attempts"] if each["fdr"] is not None]
    dress(axes, "Wrong answers by attempt", "first accepted at draw", "fdr = P(wrong | accepted there)")
    places = [each["first"] for each in attempts]
    values = [each["fdr"] for each in attempts]
    if len(places) <= 2 * len(COLOURS):
        sure = [each for each in attempts if each["interval"] is not None]
        low = [each["fdr"] - each["interval"][0] for each in sure]
        high = [each["interval"][1] - each["fdr"] for each in sure]
        at, centre = [each["first"] for each in sure], [each["fdr"] for each in sure]
        axes.errorbar(at, centre, yerr=[low, high], fmt="none", ecolor=COLOURS[0], alpha=0.6, capsize=3)
        for each in attempts:
            axes.annotate(
                f"{each['tasks']}",
                (each["first"], 0),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=7,
            )
        axes.set_xlabel("first accepted at draw (small numbers: tasks that can be decided there)")
    else:
        _band(axes, places, [each["interval"] for each in attempts], COLOURS[0])
    axes.plot(places, values, "-", marker="o", ms=4, color=COLOURS[0], label="accepted at this draw")
    pooled = answer["precision"]["fdr_pooled"]
    if pooled is not None:
        axes.axhline(pooled, color=COLOURS[1], linestyle=STYLES[1], label=f"all accepted samples: {pooled:.3f}")
    axes.set_ylim(0, 1)
    budget_axis(axes, places)
    axes.legend(fontsize=7.5, loc="best")


def _title(answer: Answer) -> str:
    left_out = f", {answer['excluded']} left out" if answer["excluded"] else ""
    who = f"{answer['verifier']} against {answer['oracle']}: " if answer.get("verifier") else ""
    confidence = f"{100 * answer['method']['confidence']:g} % intervals over tasks"
    return f"{who}resampling until accepted, {answer['tasks']} tasks{left_out}; {confidence}"


def _best_in_words(cost: float, best: Mapping[str, Any]) -> str:
    if best["budget"] == 0:
        return f"{cost:g}: abstain"
    limited = "≥ " if best["budget_limited"] else ""
    return f"{cost:g}: best {limited}{best['budget']}"


def _reward(point: Mapping[str, Any], cost: float) -> float:
    return next(float(each["value"]) for each in point["rewards"] if each["false_positive_cost"] == cost)


def _band(axes: Axes, places: Sequence[int], intervals: Sequence[Sequence[float] | None], colour: str) -> None:
    known = [(place, each[0], each[1]) for place, each in zip(places, intervals, strict=True) if each is not None]
    if known:
        at, low, high = zip(*known, strict=True)
        axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
