"""Has bandit read one candidate after another, in-process: starting it costs a hundred times as much as reading."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

_MOST = 200
"""Findings that are told of one candidate."""


def prepare() -> Callable[[], Callable[[str], tuple[dict[str, Any], bool]]]:
    """Import bandit; what is returned makes a reader inside a child.

    Raises:
        ImportError: It is not installed.
    """
    from bandit.core import config, manager, metrics  # type: ignore[import-not-found]  # from the cell's site

    logging.disable(logging.CRITICAL)
    made = manager.BanditManager(config.BanditConfig(), "file", debug=True, ignore_nosec=True)

    def read(name: str) -> tuple[dict[str, Any], bool]:
        made.files_list, made.results, made.skipped = [name], [], []
        made.metrics = metrics.Metrics()
        made.run_tests()
        if made.skipped:
            raise RuntimeError(str(made.skipped[0][1]))
        found = [issue.as_dict(with_code=False) for issue in made.results[:_MOST]]
        return {"results": found, "dropped": max(0, len(made.results) - _MOST)}, True

    return lambda: read
