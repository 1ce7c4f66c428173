"""What a rule is, and the list of all of them.

A rule against misuse states what an API needs: a sequence of calls, a guard around one, or a structure.

Source:
    Zhong and Wang 2023, RobustAPI, arXiv:2308.10335, section 3, for Java; these rules are for Python and our own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .module import Module

ERROR, WARNING, NOTE = "error", "warning", "note"
"""A bug or a hole; probably one; a matter of taste or of circumstances."""

Check = Callable[[Module, Any], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        tool: ``misuse``, ``defects`` or ``cheating``.
        name: Its id among the tool's rules.
        level: ``error``, ``warning`` or ``note``.
        needs: What the API needs, in words: a sequence of calls, a guard or a structure.
        on: Classes of nodes that it looks at.
        check: The message for a node that breaks it, else None.
        cwe: Number in the Common Weakness Enumeration, if there is one.
    """

    tool: str
    name: str
    level: str
    needs: str
    on: tuple[type[ast.AST], ...]
    check: Check
    cwe: int | None = None


RULES: list[Rule] = []
_MOST = 200


def rule(
    tool: str, name: str, level: str, needs: str, *on: type[ast.AST], cwe: int | None = None
) -> Callable[[Check], Check]:
    """Register a function as the check of a rule."""

    def register(check: Check) -> Check:
        RULES.append(Rule(tool, name, level, needs, on, check, cwe))
        return check

    return register


def findings(module: Module, rules: Iterable[Rule] | None = None) -> list[dict[str, Any]]:
    """What the rules find in a candidate, at most 200, as JSON-ready dictionaries in order of the text."""
    found = []
    for each in RULES if rules is None else rules:
        for kind in each.on:
            for node in module.by_type.get(kind, ()):
                message = each.check(module, node)
                if message is not None:
                    found.append(_document(each, node, message))
    found.sort(key=lambda item: (item["line"], item["column"], item["rule"]))
    return found[:_MOST]


def _document(each: Rule, node: ast.AST, message: str) -> dict[str, Any]:
    return {
        "tool": each.tool,
        "rule": each.name,
        "level": each.level,
        "cwe": each.cwe,
        "message": message[:500],
        "line": getattr(node, "lineno", 1),
        "column": getattr(node, "col_offset", 0) + 1,
        "end_line": getattr(node, "end_lineno", 1),
        "end_column": getattr(node, "end_col_offset", 0) + 1,
    }
