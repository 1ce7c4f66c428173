"""Findings and measurements of the rules of our own, from the cell's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.check import Finding
from service.verify.tools.program import ERROR, NOTE, WARNING, Program, ToolOutputUnusable, place, text

TOOLS = ("misuse", "defects", "cheating")


@dataclass(frozen=True, slots=True)
class Read:
    """What our rules say of one candidate.

    Attributes:
        findings: In order of the text.
        metrics: By name; flags are 0 and 1.
        syntax: Why it is no Python; None if it is.
    """

    findings: tuple[Finding, ...] = ()
    metrics: dict[str, float] | None = None
    syntax: str | None = None


def parse(documents: Sequence[Any], program: Program) -> Read:
    """What was found in one candidate.

    Raises:
        ToolOutputUnusable: The cell said something unknown.
    """
    try:
        (document,) = documents
        if "syntax" in document:
            told = document["syntax"]
            where = f" (line {told['line']})" if place(told["line"]) else ""
            return Read(syntax=f"{text(told['message'])}{where}")
        metrics = {str(name)[:40]: float(value) for name, value in document["metrics"].items()}
        return Read(tuple(_finding(found, program) for found in document["findings"]), metrics)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ToolOutputUnusable(f"our rules said something unknown: {error!r}") from None


def _finding(found: Any, program: Program) -> Finding:
    tool, level = str(found["tool"]), str(found["level"])
    if tool not in TOOLS or level not in (ERROR, WARNING, NOTE):
        raise ValueError(f"{tool}:{level}")
    line = place(found["line"])
    return Finding(
        tool=tool,
        rule=text(found["rule"])[:60],
        level=level,
        message=text(found["message"]),
        line=line,
        column=place(found["column"]),
        cwe=place(found["cwe"]),
        end_line=place(found["end_line"]),
        end_column=place(found["end_column"]),
        excerpt=program.excerpt(line),
    )
