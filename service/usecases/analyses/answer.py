"""What every analysis answers besides its result: n, what was left out, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from service.analysis.decisions import Method
from service.errors import InvalidInput

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """A result and what it rests on.

    Attributes:
        found: The result.
        method: Estimator, source, seed.
        n: Units that it rests on; None for closed forms of given rates.
        unit: What n counts.
        excluded: What was left out → how many.
        warnings: What the reader should know.
    """

    found: Found
    method: Method
    n: int | None = None
    unit: str = "tasks"
    excluded: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@contextmanager
def refused(pointer: str) -> Iterator[None]:
    """Numbers that the analysis cannot use are the caller's error at that place.

    Raises:
        InvalidInput: Instead of ``ValueError``.
    """
    try:
        yield
    except ValueError as error:
        raise InvalidInput(str(error), pointer) from None
