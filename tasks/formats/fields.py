"""Fields of a JSON object, checked as they are taken."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from tasks.errors import TaskFormatError

_KINDS = {
    str: "text",
    list: "a list",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
}
_MISSING = object()

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """An object of a file whose fields are asked for by name and type.

    Every method raises ``TaskFormatError`` with a pointer if the field is missing or of another type.
    """

    def __init__(self, row: Mapping[str, Any], pointer: str = "") -> None:
        """Keep the object and where it stands."""
        self._row = row
        self._pointer = pointer

    @classmethod
    def of(cls, document: object, pointer: str) -> Fields:
        """Fields of something that should be an object."""
        if not isinstance(document, dict):
            raise TaskFormatError(f"expected an object, found {type(document).__name__}", pointer)
        return cls(document, pointer)

    def __contains__(self, name: str) -> bool:
        return name in self._row

    def _take(self, name: str, kinds: tuple[type, ...], default: object) -> Any:
        value = self._row.get(name, default)
        if value is _MISSING:
            raise TaskFormatError(f'the field "{name}" is missing', self._pointer)
        if value is default:
            return value
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(_KINDS[kind] for kind in kinds)
            raise TaskFormatError(f"expected {wanted}, found {type(value).__name__}", f"{self._pointer}/{name}")
        return value

    def text(self, name: str, default: Any = _MISSING) -> str:
        """A string that can be written as UTF-8."""
        value = self._take(name, (str,), default)
        if value is None:
            return ""
        check_text(value, f"{self._pointer}/{name}")
        return str(value)

    def optional_text(self, name: str) -> str | None:
        """A string, or None where it is missing or null."""
        return None if self._row.get(name) is None else self.text(name)

    def given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._row.get(name) is not None

    def mapping(self, name: str, default: Any = _MISSING) -> dict[str, Any] | None:
        """An object, or None where it is missing or null."""
        value: dict[str, Any] | None = self._take(name, (dict,), default) if self.given(name) else None
        return value

    def anything(self, name: str) -> object:
        """The value as it stands."""
        return self._row[name]

    def choice(self, name: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of an enum."""
        word = self.text(name, _MISSING if default is None else default.value)
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(kind)
            raise TaskFormatError(f'"{word}" is none of {known}', f"{self._pointer}/{name}") from None

    def texts(self, name: str, default: Any = _MISSING) -> tuple[str, ...]:
        """A list of strings."""
        values = self._take(name, (list,), default)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                found = type(value).__name__
                raise TaskFormatError(f"expected text, found {found}", f"{self._pointer}/{name}/{index}")
            check_text(value, f"{self._pointer}/{name}/{index}")
        return tuple(values)

    def items(self, name: str, default: Any = _MISSING) -> list[Any]:
        """A list of anything."""
        value: list[Any] = self._take(name, (list,), default)
        return value

    def is_empty_object(self, name: str) -> bool:
        """Whether the field is ``{}``."""
        return bool(self._row.get(name) == {})

    def number(self, name: str, default: Any = _MISSING) -> float:
        """A finite number >= 0."""
        value = float(self._take(name, (int, float), default))
        if not 0 <= value < float("inf"):
            raise TaskFormatError("expected a finite number that is not negative", f"{self._pointer}/{name}")
        return value

    def whole(self, name: str, default: Any = _MISSING) -> int:
        """A whole number."""
        return int(self._take(name, (int,), default))

    def flag(self, name: str, default: Any = _MISSING) -> bool:
        """True or false."""
        return bool(self._take(name, (bool,), default))

    def number_or_text(self, name: str) -> str:
        """An id that may be written as a number."""
        return str(self._take(name, (int, str), _MISSING))

    def refuse_unknown(self, known: frozenset[str]) -> None:
        """Refuse fields that nobody would read.

        Raises:
            TaskFormatError: With the pointer of the first one.
        """
        for name in self._row:
            if name not in known:
                raise TaskFormatError(
                    f'unknown field "{name}"; known are {", ".join(sorted(known))}', f"{self._pointer}/{name}"
                )


def check_text(value: str, pointer: str) -> None:
    """Refuse text that no program can hold.

    Raises:
        TaskFormatError: If it has lone surrogates, which UTF-8 cannot express.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TaskFormatError(
            f"a lone surrogate at character {error.start} cannot be written as UTF-8; repair the text", pointer
        ) from None
