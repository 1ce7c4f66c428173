"""The samples of a run, counted per task: what pass@k and resampling are computed from.

A candidate that repairs another one is no sample: it was not drawn independently of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.matrix import cross, tally, verifiers_of
from service.domain.ports import ProfileCount, Selection
from service.domain.requests import LOCAL, Caller
from service.domain.run import Run
from service.errors import InvalidInput
from service.usecases.app import App
from service.usecases.runs import get_run


@dataclass(frozen=True, slots=True)
class SampledTask:
    """One task of a run.

    Attributes:
        samples: Samples with a verdict of each verifier that was asked about.
        accepted: Of those, accepted by the verifier.
        correct: Accepted by the oracle.
        accepted_correct: Accepted by both.
        unresolved: Samples that lack a verdict; they are in none of the counts.
    """

    samples: int
    accepted: int
    correct: int
    accepted_correct: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class RunSamples:
    """The samples of a run, not yet held against an oracle.

    Attributes:
        repairs: Candidates left out because they repair another one.
        verifiers: Everything that judged them, the run's own verifiers first.
    """

    run: Run
    counts: tuple[ProfileCount, ...]
    repairs: int
    verifiers: tuple[str, ...]

    def against(self, verifier: str, oracle: str) -> tuple[SampledTask, ...]:
        """Tasks with what the verifier and the oracle say of their samples.

        Raises:
            InvalidInput: If one of them judged nothing here, or they are the same.
        """
        self._require(verifier, "verifier")
        self._require(oracle, "oracle")
        if verifier == oracle:
            raise InvalidInput(f"{oracle!r} cannot be held against itself", "#/query/oracle")
        found = [each for each in cross(self.counts, self.verifiers, oracle) if each.verifier == verifier]
        return tuple(
            SampledTask(
                samples=each.true_positive + each.false_positive + each.false_negative + each.true_negative,
                accepted=each.true_positive + each.false_positive,
                correct=each.true_positive + each.false_negative,
                accepted_correct=each.true_positive,
                unresolved=each.unresolved,
            )
            for each in found
        )

    def judged(self, verifier: str) -> tuple[SampledTask, ...]:
        """Tasks with what one verifier says of their samples, taken for the truth.

        Raises:
            InvalidInput: If it judged nothing here.
        """
        self._require(verifier, "verifier")
        found = [each for each in tally(self.counts, self.verifiers) if each.verifier == verifier]
        total: dict[int, int] = {}
        for item in self.counts:
            total[item.task_key] = total.get(item.task_key, 0) + item.count
        return tuple(
            SampledTask(each.judged, each.accepted, each.accepted, each.accepted, total[each.task_key] - each.judged)
            for each in found
        )

    def _require(self, name: str, role: str) -> None:
        if name not in self.verifiers:
            known = ", ".join(self.verifiers)
            raise InvalidInput(f"no candidate of this run was judged by {name!r}, but by {known}", f"#/query/{role}")


async def run_samples(app: App, run_id: str, *, caller: Caller = LOCAL) -> RunSamples:
    """The samples of a run and what all verifiers say of them.

    Raises:
        NotFound: If there is no such run.
    """
    view = await get_run(app, run_id, caller=caller)
    async with app.storage.reading() as unit:
        everything = await unit.matrix.profiles(Selection((run_id,)))
        counts = await unit.matrix.profiles(Selection((run_id,), samples_only=True))
    repairs = _total(everything) - _total(counts)
    return RunSamples(view.run, tuple(counts), repairs, verifiers_of(counts, view.run.verifiers))


def _total(counts: Sequence[ProfileCount]) -> int:
    return sum(each.count for each in counts)
