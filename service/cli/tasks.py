"""``assay tasks``: import, list, show, validate, strengthen, audit, review."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli import audits
from service.cli.console import emit, emit_json, emit_table, say
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.progress import progress_bar
from service.cli.session import connect, finish

app = typer.Typer(help="Task sets and tasks.", no_args_is_help=True, rich_markup_mode=None)
app.registered_commands += audits.app.registered_commands

_CHUNK = 1024 * 1024
_SHOWN = 20
_GENERAL_FORMATS = frozenset({"evalplus", "native"})
"""Formats that are not the name of a set too: they need ``--name``."""


@app.command("import")
def import_set(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="mbpp, mbpp-sanitized, humaneval, humaneval-plus, mbpp-plus or library; or a format, evalplus or "
            "native, with PATH and --name.",
        ),
    ],
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A file you have; without it the public one is fetched.")
    ] = None,
    set_name: Annotated[str | None, typer.Option("--name", help="Import under this name.")] = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Import a task set; importing again replaces what changed and keeps strengthened suites of what did not."""
    if path is None and (set_name is not None or name in _GENERAL_FORMATS):
        raise typer.BadParameter("this needs the PATH of a file", param_hint="PATH")
    if name in _GENERAL_FORMATS and set_name is None:
        raise typer.BadParameter(f"{name} is a format; name the set", param_hint="--name")
    if path is not None and not path.is_file():
        raise typer.BadParameter(f"{path} is not a file", param_hint="PATH")
    found = finish(_import(name, path, set_name, url, api_key))
    for refusal in found["refused"][:_SHOWN]:
        say(f"{path or name}:{refusal['line']}: {refusal['detail']}")
    if found.get("strengthen_again"):
        say(
            f"{found['strengthen_again']} tasks changed and have no suite strengthened any more; "
            f"make them anew: assay tasks strengthen {found['name']}"
        )
    if as_json:
        emit_json(found)
    else:
        suites = ", ".join(f"{suite} {count}" for suite, count in found["suites"].items())
        emit(
            f"{found['name']}: {found['total']} tasks ({found['added']} added, {found['replaced']} replaced, "
            f"{found['unchanged']} unchanged); suites: {suites}"
        )
    raise typer.Exit(ExitCode.PARTLY if found["refused_total"] else ExitCode.DONE)


async def _import(
    name: str, path: Path | None, set_name: str | None, url: str | None, api_key: str | None
) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        if path is None:
            return await client.import_task_set(name)
        form = None if name == "library" else name
        return await client.import_task_set(set_name or name, _chunks(path), form)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


@app.command("list")
def list_sets(
    set_name: Annotated[str | None, typer.Option("--set", help="The tasks of this set instead of the sets.")] = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List task sets, or the tasks of one."""
    items = finish(_list(set_name, url, api_key))
    if as_json:
        emit_json({"items": items})
    elif set_name is None:
        columns = ("name", "tasks", "version", "licence", "source")
        emit_table(columns, ([item[column] for column in columns] for item in items), right=("tasks",))
    else:
        rows = [(item["id"], item["entry_point"], _suites(item["suites"])) for item in items]
        emit_table(("task", "entry point", "suites"), rows)


async def _list(set_name: str | None, url: str | None, api_key: str | None) -> list[dict[str, Any]]:
    async with connect(url, api_key, runs_code=False) as client:
        if set_name is None:
            return list((await client.get("/v1/task-sets"))["items"])
        return [item async for item in client.items("/v1/tasks", task_set=set_name, limit=500)]


@app.command("show")
def show(
    task_id: Annotated[str, typer.Argument(metavar="ID", help="Such as mbpp/11.")],
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Show one task with the cases that may be shown."""
    task = finish(_show(task_id, url, api_key))
    if as_json:
        emit_json(task)
        return
    emit(f"{task['id']}  entry point {task['entry_point']}  suites: {_suites(task['suites'])}")
    emit("")
    emit(task["prompt"].strip())
    for each in task["shown"]:
        emit(f"\n{each['suite']}:")
        for case in each["cases"][:_SHOWN]:
            emit(f"  {case}")
        if len(each["cases"]) > _SHOWN:
            emit(f"  … and {len(each['cases']) - _SHOWN} more")
    if task["reference"]:
        emit(f"\nreference:\n{task['reference'].rstrip()}")


async def _show(task_id: str, url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get(f"/v1/tasks/{task_id}")


@app.command("validate")
def validate(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The task set.")],
    references: Annotated[
        str | None, typer.Option(metavar="NAME", help="Take the references of this set instead of its own.")
    ] = None,
    suite: Annotated[list[str] | None, typer.Option(help="Only this suite; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many tasks.")] = None,
    stubs: Annotated[bool, typer.Option(help="Also run stub programs that no suite may accept.")] = True,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Hold references against suites: exit 4 if a task is invalid."""
    fields = {"references": references, "suites": suite, "limit": limit, "stubs": stubs}
    found = finish(_validate(name, fields, url, api_key))
    if as_json:
        emit_json(found)
    else:
        _show_validation(found)
    raise typer.Exit(ExitCode.DONE if found["ok"] else ExitCode.PARTLY)


async def _validate(name: str, fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=True) as client:
        refused = 0
        found: dict[str, Any] = {}
        with progress_bar(f"validate {name}") as bar:
            async for step in client.validation(name, **fields):
                found = step
                if step["kind"] == "task":
                    refused += sum(not outcome["accepted"] for outcome in step["outcomes"])
                    bar.show(step["done"], step["total"], {"refused": refused})
        return found


def _show_validation(found: dict[str, Any]) -> None:
    emit(
        f"{found['name']} with the references of {found['references_of']}: "
        f"{found['accepted_tasks']} of {found['tasks']} tasks accepted"
    )
    for outcome in found["refused"]:
        said = outcome["verdict"] or outcome["failure"]
        emit(f"  refused {outcome['task_id']} {outcome['suite']}: {said}  {outcome['message']}".rstrip())
    for outcome in found["weak"]:
        kinds = Counter(weakness.partition(":")[0] for weakness in outcome["weaknesses"])
        reasons = [f"accepts the stub {stub}" for stub in outcome["stubs"]]
        reasons += [kind if count == 1 else f"{kind} ({count} times)" for kind, count in kinds.items()]
        emit(f"  weak {outcome['task_id']} {outcome['suite']}: {', '.join(reasons)}")
    if found["without_reference"]:
        emit(f"  without reference: {', '.join(found['without_reference'])}")


def _suites(suites: list[dict[str, Any]]) -> str:
    return ", ".join(f"{suite['name']} ({suite['cases']}{', hidden' if suite['hidden'] else ''})" for suite in suites)
