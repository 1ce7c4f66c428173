"""Findings of ruff, from its JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.domain.check import Finding
from service.verify.tools.program import ERROR, NOTE, WARNING, Program, ToolOutputUnusable, place, text

TOOL = "ruff"
SYNTAX = "invalid-syntax"
_ERRORS = ("E9", "F5", "F6", "F7", "F82", "PLE", "S102", "S307", "S602", "S605", "S608", "B030", SYNTAX)
_WARNINGS = ("B", *(f"S{number}" for number in range(10)), "F402", "F811", "E722")
_NOTES = ("F504", "F522", "F523", "F541", "S101", "B007", "B905", "B904")
_CWE = {
    "S102": 78, "S103": 732, "S104": 605, "S105": 259, "S106": 259, "S107": 259, "S108": 377, "S110": 703,
    "S112": 703, "S113": 400, "S202": 22, "S301": 502, "S302": 502, "S306": 377, "S307": 78, "S310": 22, "S311": 330,
    "S323": 295, "S324": 327, "S501": 295, "S502": 327, "S506": 20, "S602": 78, "S603": 78, "S604": 78, "S605": 78,
    "S606": 78, "S607": 78, "S608": 89, "S609": 78, "S701": 94,
}  # fmt: skip
"""Weaknesses of the security rules, which are bandit's and carry bandit's."""


def level_of(rule: str) -> str:
    """How much a rule's finding weighs: a bug or a hole, probably one, a matter of taste."""
    if rule.startswith(_NOTES):
        return NOTE
    if rule.startswith(_ERRORS):
        return ERROR
    return WARNING if rule.startswith(_WARNINGS) else NOTE


def parse(documents: Sequence[Any], program: Program) -> tuple[Finding, ...]:
    """Findings of one candidate.

    Args:
        documents: Ruff's JSON objects about it.
        program: The candidate.

    Raises:
        ToolOutputUnusable: An object is none of ruff's, or says that ruff itself failed.
    """
    return tuple(_finding(document, program) for document in documents)


def _finding(document: Any, program: Program) -> Finding:
    try:
        rule = document["code"] or SYNTAX
        start, end, message = document["location"], document["end_location"], document["message"]
        line, column = place(start["row"]), place(start["column"])
        end_line, end_column = place(end["row"]), place(end["column"])
    except (KeyError, TypeError) as error:
        raise ToolOutputUnusable(f"ruff said something unknown: {error!r}") from None
    if rule in ("panic", "io-error", "E902"):
        raise ToolOutputUnusable(f"ruff failed: {text(message)}")
    return Finding(
        tool=TOOL,
        rule=str(rule),
        level=level_of(str(rule)),
        message=text(message),
        line=line,
        column=column,
        cwe=_CWE.get(str(rule)),
        end_line=end_line,
        end_column=end_column,
        excerpt=program.excerpt(line),
    )
