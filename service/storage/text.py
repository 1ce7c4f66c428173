"""Text from outside, made fit for a text column: PostgreSQL stores no NUL and no lone surrogate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def storable(text: str | None, limit: int | None = None) -> str | None:
    """The text with NULs and lone surrogates replaced, cut to ``limit`` characters."""
    if text is None:
        return None
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if limit is None else clean[:limit]


def storable_json(document: Mapping[str, object]) -> dict[str, Any]:
    """A JSON object without lone surrogates, and with NaN and infinities as text."""
    text = json.dumps(dict(document), ensure_ascii=False).encode("utf-8", "replace")
    clean: dict[str, Any] = json.loads(text, parse_constant=str)
    return clean
