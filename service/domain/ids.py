"""Identifiers with a prefix that says what they name; sortable by time of creation."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A fresh identifier such as ``ver_01jd…``: 48 bits of milliseconds, then 80 random bits.

    Args:
        prefix: ``ver``, ``run``, ``chk``, ``cand``, ``key`` …

    Returns:
        ``<prefix>_`` and 26 characters of lower-case Crockford base 32; later ids sort later.
    """
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    characters = []
    for _ in range(26):
        number, digit = divmod(number, 32)
        characters.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(characters))}"
