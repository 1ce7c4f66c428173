"""The check of a combination, made from the checks of its parts: nothing is run for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.check import Evidence, Judgement
from service.domain.combination import Combination, Said
from service.domain.verdict import Failure, Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """What the newest check of one verifier found, as far as a combination needs it."""

    verdict: Verdict | None
    failure: Failure | None
    score: float | None = None

    @property
    def said(self) -> Said:
        """The same in the combination's terms."""
        return Said(None if self.verdict is None else self.verdict is Verdict.ACCEPTED, self.score)


def derive(combination: Combination, parts: Mapping[str, Part]) -> Judgement | None:
    """The judgement that follows from the final checks of the parts.

    Returns:
        Accepted or rejected where the rule decides; a failure where it does not because a part failed; None where
        a part was never checked, was cancelled, or has a score and no verdict.
    """
    found = combination.evaluate(lambda name: parts[name].said if name in parts else Said())
    evidence = Evidence(message=_told(combination, parts))
    if found.accepted is not None:
        verdict = Verdict.ACCEPTED if found.accepted else Verdict.REJECTED
        return Judgement(verdict, score=found.score, evidence=evidence)
    failures = {parts[name].failure for name in combination.leaves() if name in parts} - {None}
    if not failures:
        return None
    invalid = Failure.INVALID_TASK in failures
    return Judgement(
        None, Failure.INVALID_TASK if invalid else Failure.INFRASTRUCTURE_ERROR, score=found.score, evidence=evidence
    )


def _told(combination: Combination, parts: Mapping[str, Part]) -> str:
    return ", ".join(f"{name} {_word(parts.get(name))}" for name in combination.leaves())


def _word(part: Part | None) -> str:
    if part is None:
        return "not checked"
    word = part.verdict.value if part.verdict else part.failure.value if part.failure else "without a verdict"
    return word if part.score is None else f"{word} ({part.score:.4g})"
