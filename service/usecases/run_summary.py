"""The numbers of a run: how good each verifier finds it, and how good the verifiers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.analysis.estimates import Estimate
from service.analysis.rates import mean_share, pooled_ratio
from service.domain.ports import TaskCross, TaskTally
from service.domain.requests import LOCAL, Caller
from service.usecases.app import App
from service.usecases.runs import RunView, get_run


@dataclass(frozen=True, slots=True)
class VerifierSummary:
    """One verifier over the candidates of a run.

    Attributes:
        n: Checks with a verdict.
        accepted: Of those, accepted.
        excluded: ``infrastructure_error``, ``invalid_task``, ``cancelled`` → how many; of judges from outside also
            ``score_only``.
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

    Besides the run's own verifiers these are all that said something of its candidates since.

    Raises:
        NotFound: If there is no such run.
    """
    view = await get_run(app, run_id, caller=caller)
    async with app.storage.reading() as unit:
        tallies = await unit.runs.tallies(run_id)
        names = list(dict.fromkeys((*view.run.verifiers, *sorted({tally.verifier for tally in tallies}))))
        crosses = await unit.runs.crosses(run_id, oracle) if oracle in names else ()
    return RunSummary(
        view=view,
        verifiers=tuple(_verifier(name, [tally for tally in tallies if tally.verifier == name]) for name in names),
        quality=tuple(
            _quality(name, oracle, [cross for cross in crosses if cross.verifier == name])
            for name in names
            if oracle in names and name != oracle
        ),
    )


def _verifier(name: str, tallies: Sequence[TaskTally]) -> VerifierSummary:
    n = sum(tally.judged for tally in tallies)
    excluded = {
        "infrastructure_error": sum(tally.infrastructure_error for tally in tallies),
        "invalid_task": sum(tally.invalid_task for tally in tallies),
        "cancelled": sum(tally.cancelled for tally in tallies),
    }
    if score_only := sum(tally.score_only for tally in tallies):
        excluded["score_only"] = score_only
    final = n + sum(excluded.values())
    return VerifierSummary(
        verifier=name,
        n=n,
        accepted=sum(tally.accepted for tally in tallies),
        excluded=excluded,
        open=sum(tally.open for tally in tallies),
        coverage=n / final if final else None,
        pass_at_1=mean_share([tally.accepted for tally in tallies], [tally.judged for tally in tallies]),
        tasks=sum(tally.judged > 0 for tally in tallies),
    )


def _quality(name: str, oracle: str, crosses: Sequence[TaskCross]) -> QualitySummary:
    false_positive = [cross.false_positive for cross in crosses]
    accepted = [cross.true_positive + cross.false_positive for cross in crosses]
    wrong = [cross.false_positive + cross.true_negative for cross in crosses]
    return QualitySummary(
        verifier=name,
        oracle=oracle,
        true_positive=sum(cross.true_positive for cross in crosses),
        false_positive=sum(false_positive),
        false_negative=sum(cross.false_negative for cross in crosses),
        true_negative=sum(cross.true_negative for cross in crosses),
        unresolved=sum(cross.unresolved for cross in crosses),
        fdr=pooled_ratio(false_positive, accepted),
        fpr=pooled_ratio(false_positive, wrong),
    )
