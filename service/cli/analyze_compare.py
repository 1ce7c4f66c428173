"""``assay analyze compare``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate, say
from service.cli.options import AsCsv, AsJson, Confidence, Key, Plot, Seed, Url
from service.cli.plots import write_plot
from service.cli.session import connect, finish
from service.reports.plots import comparison as drawing

_COLUMNS = ("quantity", "first", "second", "value", "low", "high", "p_value")
_SHOWN_FLIPS = 10


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN [RUN]…", help="Stored runs on the same tasks.")],
    verifier: Annotated[str, typer.Option(help="Taken for the truth.")] = "plus",
    visible: Annotated[str, typer.Option(help="The weaker verifier that models can pass by luck.")] = "base",
    confidence: Confidence = 0.95,
    seed: Seed = 0,
    plot: Plot = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare models: tests and intervals over tasks, the tasks that flipped, what so many tasks can show."""
    fields = {"runs": ",".join(runs), "verifier": verifier, "visible": visible, "confidence": confidence, "seed": seed}
    found = finish(_compare(fields, url, api_key))
    if plot is not None:
        write_plot(plot, lambda form: drawing.draw(found, form))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(_COLUMNS, rows_of(found["result"]))
    else:
        show(found, verifier, visible)
    for warning in found["warnings"]:
        say(warning)


async def _compare(fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get("/v1/analyses/comparison", **fields)


def rows_of(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The figures of a comparison, one a row, as ``--csv`` prints them."""
    rows: list[tuple[Any, ...]] = []
    for model in result["models"]:
        for quantity in ("accuracy", "visible_accuracy", "precision"):
            rows.append((quantity, model["name"], None, *_bounded(model[quantity]), None))
    for pair in result["pairs"]:
        names = pair["first"], pair["second"]
        rows.append(("difference", *names, *_bounded(pair["difference"]), pair["adjusted_p_value"]))
        rows += [(rate, *names, pair["flips"][rate], None, None, None) for rate in ("nfr", "pfr", "btc", "bec", "nfi")]
        rows.append(("detectable_difference", *names, pair["power"]["detectable"], None, None, None))
    if result["line"]:
        line = result["line"]
        rows.append(("slope", None, None, line["slope"], *(line["slope_interval"] or (None, None)), line["p_value"]))
        rows.append(("intercept", None, None, line["intercept"], *(line["intercept_interval"] or (None, None)), None))
    return rows


def _bounded(figure: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    if figure is None:
        return None, None, None
    low, high = figure["interval"] or (None, None)
    return figure["value"], low, high


def show(found: dict[str, Any], verifier: str, visible: str) -> None:
    """Print a comparison as tables."""
    result = found["result"]
    left_out = ", ".join(f"{count} {what}" for what, count in found["excluded"].items() if count)
    emit(f"{found['n']} tasks; {verifier} is the truth; left out: {left_out or 'nothing'}")
    emit("")
    rows = [
        (
            model["name"],
            model["samples"],
            estimate(model["accuracy"]),
            estimate(model["visible_accuracy"]),
            estimate(model["precision"]),
        )
        for model in result["models"]
    ]
    columns = ("model", "samples", "accuracy", f"accepted by {visible}", f"right if {visible} accepts")
    emit_table(columns, rows, right=columns[1:])
    emit("")
    if result["omnibus"]:
        emit(f"All alike? {result['omnibus_test']}: p = {_p(result['omnibus']['p_value'])}")
        emit("")
    _show_pairs(result["pairs"])
    for pair in result["pairs"]:
        emit("")
        emit(f"{pair['first']} → {pair['second']}: {pair['power']['statement']}")
        _show_flips(pair["flips"])
    _show_models(result)
    emit("")
    emit(f"{found['method']['estimator']}. {found['method']['interval']}. Seed {found['method']['seed']}.")
    emit(result["not_applicable"])


def _show_pairs(pairs: list[dict[str, Any]]) -> None:
    rows = [
        (
            f"{pair['first']} → {pair['second']}",
            estimate(pair["difference"]),
            None if pair["mcnemar"] is None else _p(pair["mcnemar"]["p_value"]),
            _p(pair["permutation"]["p_value"]),
            _p(pair["adjusted_p_value"]),
            "yes" if pair["significant"] else "no",
            estimate({"value": pair["flips"]["nfr"], "interval": None}),
            estimate({"value": pair["flips"]["pfr"], "interval": None}),
        )
        for pair in pairs
    ]
    columns = ("models", "difference", "McNemar p", "permutation p", "p (Holm)", "differ", "NFR", "PFR")
    emit_table(columns, rows, right=columns[1:])


def _show_flips(flips: dict[str, Any]) -> None:
    for word, total in (("negative", "to the worse"), ("positive", "to the better")):
        shown = [flip["task_id"] for flip in flips[word][:_SHOWN_FLIPS]]
        more = flips[f"{word}_total"] - len(shown)
        named = ", ".join(shown) + (f" and {more} more" if more else "")
        emit(f"  flipped {total}: {flips[f'{word}_total']}{f' ({named})' if shown else ''}")


def _show_models(result: dict[str, Any]) -> None:
    if result["rankings"] and result["rankings"]["kendall"] is not None:
        agreement = result["rankings"]
        emit("")
        emit(f"Rankings agree by Kendall's τ-b = {agreement['kendall']:.3f}, Pearson's r = {agreement['pearson']:.3f}")
    if result["line"]:
        line = result["line"]
        emit("")
        emit(
            f"precision = {line['intercept']:.4f} + {line['slope']:.4f} · accuracy over {line['models']} models, "
            f"r² = {'–' if line['r2'] is None else format(line['r2'], '.3f')}, p = {_p(line['p_value'])}"
        )


def _p(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
