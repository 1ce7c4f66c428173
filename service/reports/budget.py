"""Choosing what fits: whole statements in order of usefulness, never half of one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_BYTES_PER_TOKEN = 3.0


def estimate_tokens(text: str) -> int:
    """About how many tokens a model needs for a text, rather too many than too few.

    Without a model's own tokenizer: one token for every three bytes of UTF-8. Tokenizers of code models need
    one for every 3 to 4 bytes of Python and of English.
    """
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / _BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a report says.

    Attributes:
        long: In full.
        short: In one line, for when there is no room; "" leaves it out then.
        counted_as: What is left out when there is no room for either form: ``failed case``, ``finding`` …
        weight: How many of them this one stands for, >= 1.
    """

    long: str
    short: str = ""
    counted_as: str = ""
    weight: int = 1


_RESERVE = 40
"""Tokens kept for the line that says what was left out."""


def fit(statements: Sequence[Statement], budget_tokens: int | None) -> list[str]:
    """The statements that fit, in their order, and a last line that counts what did not.

    Args:
        statements: Most useful first. The first is always told.
        budget_tokens: Most tokens, by ``estimate_tokens``; None for no bound.
    """
    if budget_tokens is None:
        return [statement.long for statement in statements]
    if sum(_cost(statement.long) for statement in statements) <= budget_tokens:
        return [statement.long for statement in statements]
    told: list[str] = []
    missing: dict[str, int] = {}
    left = budget_tokens - _RESERVE
    for position, statement in enumerate(statements):
        for form in (statement.long, statement.short):
            if form and (_cost(form) <= left or position == 0):
                told.append(form)
                left -= _cost(form)
                break
        else:
            missing[statement.counted_as] = missing.get(statement.counted_as, 0) + statement.weight
    counted = [_plural(count, what) for what, count in missing.items() if what]
    if counted:
        told.append(f"Not shown for want of room: {', '.join(counted)}.")
    return told


def _cost(text: str) -> int:
    return estimate_tokens(text) + 1


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
