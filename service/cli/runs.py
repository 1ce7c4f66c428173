"""``assay runs``: list, show, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.console import emit_json, emit_table
from service.cli.options import AsJson, Key, Url
from service.cli.session import connect, finish
from service.cli.summary import show_run
from service.usecases.export import ExportFormat

app = typer.Typer(help="Runs and their figures.", no_args_is_help=True, rich_markup_mode=None)

RunId = Annotated[str, typer.Argument(metavar="ID")]


@app.command("list")
def list_runs(
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first."""
    runs = finish(_list(limit, url, api_key))
    if as_json:
        emit_json({"items": runs})
        return
    rows = [
        (
            run["id"],
            run["name"],
            run["model"],
            run["task_set"],
            run["state"],
            f"{run['progress']['done']}/{run['progress']['total']}",
            run["created_at"],
        )
        for run in runs
    ]
    emit_table(("run", "name", "model", "task set", "state", "done", "created"), rows, right=("done",))


async def _list(limit: int, url: str | None, api_key: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with connect(url, api_key, runs_code=False) as client:
        async for run in client.items("/v1/runs", limit=min(limit, 500)):
            found.append(run)
            if len(found) == limit:
                break
    return found


@app.command("show")
def show(
    run_id: RunId,
    oracle: Annotated[str, typer.Option(help="The verifier taken for the truth.")] = "plus",
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Show a run with its figures."""
    run = finish(_show(run_id, oracle, url, api_key))
    if as_json:
        emit_json(run)
    else:
        show_run(run)


async def _show(run_id: str, oracle: str, url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.run(run_id, oracle)


@app.command("export")
def export(
    run_id: RunId,
    form: Annotated[ExportFormat, typer.Option("--format", help="The form to write.")] = ExportFormat.NDJSON,
    output: Annotated[Path | None, typer.Option(help="Write here.", show_default="standard output")] = None,
    url: Url = None,
    api_key: Key = None,
) -> None:
    """Write a run in a format that other tools read."""
    finish(_export(run_id, form, output, url, api_key))


async def _export(run_id: str, form: ExportFormat, output: Path | None, url: str | None, api_key: str | None) -> None:
    async with connect(url, api_key, runs_code=False) as client:
        file = None
        try:
            async for chunk in client.export(run_id, form.value):
                # Opened late, so that an unknown run leaves no empty file behind.
                file = file or (sys.stdout.buffer if output is None else output.open("wb"))
                file.write(chunk)
        finally:
            if file is not None and output is not None:
                file.close()
        sys.stdout.buffer.flush()
