"""Limits on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import NUMBER, Create, Read
from service.domain.requests import LimitValues

Seconds = Annotated[float, Field(gt=0, le=1e9), NUMBER]
Bytes = Annotated[int, Field(ge=1, le=2**53), NUMBER]


class LimitsCreate(Create):
    """Limits asked for; what is left out takes the default. A value above the operator's cap is refused."""

    cpu_s: Seconds | None = None
    wall_s: Seconds | None = None
    case_wall_s: Seconds | None = None
    memory_bytes: Bytes | None = None
    processes: Annotated[int, Field(ge=1, le=2**31), NUMBER] | None = None
    output_bytes: Bytes | None = None
    result_bytes: Bytes | None = None

    def values_asked(self) -> LimitValues:
        """The same in the domain's words."""
        return LimitValues.of(self.model_dump())


class LimitsRead(Read):
    """One value per limit; null leaves it to the task and its suite."""

    cpu_s: float | None
    wall_s: float | None
    case_wall_s: float | None
    memory_bytes: int | None
    processes: int | None
    output_bytes: int | None
    result_bytes: int | None
