"""Options that many commands share."""

from __future__ import annotations

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
