"""``assay analyze pass-at-k``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.analyze_source import FIGURE_COLUMNS, CountsFile, RunOrNothing, analyse, figure_rows
from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate
from service.cli.options import AsCsv, AsJson, Confidence, Key, Replicates, Seed, Url
from service.cli.session import finish


def pass_at_k(
    run: RunOrNothing = None,
    counts: CountsFile = None,
    k: Annotated[list[int] | None, typer.Option(min=1, help="May be repeated.", show_default="1")] = None,
    verifier: Annotated[list[str] | None, typer.Option(help="May be repeated.", show_default="all of the run")] = None,
    confidence: Confidence = 0.95,
    seed: Seed = 0,
    replicates: Replicates = 2000,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print pass@k with its interval over tasks; a k above the smallest number of samples is refused."""
    fields = {"k": k or [1], "verifier": verifier, "confidence": confidence, "seed": seed, "replicates": replicates}
    found = finish(analyse("pass-at-k", run, counts, fields, url, api_key))
    verifiers = found.get("verifiers", [found])
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv((*FIGURE_COLUMNS[:2], "k", *FIGURE_COLUMNS[4:]), _rows(verifiers))
    else:
        _show(found, verifiers)


def _rows(verifiers: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    rows = []
    for each in verifiers:
        name = each.get("verifier")
        for figure in each["pass_at_k"]:
            row = figure_rows("pass_at_k", figure["value"], figure["interval"], verifier=name, budget=figure["k"])
            rows.append((*row[:3], *row[4:]))
        for quantity, figure in each["mbpp"].items():
            row = figure_rows(quantity, figure and figure["value"], figure and figure["interval"], verifier=name)
            rows.append((*row[:3], *row[4:]))
    return rows


def _show(found: dict[str, Any], verifiers: list[dict[str, Any]]) -> None:
    for each in verifiers:
        name = f"{each['verifier']}: " if "verifier" in each else ""
        emit(
            f"{name}{each['samples']} samples of {each['tasks']} tasks; left out: {each['excluded']} tasks and "
            f"{each['excluded_samples']} samples without a verdict"
        )
        rows: list[tuple[object, ...]] = [
            (f"pass@{figure['k']}", estimate(figure), figure["standard_error"], figure["n"], figure["method"])
            for figure in each["pass_at_k"]
        ]
        for label, key in (
            ("tasks solved by any sample", "tasks_solved"),
            ("samples that solve", "samples_that_solve"),
        ):
            figure = each["mbpp"][key]
            rows.append((label, estimate(figure), None, figure and figure["n"], figure and figure["method"]))
        shown = [(*row[:2], None if row[2] is None else f"{row[2]:.4f}", *row[3:]) for row in rows]
        emit_table(("figure", "value", "SE", "tasks", "interval"), shown, right=("value", "SE", "tasks"))
        emit("")
    method = found["method"]
    emit(f"{method['estimator']}; {method['source']}; seed {method['seed']}")
