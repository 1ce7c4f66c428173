"""Draws values from Hypothesis strategies: seeded, without a database, the same in every process."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import HypothesisWarning
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
_BACKEND = "assay"
_ONE_AT_A_TIME = threading.Lock()
"""Hypothesis keeps state per process."""


class _Plain(providers.HypothesisProvider):
    """Hypothesis's own distribution without the constants of whatever modules happen to be loaded."""

    _local_constants = Constants()


providers.AVAILABLE_PROVIDERS[_BACKEND] = f"{__name__}._Plain"


def draw(strategy: SearchStrategy[T], *, seed: int, examples: int) -> Sequence[T]:
    """Values of a strategy, in the order in which Hypothesis made them.

    Args:
        strategy: Any.
        seed: Equal seeds give equal values, for one version of Hypothesis.
        examples: About how many.

    Returns:
        At most ``examples`` values, repeats among them.
    """
    found: list[T] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        backend=_BACKEND,
    )
    @given(strategy)
    def collect(value: T) -> None:
        found.append(value)

    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        collect()
    return found
