"""Bounds of exact numbers: a few letters of a decimal may stand for a number of a hundred million digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks.budget import MAX_BITS, Budget, NotLiteral, bits

MAX_EXPONENT = 5000
"""Largest power of ten of a decimal, either way; and the most digits."""
_EXPONENT = re.compile(r"[eE]([-+]?[\d_]+)")
_MAX_TEXT = 2 * MAX_EXPONENT + 20


def decimal_problem(args: Sequence[Any]) -> str | None:
    """Why a decimal cannot be made of these arguments, or is too large; None if nothing speaks against it."""
    if len(args) > 1:
        return "a decimal is made of one value"
    for arg in args:
        if isinstance(arg, str) and len(arg) > _MAX_TEXT:
            return "the decimal has too many digits"
        if isinstance(arg, int) and arg.bit_length() > 3 * MAX_EXPONENT:
            return "the decimal has too many digits"
        if not isinstance(arg, str | int | float | Decimal):
            return "a decimal is made of text or a number"
        made = Decimal(arg)
        if made.is_finite() and (len(made.as_tuple().digits) > MAX_EXPONENT or _exponent(made) > MAX_EXPONENT):
            return "the decimal's exponent is too large"
    return None


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(abs(value.adjusted()), abs(exponent) if isinstance(exponent, int) else 0)


def made_fraction(args: Sequence[Any], budget: Budget) -> Fraction:
    """A fraction of one or two numbers, or of text.

    Raises:
        NotLiteral: If a part is too large.
        ValueError: If the text is not a fraction.
        TypeError: If an argument is not a number.
    """
    for arg in args:
        if isinstance(arg, str):
            _check_text(arg)
        if isinstance(arg, Decimal) and (problem := decimal_problem([arg])) is not None:
            raise NotLiteral(problem)
    sizes = [_size(arg) for arg in args]
    budget.multiply(sum(sizes), sum(sizes))
    made = Fraction(*args)
    budget.make((bits(made.numerator) + bits(made.denominator)) // 64)
    return made


def _size(arg: object) -> int:
    match arg:
        case int():
            return bits(arg)
        case Fraction():
            return max(bits(arg.numerator), bits(arg.denominator))
        case float():
            return 1100
        case _:
            return MAX_BITS // 8  # decimals and text, bounded in digits and exponent


def _check_text(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise NotLiteral("the fraction has too many digits")
    for found in _EXPONENT.finditer(text):
        digits = found[1].replace("_", "")
        if len(digits) > 8 or abs(int(digits)) > MAX_EXPONENT:
            raise NotLiteral("the fraction's exponent is too large")
