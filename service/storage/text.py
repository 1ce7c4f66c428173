"""Text from outside, made fit for a text column: PostgreSQL stores no NUL and no lone surrogate."""

from __future__ import annotations


def storable(text: str | None, limit: int | None = None) -> str | None:
    """The text with NULs and lone surrogates replaced, cut to ``limit`` characters."""
    if text is None:
        return None
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if limit is None else clean[:limit]
