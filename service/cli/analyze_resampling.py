"""``assay analyze resampling``."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from service.cli.analyze_source import FIGURE_COLUMNS, CountsFile, RunOrNothing, analyse, figure_rows
from service.cli.console import emit, emit_csv, emit_json, emit_table, rate, say
from service.cli.options import AsCsv, AsJson, Confidence, Key, Plot, Replicates, Seed, Url
from service.cli.plots import write_plot
from service.cli.session import finish
from service.reports.plots import resampling as drawing
from service.usecases.analyses.resampling import ModelName

_RATES = (
    ("one sample is correct", "single_sample", "accuracy"),
    ("one sample is accepted", "single_sample", "acceptance"),
    ("precision, mean over tasks", "precision", "macro"),
    ("… abstaining counts as wrong", "precision", "macro_if_abstain_wrong"),
    ("… abstaining counts as right", "precision", "macro_if_abstain_right"),
    ("precision, pooled", "precision", "pooled"),
    ("fdr = P(wrong | accepted)", "precision", "fdr_pooled"),
    ("fpr = P(accepted | wrong)", "precision", "fpr"),
    ("completeness = P(accepted | correct)", "precision", "completeness"),
)


def resampling(
    run: RunOrNothing = None,
    counts: CountsFile = None,
    verifier: Annotated[str | None, typer.Option(help="Decides when to stop.", show_default="base")] = None,
    oracle: Annotated[str | None, typer.Option(help="Taken for the truth.", show_default="plus")] = None,
    budget: Annotated[
        list[int] | None, typer.Option(min=0, help="Most draws; may be repeated.", show_default="1, 2, 5 … the largest")
    ] = None,
    cost: Annotated[
        list[str] | None,
        typer.Option(help="Of a false positive; may be repeated; inf is one.", show_default="0, 1, 2, 4, 8"),
    ] = None,
    sample_cost: Annotated[float, typer.Option(min=0, help="Of a sample, in units of a correct answer.")] = 0.0,
    confidence: Confidence = 0.95,
    seed: Seed = 0,
    replicates: Replicates = 2000,
    paper_compatible: Annotated[
        bool, typer.Option("--paper-compatible", help="The paper's estimators where they differ.")
    ] = False,
    model: Annotated[
        list[ModelName] | None, typer.Option(help="Fit it, to look beyond the samples; may be repeated.")
    ] = None,
    extrapolate: Annotated[
        list[int] | None, typer.Option(min=1, help="A budget at which the models are asked; may be repeated.")
    ] = None,
    plot: Plot = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print what it brings to sample again until the verifier says yes: curve, rewards, the best budget, fdr."""
    fields = {
        "verifier": verifier,
        "oracle": oracle,
        "budgets": budget,
        "false_positive_costs": cost,
        "sample_cost": sample_cost if math.isfinite(sample_cost) else "inf",
        "confidence": confidence,
        "seed": seed,
        "replicates": replicates,
        "paper_compatible": paper_compatible or None,
        "models": None if model is None else [each.value for each in model],
        "extrapolate": extrapolate,
    }
    found = finish(analyse("resampling", run, counts, fields, url, api_key))
    if plot is not None:
        write_plot(plot, lambda form: drawing.draw(found, form))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(FIGURE_COLUMNS, _figures(found))
    else:
        _show(found)
    for warning in found["warnings"]:
        say(warning)


def _figures(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = [
        figure_rows(name, found[part][name], found[part]["intervals"][name], verifier=found["verifier"])
        for _, part, name in _RATES
    ]
    for point in found["curve"]:
        place = {"verifier": found["verifier"], "budget": point["budget"]}
        rows += [figure_rows(name, point[name], interval, **place) for name, interval in point["intervals"].items()]
        rows += [figure_rows(name, point[name], None, **place) for name in ("coverage", "selection_gap")]
        rows += [
            figure_rows("reward", each["value"], each["interval"], cost=each["false_positive_cost"], **place)
            for each in point["rewards"]
        ]
    for each in found["optimum"]:
        place = {"verifier": found["verifier"], "cost": each["false_positive_cost"]}
        rows.append(figure_rows("best_budget", each["budget"], each["budget_interval"], **place))
    for each in found["fdr_by_attempt"]["attempts"]:
        place = {"verifier": found["verifier"], "budget": each["first"]}
        rows.append(figure_rows("fdr_at_attempt", each["fdr"], each["interval"], **place))
    return rows


def _show(found: dict[str, Any]) -> None:
    if found["run_id"]:
        emit(f"run {found['run_id']}: {found['verifier']} decides, {found['oracle']} is the truth")
    emit(f"{found['tasks']} tasks; left out: {found['excluded']} tasks, {found['excluded_samples']} samples")
    emit("")
    rows: list[tuple[str, str | None]] = [
        (label, _with(found[part][name], found[part]["intervals"][name])) for label, part, name in _RATES
    ]
    break_even = found["break_even_cost"], found["break_even_interval"]
    rows.append(("cost at which one draw is worth nothing", _plain(*break_even)))
    emit_table(("figure", "value"), rows, right=("value",))
    emit("")
    _show_curve(found)
    emit("")
    _show_optima(found)
    emit("")
    _show_attempts(found)
    emit("")
    for name in ModelName:
        if found[name.value] is not None:
            _show_model(name.value, found[name.value])
    method = found["method"]
    emit(f"{method['estimator']}. Intervals ({100 * method['confidence']:g} %): {method['interval']}.")
    emit(f"{method['source']}. Seed {method['seed']}.")
    for difference in method["differences"]:
        emit(f"Paper: {difference}")


def _show_curve(found: dict[str, Any]) -> None:
    costs = [each["false_positive_cost"] for each in found["optimum"]]
    columns = ("draws", "TP", "FP", "abstain", "E[samples]", *(f"R, c={_short(cost)}" for cost in costs))
    rows = [
        (
            point["budget"],
            *(_with(point[name], point["intervals"][name]) for name in ("true_positive", "false_positive")),
            rate(point["abstain"]),
            _short(point["expected_samples"]),
            *(_short(each["value"]) for each in point["rewards"]),
        )
        for point in found["curve"]
    ]
    limit = found["limit"]
    if limit["rewards"]:
        outcomes = (rate(limit["true_positive"]), rate(limit["false_positive"]), rate(limit["abstain"]))
        rewards = (_short(each["value"]) for each in limit["rewards"])
        rows.append(("∞", *outcomes, _short(limit["expected_samples"]), *rewards))
    emit_table(columns, rows, right=columns)


def _show_optima(found: dict[str, Any]) -> None:
    rows = [
        (
            _short(each["false_positive_cost"]),
            _budget(each),
            _plain(each["reward"], each["interval"]),
            each["budget_interval"] and "{} … {}".format(*each["budget_interval"]),
            _span(each["near_best"]),
            each["gain_over_one"] and _plain(each["gain_over_one"]["value"], each["gain_over_one"]["interval"]),
        )
        for each in found["optimum"]
    ]
    columns = ("cost of an FP", "best budget", "reward", "over resampled tasks", "within one SE", "gain over one draw")
    emit_table(columns, rows, right=columns)


def _show_attempts(found: dict[str, Any]) -> None:
    rows = [
        (
            str(each["first"]) if each["first"] == each["last"] else f"{each['first']}–{each['last']}",
            rate(each["fdr"]),
            rate(each["accepted"]),
            each["tasks"],
        )
        for each in found["fdr_by_attempt"]["buckets"]
    ]
    columns = ("first accepted at draw", "fdr", "share of tasks", "tasks")
    emit_table(columns, rows, right=columns)


def _show_model(name: str, model: dict[str, Any]) -> None:
    if model["refused"]:
        emit(f"model {name}: refused, {model['refused']}")
        emit("")
        return
    told = ", ".join(f"{key} {_plain(each['value'], each['interval'])}" for key, each in model["parameters"].items())
    tested = model["goodness"]
    fit = f"; goodness of fit p = {tested['p_value']:.3g}" if tested and tested["p_value"] is not None else ""
    emit(f"model {name}: {told}; largest departure from the counts {rate(model['largest_difference'])}{fit}")
    rows = [
        (
            point["budget"],
            "extrapolated" if point["extrapolated"] else "within the samples",
            *(
                _with(point[key]["value"], point[key]["interval"])
                for key in ("coverage", "true_positive", "false_positive")
            ),
        )
        for point in model["curve"]
    ]
    emit_table(("draws", "", "some draw correct", "TP", "FP"), rows, right=("draws", "some draw correct", "TP", "FP"))
    best = "; ".join(
        f"c={_short(each['false_positive_cost'])}: {_plain(each['value'], each['interval'])}"
        for each in model["optimum"]
    )
    emit(f"best budget by this model: {best}")
    emit("")


def _budget(optimum: dict[str, Any]) -> str | None:
    if optimum["budget"] is None:
        return None
    return f"≥ {optimum['budget']}" if optimum["budget_limited"] else str(optimum["budget"])


def _span(budgets: list[int]) -> str | None:
    if not budgets:
        return None
    whole = budgets[-1] - budgets[0] + 1 == len(budgets)
    return f"{budgets[0]} … {budgets[-1]}" if whole else ", ".join(map(str, budgets))


def _with(value: float | None, interval: list[float] | None) -> str:
    if value is None or interval is None:
        return rate(value)
    return f"{rate(value)} [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"


def _plain(value: Any, interval: list[Any] | None) -> str | None:
    if value is None or interval is None:
        return _short(value)
    return f"{_short(value)} [{_short(interval[0])}, {_short(interval[1])}]"


def _short(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else f"{value:.3f}".rstrip("0").rstrip(".")
