"""What all bodies share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

Item = TypeVar("Item")

WIDEST_INTEGER = 2**31 - 1


class Create(BaseModel):
    """A body that comes in: unknown fields are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Read(BaseModel):
    """A body that goes out."""

    model_config = ConfigDict(from_attributes=True)


class PageRead(Read, Generic[Item]):
    """A page of a listing; ``next_cursor`` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


NUMBER = BeforeValidator(_number)
"""Stands behind a number that comes in: Python takes true for 1."""


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"a lone surrogate at character {error.start} is not text") from None
    return value


def _plain(value: str) -> str:
    if "\x00" in value:
        raise ValueError("a NUL character cannot be stored here")
    return _text(value)


def _storable(value: Any) -> Any:
    """Every string in a JSON value, keys included, is text that a database can hold."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            _plain(item)
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
    return value


Text = Annotated[str, AfterValidator(_plain), Field(max_length=100_000)]
"""Text of people: descriptions, prompts."""
Name = Annotated[str, AfterValidator(_plain), Field(min_length=1, max_length=200)]
"""A name or id: short, never empty."""
Source = Annotated[str, AfterValidator(_text)]
"""Program text; NUL bytes are for the verdict to judge."""
Json = Annotated[JsonValue, AfterValidator(_storable)]
"""Any JSON whose strings can be stored."""
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_storable)]
"""What a submitter keeps with a candidate."""
Index = Annotated[int, Field(ge=0, le=WIDEST_INTEGER), NUMBER]
Moment = datetime
"""RFC 3339, UTC."""
