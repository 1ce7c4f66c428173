"""A task that comes with the candidate instead of being stored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.api.schemas.base import NUMBER, Create, Json, Name, Source, Text

FORMS = ("tests", "check", "cases", "stdio", "pytest")

Tolerance = Annotated[float, Field(ge=0, le=1e300), NUMBER]


class CallCaseCreate(Create):
    """Call the entry point with `args` and compare with `expected`."""

    args: list[Json]
    expected: Json = Field(description="The expected value; null is `None`.")
    atol: Tolerance = 0.0
    rtol: Tolerance = 0.0


class StdioCaseCreate(Create):
    """What the program reads and what it must print."""

    stdin: Source = ""
    stdout: Source


class InlineTaskCreate(Create):
    """A task with exactly one of `tests`, `check`, `cases`, `stdio` and `pytest`."""

    prompt: Text = ""
    entry_point: Name | None = None
    reference: Source | None = Field(default=None, description="A solution that the tests must accept.")
    setup: Source = ""
    candidate_names: Annotated[list[Name], Field(max_length=100)] = Field(default=[])
    candidate_decides: bool = False
    visibility: Literal["visible", "hidden"] = "visible"
    tests: Annotated[list[Source], Field(min_length=1, max_length=10_000)] | None = Field(
        default=None, description="Assert statements."
    )
    check: Source | None = Field(default=None, description="Source of `check(candidate)`.")
    cases: Annotated[list[CallCaseCreate], Field(min_length=1, max_length=100_000)] | None = Field(
        default=None, description="Input → output cases."
    )
    stdio: Annotated[list[StdioCaseCreate], Field(min_length=1, max_length=10_000)] | None = Field(
        default=None, description="The candidate is a whole program."
    )
    pytest: Source | None = Field(default=None, description="A test file; the candidate is the module `solution`.")

    @model_validator(mode="after")
    def _one_form(self) -> InlineTaskCreate:
        given = [form for form in FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(FORMS)}; got {', '.join(given) or 'none'}")
        return self

    def document(self) -> dict[str, object]:
        """The same as the plain document that the use case reads, with what was given only."""
        return self.model_dump(exclude_unset=True)
