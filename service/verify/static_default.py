"""The default static policy: it refuses what is a bug or a hole, never what is a matter of taste."""

from __future__ import annotations

from service.verify.static_policy import StaticPolicy

DEFAULT_VERSION = "1"
DEFAULT_POLICY = StaticPolicy(
    reject=(
        # names that do not exist, formats and comparisons that cannot be meant
        "ruff:E9*", "ruff:F501", "ruff:F502", "ruff:F503", "ruff:F505", "ruff:F506", "ruff:F507", "ruff:F508",
        "ruff:F509", "ruff:F521", "ruff:F524", "ruff:F62*", "ruff:F63*", "ruff:F70*", "ruff:F82*", "ruff:PLE*",
        "ruff:invalid-syntax", "ruff:B015", "ruff:B018", "ruff:B030",
        # holes
        "bandit:B602", "bandit:B605",
    ),
    levels={
        "mypy": "error",  # what fails when it is run; the rest says that types do not fit
        "misuse": "error",
        "defects": "error",
        "cheating": "error",
    },
)  # fmt: skip
"""Published with its error rates in ``docs/static-analysis.md``."""
