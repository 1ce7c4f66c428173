"""Plain values in JSON documents: what JSON can say as it is, the rest as Python text."""

from __future__ import annotations

import json
import math

from tasks.budget import NotLiteral
from tasks.errors import TaskFormatError
from tasks.literal_text import literal_text
from tasks.literals import parse_value

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]

MARK = "$py"
"""The one key of an object that holds Python text: ``{"$py": "(1, 2)"}``."""


def to_json(value: object) -> JSON:
    """A plain value as JSON from which ``from_json`` builds an equal value of equal types.

    Raises:
        TaskFormatError: If the value is not plain.
    """
    try:
        return _to_json(value)
    except NotLiteral as error:
        raise TaskFormatError(str(error)) from None
    except RecursionError:
        raise TaskFormatError("the value is nested too deeply") from None


def _to_json(value: object) -> JSON:
    kind = type(value)
    if value is None or isinstance(value, bool):
        return value
    if kind is str:
        return str(value)
    if isinstance(value, int) and kind is int and value.bit_length() <= 4096:
        return value
    if isinstance(value, float) and kind is float and math.isfinite(value):
        return value
    if isinstance(value, list) and kind is list:
        return [_to_json(item) for item in value]
    if isinstance(value, dict) and kind is dict and MARK not in value and all(type(key) is str for key in value):
        return {key: _to_json(item) for key, item in value.items()}
    return {MARK: literal_text(value)}


def from_json(document: object, pointer: str = "") -> object:
    """The plain value that a JSON document stands for.

    Raises:
        TaskFormatError: If Python text in it is not a literal; ``pointer`` is put before the place.
    """
    try:
        return _from_json(document)
    except NotLiteral:
        return _located(document, pointer)  # once more, slowly, for the place
    except RecursionError:
        raise TaskFormatError("the value is nested too deeply", pointer) from None


def _from_json(document: object) -> object:
    if isinstance(document, list):
        return [_from_json(item) if isinstance(item, list | dict) else item for item in document]
    if isinstance(document, dict):
        if MARK not in document:
            return {key: _from_json(item) for key, item in document.items()}
        text = document[MARK]
        if len(document) != 1 or not isinstance(text, str):
            raise NotLiteral(MARK)
        return parse_value(text)
    return document


def _located(document: object, pointer: str) -> object:
    if isinstance(document, list):
        return [_located(item, f"{pointer}/{index}") for index, item in enumerate(document)]
    if not isinstance(document, dict):
        return document
    if MARK not in document:
        return {key: _located(item, f"{pointer}/{key}") for key, item in document.items()}
    text = document[MARK]
    if len(document) != 1 or not isinstance(text, str):
        raise TaskFormatError(f'an object with "{MARK}" holds nothing else, and text in it', pointer)
    try:
        return parse_value(text)
    except NotLiteral as error:
        raise TaskFormatError(f"this is not a Python literal: {error}", f"{pointer}/{MARK}") from None


def canonical(document: JSON) -> str:
    """JSON text without freedom: one spelling for each document. Order of keys is kept, since programs can see it."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))
