"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Url = Annotated[
    str | None,
    typer.Option(
        "--url", help="Speak to this server; without it the command runs embedded.", show_default="$ASSAY_URL"
    ),
]
Key = Annotated[str | None, typer.Option("--api-key", help="Key for the server.", show_default="$ASSAY_API_KEY")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print comma-separated values, one figure a row.")]
Confidence = Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of every interval.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the bootstrap.")]
Replicates = Annotated[
    int, typer.Option(min=0, max=20_000, help="Resampled sets of tasks; 0 takes linearised standard errors instead.")
]
Plot = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Draw into this .svg, .png or .pdf file.", show_default=False)
]
