"""The numbers of a run: how good each verifier finds it, and how good the verifiers are.

A candidate that repairs another one is no sample: it is counted as such, and stands in no rate.
"""

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
        n: Samples with a verdict.
        accepted: Of those, accepted.
        excluded: ``infrastructure_error``, ``invalid_task``, ``cancelled`` → how many checks; of judges from outside
            also ``score_only``; ``repair`` counts verdicts about candidates that repair another one.
        open: Checks that are not final yet.
        coverage: Final checks that have a verdict, repairs included; None while there are none.
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
    """One verifier against the oracle, over samples. ``fdr`` = P(wrong | accepted), ``fpr`` = P(accepted | wrong)."""

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
    """A run, its progress and its numbers.

    Attributes:
        repairs: Candidates that repair another one; progress counts them, rates do not.
    """

    view: RunView
    repairs: int
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
        repairs = await unit.runs.repairs(run_id)
        tallies = await unit.runs.tallies(run_id)
        samples = await unit.runs.tallies(run_id, samples_only=True) if repairs else tallies
        names = list(dict.fromkeys((*view.run.verifiers, *sorted({tally.verifier for tally in tallies}))))
        crosses = await unit.runs.crosses(run_id, oracle) if oracle in names else ()
    return RunSummary(
        view=view,
        repairs=repairs,
        verifiers=tuple(_verifier(name, _of(samples, name), _of(tallies, name)) for name in names),
        quality=tuple(
            _quality(name, oracle, [cross for cross in crosses if cross.verifier == name])
            for name in names
            if oracle in names and name != oracle
        ),
    )


def _of(tallies: Sequence[TaskTally], name: str) -> list[TaskTally]:
    return [tally for tally in tallies if tally.verifier == name]


def _verifier(name: str, samples: Sequence[TaskTally], tallies: Sequence[TaskTally]) -> VerifierSummary:
    """Rates from samples; what is excluded and what is open from all candidates."""
    n, judged = (sum(tally.judged for tally in each) for each in (samples, tallies))
    excluded = {
        "infrastructure_error": sum(tally.infrastructure_error for tally in tallies),
        "invalid_task": sum(tally.invalid_task for tally in tallies),
        "cancelled": sum(tally.cancelled for tally in tallies),
    }
    if score_only := sum(tally.score_only for tally in tallies):
        excluded["score_only"] = score_only
    if judged > n:
        excluded["repair"] = judged - n
    final = n + sum(excluded.values())
    return VerifierSummary(
        verifier=name,
        n=n,
        accepted=sum(tally.accepted for tally in samples),
        excluded=excluded,
        open=sum(tally.open for tally in tallies),
        coverage=judged / final if final else None,
        pass_at_1=mean_share([tally.accepted for tally in samples], [tally.judged for tally in samples]),
        tasks=sum(tally.judged > 0 for tally in samples),
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
