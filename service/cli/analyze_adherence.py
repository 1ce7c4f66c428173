"""``assay analyze adherence``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate, say
from service.cli.options import AsCsv, AsJson, Confidence, Key, Seed, Url
from service.cli.session import connect, finish

_GROUPS = ("accepted", "correct", "false_positive")


def adherence(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A stored run that was also judged statically.")],
    verifier: Annotated[str, typer.Option(help="The weak one, which accepts.")] = "base",
    oracle: Annotated[str, typer.Option(help="Taken for the truth.")] = "plus",
    static: Annotated[str, typer.Option(help="Whose findings and metrics say what a sample keeps to.")] = "static",
    rules: Annotated[int, typer.Option(min=0, help="Of the most broken rules so many.")] = 20,
    confidence: Confidence = 0.95,
    seed: Seed = 0,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print whether accepted, correct and wrongly accepted samples keep to style and static rules."""
    fields = {"verifier": verifier, "oracle": oracle, "static": static, "rules": rules}
    found = finish(_asked(run, {**fields, "confidence": confidence, "seed": seed}, url, api_key))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(("kind", "name", "given", "value", "low", "high", "tasks"), _rows(found))
    else:
        _show(found)
    for warning in found["warnings"]:
        say(warning)


async def _asked(run: str, fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get(f"/v1/runs/{run}/adherence", **fields)


def _rows(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each["kind"], each["name"], group, figure["value"], *(figure["interval"] or (None, None)), figure["n"])
        for each in found["dimensions"]
        for group in _GROUPS
        if (figure := each[group]) is not None
    ]


def _show(found: dict[str, Any]) -> None:
    emit(
        f"run {found['run_id']}: {found['samples']} samples of {found['tasks']} tasks; "
        f"{found['verifier']} accepts, {found['oracle']} is the truth, {found['static']} looks at the code"
    )
    rows = [
        (each["kind"], each["name"], *(estimate(each[group]) for group in _GROUPS), *_tasks(each))
        for each in found["dimensions"]
    ]
    columns = ("kept by", "", "accepted", "correct", "false positives", "tasks", "tasks with FP")
    emit_table(columns, rows, right=columns[2:])
    emit("")
    emit(f"{found['method']['estimator']}. {found['method']['source']}. Seed {found['method']['seed']}.")


def _tasks(dimension: dict[str, Any]) -> tuple[int | None, int | None]:
    accepted, false = dimension["accepted"], dimension["false_positive"]
    return accepted and accepted["n"], false and false["n"]
