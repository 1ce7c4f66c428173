"""What answers of analyses share on the wire."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import Field

from service.api.schemas.base import Read
from service.usecases.analyses.answer import Answer


class AnswerMethodRead(Read):
    """How figures were made; null where nothing was drawn or no interval is given."""

    estimator: str
    source: str
    interval: str | None
    seed: int | None
    replicates: int | None
    confidence: float | None


class AnswerRead(Read):
    """What every answer says besides its result."""

    n: int | None = Field(description="What the result rests on, in `unit`; null for formulas of given rates.")
    unit: str
    excluded: dict[str, int]
    method: AnswerMethodRead
    warnings: list[str]


ReadT = TypeVar("ReadT", bound=AnswerRead)


def answer_read(form: type[ReadT], answer: Answer[Any], **more: object) -> ReadT:
    """The answer in its form on the wire, whose ``result`` mirrors what was found."""
    return form.model_validate(
        {
            "result": answer.found,
            "n": answer.n,
            "unit": answer.unit,
            "excluded": dict(answer.excluded),
            "method": answer.method,
            "warnings": list(answer.warnings),
            **more,
        },
        from_attributes=True,
    )
