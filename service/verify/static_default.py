"""The default static policy: it refuses what is a bug or a hole, never what is a matter of taste."""

from __future__ import annotations

from service.verify.static_policy import StaticPolicy

DEFAULT_VERSION = "1"
DEFAULT_POLICY = StaticPolicy(
    reject=(
        # names that do not exist, formats and comparisons that cannot be meant
        "ruff:E9*", "ruff:F5*", "ruff:F62*", "ruff:F63*", "ruff:F70*", "ruff:F82*", "ruff:PLE*", "ruff:invalid-syntax",
        "ruff:B015", "ruff:B018", "ruff:B023", "ruff:B030",
        # holes
        "bandit:B602", "bandit:B605", "bandit:B608",
        "misuse:*", "defects:*", "cheating:*",
    ),
    levels={"mypy": "error"},  # what fails when it is run; the rest says that types do not fit
    excepted=(
        "misuse:exists-then-open", "misuse:thread-not-joined", "misuse:error-swallowed", "defects:sometimes-nothing",
        "defects:leaves-at-first", "defects:unreachable",
    ),
)  # fmt: skip
"""Published with its error rates in ``docs/static-analysis.md``."""
