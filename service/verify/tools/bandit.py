"""Findings of bandit, from the dictionaries of its issues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.domain.check import Finding
from service.verify.tools.program import ERROR, NOTE, WARNING, Program, ToolOutputUnusable, place, text

TOOL = "bandit"
_LEVELS = {"HIGH": ERROR, "MEDIUM": WARNING, "LOW": NOTE}


def parse(documents: Sequence[Any], program: Program) -> tuple[Finding, ...]:
    """Findings of one candidate; an issue of which bandit itself is hardly sure weighs one level less.

    Raises:
        ToolOutputUnusable: Bandit said nothing, or something unknown.
    """
    try:
        return tuple(_finding(issue, program) for document in documents for issue in document["results"])
    except (KeyError, TypeError) as error:
        raise ToolOutputUnusable(f"bandit said something unknown: {error!r}") from None


def _finding(issue: Any, program: Program) -> Finding:
    line, lines = place(issue["line_number"]), issue["line_range"]
    level = _LEVELS[issue["issue_severity"]]
    if issue["issue_confidence"] == "LOW" and level == ERROR:
        level = WARNING
    return Finding(
        tool=TOOL,
        rule=str(issue["test_id"]),
        level=level,
        message=text(issue["issue_text"]),
        line=line,
        column=place(issue["col_offset"] + 1),
        cwe=place((issue.get("issue_cwe") or {}).get("id")),
        end_line=place(lines[-1]) if lines else None,
        end_column=place(issue["end_col_offset"] + 1),
        excerpt=program.excerpt(line),
    )
