"""``assay analyze decision``, ``acceptance`` and ``drift``: the same documents as over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_csv, emit_json, emit_table, say
from service.cli.options import AsCsv, AsJson, Key, Plot, Url
from service.cli.plots import write_plot
from service.cli.session import connect, finish
from service.cli.source import read_document
from service.client.calls import Call
from service.errors import InvalidInput
from service.reports.plots import roc as drawing

Document = Annotated[
    str, typer.Argument(metavar="FILE", help="A body of the HTTP interface as JSON; - is standard input.")
]


def decision(
    document: Document,
    plot: Plot = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Decide about verifiers and budgets: required quality, suites, stopping, thresholds, ensembles, cascades."""
    found = finish(_asked("decision", read_document(document), url, api_key))
    if plot is not None:
        if not found["kind"].startswith("threshold"):
            raise InvalidInput(f"there is nothing to draw of {found['kind']}; thresholds have a ROC")
        write_plot(plot, lambda form: drawing.draw(found, form))
    _tell(found, as_json, as_csv)


def acceptance(
    document: Document, url: Url = None, api_key: Key = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """Find an acceptance threshold with a guarantee, or what an audit guarantees."""
    _tell(finish(_asked("acceptance", read_document(document), url, api_key)), as_json, as_csv)


def drift(
    document: Document, url: Url = None, api_key: Key = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """Say whether audited samples raise an alarm about a verifier."""
    _tell(finish(_asked("drift", read_document(document), url, api_key)), as_json, as_csv)


async def _asked(route: str, body: Any, url: str | None, api_key: str | None) -> dict[str, Any]:
    async with connect(url, api_key, runs_code=False) as client:
        found: dict[str, Any] = await client.call(Call("POST", f"/v1/analyses/{route}", document=body))
        return found


def _tell(found: dict[str, Any], as_json: bool, as_csv: bool) -> None:
    if as_json:
        emit_json(found)
    elif as_csv:
        emit_csv(("quantity", "value"), _leaves(found["result"]))
    else:
        _show(found)
    for warning in found["warnings"]:
        say(warning)


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every number or word with the path that leads to it."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _leaves(item, f"{name}/{key}" if name else str(key))
    else:
        yield name, value


def _show(found: dict[str, Any]) -> None:
    left_out = ", ".join(f"{count} {what}" for what, count in found["excluded"].items() if count)
    rests = "closed form" if found["n"] is None else f"{found['n']} {found['unit']}"
    emit(f"{found['kind']}: {rests}" + (f"; left out: {left_out}" if left_out else ""))
    emit("")
    single, tables = _sorted_out(found["result"], "")
    emit_table(("figure", "value"), single, right=("value",))
    for name, rows in tables:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        emit("")
        emit(name)
        emit_table(columns, [[row.get(column) for column in columns] for row in rows], right=columns)
    method = found["method"]
    emit("")
    seed = "" if method["seed"] is None else f" Seed {method['seed']}."
    emit(f"{method['estimator']}. {method['source']}.{seed}")


def _sorted_out(
    value: dict[str, Any], prefix: str
) -> tuple[list[tuple[str, str | None]], list[tuple[str, list[dict[str, Any]]]]]:
    """Single figures, and lists of objects as tables; long lists of numbers are for ``--json``."""
    single: list[tuple[str, str | None]] = []
    tables: list[tuple[str, list[dict[str, Any]]]] = []
    for key, item in value.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if isinstance(item, dict) and "method" not in item:
            inner, more = _sorted_out(item, f"{name}: ")
            single += inner
            tables += more
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            tables.append((name, [_flat(row) for row in item]))
        elif not isinstance(item, list) or len(item) <= 2:
            single.append((name, _told(item)))
    return single, tables


def _flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, item in row.items():
        if isinstance(item, dict) and "method" not in item:
            shown |= _flat(item, f"{prefix}{key} ")
        else:
            shown[f"{prefix}{key}".replace("_", " ")] = _told(item)
    return shown


def _told(item: Any) -> str | None:
    if isinstance(item, dict):
        interval = item["interval"]
        return _told(item["value"]) if interval is None else f"{_told(item['value'])} {_told(interval)}"
    if isinstance(item, list):
        return f"[{', '.join(str(_told(each)) for each in item)}]"
    if isinstance(item, bool):
        return "yes" if item else "no"
    return f"{item:.6g}" if isinstance(item, float) else None if item is None else str(item)
