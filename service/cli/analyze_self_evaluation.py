"""``assay analyze self-evaluation`` and ``feedback``: what a model's opinions and its feedback are worth."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, estimate, rate
from service.cli.options import AsCsv, AsJson, Confidence, Key, Url
from service.cli.session import connect, finish
from service.cli.source import read_document
from service.client.calls import Call
from service.errors import InvalidInput

_CELLS = {
    "called_faulty_and_faulty": "faulty, called faulty",
    "called_faulty_and_right": "right, called faulty",
    "called_right_and_faulty": "faulty, called right",
    "called_right_and_right": "right, called right",
    "excluded": "without a verdict",
}


def self_evaluation(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A stored run.")],
    verifier: Annotated[str, typer.Option(help="Whose opinions: an external verifier, as a rule.")],
    oracle: Annotated[str, typer.Option(help="Taken for the truth.")] = "plus",
    confidence: Confidence = 0.95,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print how well opinions about code find the faulty code: precision, recall and F1 of the faulty class."""
    fields = {"verifier": verifier, "oracle": oracle, "confidence": confidence}
    found = finish(_opinions(run, fields, url, api_key))
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(("quantity", "value"), [(name, found[name]) for name in _CELLS] + _rates(found))
    else:
        emit(f"run {found['run_id']}: {found['verifier']} calls code faulty, {found['oracle']} is the truth")
        emit_table(list(_CELLS.values()), [[found[name] for name in _CELLS]], right=list(_CELLS.values()))
        told = (estimate(found["precision"]), estimate(found["recall"]), rate(found["f1"]))
        emit_table(("precision", "recall", "F1"), [told], right=("F1",))


def feedback(
    document: Annotated[
        str, typer.Argument(metavar="FILE", help="A body of POST /v1/analyses/feedback as JSON; - is standard input.")
    ],
    precision: Annotated[float | None, typer.Option(min=0, max=1, help="Wanted of what is shown.")] = None,
    threshold: Annotated[int | None, typer.Option(min=0, help="Agreeing repairs that are enough.")] = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say which feedback is shown: so many repairs that were made with it equal its fix up to syntax trees."""
    body = read_document(document)
    if not isinstance(body, dict):
        raise InvalidInput(f'{document} holds no object with a list "feedback"')
    given = {"precision": precision, "threshold": threshold}
    body |= {name: value for name, value in given.items() if value is not None}
    found = finish(_feedback(body, url, api_key))
    if as_json:
        emit_json(found)
    elif as_csv:
        columns = ("task_id", "equal", "tried", "unreadable", "good", "shown")
        emit_csv(columns, [[each[name] for name in columns] for each in found["feedback"]])
    else:
        _show(found)


async def _opinions(run: str, fields: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        return await client.get(f"/v1/runs/{run}/self-evaluation", **fields)


async def _feedback(body: dict[str, Any], url: str | None, api_key: str | None) -> dict[str, Any]:
    rows = body.get("feedback")
    programs = isinstance(rows, list) and any(isinstance(row, dict) and "fix" in row for row in rows)
    async with connect(url, api_key, runs_code=programs) as client:
        found: dict[str, Any] = await client.call(Call("POST", "/v1/analyses/feedback", document=body))
        return found


def _rates(found: dict[str, Any]) -> list[tuple[str, float | None]]:
    rates: list[tuple[str, float | None]] = []
    for name in ("precision", "recall"):
        figure = found[name]
        low, high = (None, None) if figure is None or figure["interval"] is None else figure["interval"]
        value = None if figure is None else figure["value"]
        rates += [(name, value), (f"{name}_low", low), (f"{name}_high", high)]
    return [*rates, ("f1", found["f1"])]


def _show(found: dict[str, Any]) -> None:
    if found["wanted"] is not None:
        chosen = "none is precise enough" if found["chosen"] is None else f"at least {found['chosen']} must agree"
        emit(f"wanted precision {rate(found['wanted'])}: {chosen}")
        columns = ("agreeing repairs", "shown", "precision", "coverage")
        rows = [
            (each["threshold"], each["shown"], estimate(each["precision"]), estimate(each["coverage"]))
            for each in found["curve"]
        ]
        emit_table(columns, rows, right=columns)
        emit("")
    names = ("task", "agree", "of", "unreadable", "shown")
    told = [
        (each["task_id"], each["equal"], each["tried"], each["unreadable"], "yes" if each["shown"] else "no")
        for each in found["feedback"]
    ]
    emit_table(names, told, right=names[1:4])
    emit(found["source"])
