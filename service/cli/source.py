"""Programs and documents read from files."""

from __future__ import annotations

import io
import json
import sys
import tokenize
from pathlib import Path
from typing import Any

from service.errors import InvalidInput

STDIN = "-"


def read_program(path: str) -> str:
    """A Python file as text, as its coding line or byte-order mark says; line ends and mark are kept.

    Args:
        path: A file, or ``-`` for standard input.

    Raises:
        InvalidInput: If the bytes are not text in the encoding that they claim.
        OSError: If the file cannot be read.
    """
    data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        encoding = "utf-8"
    try:
        return data.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: byte {error.start} is not {encoding}, and no coding line says otherwise") from None


def read_document(path: str) -> Any:
    """A JSON document.

    Args:
        path: A file, or ``-`` for standard input.

    Raises:
        InvalidInput: If it is not JSON.
        OSError: If the file cannot be read.
    """
    text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}") from None
