"""Figures about verifiers on the wire."""

from __future__ import annotations

from pydantic import Field

from service.analysis.verifier_quality import VerifierRates
from service.api.schemas.base import Read
from service.api.schemas.runs import EstimateRead
from service.usecases.verifier_quality import (
    Cells,
    Group,
    PairAgreement,
    QualityReport,
    ScoredVerifier,
    VerifierQuality,
)


class RatesRead(Read):
    """Rates of a verifier: fdr = P(wrong | accepted), fpr = P(accepted | wrong); null without data."""

    precision: EstimateRead | None
    precision_macro: EstimateRead | None
    fdr: EstimateRead | None
    fpr: EstimateRead | None
    recall: EstimateRead | None
    soundness: EstimateRead | None
    mcc: EstimateRead | None


class CellsRead(RatesRead):
    """Candidates by what verifier and oracle said, those that lack either verdict by reason, and the rates."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    unresolved: int
    excluded: dict[str, int] = Field(description="Why; reasons that begin with `oracle_` are the oracle's.")


class GroupRead(CellsRead):
    """The same for a part of the candidates."""

    group: str


class BehindRead(Read):
    """A candidate behind a figure."""

    candidate_id: str
    verification_id: str
    run_id: str
    sample_index: int


class WorstTaskRead(Read):
    """A task with false positives, and some of the candidates behind them."""

    task_id: str
    false_positive: int
    accepted: int
    candidates: list[BehindRead]


class VerifierQualityRead(CellsRead):
    """One verifier against the oracle."""

    verifier: str
    oracle: str
    groups: list[GroupRead]
    worst_tasks: list[WorstTaskRead]


class SetQualityRead(Read):
    """The verifiers together: a candidate fails if any of them refuses it."""

    verifiers: list[str]
    bad: int
    bad_that_fail: int
    good: int
    good_that_fail: int
    excluded: dict[str, int]
    coverage: EstimateRead | None
    false_failure_rate: EstimateRead | None
    alignment: EstimateRead | None


class AgreementRead(Read):
    """Two verifiers on the same candidates."""

    verifiers: tuple[str, str]
    both_accept: int
    only_first: int
    only_second: int
    neither: int
    unresolved: int
    observed: float | None
    kappa: EstimateRead | None
    phi: EstimateRead | None


class RocPointRead(Read):
    """Accepting every score from `threshold` on."""

    threshold: float
    recall: float
    fpr: float
    fdr: float | None


class RocRead(Read):
    """The curve of a verifier with scores; `best` has the largest recall - fpr."""

    verifier: str
    good: int
    bad: int
    auc: EstimateRead | None
    best: RocPointRead | None
    points: list[RocPointRead]


class VerifierQualityReportRead(Read):
    """How good verifiers are over the selected candidates."""

    runs: list[str]
    oracle: str
    by: str | None
    tasks: int
    candidates: int
    verifiers: list[VerifierQualityRead]
    set: SetQualityRead
    agreement: list[AgreementRead]
    roc: list[RocRead]

    @classmethod
    def of(cls, report: QualityReport) -> VerifierQualityReportRead:
        """From the use case's answer."""
        oracle, whole = report.question.oracle, report.whole
        cells = whole.cells
        return cls(
            runs=list(report.run_ids),
            oracle=oracle,
            by=report.question.by,
            tasks=report.tasks,
            candidates=report.candidates,
            verifiers=[_verifier(each, oracle) for each in report.verifiers],
            set=SetQualityRead(
                verifiers=list(whole.verifiers),
                bad=cells.false_positive + cells.true_negative,
                bad_that_fail=cells.true_negative,
                good=cells.true_positive + cells.false_negative,
                good_that_fail=cells.false_negative,
                excluded=dict(cells.excluded),
                coverage=_estimate(whole.rates.coverage),
                false_failure_rate=_estimate(whole.rates.false_failure_rate),
                alignment=_estimate(whole.rates.alignment),
            ),
            agreement=[_agreement(each) for each in report.agreement],
            roc=[_roc(each) for each in report.scored],
        )


def _estimate(found: object) -> EstimateRead | None:
    return None if found is None else EstimateRead.model_validate(found)


def _cells(cells: Cells, rates: VerifierRates) -> dict[str, object]:
    counts = ("true_positive", "false_positive", "false_negative", "true_negative", "unresolved")
    return {
        **{name: getattr(cells, name) for name in counts},
        "excluded": dict(cells.excluded),
        **{name: _estimate(getattr(rates, name)) for name in RatesRead.model_fields},
    }


def _verifier(found: VerifierQuality, oracle: str) -> VerifierQualityRead:
    return VerifierQualityRead(
        **_cells(found.cells, found.rates),
        verifier=found.verifier,
        oracle=oracle,
        groups=[_group(each) for each in found.groups],
        worst_tasks=[WorstTaskRead.model_validate(each) for each in found.worst_tasks],
    )


def _group(group: Group) -> GroupRead:
    return GroupRead(**_cells(group.cells, group.rates), group=group.name)


def _agreement(pair: PairAgreement) -> AgreementRead:
    return AgreementRead(
        verifiers=(pair.first, pair.second),
        both_accept=pair.both_accept,
        only_first=pair.only_first,
        only_second=pair.only_second,
        neither=pair.neither,
        unresolved=pair.unresolved,
        observed=pair.agreement.observed,
        kappa=_estimate(pair.agreement.kappa),
        phi=_estimate(pair.agreement.phi),
    )


def _roc(scored: ScoredVerifier) -> RocRead:
    roc = scored.roc
    return RocRead(
        verifier=scored.verifier,
        good=roc.good,
        bad=roc.bad,
        auc=_estimate(roc.auc),
        best=None if roc.best is None else RocPointRead.model_validate(roc.best),
        points=[RocPointRead.model_validate(point) for point in roc.points],
    )
