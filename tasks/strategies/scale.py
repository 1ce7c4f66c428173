"""How large inputs are, so that an honest but slow program can be expected to get through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NUMBER = 100.0
_LENGTH = 20
_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Scale:
    """The largest number and the largest container or string in some values.

    Attributes:
        number: Largest magnitude, >= 0.
        length: Largest number of items or characters.
    """

    number: float = 0.0
    length: int = 0

    @classmethod
    def of(cls, value: Any) -> Scale:
        """The scale of a value, nested ones included."""
        if isinstance(value, bool) or value is None:
            return cls()
        if isinstance(value, int | float):
            return cls(number=min(abs(value), 10**300) if value == value else 0.0)
        if isinstance(value, str | bytes):
            return cls(length=len(value))
        if isinstance(value, dict):
            return _over([*value, *value.values()], len(value))
        if isinstance(value, list | tuple | set | frozenset):
            return _over(list(value), len(value))
        return cls()

    def exceeds(self, examples: Scale) -> bool:
        """Whether it is far beyond the examples' and beyond what is small anyway."""
        return self.number > max(_NUMBER, _FACTOR * examples.number) or self.length > max(
            _LENGTH, _FACTOR * examples.length
        )


def _over(items: Sequence[Any], length: int) -> Scale:
    scales = [Scale.of(item) for item in items]
    return Scale(
        max((scale.number for scale in scales), default=0.0), max([length, *(scale.length for scale in scales)])
    )
