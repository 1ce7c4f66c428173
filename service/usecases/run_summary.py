"""The numbers of a run: how good each verifier finds it, and how good the verifiers are."""

from __future__ import annotations

from dataclasses import dataclass

from service.analysis.estimates import Estimate
from service.domain.requests import LOCAL, Caller
from service.usecases.app import App
from service.usecases.runs import RunView


@dataclass(frozen=True, slots=True)
class VerifierSummary:
    """One verifier over the candidates of a run.

    Attributes:
        n: Checks with a verdict.
        accepted: Of those, accepted.
        excluded: ``infrastructure_error``, ``invalid_task``, ``cancelled`` → how many.
        open: Checks that are not final yet.
        coverage: n / final checks; None while there are none.
        pass_at_1: Mean over tasks of the share of samples that pass; None without data.
        tasks: Tasks with at least one verdict.
    """

    verifier: str
    n: int
    accepted: int
    excluded: dict[str, int]
    open: int
    coverage: float | None
    pass_at_1: Estimate | None
    tasks: int


@dataclass(frozen=True, slots=True)
class QualitySummary:
    """One verifier against the oracle. ``fdr`` = P(wrong | accepted), ``fpr`` = P(accepted | wrong)."""

    verifier: str
    oracle: str
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    unresolved: int
    fdr: Estimate | None
    fpr: Estimate | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run, its progress and its numbers."""

    view: RunView
    verifiers: tuple[VerifierSummary, ...]
    quality: tuple[QualitySummary, ...]


async def summarise_run(app: App, run_id: str, *, oracle: str = "plus", caller: Caller = LOCAL) -> RunSummary:
    """Progress, per-verifier figures, and the quality of the other verifiers against ``oracle``.

    Raises:
        NotFound: If there is no such run.
    """
    raise NotImplementedError
