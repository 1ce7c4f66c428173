"""``assay analyze repairs``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate, rate
from service.cli.options import AsCsv, AsJson, Confidence, Key, Replicates, Seed, Url
from service.cli.session import connect, finish
from service.domain.check import Disclosure
from service.domain.repair import RepairMode
from service.usecases.analyses.repairs import GroupBy

_RATES = {
    "accepted": "accepted",
    "correct": "correct",
    "repair_rate": "mended",
    "regression_rate": "broken",
    "total_repair_rate": "mended in all",
    "total_regression_rate": "broken in all",
    "fdr": "fdr",
}
_CLEAN = {"clean": "clean", "clean_repair_rate": "made clean", "clean_regression_rate": "made unclean"}
"""By the analyser, where one was asked."""


def repairs(
    model: Annotated[str | None, typer.Option(help="Sessions of this model.")] = None,
    tasks: Annotated[str | None, typer.Option(metavar="NAME", help="Sessions on this task set.")] = None,
    verifier: Annotated[str | None, typer.Option(help="Sessions in which it speaks.")] = None,
    oracle: Annotated[str | None, typer.Option(help="Sessions that are counted by it.")] = None,
    disclosure: Annotated[Disclosure | None, typer.Option(help="Sessions whose reports show so much.")] = None,
    mode: Annotated[RepairMode | None, typer.Option(help="Reports, or growing examples.")] = None,
    by: Annotated[GroupBy, typer.Option(help="What sessions are told apart by.")] = GroupBy.POLICY,
    run: Annotated[str | None, typer.Option(help="Samples of the same model, to hold repair against.")] = None,
    sample_tokens: Annotated[float | None, typer.Option(help="Mean tokens of such a sample.")] = None,
    confidence: Confidence = 0.95,
    seed: Seed = 0,
    replicates: Replicates = 2000,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print what rounds of repair mend and break, and whether drawing another sample is better."""
    fields: dict[str, Any] = {
        "model": model,
        "task_set": tasks,
        "verifier": verifier,
        "oracle": oracle,
        "disclosure": disclosure,
        "mode": mode,
        "by": by,
        "run": run,
        "sample_tokens": sample_tokens,
        "confidence": confidence,
        "seed": seed,
        "replicates": replicates,
    }
    found = finish(_ask(fields, url, api_key))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(("group", "round", "quantity", "value", "low", "high", "n"), _rows(found))
    else:
        _show(found)


async def _ask(fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get("/v1/analyses/repairs", **fields)


def _rows(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = []
    for group in found["groups"]:
        for each in group["rounds"]:
            for name in _RATES | _CLEAN:
                figure = each[name]
                if figure is not None:
                    low, high = figure["interval"] or (None, None)
                    rows.append((group["label"], each["round"], name, figure["value"], low, high, figure["n"]))
    return rows


def _show(found: dict[str, Any]) -> None:
    emit(
        f"{found['sessions']} sessions; left out: {found['excluded']} without a verdict, "
        f"{found['lost_attempts']} programs without a verdict"
    )
    for group in found["groups"]:
        emit("")
        _show_group(group)
    method = found["method"]
    emit("")
    emit(f"fdr = P(wrong | accepted). {method['estimator']}; {method['interval']}; seed {method['seed']}")


def _show_group(group: dict[str, Any]) -> None:
    flat = "still gaining" if group["flattens_at"] is None else f"no gain after round {group['flattens_at']}"
    emit(f"{group['label']}: {group['sessions']} sessions on {group['tasks']} tasks, {flat}")
    rates = _RATES | (_CLEAN if any(each["clean"] for each in group["rounds"]) else {})
    columns = ("round", "programs", *rates.values(), "new findings")
    rows = [
        (
            each["round"],
            each["attempts"],
            *(estimate(each[name]) for name in rates),
            None if each["new_findings"] is None else f"{each['new_findings']:.2f}",
        )
        for each in group["rounds"]
    ]
    emit_table(columns, rows, right=columns)
    if group["examples"]:
        shown = [
            (each["round"], estimate(each["o1"]), estimate(each["o2"]), rate(each["first_round_share"]))
            for each in group["examples"]
        ]
        emit_table(("round", "O1 agrees", "O2 no counterexample", "of these in round 0"), shown)
    for each in group["against"]:
        emit(_against(each))


def _against(each: dict[str, Any]) -> str:
    bounds = each["interval"]
    interval = "" if bounds is None else f" [{100 * bounds[0]:+.1f}, {100 * bounds[1]:+.1f}]"
    return (
        f"after {each['rounds']} repairs, at the {each['cost']} of {each['budget']} samples, {each['tasks']} tasks: "
        f"repair {rate(each['repair'])} correct and {rate(each['repair_false'])} false, "
        f"resampling {rate(each['resampling'])} and {rate(each['resampling_false'])}; "
        f"difference {100 * each['difference']:+.1f} points{interval}"
    )
