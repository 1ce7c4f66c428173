"""Has bandit read one candidate after another, in-process: starting it costs a hundred times as much as reading.

Bandit's own loop spends most of its time on logging, on scores and on nodes that none of its tests looks at.
``visitor_of`` walks the same tree with the same tests and contexts, without these.
"""

from __future__ import annotations

import ast
import io
import logging
from collections.abc import Callable
from typing import Any

_MOST = 200
"""Findings that are told of one candidate."""

Reader = Callable[[str], tuple[dict[str, Any], bool]]


def prepare() -> Callable[[], Reader]:
    """Import bandit; what is returned makes a reader inside a child.

    Raises:
        ImportError: It is not installed.
    """
    from bandit.core import config, manager, metrics  # type: ignore[import-not-found]  # from the cell's site

    logging.disable(logging.CRITICAL)
    made = manager.BanditManager(config.BanditConfig(), "file", ignore_nosec=True)
    visitor = visitor_of()

    def read(name: str) -> tuple[dict[str, Any], bool]:
        with open(name, "rb") as file:
            source = file.read()
        walk = visitor(name, io.BytesIO(source), made.b_ma, made.b_ts, False, {}, metrics.Metrics())
        walk.process(source)
        results = walk.tester.results
        found = [issue.as_dict(with_code=False) for issue in results[:_MOST]]
        return {"results": found, "dropped": max(0, len(results) - _MOST)}, True

    return lambda: read


def visitor_of() -> Any:
    """Bandit's visitor, which looks closer only at nodes that a test of bandit is about, and lets errors out."""
    from bandit.core import node_visitor, tester, utils

    def failed(test: str, context: Any, error: Exception) -> None:
        raise error

    def excused(own: Any, context: Any, test_result: Any = None) -> None:
        return None  # comments excuse nothing

    tester.BanditTester.report_error = staticmethod(failed)
    tester.BanditTester._get_nosecs_from_contexts = excused

    class Visitor(node_visitor.BanditNodeVisitor):  # type: ignore[misc]  # untyped
        namespace: str

        def _is_of_interest(self, name: str) -> bool:
            return hasattr(self, f"visit_{name}") or bool(self.testset.get_tests(name))

        def pre_visit(self, node: ast.AST) -> bool:
            self.context = {}
            if self._known(type(node).__name__):
                self.context = {
                    "imports": self.imports,
                    "import_aliases": self.import_aliases,
                    "node": node,
                    "linerange": utils.linerange(node),
                    "filename": self.fname,
                    "file_data": self.fdata,
                }
                places = ("lineno", "col_offset", "end_col_offset")
                self.context |= {name: getattr(node, name) for name in places if hasattr(node, name)}
            return True

        def generic_visit(self, node: ast.AST) -> None:
            for field in node._fields:
                value = getattr(node, field, None)
                if isinstance(value, list):
                    for item, sibling in zip(value, (*value[1:], None), strict=False):
                        if isinstance(item, ast.AST):
                            self._enter(item, node, sibling)
                elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                    self._enter(value, node, None)

        def _enter(self, node: Any, parent: ast.AST, sibling: Any) -> None:
            node._bandit_parent, node._bandit_sibling = parent, sibling
            self.pre_visit(node)
            if self.context:
                self.visit(node)
            self.generic_visit(node)
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.namespace = utils.namespace_path_split(self.namespace)[0]

        def update_scores(self, scores: Any) -> None:
            """Nobody reads them."""

        def _known(self, name: str) -> bool:
            if name not in _INTEREST:
                _INTEREST[name] = self._is_of_interest(name)
            return _INTEREST[name]

    return Visitor


_LEAVES = (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
"""Nodes that every tree shares, so that they have neither parent nor place."""
_INTEREST: dict[str, bool] = {}
"""Classes of nodes: whether a test is about them."""
