"""Size and complexity of a candidate."""

from __future__ import annotations

import ast

from .module import FUNCTIONS, LOOPS, Module, ancestors

_BRANCHES = (ast.If, ast.IfExp, *LOOPS, ast.ExceptHandler, ast.comprehension, ast.match_case, ast.Assert)
_NESTED = (ast.If, *LOOPS, ast.Try, ast.With, ast.AsyncWith, ast.Match)
_HOLDERS = (*FUNCTIONS, ast.Lambda)


def measure(module: Module, text: str) -> dict[str, int]:
    """What can be counted in a candidate.

    Returns:
        ``lines`` with code or comments, ``functions``, ``classes``, ``cyclomatic`` of the most complex function (or
        of the module's own code), ``cognitive`` likewise, ``nesting`` of its deepest statement,
        ``longest_function`` in lines.

    Source:
        McCabe 1976 (decisions + 1; each further operand of ``and`` and ``or`` is a decision). Campbell 2018,
        Cognitive Complexity: 1 for each break of the linear flow and 1 for each level that it is nested in; a
        run of the same boolean operator counts once; recursion is not counted.
    """
    cyclomatic: dict[ast.AST, int] = {module.tree: 1}
    cognitive: dict[ast.AST, int] = {module.tree: 0}
    functions = [node for kind in FUNCTIONS for node in module.by_type.get(kind, ())]
    for function in functions:
        cyclomatic[function], cognitive[function] = 1, 0
    deepest = 0
    for branch in _BRANCHES:
        for node in module.by_type.get(branch, ()):
            cyclomatic[_holder(module, node)] += 1 + (len(node.ifs) if isinstance(node, ast.comprehension) else 0)
    for node in module.by_type.get(ast.BoolOp, ()):
        holder = _holder(module, node)
        cyclomatic[holder] += len(node.values) - 1
        cognitive[holder] += 1
    for nested in (*_NESTED, ast.IfExp, ast.ExceptHandler):
        for node in module.by_type.get(nested, ()):
            depth = _depth(node)
            deepest = max(deepest, depth + 1)
            if not isinstance(node, ast.Try | ast.With | ast.AsyncWith):
                cognitive[_holder(module, node)] += 1 if _is_elif(node) else 1 + depth
                cognitive[_holder(module, node)] += bool(getattr(node, "orelse", None) and _has_else(node))
    spans = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    return {
        "lines": sum(1 for line in text.split("\n") if line.strip()),
        "functions": len(functions),
        "classes": len(module.by_type.get(ast.ClassDef, ())),
        "cyclomatic": max(cyclomatic.values()),
        "cognitive": max(cognitive.values()),
        "nesting": deepest,
        "longest_function": max(spans, default=0),
    }


def _holder(module: Module, node: ast.AST) -> ast.AST:
    return next((above for above in ancestors(node) if isinstance(above, FUNCTIONS)), module.tree)


def _is_elif(node: ast.AST) -> bool:
    above = node.parent_  # type: ignore[attr-defined]  # set by Module
    return isinstance(node, ast.If) and isinstance(above, ast.If) and above.orelse == [node]


def _has_else(node: ast.AST) -> bool:
    """Whether a statement has an ``else`` of its own, which an ``elif`` is not."""
    rest = getattr(node, "orelse", None)
    return isinstance(node, ast.If) and isinstance(rest, list) and not (len(rest) == 1 and isinstance(rest[0], ast.If))


def _depth(node: ast.AST) -> int:
    """How many statements that nest stand around a node in its function; a chain of ``elif`` is one level."""
    depth, below = 0, node
    for above in ancestors(node):
        if isinstance(above, _HOLDERS):
            break
        if isinstance(above, _NESTED) and not _is_elif(below):
            depth += 1
        below = above
    return depth
