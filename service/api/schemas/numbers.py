"""Numbers of analyses on the wire: infinity is a string, intervals are pairs, what has no data is null."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from service.analysis.estimates import Interval
from service.api.schemas.base import NUMBER, Index, Read

Infinite = Literal["inf", "-inf"]


def _spoken(value: float) -> float | Infinite:
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def _bounds(value: object) -> object:
    return (value.low, value.high) if isinstance(value, Interval) else value


Number = Annotated[float, PlainSerializer(_spoken, return_type=float | Infinite)]
"""A number; infinity is the string ``inf``."""
Bounds = Annotated[tuple[Number, Number] | None, BeforeValidator(_bounds)]
"""Lower and upper bound of an interval over tasks; null where there is none."""
Cost = Annotated[
    float,
    Field(ge=0, allow_inf_nan=True),
    BeforeValidator(lambda value: math.inf if value == "inf" else value),
    NUMBER,
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"const": "inf", "type": "string"}]}),
]
"""A cost; infinity is the string ``inf``."""
Confidence = Annotated[float, Field(ge=0.5, lt=1, description="Of every interval."), NUMBER]
Seed = Annotated[Index, Field(description="Of the bootstrap: the same seed gives the same answer.")]
Replicates = Annotated[
    int,
    Field(ge=0, le=20_000, description="Resampled sets of tasks; 0 takes linearised standard errors instead."),
    NUMBER,
]


class MethodRead(Read):
    """How figures were made."""

    estimator: str
    interval: str
    source: str
    seed: int
    replicates: int
    confidence: float
