"""Reads one candidate by rules of our own: misuse of APIs, defects, cheating; metrics and style besides.

The modules of rules are imported because rules register themselves.
"""

from __future__ import annotations

import ast
import gc
import warnings
from typing import Any

from sandbox.analysers import cheating, defects, metrics, misuse_inputs, misuse_resources, misuse_values, style  # noqa: F401

from .module import Module
from .rules import findings

_LARGE = 100_000
"""Bytes above which a child collects garbage again."""


def read(name: str) -> tuple[dict[str, Any], bool]:
    """Read a candidate's file.

    Returns:
        What was found, and whether it parses.
    """
    with open(name, "rb") as file:
        source = file.read()
    if len(source) > _LARGE:
        gc.enable()  # the tree is a knot of cycles, and a large one must not stay
    return analyse(source)


def analyse(source: bytes) -> tuple[dict[str, Any], bool]:
    """Everything that our rules say of a candidate.

    Args:
        source: The program as it was submitted.

    Returns:
        A document of JSON-ready values, and whether the program parses. A document of a program that does not
        parse holds ``syntax`` alone.

    Raises:
        RecursionError: The program is nested too deeply to be read.
        MemoryError: It takes too much memory to be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
            compile(tree, "candidate", "exec", dont_inherit=True)
        except SyntaxError as error:
            return {"syntax": {"message": (error.msg or "")[:500], "line": error.lineno, "column": error.offset}}, False
        except ValueError as error:  # null bytes
            return {"syntax": {"message": str(error)[:500], "line": None, "column": None}}, False
    text = decoded(source)
    module = Module(tree)
    document = {
        "findings": findings(module),
        "metrics": {**metrics.measure(module, text), **style.adherence(tree, text)},
    }
    return document, True


def decoded(source: bytes) -> str:
    """The program as text; bytes that are no UTF-8 are replaced."""
    return source.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
