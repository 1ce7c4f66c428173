"""Comparisons on the wire: what is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from service.api.schemas.answers import AnswerRead, answer_read
from service.api.schemas.base import Read
from service.api.schemas.numbers import Bounds
from service.api.schemas.runs import EstimateRead
from service.usecases.analyses.answer import Answer
from service.usecases.analyses.comparison import ComparisonFound

MOST_SHOWN = 200
_OWN = ("run_ids", "not_applicable")


class McNemarRead(Read):
    """McNemar's test; `p_value` is the exact one below 25 differing tasks."""

    first_only: int
    second_only: int
    statistic: float | None
    chi2_p_value: float | None
    exact_p_value: float
    p_value: float


class PermutationRead(Read):
    """A permutation test; `exact` means that all arrangements were gone through."""

    difference: float
    p_value: float
    p_value_greater: float = Field(description="One-sided, that the difference is not above 0.")
    exact: bool
    arrangements: int


class FlipRead(Read):
    """A task that flipped; `p_value` is Fisher's where tasks have several samples."""

    task_id: str
    old_samples: int
    old_passed: int
    new_samples: int
    new_passed: int
    p_value: float | None


Shown = Annotated[list[FlipRead], BeforeValidator(lambda flips: list(flips)[:MOST_SHOWN])]


class FlipsRead(Read):
    """What changed from the first model, taken for the old one, to the second."""

    tasks: int
    nfr: float | None = Field(description="Negative flip rate: old solves, new does not.")
    pfr: float | None = Field(description="Positive flip rate.")
    difference: float | None = Field(description="Accuracy of new minus old, PFR - NFR.")
    btc: float | None = Field(description="Backward trust compatibility: both solve / old solves.")
    bec: float | None = Field(description="Backward error compatibility: neither solves / new does not.")
    nfi: float | None = Field(description="Negative flip impact: NFR / (1 - accuracy of new).")
    negative_total: int
    positive_total: int
    negative: Shown = Field(description="Tasks that flipped to the worse, worst first, at most 200.")
    positive: Shown = Field(description="Tasks that flipped to the better, at most 200.")
    by_test: bool = Field(description="Whether Fisher's exact test decides what is a flip.")


class PowerRead(Read):
    """What so many tasks can and cannot show."""

    tasks: int
    standard_deviation: float
    detectable: float | None = Field(description="Smallest true difference found with probability `power`.")
    power: float
    alpha: float
    tasks_for_observed: int | None
    statement: str


class ModelFiguresRead(Read):
    """One model on the common tasks."""

    name: str
    samples: int
    accuracy: EstimateRead | None
    visible_accuracy: EstimateRead | None
    precision: EstimateRead | None = Field(description="P(right | accepted by the visible verifier), mean over tasks.")


class PairRead(Read):
    """Two models; `difference` is second minus first."""

    first: str
    second: str
    difference: EstimateRead
    mcnemar: McNemarRead | None
    permutation: PermutationRead
    adjusted_p_value: float = Field(description="Adjusted over all pairs by Holm's method.")
    significant: bool
    flips: FlipsRead
    power: PowerRead


class OmnibusRead(Read):
    """Whether several models differ at all."""

    statistic: float | None
    degrees_of_freedom: int
    p_value: float | None


class RankingsRead(Read):
    """Agreement of two rankings; `…_drawn` are mean and standard deviation over draws of ten models."""

    models: int
    kendall: float | None
    kendall_p_value: float | None
    pearson: float | None
    drawn: int
    repeats: int
    kendall_drawn: tuple[float, float] | None
    pearson_drawn: tuple[float, float] | None


class LineRead(Read):
    """The least-squares line of precision on accuracy across models."""

    models: int
    slope: float
    slope_interval: Bounds
    intercept: float
    intercept_interval: Bounds
    r: float | None
    r2: float | None
    p_value: float | None


class ModelComparison(Read):
    """Everything about several models on the same tasks."""

    run_ids: list[str]
    models: list[ModelFiguresRead]
    omnibus_test: Literal["cochran_q", "permutation"] | None
    omnibus: OmnibusRead | None
    pairs: list[PairRead]
    rankings: RankingsRead | None
    line: LineRead | None
    not_applicable: str


class CountsComparisonRead(AnswerRead):
    """Several models compared."""

    kind: Literal["counts"] = "counts"
    result: ModelComparison

    @classmethod
    def of(cls, answer: Answer[ComparisonFound]) -> CountsComparisonRead:
        """From the use case's answer."""
        found = answer.found
        shown: Answer[Any]
        parts = {name: getattr(found.comparison, name) for name in ModelComparison.model_fields if name not in _OWN}
        result = {**parts, "run_ids": found.run_ids, "not_applicable": found.not_applicable}
        shown = replace(answer, found=result)  # type: ignore[arg-type]  # its form on the wire
        return answer_read(cls, shown)


class TableFound(Read):
    """A two-by-two table: the test, the flip rates, and what so many tasks can show."""

    mcnemar: McNemarRead
    flips: FlipsRead
    power: PowerRead


class TableComparisonRead(AnswerRead):
    """A two-by-two table compared."""

    kind: Literal["mcnemar"] = "mcnemar"
    result: TableFound


class ScoresComparisonRead(AnswerRead):
    """Two lists compared."""

    kind: Literal["scores"] = "scores"
    result: PermutationRead


class PointsComparisonRead(AnswerRead):
    """A line through models."""

    kind: Literal["line"] = "line"
    result: LineRead


class RankingsComparisonRead(AnswerRead):
    """Two rankings compared."""

    kind: Literal["rankings"] = "rankings"
    result: RankingsRead
