"""Whether accepted, correct and wrongly accepted samples of a run keep to style and static rules."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.analysis.adherence_style import Adherence, StyledSample, adherences
from service.domain.check import Evidence
from service.domain.ports import ExportedCandidate, UnitOfWork
from service.domain.requests import LOCAL, Caller
from service.domain.verdict import Verdict
from service.errors import InvalidInput
from service.usecases.app import App
from service.usecases.runs import get_run

_PAGE = 500
_STYLE = "style_"


class Kind(StrEnum):
    """What a sample can keep to."""

    STYLE = "style"
    ANALYSER = "analyser"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class AdherenceRequest:
    """What to compute.

    Attributes:
        verifier: The weak one, which accepts.
        oracle: The strong one, taken for the truth.
        static: The verifier whose findings and metrics say what a sample keeps to.
        rules: The rules that most samples break are shown, at most so many.
    """

    verifier: str = "base"
    oracle: str = "plus"
    static: str = "static"
    rules: int = 20
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Dimension:
    """One instruction, analyser (no finding of it) or rule (not broken), and who keeps to it."""

    kind: Kind
    name: str
    found: Adherence


@dataclass(frozen=True, slots=True)
class RunAdherence:
    """Adherence over a run.

    Attributes:
        tasks: Tasks with a sample that has all three verdicts.
        samples: Such samples.
        excluded_samples: Samples that lack one of the three.
        repairs: Candidates left out because they repair another one.
    """

    run_id: str
    request: AdherenceRequest
    tasks: int
    samples: int
    excluded_samples: int
    repairs: int
    dimensions: tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a candidate's evidence, which may be large: style instructions met or not, and rules broken."""

    styles: Mapping[str, bool]
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sample:
    task: str
    weak: bool
    strong: bool
    kept: _Kept

    def styled(self, adheres: bool) -> StyledSample:
        return StyledSample(self.task, self.weak, self.strong, adheres)


async def adherence_of_run(app: App, run_id: str, request: AdherenceRequest, *, caller: Caller = LOCAL) -> RunAdherence:
    """P(adheres | accepted), P(adheres | correct) and P(adheres | wrongly accepted), per task and then over tasks.

    Raises:
        NotFound: If there is no such run.
        InvalidInput: If no candidate of the run was judged by the static verifier.
    """
    await get_run(app, run_id, caller=caller)
    samples: list[_Sample] = []
    originals = repairs = 0
    async with app.storage.reading() as unit:
        kept = await _kept(unit, run_id, request.static)
        async for each in _candidates(unit, run_id):
            if each.candidate.parent is not None:
                repairs += 1
                continue
            originals += 1
            if (found := _sample(each, request, kept)) is not None:
                samples.append(found)
    if originals and not kept:
        raise InvalidInput(f"no candidate of this run was judged by {request.static!r}", "#/query/static")
    return RunAdherence(
        run_id=run_id,
        request=request,
        tasks=len({each.task for each in samples}),
        samples=len(samples),
        excluded_samples=originals - len(samples),
        repairs=repairs,
        dimensions=await asyncio.to_thread(_dimensions, samples, request),
    )


async def _candidates(unit: UnitOfWork, run_id: str) -> AsyncIterator[ExportedCandidate]:
    after = None
    while page := await unit.runs.candidates(run_id, after, _PAGE):
        for each in page:
            yield each
        after = page[-1].candidate.id


async def _kept(unit: UnitOfWork, run_id: str, static: str) -> dict[str, _Kept]:
    """Candidate id → what the static verifier found in it; evidence is read a page at a time and let go."""
    found: dict[str, _Kept] = {}
    before = None
    while page := await unit.verifications.page(run_id=run_id, before=before, limit=_PAGE, evidence=True):
        for each in page:
            for check in each.verification.checks:
                if check.verifier == static and check.verdict is not None:
                    found[check.candidate_id] = _of(check.evidence)
        before = page[-1].verification.id
    return found


def _of(evidence: Evidence) -> _Kept:
    styles = {name: bool(value) for name, value in evidence.metrics.items() if name.startswith(_STYLE)}
    return _Kept(styles, frozenset(sys.intern(f"{each.tool}:{each.rule}") for each in evidence.findings))


def _sample(candidate: ExportedCandidate, request: AdherenceRequest, kept: Mapping[str, _Kept]) -> _Sample | None:
    verdicts = {check.verifier: check.verdict for check in candidate.checks if check.verdict is not None}
    found = kept.get(candidate.candidate.id)
    weak, strong = verdicts.get(request.verifier), verdicts.get(request.oracle)
    if found is None or weak is None or strong is None:
        return None
    accepted = Verdict.ACCEPTED.value
    return _Sample(candidate.candidate.task_id, weak == accepted, strong == accepted, found)


def _dimensions(samples: Sequence[_Sample], request: AdherenceRequest) -> tuple[Dimension, ...]:
    kept: dict[tuple[Kind, str], list[StyledSample]] = {}
    for name in sorted({name for each in samples for name in each.kept.styles}):
        told = [each for each in samples if name in each.kept.styles]
        kept[Kind.STYLE, name.removeprefix(_STYLE)] = [each.styled(each.kept.styles[name]) for each in told]
    broken = [each.kept.broken for each in samples]
    rules = Counter(rule for some in broken for rule in some)
    for tool in sorted({rule.partition(":")[0] for rule in rules}):
        kept[Kind.ANALYSER, tool] = [
            each.styled(not any(rule.startswith(f"{tool}:") for rule in some))
            for each, some in zip(samples, broken, strict=True)
        ]
    for rule, _ in sorted(rules.items(), key=lambda item: (-item[1], item[0]))[: request.rules]:
        kept[Kind.RULE, rule] = [each.styled(rule not in some) for each, some in zip(samples, broken, strict=True)]
    found = adherences(list(kept.values()), request.confidence, request.seed)
    return tuple(Dimension(kind, name, each) for (kind, name), each in zip(kept, found, strict=True))
