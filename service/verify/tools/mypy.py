"""Findings of mypy, from its JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.domain.check import Finding
from service.verify.tools.program import ERROR, NOTE, WARNING, Program, ToolOutputUnusable, place, text

TOOL = "mypy"
_ERRORS = frozenset({"name-defined", "attr-defined", "call-arg", "used-before-def", "syntax"})
"""What fails when it is run; the other errors say that types, which nobody checks at run time, do not fit."""
_ERRORS_OF_PLAIN_TYPES = frozenset({"index", "operator"})
"""The same, where no type in the message is a union: the member that comes may be the one that fits."""


def parse(documents: Sequence[Any], program: Program) -> tuple[Finding, ...]:
    """Findings of one candidate.

    Raises:
        ToolOutputUnusable: A line is none of mypy's.
    """
    try:
        return tuple(_finding(document, program) for document in documents)
    except (KeyError, TypeError) as error:
        raise ToolOutputUnusable(f"mypy said something unknown: {error!r}") from None


def _finding(document: Any, program: Program) -> Finding:
    line, column = place(document["line"]), document["column"]
    end = document.get("end_column")
    rule = str(document["code"] or "note")
    message = text(document["message"])
    fails = rule in _ERRORS or (rule in _ERRORS_OF_PLAIN_TYPES and " | " not in message and "None" not in message)
    level = NOTE if document["severity"] == "note" else ERROR if fails else WARNING
    return Finding(
        tool=TOOL,
        rule=rule,
        level=level,
        message=message,
        line=line,
        column=place(column + 1) if isinstance(column, int) else None,
        end_line=place(document.get("end_line")),
        end_column=place(end + 1) if isinstance(end, int) else None,
        excerpt=program.excerpt(line),
    )
