"""``assay analyze verifiers``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate
from service.cli.options import AsCsv, AsJson, Key, Seed, Url
from service.cli.session import connect, finish
from service.usecases.verifier_selection import GroupBy

_CELLS = ("true_positive", "false_positive", "false_negative", "true_negative", "unresolved")
_RATES = ("precision", "precision_macro", "fdr", "fpr", "recall", "soundness", "mcc")
_HEADS = ("TP", "FP", "FN", "TN", "unresolved", "fdr = P(wrong | accepted)", "fpr = P(accepted | wrong)", "recall")
_CSV = ("quantity", "verifier", "other", "group", "value", "low", "high", "tasks", "method")


def verifiers(
    run: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN]...", help="Stored runs.", show_default=False)
    ] = None,
    verifier: Annotated[
        list[str] | None, typer.Option(help="May be repeated; NAME@VERSION for one version.", show_default="all")
    ] = None,
    oracle: Annotated[str, typer.Option(help="Taken for the truth.")] = "plus",
    by: Annotated[GroupBy | None, typer.Option(help="Also for each of these.", show_default=False)] = None,
    model: Annotated[list[str] | None, typer.Option(help="Runs of this model.", show_default=False)] = None,
    task_set: Annotated[list[str] | None, typer.Option(help="Runs on this task set.", show_default=False)] = None,
    task: Annotated[str | None, typer.Option(help="Candidates for this task.", show_default=False)] = None,
    error_class: Annotated[
        str | None, typer.Option(help="Candidates of which the oracle found this.", show_default=False)
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Candidates with a finding of RULE or TOOL:RULE.", show_default=False)
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Scored verifiers accept from here on.", show_default=False)
    ] = None,
    include_repairs: Annotated[bool, typer.Option("--include-repairs", help="With repairs of candidates.")] = False,
    seed: Seed = 0,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print how good verifiers are against an oracle: rates, as a set, agreement, curves, worst tasks."""
    fields = {
        "run": run or None,
        "verifier": verifier or None,
        "oracle": oracle,
        "by": by,
        "model": model or None,
        "task_set": task_set or None,
        "task": task,
        "error_class": error_class,
        "rule": rule,
        "threshold": threshold,
        "include_repairs": include_repairs or None,
        "seed": seed,
    }
    found = finish(_ask(fields, url, api_key))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(_CSV, _rows(found))
    else:
        _show(found)


async def _ask(fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get("/v1/analyses/verifiers", **fields)


def _figure(quantity: str, found: dict[str, Any] | None, *names: str | None) -> tuple[Any, ...]:
    first, other, group = (*names, None, None, None)[:3]
    if found is None:
        return (quantity, first, other, group, None, None, None, None, None)
    low, high = found["interval"] or (None, None)
    return (quantity, first, other, group, found["value"], low, high, found["n"], found["method"])


def _rows(found: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    oracle = found["oracle"]
    for each in found["verifiers"]:
        for part in (each, *each["groups"]):
            names = (each["verifier"], oracle, part.get("group"))
            for cell in _CELLS:
                yield (cell, *names, part[cell], None, None, None, None)
            for reason, count in part["excluded"].items():
                yield (f"excluded:{reason}", *names, count, None, None, None, None)
            for name in _RATES:
                yield _figure(name, part[name], *names)
    for name in ("coverage", "false_failure_rate", "alignment"):
        yield _figure(name, found["set"][name], "+".join(found["set"]["verifiers"]), oracle)
    for pair in found["agreement"]:
        for name in ("kappa", "phi"):
            yield _figure(name, pair[name], *pair["verifiers"])
    for each in found["roc"]:
        yield _figure("auc", each["auc"], each["verifier"], oracle)


def _show(found: dict[str, Any]) -> None:
    emit(f"{found['candidates']} candidates of {found['tasks']} tasks in {len(found['runs'])} runs")
    emit(f"oracle {found['oracle']}; intervals at 95 % over tasks")
    rows = [(each["verifier"], *_line(each)) for each in found["verifiers"]]
    emit_table(("verifier", *_HEADS), rows, right=_HEADS)
    for each in found["verifiers"]:
        _show_verifier(each, found["by"])
    _show_set(found["set"])
    emit("")
    heads = ("both", "only first", "only second", "neither", "kappa", "phi")
    cells = ("both_accept", "only_first", "only_second", "neither")
    pairs = [
        (*pair["verifiers"], *(pair[cell] for cell in cells), _number(pair["kappa"]), _number(pair["phi"]))
        for pair in found["agreement"]
    ]
    emit_table(("first", "second", *heads), pairs, right=heads)
    for each in found["roc"]:
        _show_roc(each)


def _line(cells: dict[str, Any]) -> tuple[Any, ...]:
    return (*(cells[cell] for cell in _CELLS), *(estimate(cells[rate]) for rate in ("fdr", "fpr", "recall")))


def _show_verifier(each: dict[str, Any], by: str | None) -> None:
    emit("")
    emit(f"{each['verifier']}: precision {estimate(each['precision'])}, mean over tasks "
         f"{estimate(each['precision_macro'])}, MCC {_number(each['mcc'])}")  # fmt: skip
    if each["excluded"]:
        emit("left out: " + ", ".join(f"{reason} {count}" for reason, count in each["excluded"].items()))
    if each["groups"]:
        emit_table((by or "group", *_HEADS), [(part["group"], *_line(part)) for part in each["groups"]], right=_HEADS)
    if each["worst_tasks"]:
        rows = [
            (item["task_id"], item["false_positive"], item["accepted"],
             " ".join(behind["candidate_id"] for behind in item["candidates"][:2]))
            for item in each["worst_tasks"]
        ]  # fmt: skip
        heads = ("most false positives", "FP", "accepted", "candidates, at most two")
        emit_table(heads, rows, right=("FP", "accepted"))


def _show_set(found: dict[str, Any]) -> None:
    emit("")
    emit(
        f"together: coverage {estimate(found['coverage'])} ({found['bad_that_fail']} of {found['bad']} bad fail), "
        f"false failures {estimate(found['false_failure_rate'])} ({found['good_that_fail']} of {found['good']} good "
        f"fail), alignment {_number(found['alignment'])}"
    )


def _show_roc(each: dict[str, Any]) -> None:
    emit("")
    emit(f"{each['verifier']}: AUC {_number(each['auc'])} over {each['good']} good and {each['bad']} bad candidates")
    best = each["best"]
    if best is not None:
        emit(f"largest recall - fpr at {best['threshold']:.4g}: recall {best['recall']:.3f}, fpr {best['fpr']:.3f}")


def _number(found: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    interval = found["interval"]
    return f"{found['value']:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
