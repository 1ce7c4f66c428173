"""What is left of the limits of exams that share them: the cases of one suite of whole programs."""

from __future__ import annotations

from typing import Any

MAX_FAILURES = 10
"""Cases that may fail before the rest is skipped: evidence enough, and a wrong program costs less."""
_LEAST_S = 0.05


class Budget:
    """Limits, less what was used.

    Attributes:
        over: Nothing more is to be sat.
    """

    def __init__(self, limits: dict[str, Any]) -> None:
        """Begin with all of them."""
        self._limits = limits
        self._used = {"cpu_s": 0.0, "wall_s": 0.0}
        self._failures = 0
        self.over = False

    def spend(self, ending: str, outcomes: str, cpu_s: float, wall_s: float) -> None:
        """Count one exam that is over."""
        self._used["cpu_s"] += cpu_s
        self._used["wall_s"] += wall_s
        self._failures += len(outcomes) - outcomes.count("p")
        self.over = self.over or ending != "completed" or self._failures >= MAX_FAILURES

    def left(self) -> dict[str, Any]:
        """The limits of the next exam."""
        left = {
            name: max(self._limits[name] - used, _LEAST_S)
            for name, used in self._used.items()
            if self._limits[name] is not None
        }
        return self._limits | left
