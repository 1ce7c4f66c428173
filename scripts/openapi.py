"""Writes docs/openapi.json, or with --check says whether it is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from service.api.application import create_app
from service.asgi import opening
from service.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "openapi.json"


def document() -> str:
    """The service's own OpenAPI document, as it is committed."""
    app = create_app(Settings(_env_file=None), opening)
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write or check."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(document(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != document():
        sys.exit("docs/openapi.json is out of date; run: .venv/bin/python -m scripts.openapi")


if __name__ == "__main__":
    main()
