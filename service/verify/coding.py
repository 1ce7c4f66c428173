"""Programs in other encodings, as analysers that know UTF-8 alone can read them."""

from __future__ import annotations

import io
import re
import tokenize

_COOKIE = re.compile(rb"^([ \t\f]*#.*?coding[:=][ \t]*)([-\w.]+)", re.ASCII)
_DEAR = frozenset({"punycode", "idna"})
"""Encodings whose decoding takes time that grows with the square of the length."""
_DEAR_BYTES = 10_000


def in_utf8(source: bytes) -> bytes:
    """The same program in UTF-8, each line where it was, its coding line saying so.

    A program is kept as it is if it is in UTF-8 already, or if Python cannot decode it either.
    """
    try:
        name, lines = tokenize.detect_encoding(io.BytesIO(source).readline)
        if name in ("utf-8", "utf-8-sig") or (name in _DEAR and len(source) > _DEAR_BYTES):
            return source
        text = source.decode(name)
        kept = text.encode()
    except (SyntaxError, ValueError, LookupError):
        return source
    lines = kept.split(b"\n", len(lines))
    for index, line in enumerate(lines[:2]):
        if _COOKIE.match(line):
            lines[index] = _COOKIE.sub(rb"\1utf-8", line, count=1)
            break
    return b"\n".join(lines)
