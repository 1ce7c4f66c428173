"""Where the counts of an analysis come from: a stored run, or a file of counts per task."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.session import connect
from service.cli.source import STDIN
from service.client.calls import Call, given
from service.errors import InvalidInput

RunOrNothing = Annotated[str | None, typer.Argument(metavar="[RUN]", help="A stored run.", show_default=False)]
CountsFile = Annotated[
    str | None,
    typer.Option(
        "--counts",
        metavar="FILE",
        help="Counts per task instead of a run: a JSON list, a body of the HTTP interface, or one task a line; "
        "- is standard input.",
        show_default=False,
    ),
]


async def analyse(
    kind: str, run_id: str | None, counts: str | None, fields: dict[str, Any], url: str | None, api_key: str | None
) -> dict[str, Any]:
    """The answer of an analysis over a run or over a file of counts.

    Args:
        kind: Last part of the route, such as ``resampling``.
        run_id: A run, or None.
        counts: A file, or None.
        fields: What was asked for; None is left out.
        url: The server, or None.
        api_key: For the server.

    Raises:
        InvalidInput: Unless exactly one of the two was given, or the file is not what it should be.
    """
    if (run_id is None) == (counts is None):
        raise InvalidInput("give a run, or counts with --counts FILE")
    posted = None if counts is None else {**read_counts(counts), **given(**fields)}
    async with connect(url, api_key, runs_code=False) as client:
        if posted is None:
            return await client.get(f"/v1/runs/{run_id}/{kind}", **fields)
        found: dict[str, Any] = await client.call(Call("POST", f"/v1/analyses/{kind}", document=posted))
        return found


def read_counts(path: str) -> dict[str, Any]:
    """A body with ``tasks`` from a file.

    Raises:
        InvalidInput: If it is neither JSON nor JSON lines.
        OSError: If it cannot be read.
    """
    text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict) and "tasks" in document:
        return document
    if isinstance(document, list):
        return {"tasks": document}
    try:
        return {"tasks": [json.loads(line) for line in text.splitlines() if line.strip()]}
    except ValueError as error:
        raise InvalidInput(f"{path} holds no counts: {error}") from None


def figure_rows(quantity: str, value: Any, interval: Any, **places: Any) -> tuple[Any, ...]:
    """A row of the long form that ``--csv`` prints; its headings are ``FIGURE_COLUMNS``."""
    low, high = interval or (None, None)
    return (quantity, places.get("verifier"), places.get("budget"), places.get("cost"), value, low, high)


FIGURE_COLUMNS = ("quantity", "verifier", "budget", "false_positive_cost", "value", "low", "high")
