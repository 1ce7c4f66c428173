"""``assay tasks strengthen``, ``audit`` and ``review``."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_json, emit_table, rate
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.progress import Bar, progress_bar
from service.cli.session import connect, finish
from service.client import AsyncAssay
from service.client.calls import Call, fresh_key

app = typer.Typer()
"""Commands that ``assay tasks`` takes over."""

_POLL_S = 0.5
_SHOWN = 40
Set = Annotated[str, typer.Argument(metavar="NAME", help="The task set.")]
Seed = Annotated[int, typer.Option(min=0, help="Equal seeds give equal answers.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many tasks.")]


@app.command("strengthen")
def strengthen(
    name: Set,
    seed: Seed = 0,
    limit: Limit = None,
    examples: Annotated[int, typer.Option(min=1, help="Inputs to propose per task.")] = 500,
    cases: Annotated[int, typer.Option(min=1, help="Inputs to keep beside those of the visible suites.")] = 60,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Make a hidden suite `strengthened` for each task: exit 4 if some task gets none."""
    fields = {"seed": seed, "limit": limit, "examples": examples, "cases": cases}
    found = finish(_carried_out("strengthen", name, fields, url, api_key))
    if as_json:
        emit_json(found)
    elif found["summary"] is not None:
        _show_strengthening(found)
    raise typer.Exit(_exit_code(found, bool(found["summary"] and found["summary"]["without"])))


@app.command("audit")
def audit(
    name: Set,
    seed: Seed = 0,
    limit: Limit = None,
    mutants: Annotated[int, typer.Option(min=1, help="Mutants of one operator per task.")] = 3,
    repeats: Annotated[
        int, typer.Option(min=2, help="Runs of references whose code or tests may depend on chance.")
    ] = 30,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Test the tests: exit 4 if a task has a label error or a suite is weak."""
    fields = {"seed": seed, "limit": limit, "mutants": mutants, "repeats": repeats}
    found = finish(_carried_out("audit", name, fields, url, api_key))
    if as_json:
        emit_json(found)
    elif found["summary"] is not None:
        _show_audit(found)
    raise typer.Exit(_exit_code(found, any(flag["label_error"] for flag in found["flags"])))


@app.command("review")
def review(
    audit_id: Annotated[str, typer.Argument(metavar="AUDIT")],
    flag_id: Annotated[str, typer.Argument(metavar="FLAG")],
    said: Annotated[str, typer.Argument(metavar="open|confirmed|dismissed")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Say what you make of a flag; later audits of the same task keep it."""
    found = finish(_reviewed(audit_id, flag_id, {"review": said, "note": note}, url, api_key))
    if as_json:
        emit_json(found)
    else:
        emit(f"{found['id']}  {found['review']}  {found['kind']}  {found['task_id']}  {found['message']}")


async def _reviewed(
    audit_id: str, flag_id: str, fields: dict[str, Any], url: str | None, api_key: str | None
) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        path = f"/v1/audits/{audit_id}/flags/{flag_id}"
        found: dict[str, Any] = await client.call(Call("PATCH", path, document=fields))
        return found


async def _carried_out(
    what: str, name: str, fields: dict[str, Any], url: str | None, api_key: str | None
) -> dict[str, Any]:
    """Begin it, wait for its end, and read all of it."""
    async with connect(url, api_key, runs_code=True) as client:
        document = {name: value for name, value in fields.items() if value is not None}
        call = Call("POST", f"/v1/task-sets/{name}/{what}", document=document, headers=fresh_key())
        begun = await client.call(call)
        with progress_bar(f"{what} {name}") as bar:
            found = await _awaited(client, begun["id"], bar)
        if found["flags_total"] > len(found["flags"]):
            found["flags"] = [each async for each in client.items(f"/v1/audits/{begun['id']}/flags", limit=500)]
        return found


async def _awaited(client: AsyncAssay, audit_id: str, bar: Bar) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = await client.get(f"/v1/audits/{audit_id}")
        bar.show(found["progress"]["done"], found["progress"]["total"])
        if found["state"] != "running":
            return found
        await asyncio.sleep(_POLL_S)


def _exit_code(found: dict[str, Any], partly: bool) -> ExitCode:
    if found["state"] != "completed":
        typer.echo(found["message"] or found["state"], err=True)
        return ExitCode.NOTHING_CONCLUDED
    return ExitCode.PARTLY if partly else ExitCode.DONE


def _show_strengthening(found: dict[str, Any]) -> None:
    summary = found["summary"]
    emit(
        f"{found['task_set']}: {summary['strengthened']} of {summary['tasks']} tasks have a suite strengthened now "
        f"({summary['unchanged']} had it before), {summary['cases']} cases in all  ({found['id']})"
    )
    emit(f"  {summary['trials']} of {summary['proposed']} proposed inputs belong to their task")
    emit(f"  finds {summary['killed']} of {summary['mutants']} selection mutants")
    if summary["candidates"]:
        emit(f"  refuses {summary['caught']} of {summary['candidates']} recorded candidates that differ somewhere")
    for task, problem in list(summary["without"].items())[:_SHOWN]:
        emit(f"  none for {task}: {problem}")


def _show_audit(found: dict[str, Any]) -> None:
    summary = found["summary"]
    emit(f"{found['task_set']}: {summary['flagged_tasks']} of {summary['tasks']} tasks are in doubt  ({found['id']})")
    columns = ("suite", "operator", "mutants", "killed", "not distinguished", "score", "95 % interval", "blind spots")
    rows = []
    for suite in summary["suites"]:
        for operator, figures in {"all": suite["all"], **suite["operators"]}.items():
            rows.append((suite["suite"], operator, *_figures(figures)))
    emit_table(columns, rows, right=columns[2:])
    for suite in summary["suites"]:
        unsound = f", {suite['unsound']} tasks without a reference that always passes" if suite["unsound"] else ""
        emit(f"{suite['suite']}: false alarms {suite['false_alarms']} of {suite['controls']} controls{unsound}")
    counts = Counter(flag["kind"] for flag in found["flags"])
    emit("flags: " + (", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"))
    for flag in found["flags"][:_SHOWN]:
        state = "" if flag["review"] == "open" else f" [{flag['review']}]"
        emit(f"  {flag['kind']}{state} {flag['task_id']}: {flag['message']}")
    if len(found["flags"]) > _SHOWN:
        emit(f"  … and {len(found['flags']) - _SHOWN} more")


def _figures(figures: dict[str, Any]) -> tuple[object, ...]:
    interval = figures["interval"]
    told = None if interval is None else f"{rate(interval[0])} – {rate(interval[1])}"
    return (
        figures["mutants"],
        figures["killed"],
        figures["not_distinguished"],
        rate(figures["score"]),
        told,
        rate(figures["blind_spot_rate"]),
    )
